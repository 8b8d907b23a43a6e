"""A notice row with everything its words need, as it stands at the moment of sending; or None when it is no longer true."""

from typing import Any

from sqlalchemy import select

from cases.case_views import case_view, task_view, who_will_see
from cases.outbox import NoticeKind, still_true
from cases.views import (
    CaseView,
    NoticeView,
    PersonView,
    PlaceView,
    ReaderView,
    TaskView,
    person_view,
    place_of,
)
from cases.work import Work
from models.area import Area
from models.assignment import Assignment
from models.case import Case
from models.notice import Notice
from models.task import Task
from models.vocabulary import (
    AssignmentState,
    Category,
    Language,
    Level,
    Part,
    Role,
    TaskState,
    Urgent,
)


def view_of(work: Work, notice: Notice) -> NoticeView | None:
    """The view for the sender; None withdraws the notice."""
    if notice.person.telegram_id is None or not still_true(work, notice):
        return None
    cases = _cases(work, notice)
    if notice.kind == NoticeKind.DIGEST and not cases:
        return None
    return NoticeView(
        id=notice.id,
        kind=notice.kind,
        reader=ReaderView(
            id=notice.person_id,
            telegram_id=notice.person.telegram_id,
            language=notice.person.reads,
            known_language=notice.person.language is not None,
            staff=notice.person.code is not None,
        ),
        facts=notice.facts,
        now=work.now,
        hotline=work.rules.hotline,
        case=_case(work, notice),
        cases=cases,
        task=_task(work, notice),
        place=_place(work, notice),
        people=_people(work, notice),
        repeated=notice.repeated,
    )


def _case(work: Work, notice: Notice) -> CaseView | None:
    case = work.session.get(Case, notice.case_id) if notice.case_id else None
    return case_view(work, case, notice.person) if case else None


def _cases(work: Work, notice: Notice) -> tuple[CaseView, ...]:
    if notice.kind == NoticeKind.DIGEST:
        ids = offered_with_digest(work, notice.person_id)
    else:
        ids = notice.facts.get("case_ids", [])
    found = (work.session.get(Case, case_id) for case_id in ids)
    return tuple(case_view(work, case, notice.person) for case in found if case is not None)


def offered_with_digest(work: Work, person_id: int) -> list[int]:
    """The ordinary cases that wait on this judge's morning card."""
    rows = work.session.scalars(
        select(Assignment)
        .join(Case, Case.id == Assignment.case_id)
        .where(
            Assignment.person_id == person_id,
            Assignment.part == Part.JUDGE,
            Assignment.state.in_([AssignmentState.OFFERED, AssignmentState.SEEN]),
            Assignment.offered_at <= work.now,
            Case.level.in_([Level.YELLOW, Level.GREEN]),
        )
        .order_by(Assignment.id)
    )
    return [assignment.case_id for assignment in rows]


def _task(work: Work, notice: Notice) -> TaskView | None:
    """The task that a notice is about; on a card, the reader's own open one."""
    if "task" in notice.facts:
        task = work.session.get(Task, notice.facts["task"])
    elif notice.case_id is not None and notice.urgent is Urgent.ANSWER:
        own = select(Task).where(
            Task.case_id == notice.case_id,
            Task.person_id == notice.person_id,
            Task.state == TaskState.OPEN,
        )
        task = work.session.scalars(own.order_by(Task.id)).first()
    else:
        task = None
    return task_view(work, task) if task else None


def _place(work: Work, notice: Notice) -> PlaceView | None:
    area = _area(work, notice.facts)
    return place_of(area) if area else None


def _area(work: Work, facts: dict[str, Any]) -> Area | None:
    return work.session.get(Area, facts["area_id"]) if facts.get("area_id") else None


def _people(work: Work, notice: Notice) -> tuple[PersonView, ...]:
    """Those who will see a report (for a submit card), or the one person whom a notice is about."""
    if "assignment" in notice.facts:
        assignment = work.session.get(Assignment, notice.facts["assignment"])
        if assignment is None:
            return ()
        role = Role(assignment.reason["role"]) if assignment.reason else None
        return (person_view(work.session, assignment.person_id, role),)
    area = _area(work, notice.facts)
    if area is None or "owner" not in notice.facts:
        return ()
    category = notice.facts.get("category")
    language = Language(notice.facts.get("language", notice.person.reads))
    return who_will_see(work, area, Category(category) if category else None, language)
