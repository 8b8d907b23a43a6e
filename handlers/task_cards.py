"""Work for a human that no button of a case covers: listening, reading, calling, reading aloud."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from cases.outbox import NoticeKind
from cases.views import NoticeView
from handlers import followup_screens, party_notices, receipts, status_cards
from handlers.cards import Card
from handlers.desk_lines import Row, done_button, lock_line, open_button, veiled
from handlers.words import Html, Say, case_of, cut, lines
from locales import P_, Word
from models.vocabulary import (
    Side,
    TaskKind,
)


def task_card(view: NoticeView, say: Say) -> Card:
    """The whole task, opened by whoever has it."""
    return _task(view, say, Html(case_of(view).short))


def task_notice(view: NoticeView, say: Say) -> Card:
    """Announced: of a guarded case only the number; the rest opens on a tap."""
    case, task = case_of(view), view.task
    if veiled(case) or task is None:
        rows: tuple[Row, ...] = ((open_button(case, say),),)
        first = lock_line(view, say, say(P_("notice", "something to do")))
        return Card(
            first, say.language, inline=(*rows, (done_button(task.id, say),)) if task else rows
        )
    return _task(view, say, lock_line(view, say, _task_title(view, say)))


def _task(view: NoticeView, say: Say, first: Html) -> Card:
    case, task = case_of(view), view.task
    if task is None:
        return Card(first, say.language, inline=((open_button(case, say),),))
    rows: tuple[Row, ...] = ((done_button(task.id, say),), (open_button(case, say),))
    voice = task.evidence.file_id if task.evidence and task.evidence.kind == "voice" else None
    return Card(lines(first, *task_lines(view, say)), say.language, inline=rows, voice=voice)


def _task_title(view: NoticeView, say: Say) -> Html:
    task = view.task
    title = say(_TITLES[task.kind]) if task else Html("")
    if task is None or task.due is None:
        return title
    # L10n: title: what the task is
    return say(P_("notice", "{title}, by {when}"), title=title, when=say.soon(task.due, view.now))


_TITLES: dict[str, Word] = {
    "listen": P_("notice", "listen to a voice message"),
    "read": P_("notice", "read a text"),
    "call": P_("notice", "make a call"),
    "safe_call": P_("notice", "make a call"),
    "read_aloud": P_("notice", "read something out by telephone"),
}


def task_lines(view: NoticeView, say: Say) -> Iterator[Html]:
    task = view.task
    if task is None:
        return
    yield say(_WORK[task.kind])
    yield from _task_facts(view, say)
    if task.due:
        yield say(
            # L10n: Read by who has the task; {when} is a day and hour.
            P_("card", "By {when}"),
            when=say.until(task.due),
        )


_WORK: dict[str, Word] = {
    "listen": P_(
        "card", "Listen to it, press the button, and write one sentence about what it says."
    ),
    "read": P_(
        "card",
        "Read it: does it only sound like danger, or is somebody in danger? If in danger, call 110 and act at once.",
    ),
    "call": P_("card", "Please call."),
    "safe_call": P_(
        "card",
        "Call only this number and at this hour. If somebody else answers, say only “the community service line”.",
    ),
    "read_aloud": P_("card", "Please call and read this out:"),
}


_CALLS: dict[str, Word] = {
    "kept_unanswered": P_(
        "card", "Why: nobody answered whether the promise was kept. Ask both sides."
    ),
    "follow_up": P_("card", "Why: to ask how things are, by the way this person chose."),
}


#: What is read out to a side without a chat: the very words that those with one read, in the party's language.
_READ_OUT: dict[str, Callable[[NoticeView, Say], Card]] = {
    NoticeKind.RECEIPT: receipts.receipt,
    NoticeKind.HANDLER_CHANGED: party_notices.handler_changed,
    NoticeKind.CONTACT_CHECK: followup_screens.contact_check,
    NoticeKind.PROMISE_SOON: party_notices.promise_soon,
    NoticeKind.AGREEMENT: party_notices.agreement,
    NoticeKind.KEPT_QUESTION: followup_screens.kept_question,
    NoticeKind.FOLLOW_UP_QUESTION: followup_screens.follow_up_question,
    NoticeKind.GUIDE: party_notices.guide,
    NoticeKind.CLOSED: party_notices.closed,
}


def _read_out(view: NoticeView, say: Say, what: str) -> Html:
    """The party's own words, marked as such; how the case stands where there are none."""
    case = case_of(view)
    speak = _READ_OUT.get(what, status_cards.status)
    listener = replace(view.reader, language=case.language, staff=False)
    text = speak(replace(view, reader=listener), Say(case.language, say.strict)).text
    return Html(f"<blockquote>{text}</blockquote>")


def _task_facts(view: NoticeView, say: Say) -> Iterator[Html]:
    task = view.task
    facts = task.facts if task else {}
    words = facts.get("words")
    if words:
        yield say(
            # L10n: Read by who has the task; {words} is what somebody wrote.
            P_("card", "Words that led to it: {words}"),
            words=cut(say.list(str(word) for word in words), 200),
        )
    if facts.get("said") == "not_meant":
        yield say(
            P_(
                "card",
                "The person then said that it was not meant so. Somebody else may be holding the phone.",
            )
        )
    for number in (facts.get("phone"), facts.get("contact"), _reporters_phone(view)):
        if number:
            yield say(
                # L10n: Read by who has the task; {phone} is a telephone number.
                P_("card", "Telephone: {phone}"),
                phone=cut(str(number), 200),
            )
    if facts.get("whom"):
        yield say(
            # L10n: Read by who has the task; {name} is a name.
            P_("card", "Call {name}: the offer of this case has not been opened."),
            name=cut(str(facts["whom"]), 60),
        )
    if facts.get("side"):
        yield say(_SIDES.get(str(facts["side"]), _SIDES["reporter"]))
    if facts.get("why") in _CALLS:
        yield say(_CALLS[str(facts["why"])])
    if task and task.kind is TaskKind.READ_ALOUD:
        yield _read_out(view, say, str(facts.get("what")))


def _reporters_phone(view: NoticeView) -> str | None:
    """For a call to the person who reported, where the task itself names no number."""
    case, task = case_of(view), view.task
    if task is None or case.guarded or task.kind not in {TaskKind.CALL, TaskKind.READ_ALOUD}:
        return None
    named = {"phone", "contact", "whom"} & task.facts.keys()
    return None if named or task.facts.get("side") == Side.OTHER else case.phone


_SIDES: dict[str, Word] = {
    "reporter": P_("card", "To whom: the side that reported"),
    "other": P_("card", "To whom: the other side"),
}
