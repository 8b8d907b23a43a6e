"""The desk of a head: what is late, every RED, what waits for a decision, and the month; each number opens its list.

Law 14: the court's own head sees what judges owe; the governance centre sees all, and decides nothing about a judge.
"""

from collections.abc import Sequence
from typing import Any

from cases import overview, statistics
from cases.actions.joining import duties_of
from cases.office import Errand, areas_for
from cases.opponents import may_stand_on_a_list
from cases.overview import Late
from cases.statistics import Figures, Month
from handlers.buttons import NotAButton, Tap
from handlers.dialogue import Talk
from handlers.heard import Kind
from handlers.screens import Screen
from models.person import Person
from models.vocabulary import Clock, Outcome, Role

PAGE = 5  # lines of a page: a screen of a telephone

#: The two heads, by the page they have.
HATS = {"head": Role.SUPERVISOR, "court": Role.COURT_SUPERVISOR, "duty": Role.COORDINATOR}


def show(talk: Talk, screen: Screen, **facts: Any) -> None:
    """In place after a tap, else as the current screen."""
    if talk.heard.kind is Kind.TAP:
        talk.edit(screen, **facts)
    else:
        talk.say(screen, **facts)


def home(talk: Talk, hat: str, others: Sequence[str]) -> None:
    late = overview.late(talk.work, talk.person, HATS[hat])
    show(
        talk,
        Screen.HEAD_HOME,
        hat=hat,
        others=list(others),
        late=len(late),
        lines=[_line(talk, one) for one in late[:PAGE]],
        case_ids=[one.case_id for one in late[:PAGE]],
        red=len(overview.red(talk.work, talk.person, HATS[hat])),
        waiting=len(overview.waiting(talk.work, talk.person, HATS[hat])),
        month=Month.of(talk.work.today).number,
    )


def late_page(talk: Talk, tap: Tap) -> None:
    """The next lines of what is late. `id`: the page; `arg`: whose desk."""
    if tap.arg not in HATS:
        raise NotAButton(tap.arg)
    late = overview.late(talk.work, talk.person, HATS[tap.arg])
    page, pages = _page(tap.id, len(late))
    shown = late[page * PAGE : (page + 1) * PAGE]
    talk.edit(
        Screen.HEAD_LATE,
        hat=tap.arg,
        late=len(late),
        page=page,
        pages=pages,
        lines=[_line(talk, one) for one in shown],
        case_ids=[one.case_id for one in shown],
    )


def case_list(talk: Talk, tap: Tap) -> None:
    """RED, or what waits for a decision. `id`: the page; `arg`: whose desk and which list."""
    hat, _, which = tap.arg.partition("-")
    finders = {
        "red": overview.red,
        "waiting": overview.waiting,
        "unplaced": overview.unplaced,
    }
    if hat not in HATS or which not in finders:
        raise NotAButton(tap.arg)
    _list(talk, finders[which](talk.work, talk.person, HATS[hat]), tap.id, hat=hat, which=which)


def month(talk: Talk, tap: Tap) -> None:
    """The figures of a month; `id`: its number, 202611; `arg`: whose desk."""
    known = _month(tap.id)
    figures = _figures(talk, known, tap.arg)
    talk.edit(
        Screen.MONTH,
        hat=tap.arg,
        month=known.number,
        before=known.before.number,
        registered=len(figures.registered),
        outcomes=[[outcome, len(ids)] for outcome, ids in figures.closed.items()],
        reopened=len(figures.reopened),
        open=len(figures.open),
        overdue=[[clock, len(ids)] for clock, ids in figures.late.items()],
        contradicted=len(figures.contradicted),
        rates=[
            [name, rate.part, rate.whole]
            for name, rate in (
                ("response", figures.response),
                ("solved", figures.solved),
                ("satisfied", figures.satisfied),
            )
        ],
    )


def month_list(talk: Talk, tap: Tap) -> None:
    """The cases behind one number. `id`: the page, `turn`: the month, `arg`: whose desk and which number."""
    hat, _, which = tap.arg.partition("-")
    known = _month(tap.turn)
    ids = may_stand_on_a_list(talk.work, talk.person, _behind(_figures(talk, known, hat), which))
    _list(talk, ids, tap.id, hat=hat, which=which, month=known.number)


def _list(
    talk: Talk, ids: Sequence[int], wanted: int, *, hat: str, which: str, month: int = 0
) -> None:
    page, pages = _page(wanted, len(ids))
    talk.edit(
        Screen.HEAD_LIST,
        hat=hat,
        which=which,
        month=month,
        count=len(ids),
        page=page,
        pages=pages,
        case_ids=list(ids[page * PAGE : (page + 1) * PAGE]),
    )


def _page(wanted: int, count: int) -> tuple[int, int]:
    pages = max(1, -(-count // PAGE))
    return min(max(wanted, 0), pages - 1), pages


def _month(number: int) -> Month:
    try:
        return Month.numbered(number)
    except ValueError as forged:
        raise NotAButton(str(number)) from forged


def _figures(talk: Talk, known: Month, hat: str) -> Figures:
    if hat not in HATS:
        raise NotAButton(hat)
    areas = areas_for(talk.work, talk.person, Errand.SEE_MONTH, HATS[hat])
    return statistics.month_of(talk.work.session, known, talk.work.now, areas)


def _behind(figures: Figures, which: str) -> tuple[int, ...]:
    plain = {
        "registered": figures.registered,
        "closed": figures.closed_in_all,
        "reopened": figures.reopened,
        "open": figures.open,
        "late": figures.late_in_all,
        "contradicted": figures.contradicted,
    }
    if which in plain:
        return plain[which]
    if which in set(Outcome):
        return figures.closed.get(Outcome(which), ())
    if which in set(Clock):
        return figures.late.get(Clock(which), ())
    raise NotAButton(which)


def _line(talk: Talk, one: Late) -> dict[str, object]:
    return {
        "case": one.case_id,
        "who": who(talk, one.person_id),
        "clock": one.clock,
        "since": one.since.isoformat(),
        "why": one.why,
    }


def who(talk: Talk, person_id: int | None) -> list[str] | None:
    """Somebody of the office as a fact: both names, and the office held today."""
    if person_id is None:
        return None
    person = talk.work.session.get_one(Person, person_id)
    duties = duties_of(talk.work, person)
    zh = person.name or person.code or ""
    return [zh, person.name_ko or zh, duties[0].role if duties else ""]
