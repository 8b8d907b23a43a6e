"""To whom a task goes when whoever had it no longer may: what a head had to decide stays with heads.

Laws: about a judge the court's own heads decide (14); nobody decides about himself; work is never with nobody (2).
"""

from cases.actions.offering import duty_desk, holder, route_of
from cases.routing import Pick
from cases.work import Work
from models.assignment import Assignment
from models.case import Case
from models.person import Person
from models.task import Task
from models.vocabulary import Part, TaskKind

#: What is a head's to decide or to answer: it never goes with a part to whoever has that next.
OF_HEADS = frozenset({TaskKind.CHALLENGE, TaskKind.REQUEST})


def heir_of(work: Work, case: Case, task: Task, person: Person) -> Person | None:
    """Who has a task instead of this person: of a head's decision the next head, of the rest whoever has the case."""
    if task.kind is TaskKind.CHALLENGE:
        return next(iter(heads_above(work, case, task)), None)
    if task.kind is TaskKind.REQUEST:
        heads = route_of(work, case).court_supervisors
        not_him = {person.id, task.facts["by"]}  # nor whoever asked
        others = [pick.person_id for pick in heads if pick.person_id not in not_him]
        return work.session.get_one(Person, others[0]) if others else None
    current = holder(work, case, Part(task.facts.get("part", Part.MEDIATOR)))
    return current.person if current is not None else duty_desk(work, case)


def heads_above(work: Work, case: Case, task: Task) -> list[Person]:
    """To whom an undecided wish climbs: heads of the same kind who do not have it yet, then the duty desk."""
    barred = {task.person_id, task.facts["by"], _person_of(work, task)}
    line = heads_of(work, case, Part(task.facts["part"]))
    return [
        work.session.get_one(Person, pick.person_id)
        for pick in line
        if pick.person_id not in barred
    ]


def heads_of(work: Work, case: Case, part: Part) -> tuple[Pick, ...]:
    route = route_of(work, case)
    return route.court_supervisors if part is Part.JUDGE else route.supervisors


def _person_of(work: Work, task: Task) -> int:
    return work.session.get_one(Assignment, task.facts["assignment"]).person_id
