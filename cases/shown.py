"""What the record of a case shows, for its ending: read from the journal and the answers, never from a claim."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from cases.actions.promise import sides
from cases.journal import EventKind, events
from cases.outcomes import APART, TRIES, WAYS, Shown
from cases.work import Work
from models.case import Agreement, Case
from models.deadline import Deadline
from models.vocabulary import Clock, ClockState, ContactResult, ContactWay, Form, Kept, Side


@dataclass(frozen=True, slots=True)
class Tries:
    """The tries to reach somebody since somebody was last reached."""

    count: int
    ways: int
    apart: timedelta

    @property
    def enough(self) -> bool:
        return self.count >= TRIES and self.ways >= WAYS and self.apart >= APART


def shown(work: Work, case: Case) -> frozenset[Shown]:
    """Everything that the record shows today."""
    found: set[Shown] = set()
    agreement = latest_agreement(work, case)
    if agreement is not None:
        found |= {
            Shown.AGREEMENT,
            Shown.ORAL if agreement.form is Form.ORAL else Shown.WRITTEN,
        }
    if all(party.kept is Kept.ALL for party in sides(work, case)):
        found.add(Shown.KEPT)
    if _both_settled(work, case):
        found.add(Shown.BOTH)
    if tries(work, case).enough:
        found.add(Shown.TRIES)
    if _term_over(work, case):
        found.add(Shown.TERM_OVER)
    return frozenset(found)


def tries(work: Work, case: Case) -> Tries:
    """Tries without an answer since the last contact (rule book 6.8, C08)."""
    failed: list[tuple[datetime, str]] = []
    for event in events(work, case, EventKind.CONTACTED):
        facts = event.facts or {}
        if facts.get("result") == ContactResult.NO_ANSWER:
            failed.append((event.at, facts.get("way", ContactWay.PHONE)))
        else:
            failed.clear()
    apart = failed[-1][0] - failed[0][0] if failed else timedelta()
    return Tries(len(failed), len({way for _, way in failed}), apart)


def latest_agreement(work: Work, case: Case) -> Agreement | None:
    return work.session.scalars(
        select(Agreement).where(Agreement.case_id == case.id).order_by(Agreement.id.desc())
    ).first()


def _both_settled(work: Work, case: Case) -> bool:
    said: dict[str, bool] = {}
    for event in events(work, case, EventKind.SETTLED_ANSWERED, EventKind.BREACHED):
        if event.kind == EventKind.BREACHED:
            said.clear()
        else:
            said[(event.facts or {})["side"]] = (event.facts or {})["settled"]
    return all(said.get(side) is True for side in (Side.REPORTER, Side.OTHER))


def _term_over(work: Work, case: Case) -> bool:
    newest = work.session.scalars(
        select(Deadline)
        .where(Deadline.case_id == case.id, Deadline.clock == Clock.MEDIATION_TERM)
        .order_by(Deadline.id.desc())
    ).first()
    return newest is not None and (
        newest.state is ClockState.LAPSED
        or (newest.state is ClockState.RUNNING and newest.due_at < work.now)
    )
