"""Days away, said in chat: from when until when, who stands in by rule or by choice, one tap; and what the office lacks, for its heads.

Laws: past cases stay, new ones go to the deputy; the deputy and the head are told; nobody is away by silence, and nobody by
an old button: it acts once, while its question is the last, and for a deputy who may stand in then (7).
"""

import re
from datetime import date
from typing import Any

from cases import deputies
from cases.coverage import Coverage
from cases.coverage import coverage as lacks_of
from cases.days import read_day
from cases.errors import NotYours
from cases.office import below
from cases.outbox import NoticeKind, tell
from cases.routing import find
from handlers.buttons import NotAButton, Tap
from handlers.dialogue import Step, Talk
from handlers.heads.supervise import who
from handlers.heard import Kind
from handlers.screens import Screen
from models.duty import Duty
from models.person import Person
from models.vocabulary import Language, Role

_BETWEEN = re.compile(r"到|至|부터|에서|[~～—–]|\s-\s")
_SEES_ALL = frozenset({Role.SUPERVISOR, Role.COURT_SUPERVISOR, Role.ADMINISTRATOR})
_EXAMPLES = 5  # codes named of each kind of lack


def ask(talk: Talk) -> None:
    """From which day to which? Whoever has said so already sees it, and can come back."""
    if not (talk.is_staff or talk.is_officer):
        raise NotYours
    talk.ask(Step.AWAY_DAYS, Screen.AWAY_ASK, **_known(talk))


def days_said(talk: Talk) -> None:
    found = _days(talk) if talk.heard.kind is Kind.TEXT else None
    if found is None:
        talk.ask(Step.AWAY_DAYS, Screen.AWAY_ASK, wrong=True, **_known(talk))
        return
    starts, ends = found
    could = deputies.who_could(talk.work, talk.person, starts, ends)
    talk.fresh(away=_span(starts, ends))
    talk.answer(Screen.AWAY_CONFIRM, **_asked(talk, starts, ends, could))


def confirmed(talk: Talk, tap: Tap) -> None:
    """`id`: the deputy or 0; `arg`: the days. A second tap finds it said; another deputy by now is asked about anew."""
    first, _, last = tap.arg.partition("-")
    starts, ends = _day(first), _day(last)
    same = (starts, ends, tap.id or None)
    if same not in [
        (one.starts, one.ends, one.deputy_id) for one in deputies.days_away(talk.work, talk.person)
    ]:
        if tap.turn != talk.draft.turn or talk.answers.get("away") != _span(starts, ends):
            raise NotAButton(tap.write())
        could = deputies.who_could(talk.work, talk.person, starts, ends)
        if tap.id not in ([one.id for one in could] or [0]):
            talk.edit(Screen.AWAY_CONFIRM, **_asked(talk, starts, ends, could))
            return
        absence = deputies.say_away(talk.work, talk.person, starts, ends, tap.id or None)
        _tell(talk, absence.id, starts, ends, tap.id or None)
        talk.remember(away=None)
    deputy = who(talk, tap.id) if tap.id else None
    talk.edit(Screen.AWAY_SAID, starts=starts.isoformat(), ends=ends.isoformat(), deputy=deputy)


def back(talk: Talk, tap: Tap) -> None:
    if tap.id != talk.person.id:
        raise NotYours
    deputies.come_back(talk.work, talk.person)
    talk.edit(Screen.AWAY_OVER)


def coverage(talk: Talk) -> None:
    """What the areas of this head or administrator lack."""
    held = [
        duty.area_id
        for duty in talk.work.session.query(Duty).filter(Duty.person_id == talk.person.id)
        if duty.role in _SEES_ALL and duty.held_on(talk.work.today)
    ]
    if not held:
        raise NotYours
    within = below(talk.work.session, held)
    lacks = lacks_of(talk.work.session, talk.work.today, within, now=talk.work.now)
    talk.answer(Screen.COVERAGE, lacks=_lines(lacks))


def _lines(lacks: Coverage) -> list[list[object]]:
    found: dict[str, list[str]] = {str(gap): codes for gap, codes in lacks.gaps.items()}
    found |= {
        "not_joined": lacks.not_joined,
        "blocked": lacks.blocked,
        "away_alone": lacks.away_alone,
        "ending": [one.code for one in lacks.ending],
        "unmanned": [str(one) for one in lacks.unmanned],
    }
    return [[what, len(codes), codes[:_EXAMPLES]] for what, codes in found.items() if codes]


def _known(talk: Talk) -> dict[str, Any]:
    return {
        "whose": talk.person.id,
        "away": [
            [one.starts.isoformat(), one.ends.isoformat(), who(talk, one.deputy_id)]
            for one in deputies.days_away(talk.work, talk.person)
        ],
    }


def _asked(talk: Talk, starts: date, ends: date, could: list[Person]) -> dict[str, Any]:
    deputy = could[0] if could else None
    return {
        "starts": starts.isoformat(),
        "ends": ends.isoformat(),
        "deputy": who(talk, deputy.id) if deputy else None,
        "deputy_id": deputy.id if deputy else 0,
        "others": [[one.id, *(who(talk, one.id) or ())] for one in could[1:]],
        "turn": talk.draft.turn,
    }


def _span(starts: date, ends: date) -> str:
    return f"{starts.isoformat()}/{ends.isoformat()}"


def _days(talk: Talk) -> tuple[date, date] | None:
    """One day, or two in their order; a day that lies behind or too far ahead is none."""
    text = talk.heard.text
    parts = [part for part in _BETWEEN.split(text) if part.strip()]
    days = _all_read(parts, talk.work.today)
    if len(parts) == 1:  # "12.1 12.5", but not "11월 27일"
        days = _all_read(text.split(), talk.work.today) or days
    if not 0 < len(days) <= 2:  # noqa: PLR2004 - the first and the last
        return None
    starts, ends = days[0], days[-1]
    if not talk.work.today <= starts <= ends or ends - starts > deputies.LONGEST:
        return None
    return starts, ends


def _all_read(parts: list[str], today: date) -> list[date]:
    """The day of each part; none when one of them names no day."""
    read = [read_day(part, today) for part in parts]
    return [one[0] for one in read if one is not None] if all(read) else []


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise NotAButton(said) from None


def _tell(talk: Talk, absence: int, starts: date, ends: date, deputy_id: int | None) -> None:
    """The deputy, and the head of each area of his."""
    heads = set()
    for duty in talk.work.session.query(Duty).filter(Duty.person_id == talk.person.id):
        if duty.held_on(starts):
            found = find(
                talk.work.session,
                duty.area,
                talk.work.today,
                category=None,
                language=Language.ZH,
            )
            court = duty.role in {Role.JUDGE, Role.JUDGE_ASSISTANT}
            line = found.court_supervisors if court else found.supervisors
            heads |= {pick.person_id for pick in line[:1]}
    for person_id in sorted({*heads, *([deputy_id] if deputy_id else [])} - {talk.person.id}):
        tell(
            talk.work,
            talk.work.session.get_one(Person, person_id),
            NoticeKind.AWAY,
            silent=True,
            dedupe=f"away:{absence}:{person_id}",
            who=who(talk, talk.person.id),
            deputy=who(talk, deputy_id),
            you=person_id == deputy_id,
            starts=starts.isoformat(),
            ends=ends.isoformat(),
        )
