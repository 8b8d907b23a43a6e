"""Who may do and see what with a case: the tables of cases/access.py, in Chinese, Korean and English, for people to check.

Law: every code of these tables has its words here; nothing is printed that is not read from them.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from bot import terms
from cases.access import MAY, SEES, Doing, Relation, Sight
from cases.standing import STANDING, Reach

_YES, _NO = "●", "·"
_GAP = "  "


class Named(NamedTuple):
    """One code in three languages."""

    zh: str
    ko: str
    en: str

    def __str__(self) -> str:
        return " · ".join(self)


RELATIONS: Mapping[str, Named] = {
    "reporter": Named("报告人", "신고한 사람", "who reported it"),
    "other_side": Named("对方", "상대방", "the other side"),
    "concerned": Named("同一请求的人", "같은 요구를 가진 사람", "one of those concerned"),
    "mediator": Named("现调解员", "담당 조정원", "its mediator, or offered it"),
    "judge": Named("现法官", "담당 법관", "its judge, or offered it"),
    "last_handler": Named("结案时的承办人", "종결할 때의 담당자", "who had it at the end"),
    "former": Named("原承办人", "이전 담당자", "who had it before"),
    "supervisor": Named("综治中心负责人", "종합치리중심 책임자", "head of the centre"),
    "court_supervisor": Named("庭长", "정장", "head of the tribunal"),
    "coordinator": Named("值班人员", "당직자", "duty desk"),
    "grid_officer": Named("本格网格员", "본 격자의 격자관리원", "officer of its grid"),
    "assistant": Named("法官助理", "법관보조", "the judge's assistant"),
    "held": Named("被申请回避的人", "회피신청을 받은 사람", "asked to be replaced"),
    "recused": Named("已回避的人", "회피한 사람", "recused"),
    "tasked": Named("有待办的人", "맡은 일이 있는 사람", "who has a task in it"),
}
DOINGS: Mapping[str, Named] = {
    "see": Named("看进度", "진행 보기", "see how it stands"),
    "open": Named("打开案件卡片", "사건 카드 열기", "open its card"),
    "take": Named("报到、签收", "도착보고, 접수확인", "report in, take it"),
    "return": Named("退回、回避", "반환, 회피", "give it back"),
    "record": Named("记录联系和情况", "련락과 정황 기록", "record contacts and notes"),
    "agree": Named("记录协议", "합의 기록", "record an agreement"),
    "suspend": Named("中止、恢复调解", "조정 중지, 재개", "suspend and resume it"),
    "extend": Named("延长期限", "기한 연장", "extend its term"),
    "refer": Named("转办、收回", "이송, 회수", "refer it, take it back"),
    "close": Named("结案", "사건종결", "close it"),
    "invite": Named("给对方链接", "상대방에게 링크 주기", "invite the other side"),
    "add": Named("补充", "보태기", "add to it"),
    "answer": Named("回答询问", "물음에 대답", "answer what is asked"),
    "raise": Named("提高级别", "급별 올리기", "raise its level"),
    "visit": Named("记录上门情况", "방문 기록", "record a visit"),
    "call_together": Named("发二维码", "QR 주기", "hand out the code"),
    "leave": Named("不再关注", "더 따르지 않기", "stop following it"),
    "guide": Named("指导意见", "지도의견", "guide, ask for guidance"),
    "take_for": Named("代法官报到", "법관 대신 도착보고", "report in for the judge"),
    "declare": Named("说明回避原因", "회피리유 밝히기", "declare the tie"),
    "withdraw": Named("撤回", "철회", "withdraw it"),
    "challenge": Named("申请换人", "담당자 바꾸기 신청", "ask for another handler"),
    "reopen": Named("重新办理", "다시 처리", "reopen it"),
    "approve": Named("审批", "심사비준", "approve"),
    "do_task": Named("办待办", "맡은 일 하기", "do a task of it"),
    "reassign_mediator": Named("改派调解员", "조정원 다시 배정", "reassign the mediator"),
    "reassign_judge": Named("改派法官", "법관 다시 배정", "reassign the judge"),
    "order_mediator": Named("督办调解员", "조정원에게 독촉지시", "order the mediator"),
    "order_judge": Named("督办法官", "법관에게 독촉지시", "order the judge"),
    "request": Named("提请法院", "법원에 제청", "request of the court"),
    "thaw_mediator": Named("解冻调解员", "조정원 동결 해제", "unfreeze the mediator"),
    "thaw_judge": Named("解冻法官", "법관 동결 해제", "unfreeze the judge"),
    "freeze_judge": Named("冻结法官", "법관 동결", "freeze the judge"),
    "place": Named("确定地点", "장소 확정", "say where it is"),
    "name_office": Named("指明涉及的单位", "관련단위 밝히기", "say which office it is about"),
}
SIGHTS: Mapping[str, Named] = {
    "status": Named("编号、级别、进度", "번호, 급별, 진행", "number, level, how it stands"),
    "terms": Named("协议内容", "합의 내용", "what was agreed"),
    "story": Named("经过、材料", "경과, 자료", "the story and files"),
    "contact": Named("报告人联系方式", "신고한 사람의 련락처", "the reporter's contact"),
    "others_words": Named("双方补充的话", "량측이 보탠 말", "what each side added"),
    "guidance": Named("指导意见", "지도의견", "words between judge and mediator"),
    "danger": Named("危险案件的内容", "위험한 사건의 내용", "a case of danger"),
}
_OWN = Named("本案", "본 사건", "this very case")
_REACH: Mapping[Reach, Named] = {
    Reach.ANYWHERE: Named("不限区域", "구역 무관", "any area"),
    Reach.ABOVE: Named("本区域或上级", "본 구역 또는 상급", "its area or above, today"),
}
_TITLE = Named("谁能做什么、看什么", "누가 무엇을 하고 볼수 있는가", "who may do and see what")
_DO = Named("做", "하기", "do")
_SEE = Named("看", "보기", "see")


def table() -> Iterator[str]:
    """For a terminal: people by number, then a row for each thing done or seen."""
    yield str(_TITLE)
    yield ""
    for number, relation in enumerate(Relation, 1):
        yield f"{number:>2} {RELATIONS[relation]}  ({_standing(relation)})"
    width = max(map(_width, _rows()))
    header = _GAP.join(f"{number:>2}" for number in range(1, len(Relation) + 1))
    for name, part in ((_DO, _doings()), (_SEE, _sights())):
        yield ""
        yield f"{_padded(str(name), width)}{_GAP}{header}"
        for row, allowed in part:
            cells = (_YES if relation in allowed else _NO for relation in Relation)
            yield f"{_padded(row, width)}{_GAP}{_GAP.join(f'{cell:>2}' for cell in cells)}".rstrip()


def page() -> str:
    """The same as docs/access.md."""
    parts = [
        f"# {_TITLE}\n",
        "Made by `gridwhistle docs` from cases/access.py; do not edit.\n",
        "| # | 谁 | 누가 | who | 条件 · 조건 · by what |",
        "|---|---|---|---|---|",
    ]
    parts += [
        f"| {number} | {' | '.join(RELATIONS[relation])} | {_standing(relation)} |"
        for number, relation in enumerate(Relation, 1)
    ]
    numbers = " | ".join(str(number) for number in range(1, len(Relation) + 1))
    for name, part in ((_DO, _doings()), (_SEE, _sights())):
        parts += ["", f"| {name} | {numbers} |", "|---" * (len(Relation) + 1) + "|"]
        for row, allowed in part:
            cells = " | ".join(_YES if one in allowed else "" for one in Relation)
            parts.append(f"| {row} | {cells} |")
    return "\n".join(parts) + "\n"


def _doings() -> Iterator[tuple[str, frozenset[Relation]]]:
    for doing in Doing:
        yield str(DOINGS[doing]), MAY[doing]


def _sights() -> Iterator[tuple[str, frozenset[Relation]]]:
    for sight in Sight:
        yield str(SIGHTS[sight]), SEES[sight]


def _rows() -> Iterator[str]:
    yield from (str(name) for name in (*DOINGS.values(), *SIGHTS.values()))


def _standing(relation: Relation) -> str:
    """By what somebody stands so: role, area, and a tie to this very case."""
    standing = STANDING[relation]
    roles = "、".join(str(terms.role(role)) for role in sorted(standing.roles))
    tie = _OWN if standing.own_case else _REACH[standing.reach]
    return "; ".join(part for part in (roles, str(tie)) if part)


def _width(text: str) -> int:
    """Columns on a terminal: a Chinese or Korean character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
