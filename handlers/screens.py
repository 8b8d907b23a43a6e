"""Every screen of a conversation, by code, with the facts that its words are made from.

A screen is a row like any notice (cases/outbox.py); its words are made at sending (handlers/notices.py).
Notices that the office sends on its own motion have their codes in cases/outbox.py: NoticeKind.
"""

from enum import StrEnum

from cases.outbox import DANGER_TEXT, STATUS_CARD


class Screen(StrEnum):
    """Facts in brackets; `place` and `people` come with the view when an area is named."""

    # the door
    DOOR_LANGUAGE = "door_language"
    ASK_MATTER = "ask_matter"  # area_id | None, again: bool, abroad: bool
    HELP = "help"
    GREETING = "greeting"
    # a resident's report
    ASK_PLACE = "ask_place"  # not_found: str | None, abroad: bool
    PLACE_FOUND = "place_found"  # area_id
    PLACE_CHOICES = "place_choices"  # areas: [[area_id, name_zh, name_ko], …]
    PLACE_LIST = "place_list"  # areas, as above; more: bool
    VOICE_RECEIVED = "voice_received"  # seconds
    SUBMIT = "submit"  # matter | None, seconds | None, photos, files, area_id | None, category | None, weak, turn, owner
    FIX = "fix"  # attached: how many files
    FIX_FILES = "fix_files"  # attached: [[id, kind, seconds, announced], …], turn, owner
    DISCARDED = "discarded"
    # what was said and not submitted
    SET_ASIDE = "set_aside"  # unsent: its id, until
    SECOND_MATTER = "second_matter"  # owner, turn, area: id or 0
    WHICH_MATTER = "which_matter"  # owner, turn
    WHY = "why"  # step
    # sensitive words, and one's own data
    NUMBER_NOT_NEEDED = "number_not_needed"
    SENSITIVE = "sensitive"  # kinds
    SHOWN_NOW = "shown_now"
    MY_DATA = "my_data"  # own: cases/own_data.py, as facts
    MY_DATA_CORRECT = "my_data_correct"  # owner
    MY_DATA_DELETE = "my_data_delete"  # own
    ASK_OWN_NAME = "ask_own_name"
    ASK_OWN_PHONE = "ask_own_phone"
    ASK_CALL_NUMBER = "ask_call_number"
    CALL_PROMISED = "call_promised"
    # after the number
    ASK_HOME = "ask_home"  # added: whether an answer came just before; so in the next three
    ASK_OTHER_SIDE = "ask_other_side"
    ASK_PEOPLE = "ask_people"
    ASK_AMOUNT = "ask_amount"
    ASK_PHONE = "ask_phone"
    ASK_PHOTO = "ask_photo"
    ADDED = "added_thanks"  # what; evidence: [ids of files]
    MY_CASES = "my_cases"  # none: bool
    STATUS = STATUS_CARD
    WHICH_CASE = "which_case"  # case_ids, closed: bool
    ASK_WORDS = "ask_words"
    # whose dispute it is decides about it
    WITHDRAW = "withdraw"  # reason
    ASK_WITHDRAW_WHY = "ask_withdraw_why"
    WITHDRAWN = "withdrawn"
    WENT_ON = "went_on"
    CHALLENGE_WHO = "challenge_who"
    CHALLENGE_WHY = "challenge_why"  # assignment
    CHALLENGED = "challenged"
    ASK_KEEP_WHY = "ask_keep_why"
    ASK_REOPEN = "ask_reopen"
    REOPEN_OFFER = "reopen_offer"
    TOO_LONG_AGO = "too_long_ago"
    # danger
    DANGER = DANGER_TEXT  # the language may be unknown: both
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
    OFFICER_HOME = "officer_home"  # area_id; desk: bool, named: bool, task_ids, case_ids
    OFFICER_CARD = "officer_card"  # matter, lines…, area_id, turn, owner
    OFFICER_FIX = "officer_fix"  # turn, owner
    OFFICER_LINE = "officer_line"  # line
    OFFICER_KIND = "officer_kind"  # suggested: [[category, words], …], turn, owner, all: bool
    RAISE_WHY = "raise_why"  # to: the level
    RAISE_WORDS = "raise_words"
    VISIT_FOUND = "visit_found"
    VISITED = "visit_noted"  # found, to: the level, where it is asked whether to raise
    CONCERNED_CODE = "concerned_code"  # link, until, room
    # one of the people concerned
    JOINED_CONCERNED = "joined_concerned"
    LEFT = "left"  # number
    # staff
    CARD = "card"
    CASE_MENU = "case_menu"
    OFFICE_WHICH = "office_which"  # offices: the kinds that the report names
    STORY = "story"
    FILE = (
        "file"  # file: the id of an evidence row; earlier: the one before which more can be shown
    )
    STAFF_HOME = "staff_home"
    TAKEN_ALL = "taken_all"  # count, left
    ONE_BY_ONE = "one_by_one"  # assignment, rest
    ONE_BY_ONE_END = "one_by_one_end"  # left
    BACK_WHY = "back_why"  # assignment, next: bool
    RECUSED_TIE = "recused_tie"  # assignment, next: bool
    RECUSED = "recused"
    ASK_GUIDANCE = "ask_guidance"
    GUIDANCE_SENT = "guidance_sent"
    GUIDANCE = "guidance"
    WHICH_DAY = "which_day"  # days: [iso, …]
    ASK_DAY_WORDS = "ask_day_words"
    AGREE_TERMS = "agree_terms"
    AGREE_DAY = "agree_day"
    AGREE_CONFIRM = "agree_confirm"  # terms, day
    INVITE_LINK = "invite_link"  # link
    ASK_NOTE = "ask_note"
    NOTED = "noted"  # evidence: [ids of files]
    NO_ANSWER_NOTED = "no_answer_noted"  # next
    TASK_CARD = "task_card"  # task
    ASK_SUMMARY = "ask_summary"  # task
    # ending, resting, extending, passing on
    END_WHICH = "end_which"  # ready: [outcome, …], lacking: [[outcome, [what, …]], …], tries: [count, ways, days]
    END_ORGAN = "end_organ"  # outcome
    END_WORDS = "end_words"  # outcome, asked
    END_CONFIRM = "end_confirm"  # outcome, organ, words, main, second
    NOT_APPROVED_WHY = "not_approved_why"
    CONTESTED = "contested"
    SETTLED_ASKED = "settled_asked"
    SETTLED_THANKS = "settled_thanks"
    SUSPEND_WHY = "suspend_why"
    EXTEND_WHY = "extend_why"
    EXTEND_DAY = "extend_day"  # days: [iso, …]
    REFER_ORGAN = "refer_organ"
    REFER_WORDS = "refer_words"
    TAKE_BACK_WHY = "take_back_why"
    # heads: `hat` is whose desk, `others` the other desks of this person
    HEAD_HOME = "head_home"  # late, red, waiting, lines, case_ids, month
    HEAD_LATE = "head_late"  # lines, page, pages
    HEAD_LIST = "head_list"  # which, count, case_ids, page, pages, month or 0
    MONTH = "month"  # the figures of a month
    REASSIGN_TO = "reassign_to"  # part, picks: [[person, zh, ko, role, [why, …]], …]
    ASK_REASON = "ask_reason"  # what
    ORDER_WHEN = "order_when"  # days: [iso, …]
    # the duty desk
    DUTY_HOME = "duty_home"  # how many of each
    DUTY_LIST = "duty_list"  # which, lines, page, pages
    PLACE_AT = "place_at"  # area_id, areas, leaves, here
    # the roster
    ADMIN_HOME = "admin_home"
    PEOPLE = "people"  # what, people: [[id, zh, ko, role], …]
    STAFF_LINK = "staff_link"  # who, link, code: eight digits, or None
    OFFICE_LINK = "office_link"  # link | "" where there is no back office
    RETIRE_ASK = "retire_ask"  # whose, who, count, shorts
    RETIRED = "retired"
    DUTIES = "duties"  # whose, who, duties: [[id, role, zh, ko], …]
    GIVE_ROLE = "give_role"  # whose, who, roles
    GIVE_WHERE = "give_where"  # whose, role, number, areas: [[id, zh, ko, ends there], …], whole: the role may answer for area_id
    ROTA = "rota"  # on_duty, coming: [{shift, who, area, starts, ends}, …]; empty: [[zh, ko, starts, ends], …], more
    SHIFT_TO = "shift_to"  # shift: a line as above, had, could: [[id, zh, ko, role], …]
    WHO_PLACE = "who_place"  # areas: [[id, zh, ko, above zh, above ko], …], none: bool
    WHO_GETS = "who_gets"  # area_id, areas, wanted, category, language, red, judges, mediators, team, heads, court, minutes
    WHO_KINDS = "who_kinds"  # area_id, choices: [[category, wanted], …]
    COVERAGE = "coverage"  # gaps: [[what, count, [area code, …]], …], people: the same
    AWAY_ASK = "away_ask"  # away: [[starts, ends, deputy], …], wrong: bool
    AWAY_CONFIRM = "away_confirm"  # starts, ends, deputy, deputy_id, turn
    AWAY_SAID = "away_said"  # starts, ends, deputy
    AWAY_OVER = "away_over"
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
    JOIN_DIGITS = "join_digits"  # left: tries, after a wrong one
    JOIN_LOCKED = "join_is_locked"
    JOIN_CODE = "join_code"  # slip: bool, left: tries, after a wrong one
    JOIN_CODE_UNKNOWN = "join_code_unknown"
    JOIN_CODES_LOCKED = "join_codes_locked"
    JOINED_ALREADY = "joined_already"
    JOINED = "joined"
    JOINED_OTHER = "joined_other"
    # what could not be done
    NOT_UNDERSTOOD = "not_understood"
    REFUSED = "refused"  # error: the class name of a CaseError
