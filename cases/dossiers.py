"""What views of cases are made from, fetched for many cases at once: one statement for each table, however many they are.

Reads only. A dossier is what stood in the tables when it was fetched: an action never decides by one.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, TypeVar

from sqlalchemy import BindParameter, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from cases.actions.proposals import DECIDED, PROPOSED
from cases.journal import EventKind
from cases.sensitive import kinds
from models.area import Area
from models.assignment import Assignment
from models.case import Agreement, Case
from models.consent import Consent
from models.deadline import Deadline
from models.duty import Duty
from models.event import Event
from models.evidence import Evidence
from models.party import Party
from models.person import Person, index_of_phone
from models.task import Task
from models.vocabulary import ClockState, Sensitive, Side, TaskKind, TaskState

T = TypeVar("T")

#: The steps that a party is shown (cases/progress.py), and what was said beside the report (cases/between.py).
STEPS = (
    EventKind.REGISTERED,
    EventKind.TAKEN,
    EventKind.CONTACTED,
    EventKind.AGREED,
    EventKind.BREACHED,
    EventKind.CLOSED,
    EventKind.REOPENED,
)
_WORDS = (EventKind.ADDED, EventKind.GUIDED, EventKind.VISITED)
#: The latest of each kind, as many as any card reads.
OF_A_KIND = 30

#: Orders and requests stay in the dossier when they are done.
_KEPT_TASKS = (TaskKind.ORDER, TaskKind.REQUEST)


@dataclass(frozen=True, slots=True)
class Dossier:
    """The rows of one case, each list in the order in which they were made; of events the newest of each kind."""

    case: Case
    parties: Sequence[Party]
    assignments: Sequence[Assignment]
    clocks: Sequence[Deadline]  # those that run, soonest first
    tasks: Sequence[Task]  # the open ones, and every order and request
    evidence: Sequence[Evidence]
    agreements: Sequence[Agreement]
    consents: Sequence[Consent]  # that hold, where the words need any
    events: Sequence[Event]
    duties: Sequence[Duty]  # of the readers
    held: tuple[object, ...]  # people and areas, so that they stay at hand

    @property
    def agreement(self) -> Agreement | None:
        return self.agreements[-1] if self.agreements else None

    def latest(self, *kinds: EventKind) -> list[Event]:
        """The events of these kinds, newest first."""
        return [event for event in reversed(self.events) if event.kind in kinds]

    def agreed_by(self, person_id: int | None) -> frozenset[Sensitive]:
        """What may be shown of this person's words about the case."""
        return frozenset(one.what for one in self.consents if one.person_id == person_id)

    # how somebody stands to it: cases/access.py

    def sides(self, person: Person) -> Iterable[Side]:
        return [party.side for party in self.parties if party.person_id == person.id]

    def has_task(self, person: Person) -> bool:
        return any(
            task.person_id == person.id and task.state is TaskState.OPEN for task in self.tasks
        )

    def task_of(self, person_id: int) -> Task | None:
        """What this person is to do first."""
        own = (one for one in self.tasks if one.person_id == person_id)
        return next((task for task in own if task.state is TaskState.OPEN), None)

    def duties_of(self, person: Person) -> Iterable[Duty]:
        return [duty for duty in self.duties if duty.person_id == person.id]

    def left_by_a_party(self, phone_index: str) -> bool:
        return phone_index in (index_of_phone(party.phone) for party in self.parties)


def fetch(
    session: Session, cases: Sequence[Case], readers: Collection[int], places: Iterable[int] = ()
) -> list[Dossier]:
    """The dossiers of these cases, in their order, for people who may look at them; `places` are areas that are needed, too."""
    ids = {"cases": [case.id for case in cases]}

    def rows(of: Select[T]) -> Sequence[T]:
        return session.scalars(of, ids).all()

    parties, assignments, tasks = rows(_PARTIES), rows(_ASSIGNMENTS), rows(_TASKS)
    events = rows(_EVENTS)
    agreed = any(event.kind == EventKind.AGREED for event in events)  # no promise without it
    areas = with_those_above(session, {case.area_id for case in cases}.union(places))
    people = session.scalars(
        _PEOPLE,
        {
            "people": list(
                {case.reporter_id for case in cases} | {one.person_id for one in assignments}
            )
        },
    ).all()
    duties = session.scalars(_DUTIES, {"people": list(readers)}).all()
    parts: dict[str, Callable[[Case], list[Any]]] = {
        "parties": _by_case(parties),
        "assignments": _by_case(assignments),
        "clocks": _by_case(rows(_CLOCKS)),
        "tasks": _by_case(tasks),
        "evidence": _by_case(rows(_EVIDENCE)),
        "agreements": _by_case(rows(_AGREEMENTS) if agreed else []),
        "consents": _by_case(rows(_CONSENTS) if _sensitive(cases, events) else []),
        "events": _by_case(events),
    }
    return [
        Dossier(
            case=case,
            duties=duties,
            held=(areas, people),
            **{name: of(case) for name, of in parts.items()},
        )
        for case in cases
    ]


def with_those_above(session: Session, areas: Collection[int]) -> Sequence[Area]:
    """These areas and all above them by one question: whoever asks for one of them while they are held asks no more."""
    return session.scalars(_AREAS, {"areas": list(areas)}).all() if areas else ()


def at_hand(session: Session, people: Sequence[int]) -> Sequence[Person]:
    """These people by one question: whoever asks for one of them while they are held asks no more."""
    return session.scalars(_PEOPLE, {"people": list(people)}).all() if people else ()


def _sensitive(cases: Sequence[Case], events: Sequence[Event]) -> bool:
    """Whether any words hold what is shown by consent alone."""
    added = ((one.facts or {}).get("words") for one in events if one.kind == EventKind.ADDED)
    said = (*(case.matter for case in cases), *added)
    return any(isinstance(words, str) and kinds(words) for words in said)


def _by_case(rows: Sequence[Any]) -> Callable[[Case], list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.case_id, []).append(row)
    return lambda case: found.get(case.id, [])


# --- the statements, built once: building them anew for each view cost as much as answering them ------------------

_CASES: BindParameter[Any] = bindparam("cases", expanding=True)


def _of_cases(table: type[T], *order: Any, where: tuple[Any, ...] = ()) -> Select[T]:
    case_id = attrgetter("case_id")(table)
    return select(table).where(case_id.in_(_CASES), *where).order_by(*order)


def _events() -> Select[Event]:
    kinds = [kind.value for kind in (*STEPS, *_WORDS, *PROPOSED, *DECIDED)]
    newest = func.row_number().over(
        partition_by=(Event.case_id, Event.kind), order_by=Event.sequence.desc()
    )
    numbered = (
        select(Event.id, newest.label("place"))
        .where(Event.case_id.in_(_CASES), Event.kind.in_(dict.fromkeys(kinds)))
        .subquery()
    )
    few = select(numbered.c.id).where(numbered.c.place <= OF_A_KIND)
    return select(Event).where(Event.id.in_(few)).order_by(Event.case_id, Event.sequence)


def _areas_and_above() -> Select[Area]:
    start = select(Area.id, Area.parent_id).where(Area.id.in_(bindparam("areas", expanding=True)))
    line = start.cte("line", recursive=True)
    above = aliased(Area)
    line = line.union(select(above.id, above.parent_id).join(line, above.id == line.c.parent_id))
    return select(Area).where(Area.id.in_(select(line.c.id)))


_PARTIES = _of_cases(Party, Party.id)
_ASSIGNMENTS = _of_cases(Assignment, Assignment.id)
_CLOCKS = _of_cases(
    Deadline,
    Deadline.case_id,  # first: by the instant alone SQLite would walk over every clock that runs
    Deadline.next_at,
    Deadline.id,
    where=(Deadline.state == ClockState.RUNNING,),
)
_TASKS = _of_cases(
    Task, Task.id, where=(or_(Task.state == TaskState.OPEN, Task.kind.in_(_KEPT_TASKS)),)
)
_EVIDENCE = _of_cases(Evidence, Evidence.id)
_AGREEMENTS = _of_cases(Agreement, Agreement.id)
_CONSENTS = _of_cases(Consent, Consent.id, where=(Consent.withdrawn_at.is_(None),))
_EVENTS = _events()
_AREAS = _areas_and_above()
_PEOPLE = select(Person).where(Person.id.in_(bindparam("people", expanding=True)))
_DUTIES = select(Duty).where(Duty.person_id.in_(bindparam("people", expanding=True)))
