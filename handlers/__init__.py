"""The switchboard: which conversation answers what, and the order, with its reasons.

1. Taps first: they carry their meaning with them and never wait for a question.
2. The account itself: blocked or back again.
3. Every private message: the safety gate has read it before; then commands, then the open question.
4. Everything else, last: an update that nobody answers must still be recorded as done.
"""

import contextlib
from collections.abc import Callable
from typing import Any

from telegram import Update
from telegram.error import TelegramError
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from cases.actions import delivery
from cases.urgency import gate
from handlers import (
    danger,
    desk,
    followup,
    mediation,
    my_cases,
    officer,
    place,
    report,
    start,
    submit,
)
from handlers.buttons import NotAButton, Tap, Verb
from handlers.context import BotContext
from handlers.dialogue import Step, Talk
from handlers.heard import Heard, Kind
from handlers.numbers import number_in
from handlers.profile import introduce
from handlers.screens import Screen

__all__ = ["COMMANDS", "STEPS", "TAPS", "introduce", "register"]

COMMANDS: dict[str, Callable[[Talk], None]] = {
    "start": start.start,
    "my": start.mine,
    "desk": start.home,
    "report": start.new_report,
    "language": start.language,
    "help": start.help_,
    "cancel": start.cancel,
}

TAPS: dict[Verb, Callable[[Talk, Tap], None]] = {
    Verb.SUBMIT: submit.tapped_submit,
    Verb.FIX: lambda talk, tap: (officer.fix if talk.is_officer else submit.tapped_fix)(talk, tap),
    Verb.DISCARD: submit.tapped_discard,
    Verb.WEAK_NO: submit.tapped_weak,
    Verb.WEAK_YES: submit.tapped_weak,
    Verb.AGREED: officer.blow,
    Verb.NOT_ASKED: officer.blow,
    Verb.FIX_LINE: officer.fix_line,
    Verb.OPEN: desk.open_card,
    Verb.STORY: desk.story,
    Verb.TAKE: desk.take,
    Verb.TAKE_ALL: desk.take_all,
    Verb.BACK: desk.ask_back_why,
    Verb.BACK_WHY: desk.give_back,
    Verb.REACHED: mediation.contact,
    Verb.NO_ANSWER: mediation.contact,
    Verb.DAY: mediation.ask_day,
    Verb.DAY_IS: mediation.day_tapped,
    Verb.AGREE: mediation.ask_terms,
    Verb.AGREE_OK: mediation.confirmed,
    Verb.AGREE_REDO: mediation.redo,
    Verb.INVITE: mediation.invite,
    Verb.WORD: desk.ask_note,
    Verb.TASK_DONE: desk.task_done,
    Verb.CONTACTED: followup.contacted,
    Verb.NOT_CONTACTED: followup.contacted,
    Verb.KEPT: followup.kept,
    Verb.TERMS: followup.terms,
    Verb.CLOSE_OK: followup.close,
    Verb.WATCH: followup.watch,
    Verb.RATE: followup.rate,
    Verb.WELL: followup.visited,
    Verb.NOT_WELL: followup.visited,
    Verb.APPROVE: desk.approve,
    Verb.ADD: my_cases.ask_words,
    Verb.CALL_ME: my_cases.call_me,
    Verb.STATUS: my_cases.status,
}

STEPS: dict[Step, Callable[[Talk], None]] = {
    Step.LANGUAGE: report.choose_language,
    Step.MATTER: report.matter,
    Step.PLACE: place.said,
    Step.PLACE_CONFIRM: place.confirmed,
    Step.VOICE_DANGER: report.voice_danger,
    Step.SUBMIT: submit.more_before_submit,
    Step.FIX: submit.fix,
    Step.CALL_NUMBER: submit.call_number,
    Step.AFTER: my_cases.after_number,
    Step.PHONE: my_cases.phone,
    Step.PHOTO: my_cases.photo,
    Step.ADD_WORDS: my_cases.add,
    Step.SORRY_WORDS: my_cases.add,
    Step.DANGER: danger.how_are_you,
    Step.DANGER_PLACE: danger.in_danger_now,
    Step.PHONE_SEEN: danger.phone_seen,
    Step.SAFE_CHOICE: danger.safe_choice,
    Step.SAFE_NUMBER: danger.safe_number,
    Step.ERASE: danger.erase,
    Step.OFFICER_LINE: officer.line_said,
    Step.WHICH_DAY: mediation.day_said,
    Step.AGREE_TERMS: mediation.terms_said,
    Step.AGREE_DAY: mediation.promised_day_said,
    Step.AGREE_CONFIRM: mediation.terms_said,
    Step.NOTE: desk.note_said,
    Step.SUMMARY: desk.summary_said,
}


def register(app: Application[Any, BotContext, Any, Any, Any, Any]) -> None:
    """Hang the handlers into the application, in order."""
    app.add_handler(CallbackQueryHandler(on_tap))
    app.add_handler(ChatMemberHandler(on_membership, ChatMemberHandler.MY_CHAT_MEMBER))
    app.add_handler(MessageHandler(filters.ALL, on_message))
    app.add_handler(TypeHandler(Update, on_anything_else))


async def on_tap(update: Update, context: BotContext) -> None:
    """Answer the tap empty and at once; all meaning goes into the card."""
    heard = Heard.of(update)
    if update.callback_query is not None:
        with contextlib.suppress(TelegramError):  # too old: the card still says what happened
            await update.callback_query.answer()
    if heard is None:
        await context.pass_by(update)
        return
    await context.act(update, heard, tapped)


async def on_message(update: Update, context: BotContext) -> None:
    """Every private message is one step of its person's conversation."""
    heard = Heard.of(update)
    if heard is None:
        await context.pass_by(update)
    else:
        await context.act(update, heard, said)


async def on_membership(update: Update, context: BotContext) -> None:
    """Somebody blocked the bot or came back: whom to reach depends on it (law 2)."""
    change = update.my_chat_member
    if change is None or change.chat.type != "private":
        await context.pass_by(update)
        return
    gone = change.new_chat_member.status in {"kicked", "left"}
    heard = Heard(update.update_id, change.from_user.id, Kind.OTHER, 0)
    await context.act(update, heard, lambda talk: _membership(talk, gone=gone))


async def on_anything_else(update: Update, context: BotContext) -> None:
    await context.pass_by(update)


def tapped(talk: Talk) -> None:
    """One tap. What is no button of ours is answered like a stale one: with where the person stands."""
    try:
        tap = Tap.read(talk.heard.data)
        TAPS[tap.verb](talk, tap)
    except NotAButton:
        start.home(talk)


def said(talk: Talk) -> None:
    """One message: danger first, then commands, numbers, replies, and the open question."""
    talk.let_go()
    heard = talk.heard
    found = gate(heard.text, talk.work.rules.words)
    if found.hit and not desk.speaks_of_a_case(talk):
        danger.cried(talk, found)
    elif heard.kind is Kind.COMMAND:
        _command(talk)
    elif (number := number_in(talk)) is not None:
        my_cases.by_number(talk, number)
    elif talk.is_staff and desk.replied_elsewhere(talk):
        desk.replied(talk)
    elif talk.step in STEPS:
        STEPS[talk.step](talk)
    elif talk.is_officer:
        _officer_said(talk)
    elif talk.is_staff:
        _staff_said(talk)
    elif heard.kind is Kind.OTHER:
        talk.say(Screen.NOT_UNDERSTOOD)
    else:
        my_cases.idle(talk)


def _officer_said(talk: Talk) -> None:
    if not officer.consent_word(talk):
        officer.heard(talk)


def _staff_said(talk: Talk) -> None:
    if not desk.replied(talk):
        desk.home(talk)


def _command(talk: Talk) -> None:
    name = (talk.heard.text[1:].split(maxsplit=1) or [""])[0].split("@")[0].lower()
    COMMANDS.get(name, start.help_)(talk)


def _membership(talk: Talk, *, gone: bool) -> None:
    talk.person.blocked_at = talk.work.now if gone else None
    if gone:
        talk.work.session.flush()
        delivery.gone(talk.work, talk.person)
