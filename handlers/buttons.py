"""Typed callback data: what a tap means, in at most 64 bytes.

`verb:id:turn[:arg]`, numbers in base 36. `turn` is the case's (or the conversation's) turn at the time the button
was made; whether it is stale is decided by cases, never here.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from models.vocabulary import (
    Category,
    Challenge,
    Form,
    Kept,
    Level,
    Organ,
    Outcome,
    Part,
    Pause,
    Raise,
    Rating,
    Station,
    Tie,
    Visit,
)

LIMIT = 64  # bytes; Bot API, InlineKeyboardButton.callback_data
_LARGEST = 2**63 - 1  # the largest id of a database
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_SHAPE = re.compile(
    r"([a-z_]{1,16}):(-?[0-9a-z]{1,13}):([0-9a-z]{1,7})(?::([A-Za-z0-9_-]{0,24}))?"
)


class OwnData(StrEnum):
    """What a person does with the data that is kept of them."""

    SHOW = "show"
    CORRECT = "correct"
    NAME = "name"
    PHONE = "phone"
    DELETE = "delete"
    DELETE_DRAFTS = "drafts"
    DELETE_ALL = "all"
    WITHDRAW = "withdraw"


class Verb(StrEnum):
    """What a button does. `id` is a case unless said otherwise."""

    SUBMIT = "submit"  # id: the draft's owner
    FIX = "fix"
    DISCARD = "discard"
    WEAK_NO = "weak_no"
    WEAK_YES = "weak_yes"
    AGREED = "agreed"  # officer: the people know; blow the whistle
    NOT_ASKED = "not_asked"
    FIX_LINE = "fix_line"  # arg: the line
    KIND = "kind"  # id: the draft's owner; arg: a category, or list
    CONSENTED = "consented"
    NAMED = "named"  # id: the person; arg: yes | no
    RAISE = "raise"
    RAISE_WHY = "raise_why"  # arg: the reason and the level
    VISIT = "visit"
    VISIT_FOUND = "visit_found"  # arg: what was found
    TOGETHER = "together"  # the code for the people concerned
    LEAVE = "leave"
    GUIDE = "guide"  # write a word to the judge or the mediator
    GUIDANCE = "guidance"  # read them
    OPEN = "open"
    STORY = "story"
    READ = "read"  # id: a notice whose words wait for a tap
    TASK = "task"  # id: a task
    FILES = "files"  # arg: the id of the evidence row before which to go on
    MORE = "more"  # what else may be done with the case
    TAKE = "take"  # id: an assignment
    TAKE_ALL = "take_all"  # id: the last assignment that the card showed
    ONE_BY_ONE = "one_by_one"  # id: the assignment after which to go on; 0: from the beginning
    TAKE_NEXT = "take_next"  # id: an assignment
    TAKE_FOR = "take_for"  # id: the judge's assignment
    BACK = "give_back"  # id: an assignment; arg: -n when the next one is shown afterwards
    TIE = "tie"  # id: an assignment; arg: of what kind, after a recusal
    BACK_WHY = "give_back_why"  # id: an assignment; arg: the reason
    REACHED = "reached"
    NO_ANSWER = "no_answer"
    DAY = "day"  # asks which day
    DAY_IS = "day_is"  # arg: YYYYMMDDHHMM, civil
    AGREE = "agree"
    AGREE_OK = "agree_ok"
    AGREE_REDO = "agree_redo"
    END = "end"  # which outcome?
    OUTCOME = "outcome"  # arg: the outcome
    ORGAN = "organ"  # arg: the organ
    END_OK = "end_ok"
    NOT_APPROVED = "not_approved"
    CONTEST = "contest"  # arg: closing | extension
    NOBODY_HOME = "nobody_home"
    ASK_SETTLED = "ask_settled"
    SETTLED = "settled"  # arg: yes | no
    SUSPEND = "suspend"
    SUSPEND_WHY = "suspend_why"  # arg: the reason
    RESUME = "resume"
    EXTEND = "extend"
    EXTEND_TO = "extend_to"  # arg: YYYYMMDD
    REFER = "refer"
    REFER_ORGAN = "refer_organ"  # arg: the organ
    TAKE_BACK = "take_back"
    HEARD = "heard"  # id: a task; arg: what a side answered by telephone
    INVITE = "invite"
    BACK_OFFICE = "back_office"  # the administrator's tables in a browser
    WORD = "word"  # a word to the mediator, or a note
    TASK_DONE = "task_done"  # id: a task
    CONTACTED = "contacted"
    NOT_CONTACTED = "not_contacted"
    KEPT = "kept"  # arg: all | partly | not
    TERMS = "terms"
    CLOSE_OK = "close_ok"
    WATCH = "watch"
    RATE = "rate"  # arg: the rating
    WELL = "well"
    NOT_WELL = "not_well"
    APPROVE = "approve"
    WITHDRAW = "withdraw"  # opens the choice
    WITHDRAW_OK = "withdraw_ok"
    GO_ON = "go_on"
    CHALLENGE = "challenge"  # another handler; arg: the part, once it is chosen
    CHALLENGE_WHY = "challenge_why"  # id: an assignment; arg: the reason
    REPLACE = "replace"  # id: a task: the head agrees
    KEEP = "keep"  # id: a task: the head does not
    REOPEN = "reopen"  # arg: "said" when what happened was already said
    RATE_ASK = "rate_ask"
    ADD = "add"
    CALL_ME = "call_me"
    STATUS = "status"
    TAKE_UP = "take_up"  # id: what was put aside, or 0 for what is being said
    DROP_IT = "drop_it"  # the same ids
    NEW_MATTER = "new_matter"  # id: the area of a poster, or 0
    BELONGS = "belongs"
    TAKE_OUT = "take_out"  # id: a file of the draft
    FILES_DONE = "files_done"  # id: the draft's owner
    SHOW_IT = "show_it"  # id: the draft's owner; arg: whether sensitive words may be shown
    CASE_SHOW = "case_show"  # the same, of a case
    DATA = "data"  # id: the person; arg: what is done with one's own data
    PAGE = "page"  # arg: which of one's desks
    LATE = "late"  # id: the page; arg: whose desk
    CASES = "cases"  # id: the page; arg: whose desk, and which list
    MONTH = "month"  # id: 202611; arg: whose desk
    MONTH_LIST = "month_list"  # id: the page; turn: the month; arg: whose desk, and which number
    REASSIGN = "reassign"  # arg: the part; so in ORDER and THAW
    REASSIGN_TO = "reassign_to"  # arg: the part and a person
    ORDER = "order"
    ORDER_DUE = "order_due"  # arg: YYYYMMDDHHMM, civil
    REQUEST = "request"
    THAW = "thaw"
    FREEZE = "freeze"
    PLACE = "place"  # arg: the area whose parts are shown, and the page
    PLACE_AT = "place_at"  # arg: the area
    OFFICE = "office"  # with which office is the dispute?
    OFFICE_IS = "office_is"  # arg: the kind of office, or none
    DUTY = "duty"  # id: the page; arg: which list of the duty desk
    RETRY = "retry"  # id: an update; arg: its bot; so in SETTLE
    SETTLE = "settle"
    RESEND = "resend"  # id: a notice
    ROTA = "rota"
    SHIFT = "shift"  # id: a shift
    SHIFT_TO = "shift_to"  # id: a shift; turn: whose it was; arg: a person
    WHO = "who"  # id: an area, or 0; arg: kind, language and level
    WHO_KIND = "who_kind"
    PEOPLE = "people"  # id: the page; arg: for what
    LINK = "link"  # id: a person; so in all that follow but END_DUTY
    RETIRE = "retire"
    RETIRE_OK = "retire_ok"
    DUTIES = "duties"
    END_DUTY = "end_duty"  # id: a duty
    GIVE_ROLE = "give_role"
    GIVE_WHERE = "give_where"  # arg: role, area, page
    GIVE = "give"  # arg: role and area
    AWAY_OK = "away_ok"  # id: the deputy, or 0; arg: YYYYMMDD-YYYYMMDD
    AWAY_BACK = "away_back"  # id: the person


_NEXT = "-n"  # behind an argument: the next offer is shown in place afterwards

#: What may stand behind a verb; verbs that are not named take nothing that is read as a code.
ARGUMENTS: dict[Verb, frozenset[str]] = {
    Verb.SHOW_IT: frozenset({"yes", "no"}),
    Verb.REASSIGN: frozenset(Part),
    Verb.ORDER: frozenset(Part),
    Verb.THAW: frozenset(Part),
    Verb.PEOPLE: frozenset({"invite", "retire", "duties"}),
    Verb.DATA: frozenset(OwnData),
    Verb.KEPT: frozenset(Kept),
    Verb.RATE: frozenset(Rating),
    Verb.CHALLENGE: frozenset({"", *Part}),
    Verb.CHALLENGE_WHY: frozenset(Challenge),
    Verb.REOPEN: frozenset({"", "said"}),
    Verb.AGREE_OK: frozenset(Form),
    Verb.OUTCOME: frozenset(Outcome),
    Verb.ORGAN: frozenset(Organ),
    Verb.REFER_ORGAN: frozenset(Organ),
    Verb.CONTEST: frozenset({"closing", "extension"}),
    Verb.SETTLED: frozenset({"yes", "no"}),
    Verb.SUSPEND_WHY: frozenset(Pause),
    Verb.HEARD: frozenset({*Kept, "yes", "no"}),
    Verb.BACK: frozenset({"", _NEXT}),
    Verb.BACK_WHY: frozenset(
        {f"{why}{after}" for why in ("related", "not_mine", "no_time") for after in ("", _NEXT)}
    ),
    Verb.TIE: frozenset({f"{tie}{after}" for tie in Tie for after in ("", _NEXT)}),
    Verb.RAISE_WHY: frozenset({f"{why}-{level}" for why in Raise for level in Level}),
    Verb.VISIT_FOUND: frozenset(Visit),
    Verb.NAMED: frozenset({"yes", "no"}),
    Verb.OFFICE_IS: frozenset({*Station, "none"}),
    Verb.KIND: frozenset({*Category, "list"}),
    Verb.FIX_LINE: frozenset({"matter", "kind", "people", "amount", "place", "other"}),
}


class NotAButton(ValueError):
    """Callback data that no button of ours ever had."""


@dataclass(frozen=True, slots=True)
class Tap:
    """What was tapped."""

    verb: Verb
    id: int
    turn: int = 0
    arg: str = ""

    def write(self) -> str:
        """The callback data.

        Raises:
            ValueError: longer than Telegram carries, or nothing that could be read back.
        """
        data = f"{self.verb}:{_base36(self.id)}:{_base36(self.turn)}"
        data = f"{data}:{self.arg}" if self.arg else data
        if len(data.encode()) > LIMIT:
            raise ValueError(f"callback data of {len(data.encode())} bytes")
        known = self.arg in ARGUMENTS.get(self.verb, {self.arg})
        if _SHAPE.fullmatch(data) is None or abs(self.id) > _LARGEST or not known:
            raise ValueError(f"no button can carry {self.arg!r} of {self.id} at {self.turn}")
        return data

    @classmethod
    def read(cls, data: str) -> "Tap":
        """Read callback data back.

        Raises:
            NotAButton: forged, or from a version that no longer exists.
        """
        shape = _SHAPE.fullmatch(data)
        if shape is None or shape[1] not in set(Verb) or abs(int(shape[2], 36)) > _LARGEST:
            raise NotAButton(data)
        tap = cls(Verb(shape[1]), int(shape[2], 36), int(shape[3], 36), shape[4] or "")
        if tap.arg not in ARGUMENTS.get(tap.verb, {tap.arg}):
            raise NotAButton(data)
        if tap.arg.isdecimal() and int(tap.arg) > _LARGEST:
            raise NotAButton(data)
        return tap


def _base36(number: int) -> str:
    if number < 0:
        return "-" + _base36(-number)
    digits = ""
    while True:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
        if not number:
            return digits
