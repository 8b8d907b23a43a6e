"""A played day in Yanji: three reports, from the first tap to the last answer. Everybody in it is invented.

The story is a list of steps; a step is one thing that one person does, or time that passes.
"""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.sandbox.opening import Opened
from bot.sandbox.people import Person
from bot.sandbox.town import POSTER
from bot.sandbox.transcript import CIVIL_ZONE

Deed = Callable[[Person], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Does:
    """Somebody does something."""

    who: str
    deed: Deed


@dataclass(frozen=True, slots=True)
class Until:
    """Time passes, by way of everything that falls due."""

    moment: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """A line about what comes now, in both languages, and in English for the page."""

    zh: str
    ko: str
    en: str


Step = Does | Until | Told


def starts(who: str, payload: str | None = None) -> Does:
    return Does(who, lambda person: person.starts(payload))


def says(who: str, text: str) -> Does:
    return Does(who, lambda person: person.says(text))


def taps(who: str, label: str, on: str = "") -> Does:
    """Tap a button; `on` is a piece of the message that bears it, where several would do."""

    async def deed(person: Person) -> None:
        found = [
            seen
            for seen in reversed(person.messages)
            if on and on in seen.text and any(one.startswith(label) for one in seen.labels)
        ]
        await person.taps(label, found[0] if found else None)

    return Does(who, deed)


def speaks(who: str, seconds: int) -> Does:
    return Does(who, lambda person: person.voice(seconds))


def forwards_photo(who: str, caption: str) -> Does:
    return Does(who, lambda person: person.forwards(photo=True, caption=caption))


def at(month: int, day: int, hour: int, minute: int = 0) -> Until:
    return Until(datetime(2026, month, day, hour, minute, tzinfo=CIVIL_ZONE))


JIA, WU = "resident_jia", "resident_wu"
YI, BING, GENG, DING = "mediator_yi", "judge_bing", "assistant_geng", "officer_ding"
REN, GUI = "supervisor_ren", "coordinator_gui"

STORY: tuple[Step, ...] = (
    Told(
        "居民甲:楼上漏水,用朝鲜语说一段",
        "주민 갑: 웃집에서 물이 샙니다. 말로 신고합니다",
        "A resident reports a leak from upstairs, speaking Korean",
    ),
    at(11, 23, 9, 5),
    starts(JIA, f"{POSTER}_ko"),
    speaks(JIA, 21),
    taps(JIA, "아닙니다"),
    taps(JIA, "보내기"),
    says(JIA, "3동 2호문 302호"),
    Told(
        "调解员乙听录音,写摘要",
        "조정원 을이 음성을 듣고 요점을 적습니다",
        "The mediator listens and writes the summary",
    ),
    at(11, 23, 9, 40),
    taps(YI, "열기"),
    taps(YI, "다 했습니다"),
    says(YI, "웃집에서 물이 새여 천정이 젖었습니다. 사흘째 고쳐주지 않는다고 합니다."),
    taps(YI, "맡기"),
    Told(
        "网格员丁:12名工人的工资,转发一条就吹哨",
        "격자관리원 정: 로동자 12명의 로임, 전달하고 법관을 호출합니다",
        "A grid officer forwards a message about twelve workers' wages and blows the whistle",
    ),
    at(11, 23, 10, 5),
    forwards_photo(DING, "丹山社区工地12名工人,8到10月工资没发,共18.6万,包工头电话打不通。"),
    taps(DING, "同意了，吹哨"),
    at(11, 23, 10, 30),
    taps(YI, "맡기"),
    Told(
        "法官丙没有报到,到时转给法官助理庚",
        "법관 병이 도착보고하지 않아 법관보조 경에게 넘어갑니다",
        "The judge does not report in; at the hour the assistant is asked",
    ),
    at(11, 23, 12, 15),
    taps(GENG, "도착보고"),
    Told(
        "居民戊:家里有人威胁她",
        "주민 무: 집에서 위협을 받고있습니다",
        "A resident is threatened at home",
    ),
    at(11, 23, 13, 10),
    says(WU, "남편이 오늘 저녁에 들어오면 칼로 죽이겠다고 합니다. 무섭습니다."),
    taps(WU, "지금은 괜찮지만"),
    taps(WU, "예"),
    taps(WU, "안전한 번호로"),
    says(WU, "13900000000 2시"),
    taps(WU, "이 대화 지우기"),
    at(11, 23, 13, 12),
    taps(GUI, "열기"),
    taps(GUI, "맡기"),
    at(11, 23, 13, 59),
    taps(GUI, "다 했습니다"),
    Told(
        "调解员乙联系双方,约好见面的日子",
        "조정원 을이 량측에 련락하고 만날 날을 정합니다",
        "The mediator calls both sides and agrees on a day",
    ),
    at(11, 23, 15, 20),
    taps(YI, "련락되였습니다", on="123-"),
    taps(YI, "만날 날을", on="123-"),
    says(YI, "11월 26일 14시"),
    taps(YI, "련락되였습니다", on="124-"),
    Told("11月26日:双方谈妥", "11월 26일: 량측이 협의하였습니다", "26 November: both sides agree"),
    at(11, 24, 8, 45),
    taps(BING, "1件全部报到"),
    at(11, 26, 15),
    taps(YI, "협의되였습니다", on="123-"),
    says(YI, "웃집이 배관을 고치고 천정 도배값 800원을 12월 6일까지 낸다."),
    taps(YI, "서면협의로 기록", on="이렇게 기록하고"),
    Told(
        "11月27日:工资也谈妥",
        "11월 27일: 로임도 협의되였습니다",
        "27 November: the wages are agreed on too",
    ),
    at(11, 27, 10),
    taps(YI, "협의되였습니다", on="124-"),
    says(YI, "包工头12月4日前付清12名工人的工资18.6万元。"),
    taps(YI, "서면협의로 기록", on="이렇게 기록하고"),
    Told(
        "约定的日子过了:做到了吗?",
        "약속한 날이 지났습니다. 지켜졌습니까?",
        "The promised day has passed: was it kept?",
    ),
    at(12, 5, 9, 30),
    taps(YI, "열기", on="124-"),
    taps(YI, "대답: 다 지켜짐"),
    taps(DING, "都做到了"),
    taps(DING, "可以结案"),
    taps(REN, "打开"),
    taps(REN, "同意结案"),
    at(12, 7, 9, 30),
    taps(YI, "열기", on="123-"),
    taps(YI, "대답: 다 지켜짐"),
    taps(JIA, "예, 다 지켜졌습니다"),
    taps(JIA, "예, 종결합니다"),
    taps(JIA, "만족"),
)


async def play(opened: Opened, story: tuple[Step, ...] = STORY) -> None:
    """Play the story, printing it as it goes."""
    for step in story:
        await played(opened, step)
        opened.show.catch_up()


async def played(opened: Opened, step: Step) -> None:
    """Play one step."""
    match step:
        case Told(zh, ko, _):
            opened.show.heading(zh, ko)
        case Until(moment):
            await opened.sandbox.push(moment)
        case Does(who, deed):
            await deed(opened.person(who))


def people_of(story: tuple[Step, ...]) -> Iterator[str]:
    """Who does something in a story, in order."""
    yield from dict.fromkeys(step.who for step in story if isinstance(step, Does))
