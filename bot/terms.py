"""The codes of the house in both languages, for what the commands print; codes that screens name too come from handlers/words.py.

Law: every code has both words, Chinese first.
"""

from collections.abc import Mapping
from typing import NamedTuple

from cases.journal import EventKind
from cases.policy import RungAction
from cases.routing import Why
from handlers.words import CATEGORIES, LEVELS, STAGES, TITLES
from locales import CHINESE, KOREAN, Word, translator
from models.vocabulary import Category, Clock, ClockState, Level, NoticeState, Role, Stage


class Term(NamedTuple):
    """One thing as both languages call it."""

    zh: str
    ko: str

    def __str__(self) -> str:
        return f"{self.zh} {self.ko}"


def both(word: Word) -> Term:
    """A word of the catalogues in both languages."""
    return Term(translator(CHINESE).word(word), translator(KOREAN).word(word))


def role(code: Role) -> Term:
    return both(TITLES[code])


def stage(code: Stage) -> Term:
    return both(STAGES[code])


def level(code: Level) -> Term:
    return both(LEVELS[code])


def category(code: Category) -> Term:
    return both(CATEGORIES[code])


CLOCKS: Mapping[Clock, Term] = {
    Clock.ACKNOWLEDGE: Term("报到", "도착보고"),
    Clock.FIRST_CONTACT: Term("首次联系", "첫 련락"),
    Clock.MEDIATION_TERM: Term("调解期限", "조정기한"),
    Clock.PROMISE: Term("约定的日子", "약속한 날"),
    Clock.FOLLOW_UP: Term("回访", "재방문"),
    Clock.WEEKLY_REVIEW: Term("每周复核", "매주 점검"),
    Clock.CONSENT: Term("征得本人同意", "본인 동의 확인"),
    Clock.TASK: Term("待办", "할 일"),
}
CLOCK_STATES: Mapping[ClockState, Term] = {
    ClockState.RUNNING: Term("在走", "진행중"),
    ClockState.PAUSED: Term("暂停", "일시중지"),
    ClockState.LAPSED: Term("已过", "지남"),
    ClockState.STOPPED: Term("已停", "멈춤"),
}
RUNGS: Mapping[RungAction, Term] = {
    RungAction.REMIND: Term("提示", "일깨움"),
    RungAction.WARN: Term("预警,抄送负责人", "경고, 책임자에게도"),
    RungAction.DEPUTY: Term("冻结并转给下一位", "동결하고 다음 사람에게"),
    RungAction.SUPERVISOR: Term("报告负责人", "책임자에게 보고"),
    RungAction.CENTRE: Term("报告综治中心", "종합치리중심에 보고"),
    RungAction.CALL: Term("改打电话", "전화로 련락"),
    RungAction.ASK: Term("询问当事人", "당사자에게 물음"),
    RungAction.URGE: Term("催办", "독촉"),
    RungAction.GUIDE: Term("请法官指导", "법관에게 지도를 부탁"),
    RungAction.REVIEW: Term("由人复核", "사람이 점검"),
}
NOTICE_STATES: Mapping[NoticeState, Term] = {
    NoticeState.NEW: Term("待发", "발송 대기"),
    NoticeState.LISTED: Term("在清单里", "목록에 있음"),
    NoticeState.SENDING: Term("在发", "발송중"),
    NoticeState.SENT: Term("已发", "발송됨"),
    NoticeState.UNKNOWN: Term("不明", "불명"),
    NoticeState.WITHDRAWN: Term("撤回", "취소"),
    NoticeState.UNREACHABLE: Term("送不到", "련락불가"),
    NoticeState.FAILED: Term("失败", "실패"),
}
REASONS: Mapping[Why, Term] = {
    Why.OWN_GRID: Term("本网格", "본 격자"),
    Why.OWN_COMMUNITY: Term("本社区", "본 사회구역"),
    Why.AREA_ABOVE: Term("上一级区域", "상급 구역"),
    Why.SPECIALISED: Term("专长", "전문"),
    Why.LANGUAGE: Term("懂朝鲜语", "조선어 가능"),
    Why.NEXT_IN_LINE: Term("前面没有人时接替", "앞에 사람이 없을 때 다음"),
    Why.DEPUTY: Term("代理外出的人", "자리를 비운 사람의 대리"),
    Why.JOINT_TEAM: Term("联合调解", "련합조정"),
    Why.ON_DUTY: Term("值班", "당직"),
    Why.ON_SHIFT: Term("值班表上此刻在岗", "당직표에 따라 지금 당직"),
    Why.AWAY: Term("外出中,别无他人时才找", "자리를 비움, 달리 사람이 없을 때만"),
    Why.OWN_OFFICE: Term(
        "就是所涉单位的人,别无他人时才找", "해당 단위의 사람, 달리 사람이 없을 때만"
    ),
}
EVENTS: Mapping[EventKind, Term] = {
    EventKind.REGISTERED: Term("登记", "등록"),
    EventKind.GATE_HIT: Term("危险词", "위험한 말"),
    EventKind.LEVEL_RAISED: Term("级别提高", "급별 올림"),
    EventKind.OFFERED: Term("指派", "배정"),
    EventKind.SEEN: Term("已阅", "열람"),
    EventKind.READ: Term("打开了经过", "경과 열람"),
    EventKind.TAKEN: Term("报到", "도착보고"),
    EventKind.RETURNED: Term("退回", "반환"),
    EventKind.LAPSED: Term("逾期未报到", "기한 지남"),
    EventKind.RELEASED: Term("解除指派", "배정 해제"),
    EventKind.ACCEPTED: Term("签收", "접수확인"),
    EventKind.CONTACTED: Term("联系", "련락"),
    EventKind.CONTACT_ANSWERED: Term("当事人答复联系情况", "련락 여부 대답"),
    EventKind.NOTED: Term("记录", "기록"),
    EventKind.ADDED: Term("补充", "보탬"),
    EventKind.EVIDENCE_STORED: Term("材料已保存", "자료 보관"),
    EventKind.EVIDENCE_REFUSED: Term("材料没有收下", "자료 받지 않음"),
    EventKind.CONSENTED: Term("同意", "동의"),
    EventKind.AGREED: Term("达成协议", "합의달성"),
    EventKind.KEPT_ANSWERED: Term("答复是否做到", "약속 리행 대답"),
    EventKind.FOLLOW_UP_ANSWERED: Term("答复回访", "재방문 대답"),
    EventKind.BREACHED: Term("没有做到", "약속 불리행"),
    EventKind.SETTLED_ANSWERED: Term("答复是否自行和解", "화해 여부 대답"),
    EventKind.SUSPENDED: Term("中止调解", "조정 중지"),
    EventKind.RESUMED: Term("恢复调解", "조정 다시 시작"),
    EventKind.EXTENDED: Term("延长期限", "기한 연장"),
    EventKind.REFERRED: Term("转其他部门", "다른 부문에 이송"),
    EventKind.TAKEN_BACK: Term("转回", "되돌아옴"),
    EventKind.MERGED: Term("并入另一件", "다른 사건을 합침"),
    EventKind.CONTESTED: Term("当事人提出不同意见", "당사자가 다르게 말함"),
    EventKind.CLOSING_PROPOSED: Term("提请结案", "종결 제기"),
    EventKind.CLOSING_REFUSED: Term("不同意结案", "종결 동의하지 않음"),
    EventKind.CLOSING_AGREED: Term("同意结案", "종결에 동의"),
    EventKind.CLOSED: Term("结案", "사건종결"),
    EventKind.RATED: Term("评价", "평가"),
    EventKind.REMINDED: Term("提示", "일깨움"),
    EventKind.WARNED: Term("预警", "경고"),
    EventKind.ESCALATED: Term("报告上级", "상급에 보고"),
    EventKind.ASKED: Term("询问", "물음"),
    EventKind.REVIEWED: Term("复核", "점검"),
    EventKind.CLOCK_STARTED: Term("计时开始", "시한 시작"),
    EventKind.CLOCK_STOPPED: Term("计时停止", "시한 멈춤"),
    EventKind.TASK_OPENED: Term("交办", "일 맡김"),
    EventKind.TASK_DONE: Term("办完", "일 마침"),
    EventKind.SAFE_CHANNEL_CHOSEN: Term("选定安全联系方式", "안전한 련락방식 선택"),
    EventKind.CHAT_ERASED: Term("删除对话", "대화 삭제"),
    EventKind.PARTY_JOINED: Term("当事人加入", "당사자 참가"),
    EventKind.PARTY_LEFT: Term("当事人不再跟进", "당사자가 따라보지 않음"),
    EventKind.CODE_HANDED_OUT: Term("发二维码", "QR 배포"),
    EventKind.VISITED: Term("上门走访", "방문"),
    EventKind.GUIDED: Term("法官和调解员之间的话", "법관과 조정원사이의 말"),
    EventKind.RECUSED: Term("说明回避关系", "회피관계 밝힘"),
    EventKind.EXPORTED: Term("带姓名导出", "이름과 함께 내보냄"),
    EventKind.WITHDRAWN: Term("当事人撤回", "신청인 철회"),
    EventKind.CHALLENGED: Term("申请回避", "회피신청"),
    EventKind.CHALLENGE_DECIDED: Term("回避决定", "회피결정"),
    EventKind.REOPENED: Term("重新办理", "재처리"),
    EventKind.NOT_DELIVERED: Term("没有送到", "전달되지 않음"),
    EventKind.REASSIGNED: Term("改派", "담당 변경"),
    EventKind.FROZEN: Term("冻结", "동결"),
    EventKind.UNFROZEN: Term("解冻", "동결해제"),
    EventKind.RETIRED: Term("经办人离任", "담당자 리임"),
    EventKind.ORDERED: Term("督办", "감독처리"),
    EventKind.REQUESTED: Term("提请法院", "법원에 제청"),
    EventKind.PLACED: Term("补定地点", "장소 확정"),
    EventKind.OFFICE_NAMED: Term("指明涉及的单位", "관련단위 밝힘"),
}
