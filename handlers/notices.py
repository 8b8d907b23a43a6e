"""From a view to words: which function speaks for which kind, and nothing else."""

from collections.abc import Callable
from dataclasses import replace

from cases.outbox import NoticeKind
from cases.views import NoticeView
from handlers import file_lines, joining_code_screens, lock_screen, refusals
from handlers.cards import Card
from handlers.danger import danger_screens
from handlers.desk import (
    case_menu,
    challenge_cards,
    desk_screens,
    due_notices,
    ending_screens,
    judge_words_screens,
    offers,
    one_by_one_screens,
    pausing_screens,
    staff_cards,
    staff_story,
    task_cards,
    their_office_screens,
)
from handlers.grid import (
    officer_desk_screens,
    officer_kind,
    officer_screens,
    together_screens,
    whistle_screens,
)
from handlers.heads import head_notices, office_speakers
from handlers.parties import (
    closed_notice,
    followup_screens,
    my_data_screens,
    own_case_screens,
    party_notices,
    status_cards,
)
from handlers.reporting import (
    after_number_screens,
    receipts,
    resident_screens,
    submit_card,
    unsent_screens,
)
from handlers.screens import Screen
from handlers.words import Say
from locales import P_

Speaker = Callable[[NoticeView, Say], Card]

SPEAKERS: dict[str, Speaker] = {
    **office_speakers.SPEAKERS,
    # the door
    Screen.DOOR_LANGUAGE: resident_screens.door_language,
    Screen.ASK_MATTER: resident_screens.ask_matter,
    Screen.HELP: resident_screens.help_screen,
    Screen.GREETING: resident_screens.greeting,
    # a resident's report
    Screen.ASK_PLACE: resident_screens.ask_place,
    Screen.PLACE_FOUND: resident_screens.place_found,
    Screen.PLACE_CHOICES: resident_screens.place_choices,
    Screen.PLACE_LIST: resident_screens.place_list,
    Screen.VOICE_RECEIVED: resident_screens.voice_received,
    Screen.SUBMIT: submit_card.submit,
    Screen.FIX: resident_screens.fix,
    Screen.FIX_FILES: unsent_screens.fix_files,
    Screen.DISCARDED: resident_screens.discarded,
    # what was said and not submitted
    Screen.SET_ASIDE: unsent_screens.set_aside,
    Screen.SECOND_MATTER: unsent_screens.second_matter,
    Screen.WHICH_MATTER: unsent_screens.which_matter,
    Screen.WHY: unsent_screens.why,
    # sensitive words, and one's own data
    Screen.NUMBER_NOT_NEEDED: my_data_screens.number_not_needed,
    Screen.SENSITIVE: my_data_screens.sensitive,
    Screen.SHOWN_NOW: my_data_screens.shown_now,
    Screen.MY_DATA: my_data_screens.my_data,
    Screen.MY_DATA_CORRECT: my_data_screens.correct,
    Screen.MY_DATA_DELETE: my_data_screens.delete,
    Screen.ASK_OWN_NAME: my_data_screens.ask_name,
    Screen.ASK_OWN_PHONE: resident_screens.ask_phone,
    Screen.ASK_CALL_NUMBER: resident_screens.ask_call_number,
    Screen.CALL_PROMISED: resident_screens.call_promised,
    # after the number
    Screen.ASK_HOME: after_number_screens.ask_home,
    Screen.ASK_OTHER_SIDE: after_number_screens.ask_other_side,
    Screen.ASK_PEOPLE: after_number_screens.ask_people,
    Screen.ASK_AMOUNT: after_number_screens.ask_amount,
    Screen.ASK_PHONE: resident_screens.ask_phone,
    Screen.ASK_PHOTO: resident_screens.ask_photo,
    Screen.ADDED: resident_screens.added_thanks,
    Screen.MY_CASES: status_cards.my_cases,
    Screen.STATUS: status_cards.status,
    Screen.WHICH_CASE: status_cards.which_case,
    Screen.ASK_WORDS: resident_screens.ask_words,
    # whose dispute it is decides about it
    Screen.WITHDRAW: own_case_screens.ask_withdraw,
    Screen.ASK_WITHDRAW_WHY: own_case_screens.ask_withdraw_why,
    Screen.WITHDRAWN: own_case_screens.withdrawn,
    Screen.WENT_ON: own_case_screens.went_on,
    Screen.CHALLENGE_WHO: own_case_screens.challenge_who,
    Screen.CHALLENGE_WHY: own_case_screens.challenge_why,
    Screen.CHALLENGED: own_case_screens.challenged,
    Screen.ASK_KEEP_WHY: challenge_cards.ask_keep_why,
    Screen.ASK_REOPEN: own_case_screens.ask_reopen,
    Screen.REOPEN_OFFER: own_case_screens.reopen_offer,
    Screen.TOO_LONG_AGO: own_case_screens.too_long_ago,
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
    Screen.OFFICER_HOME: officer_desk_screens.officer_home,
    Screen.OFFICER_CARD: officer_screens.officer_card,
    Screen.OFFICER_FIX: officer_screens.officer_fix,
    Screen.OFFICER_LINE: officer_screens.officer_line,
    Screen.OFFICER_KIND: officer_kind.officer_kind,
    Screen.RAISE_WHY: whistle_screens.raise_why,
    Screen.RAISE_WORDS: whistle_screens.raise_words,
    Screen.VISIT_FOUND: whistle_screens.visit_found,
    Screen.VISITED: whistle_screens.visited,
    Screen.CONCERNED_CODE: together_screens.concerned_code,
    Screen.JOINED_CONCERNED: together_screens.joined_concerned,
    Screen.LEFT: together_screens.left,
    # staff
    Screen.CARD: staff_cards.card,
    Screen.CASE_MENU: case_menu.menu,
    Screen.OFFICE_WHICH: their_office_screens.office_which,
    Screen.STORY: staff_story.story,
    Screen.FILE: staff_story.file,
    Screen.STAFF_HOME: offers.staff_home,
    Screen.TAKEN_ALL: offers.taken_all,
    Screen.BACK_WHY: desk_screens.back_why,
    Screen.ONE_BY_ONE: one_by_one_screens.one_by_one,
    Screen.ONE_BY_ONE_END: one_by_one_screens.one_by_one_end,
    Screen.RECUSED_TIE: one_by_one_screens.recused_tie,
    Screen.RECUSED: one_by_one_screens.recused,
    Screen.ASK_GUIDANCE: judge_words_screens.ask_guidance,
    Screen.GUIDANCE_SENT: judge_words_screens.guidance_sent,
    Screen.GUIDANCE: judge_words_screens.guidance,
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
    # ending, resting, extending, passing on
    Screen.END_WHICH: ending_screens.which,
    Screen.END_ORGAN: ending_screens.organ,
    Screen.END_WORDS: ending_screens.words,
    Screen.END_CONFIRM: ending_screens.confirm,
    Screen.NOT_APPROVED_WHY: ending_screens.not_approved_why,
    Screen.CONTESTED: ending_screens.contested,
    Screen.SETTLED_ASKED: pausing_screens.settled_asked,
    Screen.SETTLED_THANKS: pausing_screens.settled_thanks,
    Screen.SUSPEND_WHY: pausing_screens.suspend_why,
    Screen.EXTEND_WHY: pausing_screens.extend_why,
    Screen.EXTEND_DAY: pausing_screens.extend_day,
    Screen.REFER_ORGAN: pausing_screens.refer_organ,
    Screen.REFER_WORDS: pausing_screens.refer_words,
    Screen.TAKE_BACK_WHY: pausing_screens.take_back_why,
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
    Screen.JOIN_DIGITS: desk_screens.join_digits,
    Screen.JOIN_LOCKED: desk_screens.join_is_locked,
    Screen.JOIN_CODE: joining_code_screens.join_code,
    Screen.JOIN_CODE_UNKNOWN: joining_code_screens.code_unknown,
    Screen.JOIN_CODES_LOCKED: joining_code_screens.codes_locked,
    Screen.JOINED_ALREADY: joining_code_screens.joined_already,
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
    NoticeKind.HELD: challenge_cards.held,
    NoticeKind.CHALLENGE_DECIDED: own_case_screens.challenge_decided,
    NoticeKind.AGREEMENT: party_notices.agreement,
    NoticeKind.KEPT_QUESTION: followup_screens.kept_question,
    NoticeKind.FOLLOW_UP_QUESTION: followup_screens.follow_up_question,
    NoticeKind.NOT_KEPT: due_notices.not_kept,
    NoticeKind.PROMISE_SOON: party_notices.promise_soon,
    NoticeKind.GUIDE: party_notices.guide,
    NoticeKind.APPROVE_CLOSING: head_notices.approve_closing,
    NoticeKind.CLOSED: closed_notice.closed,
    NoticeKind.CLOSING_REFUSED: head_notices.closing_refused,
    NoticeKind.SETTLED_QUESTION: pausing_screens.settled_question,
    NoticeKind.SUSPENDED: pausing_screens.suspended,
    NoticeKind.RESUMED: pausing_screens.resumed,
    NoticeKind.EXTENDED: pausing_screens.extended,
    NoticeKind.REFERRED: pausing_screens.referred,
    NoticeKind.REVIEW: head_notices.review,
    NoticeKind.NOT_DELIVERED: head_notices.not_delivered,
    NoticeKind.ADDED: due_notices.added,
    NoticeKind.FILE_REFUSED: file_lines.file_refused,
    NoticeKind.UPDATE_DIED: head_notices.update_died,
    NoticeKind.WAS_AWAY: head_notices.was_away,
    NoticeKind.RESTORED: head_notices.restored,
    NoticeKind.MORE: lock_screen.more,
    NoticeKind.DRAFT_WAITS: unsent_screens.draft_waits,
    NoticeKind.DRAFT_GONE: unsent_screens.draft_gone,
    NoticeKind.JOIN_LOCKED: desk_screens.join_locked,
    NoticeKind.CODES_TRIED: joining_code_screens.codes_tried,
    NoticeKind.RAISED: whistle_screens.raised,
    NoticeKind.VISITED: whistle_screens.visit_heard,
    NoticeKind.WORD: judge_words_screens.word_notice,
    NoticeKind.CONSENT_DUE: officer_desk_screens.consent_due,
}


def render(view: NoticeView, *, strict: bool = False) -> Card:
    """The message for its reader, in the reader's language."""
    say = Say(view.reader.language, strict)
    speak = lock_screen.number_only if view.number_only else SPEAKERS[view.kind]
    card = speak(view, say)
    if not view.repeated:
        return card
    # L10n: first line of a message that may have arrived before
    again = say(P_("notice", "(sent again)"))
    return replace(card, text=f"{again}\n{card.text}")
