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
from handlers import groups, interruptions, joining_code, old_keys, start, unveiling
from handlers.asking_again import again
from handlers.buttons import NotAButton, Tap, Verb
from handlers.context import BotContext
from handlers.danger import danger
from handlers.desk import away, desk, grid_and_court, mediating
from handlers.dialogue import Step, Talk
from handlers.grid import officer
from handlers.heads import administer, asking_who, office_desks, rota_desk
from handlers.heard import Heard, Kind
from handlers.numbers import number_in
from handlers.parties import case_list, followup, my_cases, my_data, own_case
from handlers.profile import introduce
from handlers.reporting import attachments, place, privacy, report, submit, unsent
from handlers.screens import Screen

__all__ = ["COMMANDS", "STEPS", "TAPS", "introduce", "register"]

COMMANDS: dict[str, Callable[[Talk], None]] = {
    "start": start.start,
    "my": interruptions.mine,
    "mydata": interruptions.my_data,
    "desk": start.home,
    "report": start.new_report,
    "language": interruptions.language,
    "help": interruptions.help_,
    "cancel": interruptions.cancel,
    "join": joining_code.ask,
    "away": away.ask,
    "coverage": away.coverage,
    "who": asking_who.ask,
    "rota": rota_desk.rota,
    "backoffice": lambda talk: (
        administer.ask_office if administer.may_enter(talk) else interruptions.help_
    )(talk),
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
    Verb.READ: unveiling.read,
    Verb.TASK: unveiling.task,
    Verb.OPEN: desk.open_card,
    Verb.STORY: desk.story,
    Verb.FILES: desk.earlier_files,
    Verb.MORE: desk.open_menu,
    Verb.TAKE: desk.take,
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
    **mediating.TAPS,
    **grid_and_court.TAPS,
    **office_desks.TAPS,
    Verb.WITHDRAW: own_case.ask_withdraw,
    Verb.WITHDRAW_OK: own_case.withdraw,
    Verb.GO_ON: own_case.go_on,
    Verb.CHALLENGE: own_case.ask_challenge,
    Verb.CHALLENGE_WHY: own_case.challenge_tapped,
    Verb.REPLACE: own_case.replace,
    Verb.KEEP: own_case.ask_keep_why,
    Verb.REOPEN: own_case.ask_reopen,
    Verb.RATE_ASK: own_case.ask_rating,
    Verb.ADD: my_cases.ask_words,
    Verb.CALL_ME: my_cases.call_me,
    Verb.STATUS: case_list.status,
    Verb.TAKE_UP: unsent.go_on,
    Verb.DROP_IT: unsent.throw_away,
    Verb.NEW_MATTER: unsent.begin_another,
    Verb.BELONGS: unsent.belongs,
    Verb.TAKE_OUT: attachments.take_out,
    Verb.FILES_DONE: attachments.done,
    Verb.SHOW_IT: submit.tapped_show,
    Verb.CASE_SHOW: privacy.agreed,
    Verb.DATA: my_data.tapped,
    Verb.AWAY_OK: away.confirmed,
    Verb.AWAY_BACK: away.back,
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
    Step.WITHDRAW_WHY: own_case.withdraw_why_said,
    Step.CHALLENGE_WHY: own_case.challenge_said,
    Step.KEEP_WHY: own_case.keep_why_said,
    Step.REOPEN_WORDS: own_case.reopen_said,
    Step.DANGER: danger.how_are_you,
    Step.DANGER_PLACE: danger.in_danger_now,
    Step.PHONE_SEEN: danger.phone_seen,
    Step.SAFE_CHOICE: danger.safe_choice,
    Step.SAFE_NUMBER: danger.safe_number,
    Step.ERASE: danger.erase,
    Step.OFFICER_LINE: officer.line_said,
    Step.NOTE: desk.note_said,
    Step.SUMMARY: desk.summary_said,
    **mediating.STEPS,
    **grid_and_court.STEPS,
    **office_desks.STEPS,
    Step.JOIN_DIGITS: start.digits_said,
    Step.JOIN_CODE: joining_code.code_said,
    Step.AWAY_DAYS: away.days_said,
    Step.OWN_NAME: my_data.name_said,
    Step.OWN_PHONE: my_data.phone_said,
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
    answered = context.house.was_answered(update.update_id)
    if update.callback_query is not None and not answered:
        with contextlib.suppress(TelegramError):  # too old: the card still says what happened
            await update.callback_query.answer()
    if heard is None:
        await context.pass_by(update)
        return
    await context.act(update, heard, tapped)


async def on_message(update: Update, context: BotContext) -> None:
    """Every private message is one step of its person's conversation; in a group nobody's words are heard."""
    heard = Heard.of(update)
    if heard is None:
        await groups.answer(context.bot, context.house, update)
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
        _stale(talk)


def said(talk: Talk) -> None:
    """One message: danger first, then commands, numbers, replies, and the open question."""
    talk.let_go()
    heard = talk.heard
    found = gate(heard.text, talk.work.rules.words)
    if found.hit and not desk.speaks_of_a_case(talk):
        danger.cried(talk, found)
    elif heard.kind is Kind.COMMAND:
        _command(talk)
    elif joining_code.typed(talk) or interruptions.met(talk):
        return
    elif (number := number_in(talk)) is not None:
        case_list.by_number(talk, number)
    elif talk.is_staff and desk.replied_elsewhere(talk):
        desk.replied(talk)
    elif unsent.corrected(talk):
        again(talk)
    elif not (old_keys.out_of_place(talk) or unsent.late_answer(talk)):
        _answer(talk)
        privacy.notice(talk)


def _answer(talk: Talk) -> None:
    """What the open question makes of it; without one, what a person of this kind says first."""
    if talk.step in STEPS:
        STEPS[talk.step](talk)
    elif talk.heard.kind is Kind.OTHER:
        talk.say(Screen.NOT_UNDERSTOOD)
    elif talk.is_officer:
        _officer_said(talk)
    elif talk.is_staff:
        _staff_said(talk)
    else:
        my_cases.idle(talk)


def _stale(talk: Talk) -> None:
    if talk.step is Step.IDLE:
        start.home(talk)
    else:
        again(talk)


def _officer_said(talk: Talk) -> None:
    if not officer.consent_word(talk):
        officer.heard(talk)


def _staff_said(talk: Talk) -> None:
    if not desk.replied(talk):
        office_desks.home(talk)


def _command(talk: Talk) -> None:
    name = (talk.heard.text[1:].split(maxsplit=1) or [""])[0].split("@")[0].lower()
    COMMANDS.get(name, interruptions.help_)(talk)


def _membership(talk: Talk, *, gone: bool) -> None:
    talk.person.blocked_at = talk.work.now if gone else None
    if gone:
        talk.work.session.flush()
        delivery.gone(talk.work, talk.person)
