"""From a view to words: which function speaks for which kind, and nothing else."""

from collections.abc import Callable
from dataclasses import replace

from cases.outbox import NoticeKind
from cases.views import NoticeView
from handlers import (
    danger_screens,
    desk_screens,
    due_notices,
    followup_screens,
    head_notices,
    offers,
    officer_screens,
    party_notices,
    receipts,
    refusals,
    resident_screens,
    staff_cards,
    staff_story,
    status_cards,
    submit_card,
    task_cards,
)
from handlers.cards import Card
from handlers.screens import Screen
from handlers.words import Say
from locales import P_

Speaker = Callable[[NoticeView, Say], Card]

SPEAKERS: dict[str, Speaker] = {
    # the door
    Screen.DOOR_LANGUAGE: resident_screens.door_language,
    Screen.ASK_MATTER: resident_screens.ask_matter,
    Screen.HELP: resident_screens.help_screen,
    Screen.GREETING: resident_screens.greeting,
    # a resident's report
    Screen.ASK_PLACE: resident_screens.ask_place,
    Screen.PLACE_FOUND: resident_screens.place_found,
    Screen.PLACE_CHOICES: resident_screens.place_choices,
    Screen.VOICE_RECEIVED: resident_screens.voice_received,
    Screen.SUBMIT: submit_card.submit,
    Screen.FIX: resident_screens.fix,
    Screen.DISCARDED: resident_screens.discarded,
    Screen.ASK_CALL_NUMBER: resident_screens.ask_call_number,
    Screen.CALL_PROMISED: resident_screens.call_promised,
    # after the number
    Screen.ASK_HOME: resident_screens.ask_home,
    Screen.ASK_PHONE: resident_screens.ask_phone,
    Screen.ASK_PHOTO: resident_screens.ask_photo,
    Screen.ADDED: resident_screens.added_thanks,
    Screen.MY_CASES: status_cards.my_cases,
    Screen.STATUS: status_cards.status,
    Screen.WHICH_CASE: status_cards.which_case,
    Screen.ASK_WORDS: resident_screens.ask_words,
    # danger
    Screen.DANGER: danger_screens.danger,
    Screen.DANGER_NOW: danger_screens.danger_now,
    Screen.PHONE_SEEN: danger_screens.phone_seen,
    Screen.SAFE_CHOICE: danger_screens.safe_choice,
    Screen.SAFE_NUMBER: danger_screens.safe_number,
    Screen.SAFE_CALL_PROMISED: danger_screens.safe_call_promised,
    Screen.SAFE_SELF: danger_screens.safe_self,
    Screen.SAFE_HERE: danger_screens.safe_here,
    Screen.HELP_PLACES: danger_screens.help_places,
    Screen.NOT_MEANT: danger_screens.not_meant,
    Screen.PLACE_THANKS: danger_screens.place_thanks,
    Screen.ERASED: danger_screens.erased,
    # a grid officer's report
    Screen.OFFICER_HOME: officer_screens.officer_home,
    Screen.OFFICER_CARD: officer_screens.officer_card,
    Screen.OFFICER_FIX: officer_screens.officer_fix,
    Screen.OFFICER_LINE: officer_screens.officer_line,
    # staff
    Screen.CARD: staff_cards.card,
    Screen.STORY: staff_story.story,
    Screen.FILE: staff_story.file,
    Screen.STAFF_HOME: offers.staff_home,
    Screen.TAKEN_ALL: offers.taken_all,
    Screen.BACK_WHY: desk_screens.back_why,
    Screen.WHICH_DAY: desk_screens.which_day,
    Screen.ASK_DAY_WORDS: desk_screens.ask_day_words,
    Screen.AGREE_TERMS: desk_screens.agree_terms,
    Screen.AGREE_DAY: desk_screens.agree_day,
    Screen.AGREE_CONFIRM: desk_screens.agree_confirm,
    Screen.INVITE_LINK: desk_screens.invite_link,
    Screen.ASK_NOTE: desk_screens.ask_note,
    Screen.NOTED: desk_screens.noted,
    Screen.NO_ANSWER_NOTED: desk_screens.no_answer_noted,
    Screen.TASK_CARD: task_cards.task_card,
    Screen.ASK_SUMMARY: desk_screens.ask_summary,
    # answers of the follow-up
    Screen.CONTACT_OK: followup_screens.contact_ok,
    Screen.CONTACT_SORRY: followup_screens.contact_sorry,
    Screen.KEPT_CLOSE: followup_screens.kept_close,
    Screen.KEPT_THANKS: followup_screens.kept_thanks,
    Screen.KEPT_SORRY: followup_screens.kept_sorry,
    Screen.TERMS: followup_screens.terms,
    Screen.RATE: followup_screens.rate,
    Screen.CLOSING_WAITS: followup_screens.closing_waits,
    Screen.RATED: followup_screens.rated,
    Screen.WATCHING: followup_screens.watching,
    Screen.FOLLOW_UP_WELL: followup_screens.follow_up_well,
    Screen.APPROVED: desk_screens.approved,
    # joining
    Screen.JOINED: desk_screens.joined,
    Screen.JOINED_OTHER: party_notices.joined_other,
    # what could not be done
    Screen.NOT_UNDERSTOOD: resident_screens.not_understood,
    Screen.REFUSED: refusals.refused,
    # what the office says on its own motion
    NoticeKind.RECEIPT: receipts.receipt,
    NoticeKind.OFFER: offers.offer,
    NoticeKind.DIGEST: offers.digest,
    NoticeKind.REMIND: due_notices.remind,
    NoticeKind.WARN: due_notices.warn,
    NoticeKind.CONTACT_DUE: due_notices.contact_due,
    NoticeKind.LAPSED: due_notices.lapsed,
    NoticeKind.TAKEN: due_notices.taken,
    NoticeKind.HANDLER_CHANGED: party_notices.handler_changed,
    NoticeKind.ESCALATED: head_notices.escalated,
    NoticeKind.TASK: task_cards.task_notice,
    NoticeKind.CONTACT_CHECK: followup_screens.contact_check,
    NoticeKind.CONTRADICTED: head_notices.contradicted,
    NoticeKind.DAY_AGREED: party_notices.day_agreed,
    NoticeKind.AGREEMENT: party_notices.agreement,
    NoticeKind.KEPT_QUESTION: followup_screens.kept_question,
    NoticeKind.FOLLOW_UP_QUESTION: followup_screens.follow_up_question,
    NoticeKind.NOT_KEPT: due_notices.not_kept,
    NoticeKind.PROMISE_SOON: party_notices.promise_soon,
    NoticeKind.GUIDE: party_notices.guide,
    NoticeKind.APPROVE_CLOSING: head_notices.approve_closing,
    NoticeKind.CLOSED: party_notices.closed,
    NoticeKind.REVIEW: head_notices.review,
    NoticeKind.NOT_DELIVERED: head_notices.not_delivered,
    NoticeKind.ADDED: due_notices.added,
    NoticeKind.UPDATE_DIED: head_notices.update_died,
}


def render(view: NoticeView, *, strict: bool = False) -> Card:
    """The message for its reader, in the reader's language."""
    say = Say(view.reader.language, strict)
    card = SPEAKERS[view.kind](view, say)
    if not view.repeated:
        return card
    # L10n: first line of a message that may have arrived before
    again = say(P_("notice", "(sent again)"))
    return replace(card, text=f"{again}\n{card.text}")
