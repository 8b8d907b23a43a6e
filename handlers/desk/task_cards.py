"""Work for a human that no button of a case covers: listening, reading, calling, reading aloud."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from cases.outbox import NoticeKind
from cases.views import NoticeView, TaskView
from handlers.buttons import Tap, Verb
from handlers.cards import Card
from handlers.desk import pausing_screens
from handlers.desk.challenge_cards import challenge_lines, challenge_rows
from handlers.desk.desk_lines import Row, done_button, lock_line, open_button, veiled
from handlers.file_lines import shown
from handlers.parties import closed_notice, followup_screens, party_notices, status_cards
from handlers.reporting import receipts
from handlers.words import Html, Say, case_of, cut, lines
from locales import P_, Word
from models.vocabulary import (
    Kept,
    Side,
    TaskKind,
)


def task_card(view: NoticeView, say: Say) -> Card:
    """The whole task, opened by whoever has it."""
    return _task(view, say, Html(case_of(view).short))


def task_notice(view: NoticeView, say: Say) -> Card:
    """Announced: the number and what it is; whom to call, the words and the file open on a tap (law 9)."""
    case, task = case_of(view), view.task
    if task is None:
        first = lock_line(view, say, say(P_("notice", "something to do")))
        return Card(first, say.language, inline=((open_button(case, say),),))
    whole = say.button(P_("staff button", "Open"), Tap(Verb.TASK, task.id))
    rows: list[Row] = [(open_button(case, say) if veiled(case) else whole,)]
    if task.kind is not TaskKind.CHALLENGE and not heard_rows(task, say):
        rows.append((done_button(task.id, say),))
    return Card(lock_line(view, say, _task_title(view, say)), say.language, inline=tuple(rows))


def _task(view: NoticeView, say: Say, first: Html) -> Card:
    case, task = case_of(view), view.task
    if task is None:
        return Card(first, say.language, inline=((open_button(case, say),),))
    rows: tuple[Row, ...] = (
        *heard_rows(task, say),
        (done_button(task.id, say),),
        (open_button(case, say),),
    )
    if task.kind is TaskKind.CHALLENGE:
        rows = challenge_rows(case, task, say)
    file = shown(task.evidence) if task.evidence else None
    return Card(lines(first, *task_lines(view, say)), say.language, inline=rows, file=file)


#: What a side may answer by telephone, for the questions that need an answer.
_ANSWERS: dict[str, tuple[tuple[Word, str], ...]] = {
    NoticeKind.KEPT_QUESTION: (
        (P_("staff button", "They say: all kept"), Kept.ALL),
        (P_("staff button", "They say: partly"), Kept.PARTLY),
        (P_("staff button", "They say: not kept"), Kept.NOT),
    ),
    NoticeKind.SETTLED_QUESTION: (
        (P_("staff button", "They say: settled"), "yes"),
        (P_("staff button", "They say: not settled"), "no"),
    ),
}


def heard_rows(task: TaskView, say: Say) -> tuple[Row, ...]:
    """One tap records what was heard; nobody answered is simply not done yet. Many people are told, not asked at once."""
    if task.facts.get("side") == Side.CONCERNED:
        return ()
    answers = _ANSWERS.get(str(task.facts.get("what")), ())
    return tuple((say.button(word, Tap(Verb.HEARD, task.id, 0, arg)),) for word, arg in answers)


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
    "paper": P_("notice", "bring the signed paper"),
    "challenge": P_("notice", "decide about another handler"),
    "order": P_("notice", "an order of the head"),
    "request": P_("notice", "a request of the governance centre"),
}


def task_what(task: TaskView, say: Say) -> Html:
    """What is to be done, in a few words."""
    return say(_TITLES[task.kind])


def task_lines(view: NoticeView, say: Say) -> Iterator[Html]:
    task = view.task
    if task is None:
        return
    yield say(_WORK[task.kind])
    if task.facts.get("reason"):
        yield say(
            # L10n: Read by who has the task; {words} is what the head wrote.
            P_("card", "Written: {words}"),
            words=cut(str(task.facts["reason"]), 1000),
        )
    yield from _task_facts(view, say)
    if task.due:
        yield say(
            # L10n: Read by who has the task; {when} is a day and hour.
            P_("card", "By {when}"),
            when=say.until(task.due),
        )


_WORK: dict[str, Word] = {
    "order": P_("card", "Please do this, and answer in words."),
    "request": P_("card", "Please answer in words, or order the judge."),
    "challenge": P_(
        "card",
        "A party asks for another handler. Until you decide, the handler cannot work on it.",
    ),
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
    "paper": P_(
        "card",
        "Both sides consented to a longer term. Please have them sign, and send a photo of the paper as a reply here.",
    ),
}


_CALLS: dict[str, Word] = {
    "kept_unanswered": P_(
        "card", "Why: nobody answered whether the promise was kept. Ask both sides."
    ),
    "follow_up": P_("card", "Why: to ask how things are, by the way this person chose."),
    "read_along": P_(
        "card",
        "Why: somebody else may read this person's chat, so nothing is written there unasked. Agree how to be in touch.",
    ),
    "withdrawn": P_(
        "card",
        "Why: the chat says that this person wants to end it. Ask safely whether it is their own wish. Safety visits go on.",
    ),
}


#: What is read out to a side without a chat: the very words that those with one read, in the party's language.
_READ_OUT: dict[str, Callable[[NoticeView, Say], Card]] = {
    NoticeKind.RECEIPT: receipts.receipt,
    NoticeKind.HANDLER_CHANGED: party_notices.handler_changed,
    NoticeKind.CONTACT_CHECK: followup_screens.contact_check,
    NoticeKind.PROMISE_SOON: party_notices.promise_soon,
    NoticeKind.AGREEMENT: party_notices.agreement,
    NoticeKind.DAY_AGREED: party_notices.day_agreed,
    NoticeKind.KEPT_QUESTION: followup_screens.kept_question,
    NoticeKind.SETTLED_QUESTION: pausing_screens.settled_question,
    NoticeKind.SUSPENDED: pausing_screens.suspended,
    NoticeKind.RESUMED: pausing_screens.resumed,
    NoticeKind.EXTENDED: pausing_screens.extended,
    NoticeKind.REFERRED: pausing_screens.referred,
    NoticeKind.FOLLOW_UP_QUESTION: followup_screens.follow_up_question,
    NoticeKind.GUIDE: party_notices.guide,
    NoticeKind.CLOSED: closed_notice.closed,
}


def _read_out(view: NoticeView, say: Say, what: str) -> Html:
    """The party's own words, marked as such; how the case stands where there are none."""
    case = case_of(view)
    speak = _READ_OUT.get(what, status_cards.status)
    listener = replace(view.reader, language=case.language, staff=False)
    facts = {**view.facts, **(view.task.facts if view.task else {})}
    read = replace(view, reader=listener, facts=facts)
    text = speak(read, Say(case.language, say.strict)).text
    return Html(f"<blockquote>{text}</blockquote>")


def _task_facts(view: NoticeView, say: Say) -> Iterator[Html]:
    task = view.task
    facts = task.facts if task else {}
    if task and task.kind is TaskKind.CHALLENGE:
        yield from challenge_lines(view, say)
        return
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
    "concerned": P_("card", "To whom: the people concerned who have no phone"),
}
