"""A notice row with everything its words need, as it stands at the moment of sending; or None when it is no longer true."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select

from cases import quota
from cases.access import MAY, Doing, Sight, relations, sees
from cases.case_views import case_view, case_views, task_view
from cases.coming import who_will_see
from cases.consents import as_handlers_see
from cases.dossiers import fetch, with_those_above
from cases.morning_card import offered_with_digest, reported_in_for_him
from cases.outbox import STATUS_CARD, NoticeKind
from cases.renewal import shown_card
from cases.truth import still_true
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
from models.person import Person
from models.task import Task
from models.vocabulary import (
    Category,
    Content,
    Language,
    Role,
    TaskState,
    Urgent,
)


def read_ahead(work: Work, notices: Sequence[Notice]) -> None:
    """Read what the words of these notices need by one statement for each table, however many they are."""
    facts = [notice.facts for notice in notices]
    listed = (one for each in facts for key in _CASES_OF for one in each.get(key, ()))
    cases = _found(work, [*(notice.case_id for notice in notices), *listed])
    places = {each["area_id"] for each in facts if each.get("area_id")}
    if not cases:
        with_those_above(work.session, places)
        return
    readers = {notice.person_id for notice in notices}
    found = fetch(work.session, cases, readers, places)
    work.dossiers = {dossier.case.id: dossier for dossier in found}


#: Facts that name cases.
_CASES_OF = ("case_ids", "waiting_ids")


def view_of(work: Work, notice: Notice) -> NoticeView | None:
    """The view for the sender; None withdraws the notice."""
    if notice.person.telegram_id is None or not still_true(work, notice):
        return None
    if not quota.placed(work, notice):
        return None
    cases = _cases(work, notice)
    done_for = _done_for(work, notice)
    listed = _listed(work, notice)
    if notice.kind == NoticeKind.MORE and not listed:
        return None
    if notice.kind == NoticeKind.DIGEST and not cases and not done_for:
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
        facts=_facts(work, notice),
        now=work.now,
        hotline=work.rules.hotline,
        case=_case(work, notice),
        cases=cases,
        task=_task(work, notice),
        place=_place(work, notice),
        people=_people(work, notice),
        repeated=notice.repeated,
        number_only=number_only(work, notice),
        listed=listed,
        shown=_card_shown(work, notice),
        edits=notice.edit_message_id,
        tasks=_tasks(work, notice),
        done_for=done_for,
        waiting=_waiting(work, notice),
    )


def _facts(work: Work, notice: Notice) -> dict[str, Any]:
    """The facts of the row; words that a party added, as handlers see them."""
    case = work.session.get(Case, notice.case_id) if notice.case_id else None
    words = notice.facts.get("words")
    if notice.kind != NoticeKind.ADDED or case is None or not isinstance(words, str):
        return notice.facts
    said_by = None if notice.facts.get("by_other_side") else case.reporter_id
    return notice.facts | {"words": as_handlers_see(work, case, words, said_by)}


def _listed(work: Work, notice: Notice) -> tuple[tuple[int, CaseView | None], ...]:
    """What waits on a list and still holds."""
    if notice.kind != NoticeKind.MORE:
        return ()
    waiting = quota.listed(work, notice.facts["list"])
    views = _by_id(work, notice, [one.case_id for one in waiting])
    return tuple((one.id, views.get(one.case_id or 0)) for one in waiting if still_true(work, one))


def _found(work: Work, case_ids: Sequence[int | None]) -> list[Case]:
    """These cases, each once and in this order, by one statement."""
    ids = list(dict.fromkeys(one for one in case_ids if one is not None))
    if all(one in work.dossiers for one in ids):
        return [work.dossiers[one].case for one in ids]
    rows = {case.id: case for case in work.session.scalars(_CASES, {"cases": ids})}
    return [rows[one] for one in ids if one in rows]


_CASES = select(Case).where(Case.id.in_(bindparam("cases", expanding=True)))


def number_only(work: Work, notice: Notice) -> bool:
    """What nobody asked for, where the office wants it so; of a case of danger into a party's chat always.

    A card that its reader opened, and that changes in place, was asked for. Staff notices of danger: handlers/desk/desk_lines.py.
    """
    if notice.urgent is Urgent.ANSWER or notice.edit_message_id is not None:
        return False
    case = work.session.get(Case, notice.case_id) if notice.case_id else None
    danger = case is not None and case.guarded and notice.person.code is None
    return danger or work.rules.content is Content.NUMBER_ONLY


def _case(work: Work, notice: Notice) -> CaseView | None:
    case = work.session.get(Case, notice.case_id) if notice.case_id else None
    return case_view(work, case, notice.person) if case else None


def _cases(work: Work, notice: Notice) -> tuple[CaseView, ...]:
    if notice.kind == NoticeKind.DIGEST:
        ids = offered_with_digest(work, notice.person_id)
    else:
        ids = notice.facts.get("case_ids", [])
    return case_views(work, _found(work, ids), notice.person)


def _card_shown(work: Work, notice: Notice) -> int | None:
    """Where the reader's card of this case stands, for a notice that is such a card."""
    if notice.kind != STATUS_CARD or notice.case_id is None:
        return None
    return shown_card(work, notice.person_id, notice.case_id)


def _waiting(work: Work, notice: Notice) -> tuple[CaseView, ...]:
    """What others have not taken yet, and the reader may."""
    return case_views(work, _found(work, notice.facts.get("waiting_ids", [])), notice.person)


def _tasks(work: Work, notice: Notice) -> tuple[tuple[CaseView, TaskView], ...]:
    """The lines of a list of the day that are still to be done."""
    found = [work.session.get(Task, task_id) for task_id in notice.facts.get("task_ids", [])]
    tasks = [
        task
        for task in found
        if task is not None and task.state is TaskState.OPEN and task.person_id == notice.person_id
    ]
    views = _by_id(work, notice, [task.case_id for task in tasks])
    return tuple((views[task.case_id], task_view(work, task)) for task in tasks)


def _by_id(work: Work, notice: Notice, case_ids: Sequence[int | None]) -> dict[int, CaseView]:
    views = case_views(work, _found(work, case_ids), notice.person)
    return {view.id: view for view in views}


def _done_for(work: Work, notice: Notice) -> tuple[tuple[CaseView, PersonView], ...]:
    """Since the judge's last card: to which of his cases somebody reported in for him, and who."""
    if notice.kind != NoticeKind.DIGEST:
        return ()
    for_him = reported_in_for_him(work, notice)
    views = _by_id(work, notice, [row.case_id for row, _ in for_him])
    return tuple(
        (views[row.case_id], person_view(work.session, who, Role.JUDGE_ASSISTANT))
        for row, who in for_him
    )


def _task(work: Work, notice: Notice) -> TaskView | None:
    """The task that a notice is about; on a card, the reader's own open one."""
    if "task" in notice.facts:
        task = work.session.get(Task, notice.facts["task"])
    elif notice.case_id is not None and notice.urgent is Urgent.ANSWER:
        task = _own_task(work, notice.case_id, notice.person_id)
    else:
        task = None
    if task is None or not _may_do(work, task, notice.person):
        return None
    return task_view(work, task)


def _own_task(work: Work, case_id: int, person_id: int) -> Task | None:
    if case_id in work.dossiers:
        return work.dossiers[case_id].task_of(person_id)
    own = select(Task).where(
        Task.case_id == case_id, Task.person_id == person_id, Task.state == TaskState.OPEN
    )
    return work.session.scalars(own.order_by(Task.id)).first()


def _may_do(work: Work, task: Task, reader: Person) -> bool:
    """A task may carry a telephone number: only whoever may do it reads it."""
    case = work.session.get_one(Case, task.case_id)
    found = relations(work, case, reader, work.dossiers.get(case.id))
    return bool(found & MAY[Doing.DO_TASK]) and sees(case, found, Sight.STORY)


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
