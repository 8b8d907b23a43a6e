"""The duty desk: calls of the day, cases without a place, people whom nothing reaches, what broke and what failed."""

from collections.abc import Sequence

from sqlalchemy import select

from cases import overview
from cases.access import Doing, access_case
from cases.actions import mending, placing
from cases.views import number_of
from handlers.buttons import NotAButton, Tap, Verb
from handlers.dialogue import Talk
from handlers.heads.supervise import PAGE, show, who
from handlers.screens import Screen
from models.area import Area
from models.case import Case
from models.notice import Notice
from models.vocabulary import AreaLevel, Role

_AREAS = 8  # places on one page of buttons


def home(talk: Talk, others: Sequence[str]) -> None:
    """What waits, by number; every number opens its list."""
    work, by = talk.work, talk.person
    show(
        talk,
        Screen.DUTY_HOME,
        others=list(others),
        late=len(overview.late(work, by, Role.COORDINATOR)),
        red=len(overview.red(work, by, Role.COORDINATOR)),
        waiting=len(overview.waiting(work, by, Role.COORDINATOR)),
        calls=len(mending.calls(work, by)),
        unplaced=len(overview.unplaced(work, by, Role.COORDINATOR)),
        away=len(mending.away(work, by)),
        dead=len(mending.dead(work, by)),
        failed=len(mending.failed_notices(work, by)),
    )


def part(talk: Talk, tap: Tap) -> None:
    """One list of the desk. `id`: the page."""
    _show(talk, tap.arg, tap.id)


def retry(talk: Talk, tap: Tap) -> None:
    """Try a message again that broke us. `id`: the update, `arg`: the bot that received it."""
    mending.retry_update(talk.work, talk.person, _bot(tap), tap.id)
    _show(talk, "dead", 0)


def settle(talk: Talk, tap: Tap) -> None:
    mending.settle_update(talk.work, talk.person, _bot(tap), tap.id)
    _show(talk, "dead", 0)


def resend(talk: Talk, tap: Tap) -> None:
    mending.resend(talk.work, talk.person, tap.id)
    _show(talk, "failed", 0)


def ask_place(talk: Talk, tap: Tap) -> None:
    """Street, community, grid: one level a tap. `arg`: the area whose parts are shown, and the page."""
    case = access_case(talk.work, tap.id, by=talk.person, doing=Doing.PLACE)
    parent_id, _, page = tap.arg.partition("-")
    parent = talk.work.session.get(Area, int(parent_id)) if parent_id.isdigit() else case.area
    if parent is None:
        raise NotAButton(tap.arg)
    areas = parts_of(talk, parent)
    first = (int(page) if page.isdigit() else 0) * _AREAS
    talk.edit(
        Screen.PLACE_AT,
        case=case,
        area_id=parent.id,
        here=parent.is_placed,
        leaves=any(area.level is AreaLevel.GRID for area in areas),
        areas=[[area.id, area.name_zh, area.name_ko] for area in areas[first : first + _AREAS]],
        page=first // _AREAS,
        pages=max(1, -(-len(areas) // _AREAS)),
    )


def place(talk: Talk, tap: Tap) -> None:
    if not tap.arg.isdigit():
        raise NotAButton(tap.arg)
    case = placing.place(talk.work, tap.id, talk.person, int(tap.arg), turn=tap.turn)
    talk.edit(Screen.CARD, case=case)


def parts_of(talk: Talk, area: Area) -> list[Area]:
    rows = talk.work.session.scalars(
        select(Area).where(Area.parent_id == area.id).order_by(Area.code)
    )
    return list(rows)


def _bot(tap: Tap) -> int:
    if not tap.arg.isdigit():
        raise NotAButton(tap.arg)
    return int(tap.arg)


def _show(talk: Talk, which: str, page: int) -> None:
    if which not in _LISTS:
        raise NotAButton(which)
    found = _LISTS[which](talk)
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(page, 0), pages - 1)
    talk.edit(
        Screen.DUTY_LIST,
        which=which,
        count=len(found),
        page=page,
        pages=pages,
        lines=found[page * PAGE : (page + 1) * PAGE],
    )


def _calls(talk: Talk) -> list[dict[str, object]]:
    return [
        {
            "case": task.case_id,
            "number": _number(talk, task.case_id),
            "kind": task.kind,
            "when": due.isoformat() if due else None,
            "who": who(talk, task.person_id),
        }
        for task, due in mending.calls(talk.work, talk.person)
    ]


def _away(talk: Talk) -> list[dict[str, object]]:
    return [
        {
            "who": who(talk, one.person_id),
            "when": one.since.isoformat() if one.since else None,
            "count": one.cases,
        }
        for one in mending.away(talk.work, talk.person)
    ]


def _dead(talk: Talk) -> list[dict[str, object]]:
    return [
        {
            "update": row.update_id,
            "bot": row.bot_id,
            "who": who(talk, person.id) if person else None,
            "when": row.received_at.isoformat(),
        }
        for row, person in mending.dead(talk.work, talk.person)
    ]


def _failed(talk: Talk) -> list[dict[str, object]]:
    return [_failure(talk, notice) for notice in mending.failed_notices(talk.work, talk.person)]


def _failure(talk: Talk, notice: Notice) -> dict[str, object]:
    return {
        "notice": notice.id,
        "number": _number(talk, notice.case_id) if notice.case_id else None,
        "kind": notice.kind,
        "who": who(talk, notice.person_id),
        "when": notice.due_at.isoformat(),
    }


def _number(talk: Talk, case_id: int) -> str:
    return number_of(talk.work.session.get_one(Case, case_id)).short


_LISTS = {"calls": _calls, "away": _away, "dead": _dead, "failed": _failed}

TAPS = {
    Verb.DUTY: part,
    Verb.RETRY: retry,
    Verb.SETTLE: settle,
    Verb.RESEND: resend,
    Verb.PLACE: ask_place,
    Verb.PLACE_AT: place,
}
