"""Who speaks for the desks of heads, of the duty desk and of administrators: a part of handlers/notices.py."""

from collections.abc import Callable

from cases.outbox import NoticeKind
from cases.views import NoticeView
from handlers.cards import Card
from handlers.desk import away_screens
from handlers.heads import (
    administer_screens,
    asking_who_screens,
    deciding_screens,
    duty_screens,
    rota_screens,
    supervise_screens,
)
from handlers.screens import Screen
from handlers.words import Say

SPEAKERS: dict[str, Callable[[NoticeView, Say], Card]] = {
    Screen.HEAD_HOME: supervise_screens.head_home,
    Screen.HEAD_LATE: supervise_screens.head_late,
    Screen.HEAD_LIST: supervise_screens.head_list,
    Screen.MONTH: supervise_screens.month,
    Screen.REASSIGN_TO: deciding_screens.reassign_to,
    Screen.ASK_REASON: deciding_screens.ask_reason,
    Screen.ORDER_WHEN: deciding_screens.order_when,
    Screen.DUTY_HOME: duty_screens.duty_home,
    Screen.DUTY_LIST: duty_screens.duty_list,
    Screen.PLACE_AT: duty_screens.place_at,
    Screen.ADMIN_HOME: administer_screens.admin_home,
    Screen.PEOPLE: administer_screens.people,
    Screen.STAFF_LINK: administer_screens.staff_link,
    Screen.OFFICE_LINK: administer_screens.office_link,
    Screen.RETIRE_ASK: administer_screens.retire_ask,
    Screen.RETIRED: administer_screens.retired,
    Screen.DUTIES: administer_screens.duties,
    Screen.GIVE_ROLE: administer_screens.give_role,
    Screen.GIVE_WHERE: administer_screens.give_where,
    Screen.ROTA: rota_screens.rota,
    Screen.SHIFT_TO: rota_screens.shift_to,
    Screen.WHO_PLACE: asking_who_screens.who_place,
    Screen.WHO_GETS: asking_who_screens.who_gets,
    Screen.WHO_KINDS: asking_who_screens.who_kinds,
    NoticeKind.SHIFT: rota_screens.shift_given,
    Screen.COVERAGE: away_screens.coverage,
    Screen.AWAY_ASK: away_screens.away_ask,
    Screen.AWAY_CONFIRM: away_screens.away_confirm,
    Screen.AWAY_SAID: away_screens.away_said,
    Screen.AWAY_OVER: away_screens.away_over,
    NoticeKind.AWAY: away_screens.away_notice,
    NoticeKind.REASSIGNED: deciding_screens.reassigned,
    NoticeKind.FROZEN: deciding_screens.frozen,
    NoticeKind.UNFROZEN: deciding_screens.unfrozen,
    NoticeKind.TASK_ANSWERED: deciding_screens.task_answered,
}
