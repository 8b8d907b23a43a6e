"""What was said beside the report: words added later, words between judge and mediator, what was found at the door.

Law: guidance is read by the two who write it and by nobody else, least of all by a party.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from cases.consents import shown_to_handlers
from cases.dossiers import Dossier
from cases.journal import EventKind
from models.event import Event
from models.vocabulary import Part, Side, Visit

#: What was answered after the number and has a line of its own on the card.
OWN_LINES = frozenset({"home", "phone", "other_side", "people", "amount"})
_LATEST = 5  # of each, as many as a card shows


@dataclass(frozen=True, slots=True)
class Word:
    """A word between judge and mediator; a voice or photo without words has an `evidence` alone."""

    at: datetime
    part: Part
    words: str
    evidence: int | None


@dataclass(frozen=True, slots=True)
class Seen:
    """A visit: what was found, and words to it where there are any."""

    at: datetime
    found: Visit | None
    words: str


@dataclass(frozen=True, slots=True)
class Addition:
    """Words that a party added after the number, as written; `place` when they say where the person is."""

    at: datetime
    words: str
    place: bool
    by_other_side: bool


def words_between(dossier: Dossier) -> tuple[Word, ...]:
    """The latest words between judge and mediator, oldest first."""
    return tuple(
        Word(
            row.at,
            Part(facts["part"]),
            facts.get("words") or "",
            facts.get("evidence"),
        )
        for row in _latest(dossier, EventKind.GUIDED)
        if (facts := row.facts or {}).get("part")
    )


def visits(dossier: Dossier) -> tuple[Seen, ...]:
    """The latest visits, oldest first."""
    return tuple(
        Seen(
            row.at,
            Visit(facts["found"]) if facts.get("found") else None,
            facts.get("words") or "",
        )
        for row in _latest(dossier, EventKind.VISITED)
        if (facts := row.facts or {})
    )


def additions(dossier: Dossier) -> tuple[Addition, ...]:
    """The latest words that were added, oldest first; house number and telephone have lines of their own."""
    of_others = (party for party in dossier.parties if party.side is Side.OTHER)
    others = {party.person_id for party in of_others if party.person_id is not None}
    return tuple(
        Addition(
            row.at,
            shown_to_handlers(dossier.case, row.facts["words"], row.actor_id, dossier.agreed_by),
            row.facts.get("what") == "place",
            row.actor_id in others,
        )
        for row in _latest(dossier, EventKind.ADDED)
        if row.facts and row.facts.get("words") and row.facts.get("what") not in OWN_LINES
    )


def _latest(dossier: Dossier, kind: EventKind) -> Iterator[Event]:
    return reversed(dossier.latest(kind)[:_LATEST])
