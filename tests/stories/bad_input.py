"""The table of bad input: what somebody sends → words of the answer, in Chinese and in Korean; test_bad_input.py sends it.

The words stand in the answer in this order; … is whatever comes between. What is not a report leaves what was said before as it was.
"""

#: What somebody may write as a report: each is kept as written, and comes back on the card.
REPORTS = {
    "4,096 characters": "x" * 4096,
    "emoji": "😀😀😀",
    "right to left": "\u202e倒着写的字\u202c",
    "HTML": "<b>漏水</b> & <script>alert(1)</script>",
    "NUL": "漏\x00水",
    "English": "There is water coming through the ceiling",
    "Russian": "Вода течёт с потолка",
    "mixed script": "楼上漏水 upstairs 누수 Вода",
    "루수, as in Yanbian": "루수가 심합니다",
    "누수, as in Seoul": "누수가 심합니다",
    "리혼, as in Yanbian": "리혼하려고 합니다",
    "이혼, as in Seoul": "이혼하려고 합니다",
    "old spacing": "돈을빌려주었는데갚지않습니다",
    "new spacing": "돈을 빌려 주었는데 갚지 않습니다",
}

_NOT_HERE = (
    "这个这里看不了。请发文字、语音、照片或位置。",
    "이것은 여기에서 볼수 없습니다. 글, 음성, 사진 또는 위치를",
)
_CARD = ("这样提交：", "이렇게 보냅니다.")
_THEN_CARD = ("\n这样提交：\n1 事情：楼上漏水", "\n이렇게 보냅니다.\n1 내용: 웃집에서 물이")
_NO_LINK = (
    "链接无效、已用过或已过期。请再要一个。",
    "링크는 쓸수 없거나 이미 썼거나 기한이 지났습니다. 새것을",
)
_NOT_YOURS = ("这件事您不能这样办。", "이 일에서 이것은 하실수 없습니다.")
_NEVER_HERE = ("请选择语言。", "언어를 고르십시오.")
_MINE = ("124-9 邻里纠纷\n已做：… 收到\n现在：", "124-9 이웃분규\n끝남: … 접수\n지금: ")
_TAKEN = (
    "124-9 邻里纠纷\n…还没有联系记录，11月24日",
    "124-9 이웃분규\n…련락기록이 없습니다. 11월 24일",
)

#: What is sent, and what is answered.
ANSWERS: dict[str, tuple[str, str]] = {
    # texts
    **dict.fromkeys(REPORTS, (f"{_CARD[0]}\n1 事情：", f"{_CARD[1]}\n1 내용: ")),
    "over 4,096 characters": _CARD,
    "half a character": ("1 事情：漏水\ufffd\n", "1 내용: 漏水\ufffd\n"),
    "zero-width only": _NOT_HERE,
    # messages of other kinds, in the middle of a report
    "sticker": _NOT_HERE,
    "poll": _NOT_HERE,
    "dice": _NOT_HERE,
    "story": _NOT_HERE,
    "sticker from staff": ("这种消息这里用不了。可以发文字、语音、照片", "이런 글은 여기에서 쓸수 없습니다. 글, 음성, 사진을"),
    "contact of somebody else": ("1 事情：…\n某人 +8613900000001\n", "1 내용: …\n某人 +8613900000001\n"),
    "forwarded": ("\n物业不管。\n2 地点", "\n물업에서 돌보지 않습니다.\n2 곳"),
    "forwarded from a channel": ("1 事情：物业不管。\n", "1 내용: 물업에서 돌보지 않습니다.\n"),
    "pin outside the county, asked what happened": (
        "您发的位置不在本地，没有采用。\n请说说出了什么事",
        "보내신 위치는 이 지역이 아니므로 쓰지 않았습니다.\n무슨 일인지 말씀해주십시오",
    ),
    "pin outside the county, asked where": (
        "您发的位置不在本地，没有采用。\n是哪里的事？",
        "보내신 위치는 이 지역이 아니므로 쓰지 않았습니다.\n어느 곳의 일입니까",
    ),
    # files
    "30 photos in albums with one caption": ("1 事情：楼上漏水… · 照片30张\n", "1 내용: 웃집… · 사진 30장\n"),
    "25 MB": ("录像.mp4：太大，最多20 MB。…其他内容都已收到。", "录像.mp4: 너무 큽니다…다른 내용은 모두 받았습니다."),
    # edited and deleted
    "edited before it is sent": ("1 事情：楼上漏水，五天了也不修。\n2", "1 내용: 웃집에서 물이 새는데 닷새째 고치지 않습니다.\n2"),
    "a deleted message of one's own": ("五天了也不修。\n302室，今天又漏了。\n2", "닷새째 고치지 않습니다.\n302호, 오늘 또 샙니다.\n2"),
    "edited after it was sent": ("已补充到 123-0。", "123-0에 보탰습니다."),
    "the card deleted by hand": ("123-0 邻里纠纷\n…调解员乙接手\n现在：", "123-0 이웃분규\n…조정원 을이 맡음\n지금: "),
    # commands in the middle of a question
    "/help in the middle": ("/my…" + _THEN_CARD[0], "/my…" + _THEN_CARD[1]),
    "/nonsense in the middle": ("/my…" + _THEN_CARD[0], "/my…" + _THEN_CARD[1]),
    "/my in the middle": ("您现在没有在办的事。…" + _THEN_CARD[0], "지금 처리중인 일이 없습니다.…" + _THEN_CARD[1]),
    "/mydata in the middle": ("没提交的话：保存到11月30日…" + _THEN_CARD[0], "보내지 않은 말: 11월 30일…" + _THEN_CARD[1]),
    "/language in the middle": ("이렇게 보냅니다", "这样提交"),
    "/desk in the middle": ("没有提交，办理人员看不到。\n保存到11月30日", "보내지 않았습니다. 담당자가 보지 않습니다.\n11월 30일"),
    "/cancel in the middle": ("没有提交，办理人员看不到。\n保存到11月30日", "보내지 않았습니다. 담당자가 보지 않습니다.\n11월 30일"),
    "/report in the middle": ("现在是另一件事吗？写过的都不会丢。", "다른 일입니까? 쓰신것은 없어지지 않습니다."),
    # numbers and links
    "submitted twice": _MINE,
    "own number": _MINE,
    "number with a typo": ("编号有一位不对。请对着登记时的编号再写。", "번호에 틀린 수자가 있습니다."),
    "somebody else's case": ("没有这个编号的事。", "이 번호의 일이 없습니다."),
    "unknown link": _NO_LINK,
    "used link": _NO_LINK,
    "expired link": _NO_LINK,
    "one's own link for the other side": _NO_LINK,
    "code of no poster": ("您好。\n出了什么事？", "안녕하십니까.\n무슨 일이 있습니까?"),
    # buttons
    "somebody else's button": _NOT_YOURS,
    "forged button": _NEVER_HERE,
    "another's offer": _NOT_YOURS,
    "two taps at once": _TAKEN,
    "taken twice": _TAKEN,
    "a retired officer's button": ("您已不再担任这项工作。", "이제는 이 직책을 맡고있지 않습니다."),
    # one person in three parts
    "an officer joins as the other side": (
        "编号 123-0：…有一件邻里纠纷，有人请求调解。…您在这里写的，不会给另一方看。",
        "번호 123-0: …이웃분규 조정신청이 있습니다.…여기에 쓰시는 말은 다른 측에 보여주지 않습니다.",
    ),
    "an officer's own matter": ("读出来是这样，请看一眼…1 事情…级别〔一般〕", "이렇게 읽었습니다.…1 일…급별 〔일반〕"),
    "his own matters": (
        "123-0 邻里纠纷\n已做：…125-8 邻里纠纷\n…网格员丁 09:05 吹哨",
        "123-0 이웃분규\n끝남: …125-8 소비분쟁\n…격자관리원 정 09:05 호출",
    ),
    "his desk": ("（您的网格）。…125-8 邻里纠纷…123-0 邻里纠纷", "(맡으신 격자).…125-8 소비분쟁…123-0 이웃분규"),
    "the case of which he is the other side": ("123-0 邻里纠纷\n已做：…现在：", "123-0 이웃분규\n끝남: …지금: "),
    "somebody of staff reports a matter": ("您好。\n出了什么事？", "안녕하십니까.\n무슨 일이 있습니까?"),
    "in his own words": ("是哪里的事？", "어느 곳의 일입니까?"),
    # days and accounts
    "an answer to yesterday's question": ("这是补充 124-9，还是另一件事？", "124-9에 보탤 말입니까, 다른 일입니까?"),
    "it belongs to the matter of yesterday": ("已补充到 124-9。", "124-9에 보탰습니다."),
    "back after blocking mid-way": ("现在是另一件事吗？写过的都不会丢。", "다른 일입니까? 쓰신것은 없어지지 않습니다."),
    "a new account with the number": (
        "用别的手机或账号登记的，请打 0433-0000000，说出编号和姓名，接着办理。",
        "다른 핸드폰이나 계정으로 신청하셨으면 0433-0000000에 전화하여 번호와 이름을",
    ),
    # a group: words are not heard, a command is shown the way, in both languages
    "a command in a group": ("请到私聊里写给我们。", "개인대화에서 써주십시오."),
}  # fmt: skip
