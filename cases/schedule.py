"""From a clock and its case to the rule that holds and the instants of its rungs; and an office's own lengths. Pure."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from cases.policy import MILD, POLICY, PolicyError, Rule, RungAction, Schedule
from cases.rungs import Span, considerate, moment
from cases.workdays import Calendar, Term, due
from models.vocabulary import Category, Clock, Level, TaskKind

_ACKNOWLEDGE = {Level.RED: "ack.red", Level.ORANGE: "ack.orange"}
_LISTEN = {Level.RED: "task.listen_red", Level.ORANGE: "task.listen_orange"}


def rule_for(
    clock: Clock,
    level: Level | None = None,
    category: Category | None = None,
    task: TaskKind | None = None,
    *,
    guarded: bool = False,
    policy: Mapping[str, Rule] = POLICY,
) -> Rule:
    """The rule of a clock; `guarded` when the case bears a flag of law 13."""
    if clock is Clock.TASK:
        return policy[_task_key(task, level)]
    medical = category is Category.MEDICAL
    kind = {
        Clock.ACKNOWLEDGE: _ACKNOWLEDGE.get(level or Level.YELLOW, "ack.yellow"),
        Clock.FIRST_CONTACT: "contact.red" if level is Level.RED else "contact.other",
        Clock.MEDIATION_TERM: "mediation.medical" if medical else "mediation.other",
        Clock.PROMISE: "promise.guarded" if guarded else "promise.parties",
        Clock.FOLLOW_UP: "followup.guarded" if guarded else "followup.parties",
        Clock.WEEKLY_REVIEW: "review.weekly",
        Clock.CONSENT: "consent.people",
    }
    return policy[kind[clock]]


def schedule(
    rule: Rule,
    start: datetime,
    calendar: Calendar,
    *,
    appointed: datetime | None = None,
    turn: int = 1,
) -> Schedule:
    """When the clock is due and when each rung fires, in order.

    `appointed` is an end set by people: `workdays.end_of(day)` for a promised day, the hour of a
    safe call. `turn` counts the rounds of a rule that repeats. A reminder for which the time is
    too short is left out.
    """
    term = None if appointed else _round(rule.term, turn)
    end = appointed or (due(start, term, calendar) if term else None)
    span = Span(start, end, term, calendar)
    rungs: list[tuple[RungAction, datetime]] = []
    earliest = start
    for rung in rule.rungs:
        fires = moment(rung.when, span)
        if rung.action in MILD and fires < start:
            continue
        if rung.action in MILD and end and not rule.wakes:
            fires = considerate(fires, start, end)
        earliest = max(earliest, fires)
        rungs.append((rung.action, earliest))
    return Schedule(end or earliest, tuple(rungs))


def load_policy(path: Path) -> Mapping[str, Rule]:
    """POLICY with an office's own lengths, each in the unit of its rule: `ack.yellow = 12`.

    Raises:
        PolicyError: for a key that has no length, or one longer than the law allows.
    """
    changed = dict(POLICY)
    for key, length in _flat(tomllib.loads(path.read_text(encoding="utf-8"))):
        changed[key] = _changed(key, length)
    return MappingProxyType(changed)


def _round(term: Term | None, turn: int) -> Term | None:
    return term and replace(term, length=term.length * turn)


def _task_key(task: TaskKind | None, level: Level | None) -> str:
    if task is None:
        raise ValueError("a task's clock depends on its kind")
    if task is TaskKind.LISTEN and level in _LISTEN:
        return _LISTEN[level]
    return f"task.{task}"


def _flat(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in table.items():
        key = f"{prefix}{name}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{key}.")
        else:
            yield key, value


def _changed(key: str, length: object) -> Rule:
    rule = POLICY.get(key)
    if rule is None or rule.term is None:
        raise PolicyError(key, "no term of this name has a length")
    if not isinstance(length, int) or isinstance(length, bool) or length < 1:
        raise PolicyError(key, f"a whole number of {rule.term.unit} is needed, not {length!r}")
    if rule.longest is not None and length > rule.longest:
        raise PolicyError(key, f"at most {rule.longest} {rule.term.unit}: {rule.source}")
    return replace(rule, term=replace(rule.term, length=length))
