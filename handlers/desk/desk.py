"""The desks of judges, mediators and heads: cards, taking, giving back, notes, tasks."""

from sqlalchemy import select

from cases import overview
from cases.access import Doing, access_case
from cases.actions import assignment, guidance, mediation, tasks
from cases.case_views import case_view
from cases.outbox import NoticeKind
from handlers.buttons import Tap
from handlers.desk import judge_words
from handlers.dialogue import Step, Talk
from handlers.file_lines import shown
from handlers.grid import whistle
from handlers.reporting import telling
from handlers.screens import Screen
from models.assignment import Assignment
from models.case import Case
from models.deadline import Deadline
from models.notice import Notice
from models.task import Task
from models.vocabulary import AssignmentState, ClockState, Part, Role, TaskKind, TaskState

_FILES = 10  # an album's worth; more would flood a chat
_LINES = 5  # the desk shows five lines, soonest first
_LIVE = (AssignmentState.OFFERED, AssignmentState.SEEN, AssignmentState.TAKEN)


def home(talk: Talk) -> None:
    """What is in hand, soonest first; or plainly: nothing."""
    talk.fresh()
    talk.say(Screen.STAFF_HOME, case_ids=_in_hand(talk), waiting_ids=_judges_wait(talk))


def open_card(talk: Talk, tap: Tap) -> None:
    """Opening is recorded and takes nothing (law 5); it is never stale."""
    case = access_case(talk.work, tap.id, by=talk.person, doing=Doing.OPEN)
    assignment.see(talk.work, case, talk.person)
    talk.edit(Screen.CARD, case=case)


def story(talk: Talk, tap: Tap) -> None:
    case = access_case(talk.work, tap.id, by=talk.person, doing=Doing.OPEN)
    assignment.read(talk.work, case, talk.person)
    talk.answer(Screen.STORY, case=case)
    _show_files(talk, case)


def earlier_files(talk: Talk, tap: Tap) -> None:
    """The page of files before the one that was shown first."""
    case = access_case(talk.work, tap.id, by=talk.person, doing=Doing.OPEN)
    assignment.read(talk.work, case, talk.person)
    if not (tap.arg.isdigit() and _show_files(talk, case, before=int(tap.arg))):
        talk.answer(Screen.STORY, case=case)


def open_menu(talk: Talk, tap: Tap) -> None:
    """Turn the card over: the same message shows what else may be done."""
    case = access_case(talk.work, tap.id, by=talk.person, doing=Doing.OPEN)
    talk.edit(Screen.CASE_MENU, case=case)


def take(talk: Talk, tap: Tap) -> None:
    case = assignment.take(talk.work, tap.id, talk.person)
    talk.edit(Screen.CARD, case=case)


def ask_note(talk: Talk, tap: Tap) -> None:
    """A note for the record; from a judge it is a word to the mediator, and no part of it."""
    case = access_case(talk.work, tap.id, by=talk.person, doing=Doing.OPEN)
    if guidance.part_of(talk.work, case, talk.person) is Part.JUDGE:
        judge_words.begin(talk, case)
        return
    talk.fresh(case_id=case.id)
    talk.ask(Step.NOTE, Screen.ASK_NOTE, case=case)


def note_said(talk: Talk) -> None:
    """A note or voice note, as given."""
    case_id = talk.answers["case_id"]
    _note(talk, case_id)
    talk.fresh(**({"album": [talk.heard.album, case_id]} if talk.heard.album else {}))


#: Steps in which staff write about a case, not about themselves.
_ABOUT_A_CASE = frozenset(
    {
        Step.NOTE,
        Step.KEEP_WHY,
        Step.SUMMARY,
        Step.HEAD_REASON,
        Step.ORDER_DUE,
        Step.AGREE_TERMS,
        Step.AGREE_DAY,
        Step.END_WORDS,
        Step.NOT_APPROVED,
        Step.EXTEND_WHY,
        Step.REFER_WORDS,
        Step.TAKE_BACK,
        Step.RAISE_WORDS,
        Step.VISIT_WORDS,
        Step.GUIDANCE,
    }
)


def speaks_of_a_case(talk: Talk) -> bool:
    """Whether the words are a handler's, about a case: a danger in them is the case's, and its action raises the level."""
    if not talk.is_staff and not talk.is_officer:
        return False
    if talk.step is Step.VISIT_WORDS and not whistle.is_about_visit(talk):
        return False  # a new matter: it is asked about danger like any other
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
        return _more_of_album(talk)
    if card.kind in {NoticeKind.WORD, Screen.GUIDANCE}:
        judge_words.pass_on(talk, card.case_id)
    elif "task" in card.facts and not _is_decided(talk, card.facts["task"]):
        _finish(talk, card.facts["task"], talk.heard.text or None)
    else:
        _note(talk, card.case_id)
    return True


def _more_of_album(talk: Talk) -> bool:
    """The pictures of an album come one by one: all go where the first one went."""
    album, case_id = talk.answers.get("album", (None, None))
    if album is None or album != talk.heard.album:
        return False
    _note(talk, case_id)
    return True


def _is_decided(talk: Talk, task_id: int) -> bool:
    """A wish for another handler is answered by its buttons; words about it are a note."""
    task = talk.work.session.get(Task, task_id)
    return task is not None and task.kind is TaskKind.CHALLENGE


#: What is done when it has been said in words: what a voice says, and the answer to an order or a request.
_IN_WORDS = tasks.ANSWERED | {TaskKind.LISTEN}


def has_in_hand(talk: Talk) -> bool:
    return bool(_in_hand(talk))


def task_done(talk: Talk, tap: Tap) -> None:
    """Listening ends with a summary in words, an order with its answer; the rest with a tap."""
    task = talk.work.session.get(Task, tap.id)
    if task is not None and task.kind in _IN_WORDS and task.state is TaskState.OPEN:
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
    if talk.heard.file is not None:
        case = access_case(talk.work, case_id, by=talk.person, doing=Doing.RECORD)
        evidence = telling.announce(talk, case).id
    case = mediation.note(talk.work, case_id, talk.person, talk.heard.text, evidence=evidence)
    talk.say(Screen.NOTED, case=case, evidence=[evidence] if evidence else [])


def _show_files(talk: Talk, case: Case, before: int | None = None) -> bool:
    """The latest files that may be shown, oldest first; whether there were any."""
    seen = case_view(talk.work, case, talk.person)
    files = [file.id for file in seen.evidence if seen.story and shown(file)]
    files = [file for file in files if before is None or file < before]
    page = files[-_FILES:]
    for file in page[:-1]:
        talk.answer(Screen.FILE, case=case, file=file)
    if page:
        more = {"earlier": page[0]} if len(files) > len(page) else {}
        talk.answer(Screen.FILE, case=case, file=page[-1], **more)
    return bool(page)


def _judges_wait(talk: Talk) -> list[int]:
    """To an assistant: what judges of the same area have not reported in to; the card says for whom."""
    if Role.JUDGE_ASSISTANT not in talk.roles:
        return []
    return overview.judges_wait(talk.work, talk.person, _LINES)


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
