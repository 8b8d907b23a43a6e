"""Whatever is sent is answered with a fitting sentence in the reader's language, and nothing that was said is lost (issue: bad input).

One office per language plays the whole table, so that it stays quick; each row is told apart in its failure.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.sandbox.chats import Account
from bot.sandbox.people import Person as Phone
from cases.journal import EventKind
from handlers.buttons import Verb
from locales import translator
from models.assignment import Assignment
from models.case import Case
from models.draft import Draft
from models.duty import Duty
from models.event import Event
from models.person import Person
from models.update_in import UpdateIn
from models.vocabulary import UpdateState
from tests.stories.stage import HOTLINE, PLACE, Stage

Opened = Callable[[str], Awaitable[Stage]]
HANGUL, HANZI = re.compile("[가-힣]"), re.compile("[\u4e00-\u9fff]")
GROUP = -1001234567890
WORDS = {
    "zh_CN": {"leak": "楼上漏水，三天了也不修。", "again": "今天又漏了。", "poster": "zh"},
    "ko_CN": {
        "leak": "웃집에서 물이 새는데 사흘째 고치지 않습니다.",
        "again": "오늘 또 샙니다.",
        "poster": "ko",
    },
}

#: What somebody may write as a report: every one of these is kept as written, and comes back on a card or is asked about.
REPORTS = [
    "x" * 4096,
    "😀😀😀",
    "\u202e倒着写的字\u202c",
    "<b>漏水</b> & <script>alert(1)</script>",
    "漏\x00水",
    "There is water coming through the ceiling",
    "Вода течёт с потолка",
    "楼上漏水 upstairs 누수 Вода",
    "루수가 심합니다",
    "누수가 심합니다",
    "리혼하려고 합니다",
    "이혼하려고 합니다",
    "돈을빌려주었는데갚지않습니다",
    "돈을 빌려 주었는데 갚지 않습니다",
]


@dataclass
class Told:
    """What the table has found: rows that were not answered, or not in the reader's language."""

    office: Stage
    faults: list[str] = field(default_factory=list)

    async def of(
        self, row: str, person: Phone, *sent: Awaitable[object], words: str | None = None
    ) -> str:
        """Send something; what was answered, all of it. `words`: a message of ours that must be in it."""
        before = len(person.heard)
        for one in sent:
            await one
        if len(person.heard) == before:
            await self.office.rest()
        said = "\n".join(person.heard[before:])
        if not said:
            self.faults.append(f"{row}: no answer")
        elif not self._in_language(said):
            self.faults.append(f"{row}: not in the reader's language: {said[:80]}")
        elif words is not None and self.says(words) not in said:
            self.faults.append(f"{row}: {said[:120]!r}")
        return said

    def says(self, message: str, context: str = "error") -> str:
        return translator(self.office.language).pgettext(context, message)

    def _in_language(self, said: str) -> bool:
        korean = self.office.language == "ko_CN"
        return bool(HANGUL.search(said)) if korean else bool(HANZI.search(said))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", ["zh_CN", "ko_CN"])
async def test_everything_that_may_be_sent_is_answered_and_nothing_is_lost(
    stage: Opened, language: str
) -> None:
    office = await stage(language)
    told = Told(office)
    words = WORDS[language]
    resident = office.phone("resident_a", "甲")
    await resident.starts(f"g_{PLACE}_{words['poster']}")

    await _texts(told, language)
    await _kinds(told, resident)
    number = await _a_case(told, resident, words)
    await _numbers(told, resident, number)
    await _links_and_places(told, office)
    await _buttons(told, office, resident)
    await _many_parts(told, office, words)
    await _time_passes(told, office, resident, words)
    await _comes_back(told, office, resident, number)
    await _group(told, office)

    assert told.faults == []
    assert dead(office) == []
    office.sandbox.violations.clear()  # of taps on messages that no bot could edit


async def _texts(told: Told, language: str) -> None:
    """Each by a newcomer with a poster: the words stand in the draft as they were written."""
    for number, text in enumerate(REPORTS):
        person = told.office.phone(f"writer_{number}")
        await person.starts(f"g_{PLACE}_{WORDS[language]['poster']}")
        await told.of(repr(text[:20]), person, person.says(text))
        if text not in drafted(told.office, person):
            told.faults.append(f"{text[:20]!r} was not kept as written")
    long = told.office.phone("writer_long")
    await long.starts(f"g_{PLACE}_{WORDS[language]['poster']}")
    parts = ["漏" * 4096, "水" * 4096, "了。"]
    await told.of("over 4,096 characters", long, *(long.says(part) for part in parts))
    if drafted(told.office, long) != "\n".join(parts):
        told.faults.append("over 4,096 characters: something was lost")
    broken = told.office.phone("writer_broken")
    await broken.starts(f"g_{PLACE}_{WORDS[language]['poster']}")
    await told.of("half a character", broken, _other(told.office, broken, "text", "漏水\ud83d"))
    if drafted(told.office, broken) != "漏水\ufffd":
        told.faults.append("half a character: something else was lost")
    blank = told.office.phone("writer_blank")
    await blank.starts(f"g_{PLACE}_{WORDS[language]['poster']}")
    await told.of("zero-width only", blank, blank.says("\u200b\u200d"))
    if drafted(told.office, blank):
        told.faults.append("zero-width only was taken for a report")


async def _kinds(told: Told, person: Phone) -> None:
    """Messages of other kinds, in the middle of a report: answered, and the report goes on."""
    await told.of("sticker", person, _other(told.office, person, "sticker", _sticker()))
    await told.of("poll", person, _other(told.office, person, "poll", _poll()))
    await told.of("dice", person, _other(told.office, person, "dice", {"emoji": "🎲", "value": 3}))
    story = {"chat": {"id": 5, "type": "private", "first_name": "x"}, "id": 1}
    await told.of("story", person, _other(told.office, person, "story", story))
    await told.of("contact of somebody else", person, person.contact("+8613900000001", own=False))
    if "+8613900000001" not in drafted(told.office, person):
        told.faults.append("somebody else's number was lost")
    await told.of("pin outside the county", person, person.location(0.0, 0.0))
    await told.of("forwarded", person, person.forwards("物业不管。", from_name="小区业主群"))
    if "物业不管。" not in drafted(told.office, person):
        told.faults.append("forwarded words were lost")
    await told.of("edited", person, person.edits("物业一直不管。"))
    if "物业一直不管。" not in drafted(told.office, person):
        told.faults.append("the edit was lost")
    await told.of("a command in the middle", person, person.says("/help"))
    if "物业一直不管。" not in drafted(told.office, person):
        told.faults.append("a command lost the draft")


async def _a_case(told: Told, person: Phone, words: dict[str, str]) -> str:
    await person.says("/cancel")
    await person.starts(f"g_{PLACE}_{words['poster']}")
    await person.says(words["leak"])
    await told.office.rest()
    await told.office.taps(person, Verb.SUBMIT)
    case = newest(told.office)
    if case.matter != words["leak"]:
        told.faults.append("the matter is not as written")
    return next(line for line in "\n".join(person.heard).split() if re.fullmatch(r"\d+-\d", line))


async def _numbers(told: Told, person: Phone, number: str) -> None:
    stranger = told.office.phone("stranger", "x")
    await stranger.starts()
    await stranger.says("/cancel")
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    typo = "This number has a wrong digit. Please look at the receipt and write it again."
    none = "There is no case with this number. Please check the number."
    await told.of("number with a typo", stranger, stranger.says(wrong), words=typo)
    await told.of("somebody else's case", stranger, stranger.says(number), words=none)
    await told.of("own number", person, person.says(number))
    if "楼上" in "".join(stranger.heard) or "웃집" in "".join(stranger.heard):
        told.faults.append("a stranger read the case")


async def _links_and_places(told: Told, office: Stage) -> None:
    invalid = "This link is unknown, was used, or has expired. Please ask for a new one."
    person = office.phone("visitor", "y")
    await person.starts()
    for payload in ("i_unknown", "p_unknown", "p_" + "A" * 22):
        await told.of(payload, person, person.starts(payload), words=invalid)
    poster = WORDS[office.language]["poster"]
    for payload in (f"g_999999999999_{poster}", "g_1_ko", "%s", "'; drop table", "𝔤_1_zh"):
        await told.of(payload, person, person.says(f"/start {payload}"))


async def _buttons(told: Told, office: Stage, resident: Phone) -> None:
    case = newest(office)
    stranger = office.phone("stranger", "x")
    last = stranger.last
    assert last is not None
    for data in (f"open:{case.id}:1", f"kept:{case.id}:1:all", "drop:1:1", "x" * 64, "read:1:0"):
        await told.of(f"forged {data[:12]}", stranger, stranger.taps_data(last.id, data))
    if newest(office).turn != case.turn:
        told.faults.append("a forged button changed the case")
    mediator = office.phone("mediator_yi")
    await mediator.says("/desk")
    card = mediator.last
    assert card is not None
    await told.of(
        "two taps at once",
        mediator,
        mediator.taps_data(card.id, f"open:{_base36(case.id)}:1", settle=False),
        mediator.taps_data(card.id, f"open:{_base36(case.id)}:1"),
    )


async def _many_parts(told: Told, office: Stage, words: dict[str, str]) -> None:
    """Two people taking one case; a retired officer's buttons; a person who is on both sides of the desk."""
    mediator, judge = office.phone("mediator_yi"), office.phone("judge_bing")
    case = newest(office)
    offer = offered(office, case, mediator)
    await judge.says("/desk")
    card = judge.last
    await told.of("another's offer", judge, judge.taps_data(card.id, f"take:{offer}:1"))
    await office.taps(mediator, Verb.TAKE)
    before = taken(office)
    await told.of("taking twice", mediator, mediator.taps_data(1, f"take:{offer}:1"))
    if taken(office) != before:
        told.faults.append("a second tap took the case again")
    await _retired(told, office, mediator)
    await told.of("a report of an officer's own", mediator, mediator.says("/report"))
    await told.of("in his own words", mediator, mediator.says(words["leak"]))
    if words["leak"] not in drafted(office, mediator):
        told.faults.append("the mediator's own report was lost")
    await mediator.says("/cancel")


async def _retired(told: Told, office: Stage, mediator: Phone) -> None:
    """Somebody whose duties ended taps what is still on the screen: an answer, and nothing of the case."""
    officer = office.phone("officer_ding")
    await officer.says("/desk")
    card = officer.last
    assert card is not None
    end_duties(office, officer)
    case = newest(office)
    for verb in ("open", "story", "more", "word", "take", "agree", "approve"):
        said = await told.of(
            f"retired {verb}", officer, officer.taps_data(card.id, f"{verb}:{_base36(case.id)}:1")
        )
        if case.matter and case.matter in said:
            told.faults.append(f"retired {verb}: the story was shown")


async def _time_passes(told: Told, office: Stage, resident: Phone, words: dict[str, str]) -> None:
    """An answer to a question asked yesterday is a new matter, or asked about: never lost."""
    await resident.says("/cancel")
    await office.wait(days=1)
    await told.of("an answer to yesterday's question", resident, resident.says(words["again"]))
    kept = drafted(office, resident)
    if words["again"] not in kept:
        told.faults.append("the answer to yesterday's question was lost")


async def _comes_back(told: Told, office: Stage, resident: Phone, number: str) -> None:
    """Blocked mid-way, and back; then with a new account, that knows only the number."""
    await resident.blocks()
    await told.of("back after blocking", resident, resident.starts())
    again = office.phone("resident_a_new", "甲")
    await again.starts()
    how = await told.of("a new account with the number", again, again.says(number))
    if HOTLINE not in how:
        told.faults.append("nobody told the new account how to go on")


async def _group(told: Told, office: Stage) -> None:
    telegram = office.sandbox.telegram
    chat = telegram.join(Account("group", GROUP, "小区群", None, None))
    chat.started = True
    member = {"id": 77, "is_bot": False, "first_name": "丁"}
    before = len(cases(office))
    for text in ("楼上漏水，三天了也不修。", "/start"):
        await telegram.updates.put(
            "message",
            {
                "message_id": 5,
                "date": int(telegram.clock.seconds),
                "chat": {"id": GROUP, "type": "supergroup", "title": "小区群"},
                "from": member,
                "text": text,
            },
        )
    await office.sandbox.settle()
    said = [post.text for post in chat.posts.values() if post.by_bot]
    both = [
        translator(code).pgettext(
            "group", "Not here: others read along. Please write to us in the private chat."
        )
        for code in ("zh_CN", "ko_CN")
    ]
    if said != ["\n".join(both)]:
        told.faults.append(f"group: {said}")
    if len(cases(office)) != before or known(office, 77):
        told.faults.append("a message in a group was taken for a report")


# --- what is looked at ------------------------------------------------------------------------------------------------


def drafted(office: Stage, person: Phone) -> str:
    """The words of somebody's report so far, as kept."""
    row = office.look(
        lambda session: session.scalars(
            select(Draft)
            .join(Person, Person.id == Draft.person_id)
            .where(Person.telegram_id == person.telegram_id)
        ).first()
    )
    return "\n".join(text for _, text in row.answers.get("words", [])) if row else ""


def offered(office: Stage, case: Case, person: Phone) -> str:
    """The id of somebody's offer, as buttons carry it."""
    query = (
        select(Assignment.id)
        .join(Person, Person.id == Assignment.person_id)
        .where(Assignment.case_id == case.id, Person.telegram_id == person.telegram_id)
    )
    return _base36(office.look(lambda session: session.scalars(query).one()))


def taken(office: Stage) -> int:
    query = select(Event.id).where(Event.kind == EventKind.TAKEN.value)
    return office.look(lambda session: len(session.scalars(query).all()))


def end_duties(office: Stage, person: Phone) -> None:
    """The roster says: until yesterday."""

    def end(session: Session) -> None:
        found = session.scalars(
            select(Person).where(Person.telegram_id == person.telegram_id)
        ).one()
        for duty in session.scalars(select(Duty).where(Duty.person_id == found.id)):
            duty.ends = date(2026, 11, 22)

    office.house.store.transact(end)


def cases(office: Stage) -> list[Case]:
    return office.look(lambda session: list(session.scalars(select(Case).order_by(Case.id))))


def newest(office: Stage) -> Case:
    return cases(office)[-1]


def known(office: Stage, telegram_id: int) -> bool:
    query = select(Person.id).where(Person.telegram_id == telegram_id)
    return office.look(lambda session: session.scalar(query)) is not None


def dead(office: Stage) -> list[UpdateIn]:
    return office.look(
        lambda session: list(
            session.scalars(select(UpdateIn).where(UpdateIn.state != UpdateState.DONE))
        )
    )


# --- what only a raw update can carry ------------------------------------------------------------------------------------


async def _other(office: Stage, person: Phone, field_: str, value: object) -> None:
    """A message of a kind that the phones of the sandbox do not make."""
    await person.telegram.updates.put(
        "message",
        {
            "message_id": 100_000 + len(field_),
            "date": int(person.telegram.clock.seconds),
            "chat": {"id": person.telegram_id, "type": "private", "first_name": "甲"},
            "from": {"id": person.telegram_id, "is_bot": False, "first_name": "甲"},
            field_: value,
        },
    )
    await office.sandbox.settle()


def _sticker() -> dict[str, Any]:
    return {
        "file_id": "s",
        "file_unique_id": "s",
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
    }


def _poll() -> dict[str, Any]:
    return {
        "id": "1",
        "question": "?",
        "options": [{"text": "1", "voter_count": 0, "persistent_id": "1"}],
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": True,
        "type": "regular",
        "allows_multiple_answers": False,
        "allows_revoting": False,
        "members_only": False,
    }


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return (_base36(number // 36) if number >= 36 else "") + digits[number % 36]
