"""Every screen of a conversation, by code, with the facts that its words are made from.

A screen is a row like any notice (cases/outbox.py); its words are made at sending (handlers/notices.py).
Notices that the office sends on its own motion have their codes in cases/outbox.py: NoticeKind.
"""

from enum import StrEnum


class Screen(StrEnum):
    """Facts in brackets; `place` and `people` come with the view when an area is named."""

    # the door
    DOOR_LANGUAGE = "door_language"
    ASK_MATTER = "ask_matter"  # area_id | None, again: bool
    HELP = "help"
    GREETING = "greeting"
    # a resident's report
    ASK_PLACE = "ask_place"  # not_found: str | None
    PLACE_FOUND = "place_found"  # area_id
    PLACE_CHOICES = "place_choices"  # areas: [[area_id, name_zh, name_ko], …]
    VOICE_RECEIVED = "voice_received"  # seconds
    SUBMIT = "submit"  # matter | None, seconds | None, photos, area_id | None, category | None, weak, turn, owner
    FIX = "fix"
    DISCARDED = "discarded"
    ASK_CALL_NUMBER = "ask_call_number"
    CALL_PROMISED = "call_promised"
    # after the number
    ASK_HOME = "ask_home"
    ASK_PHONE = "ask_phone"
    ASK_PHOTO = "ask_photo"
    ADDED = "added_thanks"  # what
    MY_CASES = "my_cases"  # none: bool
    STATUS = "status"
    WHICH_CASE = "which_case"  # case_ids
    ASK_WORDS = "ask_words"
    # danger
    DANGER = "danger"  # the language may be unknown: both
    DANGER_NOW = "danger_now"
    PHONE_SEEN = "phone_seen"
    SAFE_CHOICE = "safe_choice"  # seen: bool
    SAFE_NUMBER = "safe_number"
    SAFE_CALL_PROMISED = "safe_call_promised"  # number; rota: bool
    SAFE_SELF = "safe_self"  # number
    SAFE_HERE = "safe_here"  # number
    HELP_PLACES = "help_places"
    NOT_MEANT = "not_meant"
    PLACE_THANKS = "place_thanks"
    ERASED = "erased"  # erase: [message ids]
    # a grid officer's report
    OFFICER_HOME = "officer_home"
    OFFICER_CARD = "officer_card"  # matter, lines…, area_id, turn, owner
    OFFICER_FIX = "officer_fix"  # turn, owner
    OFFICER_LINE = "officer_line"  # line
    # staff
    CARD = "card"
    STORY = "story"
    FILE = "file"  # file: the id of an evidence row
    STAFF_HOME = "staff_home"
    TAKEN_ALL = "taken_all"  # count
    BACK_WHY = "back_why"  # assignment
    WHICH_DAY = "which_day"  # days: [iso, …]
    ASK_DAY_WORDS = "ask_day_words"
    AGREE_TERMS = "agree_terms"
    AGREE_DAY = "agree_day"
    AGREE_CONFIRM = "agree_confirm"  # terms, day
    INVITE_LINK = "invite_link"  # link
    ASK_NOTE = "ask_note"
    NOTED = "noted"
    NO_ANSWER_NOTED = "no_answer_noted"  # next
    TASK_CARD = "task_card"  # task
    ASK_SUMMARY = "ask_summary"  # task
    # answers of the follow-up
    CONTACT_OK = "contact_ok"
    CONTACT_SORRY = "contact_sorry"
    KEPT_CLOSE = "kept_close"
    KEPT_THANKS = "kept_thanks"
    KEPT_SORRY = "kept_sorry"
    TERMS = "terms"
    RATE = "rate"
    CLOSING_WAITS = "closing_waits"
    RATED = "rated"
    WATCHING = "watching"
    FOLLOW_UP_WELL = "follow_up_well"
    APPROVED = "approved"
    # joining
    JOINED = "joined"
    JOINED_OTHER = "joined_other"
    # what could not be done
    NOT_UNDERSTOOD = "not_understood"
    REFUSED = "refused"  # error: the class name of a CaseError
