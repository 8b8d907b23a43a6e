"""Every term and every rung of every clock, with its source; pure.

Laws: a rung is computed from what started the clock and from nothing else (law 3); rungs never
step back in time; a mere reminder never falls into quiet hours when it can be helped, nor past
the end of the term; an office may change a default, never beyond what the law allows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType

from cases.rungs import After, OnDay, Share, When
from cases.workdays import MORNING, Ends, Roll, Term, Unit
from models.vocabulary import Clock

#: When residents are asked something: after the rush of the morning (the project's own default).
ASKING = time(9)


class RungAction(StrEnum):
    """What happens when a clock reaches a rung; done by cases/sweep.py."""

    REMIND = "remind"
    WARN = "warn"  # with a copy to the supervisor
    DEPUTY = (
        "deputy"  # freeze the assignment that let it lapse, offer to the next reachable person
    )
    SUPERVISOR = "supervisor"
    CENTRE = "centre"
    CALL = "call"  # a telephone call as the fallback
    ASK = "ask"  # ask the reporter, or both sides
    URGE = "urge"
    GUIDE = "guide"
    REVIEW = "review"  # a human looks at the case


#: What only helps to be in time: it keeps out of quiet hours and never comes after the end.
MILD = frozenset({RungAction.REMIND, RungAction.WARN})


class Mode(StrEnum):
    """How firm a term is."""

    STATUTORY = "statutory"
    COURT_NORM = "court_norm"
    LOCAL_NORM = "local_norm"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Rung:
    action: RungAction
    when: When


@dataclass(frozen=True, slots=True)
class Rule:
    """A clock's term and ladder.

    Without a term the end is appointed by people, or else is the last rung. `longest` is as far
    as an office may stretch the term. `wakes`: quiet hours do not count (RED, an appointment).
    """

    key: str
    clock: Clock
    term: Term | None
    rungs: tuple[Rung, ...]
    source: str
    mode: Mode = Mode.DEFAULT
    longest: int | None = None
    wakes: bool = False


@dataclass(frozen=True, slots=True)
class Schedule:
    due: datetime
    rungs: tuple[tuple[RungAction, datetime], ...]


#: A closed case goes on when it happens again within so many days (rule book 6.7).
REOPENS = timedelta(days=90)

#: So long the record of the roster says from what to what; then only who, when and about whom. The project's own default (Mode.DEFAULT):
#: 个人信息保护法 19 (no longer than is needed) and, for what was done with personal data, 56 (three years at least).
ROSTER_FACTS = timedelta(days=3 * 365 + 1)


class PolicyError(Exception):
    """An office's policy file asks for what cannot be; `key` says where."""

    def __init__(self, key: str, reason: str) -> None:
        """The key as written in the file, and why it was refused."""
        super().__init__(f"{key}: {reason}")
        self.key = key
        self.reason = reason


def _minutes(n: int) -> Term:
    return Term(n, Unit.MINUTE)


def _hours(n: int) -> Term:
    return Term(n, Unit.HOUR)


def _whistle_hours(n: int) -> Term:
    return Term(n, Unit.HOUR, whistle=True)


def _office_days(n: int) -> Term:
    return Term(n, Unit.WORKING_DAY, ends=Ends.OFFICE)


def _visit(action: RungAction, day: int) -> Rung:
    return Rung(action, After(Term(day, Unit.CALENDAR_DAY), ASKING))


def _task(key: str, term: Term, source: str, *, wakes: bool = False) -> Rule:
    return Rule(key, Clock.TASK, term, _TASK_LADDER, source, wakes=wakes)


_A = RungAction
_HALF = Rung(_A.REMIND, Share(0.5))  # 提示 at 50 %, 预警 at 80 %: rule book 6.6
_MOST = Rung(_A.WARN, Share(0.8))
_TASK_LADDER = (_HALF, Rung(_A.SUPERVISOR, Share(1)))
_MEDIATION_LADDER = (
    Rung(_A.REMIND, OnDay(-3, MORNING)),  # d-3 and d-1: rule book 6.6
    Rung(_A.WARN, OnDay(-1, MORNING)),
    Rung(_A.SUPERVISOR, Share(1)),
)
_6_4 = "rule book 6.4, project default"
_6_5 = "rule book 6.5, project default"

_RULES = (
    Rule(
        "ack.red",
        Clock.ACKNOWLEDGE,
        _minutes(15),
        (
            Rung(_A.CALL, Share(1 / 3)),  # at 5 of the 15 minutes
            Rung(_A.DEPUTY, Share(1)),
            Rung(_A.SUPERVISOR, Share(1)),
            Rung(_A.CENTRE, Share(2)),
        ),
        _6_4,
        wakes=True,
    ),
    Rule(
        "ack.orange",
        Clock.ACKNOWLEDGE,
        _whistle_hours(2),
        (_HALF, _MOST, Rung(_A.DEPUTY, Share(1)), Rung(_A.SUPERVISOR, Share(2))),
        _6_4,
    ),
    Rule(
        "ack.yellow",
        Clock.ACKNOWLEDGE,
        _hours(24),
        (_HALF, _MOST, Rung(_A.DEPUTY, Share(1)), Rung(_A.CENTRE, Share(2))),
        _6_4,
    ),
    Rule(
        "contact.red",
        Clock.FIRST_CONTACT,
        _hours(2),
        (_HALF, Rung(_A.DEPUTY, Share(1)), Rung(_A.SUPERVISOR, Share(1))),
        _6_5,
        wakes=True,
    ),
    Rule(
        "contact.other",
        Clock.FIRST_CONTACT,
        _office_days(1),
        (
            Rung(_A.REMIND, OnDay(0, MORNING)),
            Rung(_A.ASK, OnDay(0, time(12))),  # the reporter, on the last day at noon
            Rung(_A.DEPUTY, Share(1)),
            Rung(_A.SUPERVISOR, After(_office_days(3))),
        ),
        "rule book 6.5, project default; the hard limit of 3 working days: 人民法院在线调解规则 15",
        longest=3,
    ),
    Rule(
        "mediation.other",
        Clock.MEDIATION_TERM,
        Term(30, Unit.CALENDAR_DAY, Roll.FORWARD, Ends.OFFICE),
        _MEDIATION_LADDER,
        "人民调解工作若干规定 (司法部令75号) 33: one month; 最高人民法院关于特邀调解的规定 27: 30 days",
        Mode.STATUTORY,
        longest=30,
    ),
    Rule(
        "mediation.medical",
        Clock.MEDIATION_TERM,
        _office_days(30),
        _MEDIATION_LADDER,
        "医疗纠纷预防和处理条例 38: 30 working days",
        Mode.STATUTORY,
        longest=30,
    ),
    Rule(
        "promise.parties",
        Clock.PROMISE,
        None,
        (
            Rung(_A.REMIND, OnDay(-3, ASKING)),
            Rung(_A.ASK, OnDay(1, ASKING)),
            Rung(_A.URGE, OnDay(7, ASKING)),
            Rung(_A.GUIDE, OnDay(15, ASKING)),
        ),
        "rule book 6.5 perform.check, project default",
    ),
    Rule(
        "promise.guarded",
        Clock.PROMISE,
        None,
        tuple(Rung(_A.REVIEW, OnDay(day, ASKING)) for day in (1, 7, 15)),
        "rule book 6.5 perform.check and law 13: a human chooses how to ask",
    ),
    Rule(
        "followup.parties",
        Clock.FOLLOW_UP,
        None,
        tuple(_visit(_A.ASK, day) for day in (7, 15, 30, 90)),
        "rule book 6.5 followup, project default",
    ),
    Rule(
        "followup.guarded",
        Clock.FOLLOW_UP,
        None,
        tuple(_visit(_A.REVIEW, day) for day in (1, 3, 7, 15, 30, 90)),
        "rule book 6.5 followup for DV and threats, and law 13: a human chooses the safe channel",
    ),
    Rule(
        "review.weekly",
        Clock.WEEKLY_REVIEW,
        Term(7, Unit.CALENDAR_DAY, ends=Ends.OFFICE),
        (Rung(_A.REVIEW, OnDay(0, MORNING)),),
        "law 4, project default",
    ),
    Rule(
        "consent.people",
        Clock.CONSENT,
        Term(1, Unit.CALENDAR_DAY, ends=Ends.OFFICE),
        (Rung(_A.REMIND, OnDay(0, MORNING)),),
        "rule book 6.11, project default: the people spoken for are asked by the next day",
    ),
    _task("task.listen", _hours(24), _6_4),
    _task("task.listen_orange", _whistle_hours(2), _6_4),
    _task("task.listen_red", _hours(2), _6_4, wakes=True),
    _task("task.read", _hours(2), "law 10: read by a human within two hours"),
    _task("task.call", _office_days(1), _6_5),
    _task(
        "task.safe_call", _hours(2), "the hour the person chose; else rule book 6.5", wakes=True
    ),
    _task(
        "task.paper", _office_days(3), "rule book 6.9, project default: the signed paper follows"
    ),
    _task("task.read_aloud", _office_days(1), _6_5),
    _task(
        "task.challenge",
        _office_days(3),
        "rule book 6.10; 人民调解法 23, 人民调解工作若干规定 (司法部令75号) 25, 民事诉讼法 50: three days",
    ),
    _task("task.order", _office_days(3), "the day that the head appoints; else project default"),
    _task("task.request", _office_days(3), "law 14, project default"),
)

POLICY: Mapping[str, Rule] = MappingProxyType({rule.key: rule for rule in _RULES})
