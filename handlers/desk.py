"""The desks of judges, mediators and heads: cards, taking, giving back, notes, tasks."""

from sqlalchemy import select

from cases.access import Doing, access_case
from cases.actions import assignment, closing, mediation, tasks
from cases.notice_views import offered_with_digest
from handlers import telling
from handlers.buttons import Tap
from handlers.dialogue import Step, Talk
from handlers.heard import Kind
from handlers.screens import Screen
from models.assignment import Assignment
from models.case import Case
from models.deadline import Deadline
from models.evidence import Evidence
from models.notice import Notice
from models.task import Task
from models.vocabulary import AssignmentState, ClockState, EvidenceKind, Part, TaskKind, TaskState

_FILES = 10  # an album's worth; more would flood a chat
_LINES = 5  # the desk shows five lines, soonest first
_LIVE = (AssignmentState.OFFERED, AssignmentState.SEEN, AssignmentState.TAKEN)


def home(talk: Talk) -> None:
    """What is in hand, soonest first; or plainly: nothing."""
    talk.fresh()
    talk.say(Screen.STAFF_HOME, case_ids=_in_hand(talk))


def open_card(talk: Talk, tap: Tap) -> None:
    """Opening is recorded and takes nothing (law 5); it is never stale."""
    case = access_case(talk.work, tap.id, by=talk.person, doing=Doing.OPEN)
    assignment.see(talk.work, case, talk.person)
    talk.edit(Screen.CARD, case=case)


def story(talk: Talk, tap: Tap) -> None:
    case = access_case(talk.work, tap.id, by=talk.person, doing=Doing.OPEN)
    assignment.see(talk.work, case, talk.person)
    talk.answer(Screen.STORY, case=case)
    for file in _files_to_see(talk, case):
        talk.answer(Screen.FILE, case=case, file=file)


def take(talk: Talk, tap: Tap) -> None:
    case = assignment.take(talk.work, tap.id, talk.person)
    talk.edit(Screen.CARD, case=case)


def take_all(talk: Talk, _tap: Tap) -> None:
    """One tap a day: report in to every ordinary case on the morning card."""
    ids = offered_with_digest(talk.work, talk.person.id)
    for case_id in ids:
        assignment.take(talk.work, _own_offer(talk, case_id), talk.person)
    talk.edit(Screen.TAKEN_ALL, count=len(ids))


def ask_back_why(talk: Talk, tap: Tap) -> None:
    talk.edit(Screen.BACK_WHY, assignment=tap.id)


def give_back(talk: Talk, tap: Tap) -> None:
    case = assignment.give_back(talk.work, tap.id, talk.person, tap.arg)
    talk.edit(Screen.CARD, case=case)


def ask_note(talk: Talk, tap: Tap) -> None:
    case = access_case(talk.work, tap.id, by=talk.person, doing=Doing.OPEN)
    talk.fresh(case_id=case.id)
    talk.ask(Step.NOTE, Screen.ASK_NOTE, case=case)


def note_said(talk: Talk) -> None:
    """A note or voice note, as given; from a judge it is a word to the mediator."""
    _note(talk, talk.answers["case_id"])
    talk.fresh()


#: Steps in which staff write about a case, not about themselves.
_ABOUT_A_CASE = frozenset({Step.NOTE, Step.SUMMARY, Step.AGREE_TERMS, Step.AGREE_DAY})


def speaks_of_a_case(talk: Talk) -> bool:
    """Whether the words are a handler's, about a case: a danger in them is the case's, and its action raises the level."""
    if not talk.is_staff:
        return False
    if talk.step in _ABOUT_A_CASE or _card_replied_to(talk) is not None:
        talk.danger_said()
        return True
    return False


def replied_elsewhere(talk: Talk) -> bool:
    """Whether the message answers a card of another case than the one in hand."""
    card = _card_replied_to(talk)
    return card is not None and card.case_id != talk.answers.get("case_id")


def replied(talk: Talk) -> bool:
    """A reply to a card is a note on its case, or the summary of what was listened to; True when it was one."""
    card = _card_replied_to(talk)
    if card is None or card.case_id is None:
        return False
    if "task" in card.facts:
        _finish(talk, card.facts["task"], talk.heard.text or None)
    else:
        _note(talk, card.case_id)
    return True


def task_done(talk: Talk, tap: Tap) -> None:
    """Listening ends with a summary in words; the rest with a tap."""
    task = talk.work.session.get(Task, tap.id)
    if task is not None and task.kind is TaskKind.LISTEN and task.state is TaskState.OPEN:
        access_case(talk.work, task.case_id, by=talk.person, doing=Doing.DO_TASK)
        talk.fresh(task=task.id)
        talk.ask(Step.SUMMARY, Screen.ASK_SUMMARY, task=task.id)
        return
    case = tasks.finish_task(talk.work, tap.id, talk.person)
    talk.edit(Screen.CARD, case=case)


def summary_said(talk: Talk) -> None:
    if not talk.heard.text:
        talk.say(Screen.ASK_SUMMARY, task=talk.answers["task"])
        return
    _finish(talk, talk.answers["task"], talk.heard.text)
    talk.fresh()


def approve(talk: Talk, tap: Tap) -> None:
    case = closing.approve_closing(talk.work, tap.id, talk.person)
    talk.edit(Screen.APPROVED, case=case)


def _card_replied_to(talk: Talk) -> Notice | None:
    if talk.heard.reply_to is None:
        return None
    return talk.work.session.scalars(
        select(Notice).where(
            Notice.person_id == talk.person.id,
            Notice.message_id == talk.heard.reply_to,
            Notice.case_id.is_not(None),
        )
    ).first()


def _finish(talk: Talk, task_id: int, words: str | None) -> None:
    if words:
        case = mediation.summarise(talk.work, task_id, talk.person, words)
    else:
        case = tasks.finish_task(talk.work, task_id, talk.person)
    talk.say(Screen.NOTED, case=case)


def _note(talk: Talk, case_id: int) -> None:
    evidence = None
    if talk.heard.kind in {Kind.VOICE, Kind.PHOTO, Kind.DOCUMENT}:
        case = access_case(talk.work, case_id, by=talk.person, doing=Doing.RECORD)
        evidence = telling.announce(talk, case).id
    case = mediation.note(talk.work, case_id, talk.person, talk.heard.text, evidence=evidence)
    talk.say(Screen.NOTED, case=case)


def _files_to_see(talk: Talk, case: Case) -> list[int]:
    """The latest photos and voices; documents are counted in the story."""
    kinds = (EvidenceKind.PHOTO, EvidenceKind.VOICE)
    rows = talk.work.session.scalars(
        select(Evidence.id)
        .where(Evidence.case_id == case.id, Evidence.kind.in_(kinds))
        .order_by(Evidence.id.desc())
        .limit(_FILES)
    ).all()
    return sorted(rows)


def _own_offer(talk: Talk, case_id: int) -> int:
    return talk.work.session.scalars(
        select(Assignment.id).where(
            Assignment.case_id == case_id,
            Assignment.person_id == talk.person.id,
            Assignment.part == Part.JUDGE,
            Assignment.state.in_([AssignmentState.OFFERED, AssignmentState.SEEN]),
        )
    ).one()


def _in_hand(talk: Talk) -> list[int]:
    rows = talk.work.session.execute(
        select(Assignment.case_id, Deadline.next_at)
        .outerjoin(
            Deadline,
            (Deadline.case_id == Assignment.case_id) & (Deadline.state == ClockState.RUNNING),
        )
        .where(Assignment.person_id == talk.person.id, Assignment.state.in_(_LIVE))
        .order_by(Deadline.next_at, Assignment.case_id)
    )
    return list(dict.fromkeys(case_id for case_id, _ in rows))[:_LINES]
