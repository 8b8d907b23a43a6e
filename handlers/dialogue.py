"""A conversation as data: which question is open and the answers so far, in one row per person.

Laws: nothing of a conversation lives in memory; any question may be left by a command; a screen is said once per
answer, and an unsent one is replaced by a newer one.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, select

from cases import drafts, outbox
from cases.work import Work
from handlers.heard import Heard
from handlers.screens import Screen
from models.case import Case
from models.draft import Draft, Unsent
from models.duty import Duty
from models.notice import Notice
from models.person import Person
from models.rows import put
from models.store import machine_now
from models.vocabulary import Language, NoticeState, Role, Urgent

#: A burst of messages gets one answer: from the second on, the screen waits so long for the next one.
_A_MOMENT = timedelta(seconds=2)


class Step(StrEnum):
    """The question that is open."""

    IDLE = "idle"
    LANGUAGE = "language"
    MATTER = "matter"
    PLACE = "place"
    PLACE_CONFIRM = "place_confirm"
    VOICE_DANGER = "voice_danger"
    SUBMIT = "submit"
    FIX = "fix"
    CALL_NUMBER = "call_number"
    AFTER = "after"
    PHONE = "phone"
    PHOTO = "photo"
    ADD_WORDS = "add_words"
    DANGER = "danger"
    DANGER_PLACE = "danger_place"
    PHONE_SEEN = "phone_seen"
    SAFE_CHOICE = "safe_choice"
    SAFE_NUMBER = "safe_number"
    ERASE = "erase"
    OFFICER = "officer"
    OFFICER_LINE = "officer_line"
    WHICH_DAY = "which_day"
    AGREE_TERMS = "agree_terms"
    AGREE_DAY = "agree_day"
    AGREE_CONFIRM = "agree_confirm"
    NOTE = "note"
    END_ORGAN = "end_organ"
    END_WORDS = "end_words"
    END_CONFIRM = "end_confirm"
    NOT_APPROVED = "not_approved"
    EXTEND_WHY = "extend_why"
    EXTEND_DAY = "extend_day"
    REFER_WORDS = "refer_words"
    TAKE_BACK = "take_back"
    SUMMARY = "summary"
    RAISE_WORDS = "raise_words"
    VISIT_WORDS = "visit_words"
    GUIDANCE = "guidance"
    SORRY_WORDS = "sorry_words"
    WITHDRAW_WHY = "withdraw_why"
    CHALLENGE_WHY = "challenge_why"
    KEEP_WHY = "keep_why"
    REOPEN_WORDS = "reopen_words"
    OWN_NAME = "own_name"
    OWN_PHONE = "own_phone"
    JOIN_DIGITS = "join_digits"
    JOIN_CODE = "join_code"
    AWAY_DAYS = "away_days"
    HEAD_REASON = "head_reason"
    ORDER_DUE = "order_due"
    WHO_PLACE = "who_place"


#: Questions after the number, asked once and optional; and how long an answer still belongs to them.
_ONCE = frozenset(
    {
        Step.AFTER,
        Step.PHONE,
        Step.PHOTO,
        Step.ADD_WORDS,
        Step.SORRY_WORDS,
        Step.WITHDRAW_WHY,
        Step.CHALLENGE_WHY,
        Step.REOPEN_WORDS,
        Step.OWN_NAME,
        Step.OWN_PHONE,
    }
)
_ASKED_FOR = timedelta(hours=1)

_DUTIES = (
    select(Duty)
    .where(Duty.person_id == bindparam("person"))
    .execution_options(autoflush=False)  # asked once, before a step changes any
)
_DRAFT = select(Draft).where(Draft.person_id == bindparam("person")).with_for_update()


@dataclass(slots=True)
class Talk:
    """One step of a conversation, inside one transaction."""

    work: Work
    person: Person
    heard: Heard
    draft: Draft
    danger_message_id: int | None = None
    bot_username: str = ""
    office_url: str = ""
    _roles: frozenset[Role] | None = field(default=None, repr=False)

    @classmethod
    def resume(cls, work: Work, person: Person, heard: Heard) -> "Talk":
        """Take up the person's conversation where the last answer left it."""
        draft = work.session.scalar(_DRAFT, {"person": person.id})
        if draft is None:
            draft = Draft(
                person_id=person.id,
                step=Step.IDLE,
                answers={},
                key=_new_key(),
                turn=1,
                touched_at=work.now,
            )
            put(work.session, draft)
        return cls(work, person, heard, draft)

    def let_go(self) -> None:
        """What was asked once after the number is no longer asked an hour later: then it is a new matter."""
        if self.step in _ONCE and self.work.now - self.draft.touched_at > _ASKED_FOR:
            self.fresh()

    @property
    def step(self) -> Step:
        return Step(self.draft.step)

    @property
    def answers(self) -> dict[str, Any]:
        return self.draft.answers

    @property
    def language(self) -> Language:
        return self.person.reads

    @property
    def roles(self) -> frozenset[Role]:
        """The roles this person holds today."""
        if self._roles is None:
            duties = self.work.session.scalars(_DUTIES, {"person": self.person.id})
            self._roles = frozenset(duty.role for duty in duties if duty.held_on(self.work.today))
        return self._roles

    @property
    def is_officer(self) -> bool:
        return bool(self.roles & {Role.GRID_OFFICER, Role.HELPER})

    @property
    def is_staff(self) -> bool:
        return bool(self.roles - {Role.GRID_OFFICER, Role.HELPER, Role.RESIDENT})

    def remember(self, **answers: Any) -> None:
        """Keep answers; a new mapping each time, so that the change is seen."""
        self.draft.answers = {**self.draft.answers, **answers}
        self.draft.touched_at = self.work.now
        if answers.keys() & {"words", "evidence"}:
            drafts.touch(self.draft, self.work.now)

    def go(self, step: Step) -> None:
        self.draft.step, self.draft.asked = step, None
        self.draft.touched_at = self.work.now

    def fresh(self, **keep: Any) -> None:
        """Begin a new conversation; older inline buttons of it become stale. What was not submitted is put aside."""
        aside = drafts.put_aside(self.work, self.draft)
        if aside is not None:
            self.answer(Screen.SET_ASIDE, unsent=aside.id, until=_until(aside).isoformat())
        self.finish(**keep)

    def finish(self, **keep: Any) -> None:
        """What was said went its way (submitted, thrown away): begin a new conversation and put nothing aside."""
        self.draft.answers = keep
        self.draft.key = _new_key()
        self.draft.turn += 1
        self.draft.offered_at = None
        drafts.touch(self.draft, self.work.now)
        self.go(Step.IDLE)

    def say(
        self, screen: Screen | str, *, case: Case | None = None, hold: bool = False, **facts: Any
    ) -> Notice:
        """The current screen of this chat. `hold`: the person may still be writing, so it waits a moment for more."""
        notice = outbox.screen(self.work, self.person, screen, case=case, **facts)
        if hold or self.heard.album:
            notice.retry_at = machine_now(self.work.session) + _A_MOMENT
        return notice

    def ask(
        self,
        step: Step,
        screen: Screen,
        *,
        case: Case | None = None,
        hold: bool = False,
        **facts: Any,
    ) -> Notice:
        """Say a screen and wait for its answer."""
        self.go(step)
        notice = self.say(screen, case=case, hold=hold, **facts)
        self.draft.asked = notice.id
        return notice

    def edit(self, screen: Screen | str, *, case: Case | None = None, **facts: Any) -> Notice:
        """Change the message that was tapped, without a sound."""
        return outbox.answer(
            self.work, self.person, screen, case=case, edit=self.heard.message_id, **facts
        )

    def answer(self, screen: Screen | str, *, case: Case | None = None, **facts: Any) -> Notice:
        """An answer that no later screen replaces."""
        return outbox.answer(self.work, self.person, screen, case=case, **facts)

    def danger_said(self) -> None:
        """Record the danger text: it went out before this transaction, or goes out now (law 10)."""
        notice = outbox.answer(self.work, self.person, Screen.DANGER)
        notice.urgent = Urgent.RED
        if self.danger_message_id is not None:
            notice.state, notice.message_id = NoticeState.SENT, self.danger_message_id
            notice.sent_at = self.work.now


def _until(aside: Unsent) -> datetime:
    return drafts.kept_until(aside) or aside.next_at


def _new_key() -> str:
    return str(uuid.uuid4())
