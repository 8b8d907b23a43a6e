"""Whatever is sent is answered as the table says, in the reader's language, and nothing that was said is lost.

One office per language plays the whole table (bad_input.py), so that it stays quick; each row is told apart in its failure.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from bot.sandbox.files import LARGEST_DOWNLOAD
from bot.sandbox.people import Person as Phone
from handlers.buttons import Tap, Verb
from models.case import Case
from models.vocabulary import AssignmentState, EvidenceState, Refusal
from tests.stories import odd_messages as odd
from tests.stories.bad_input import ANSWERS, REPORTS
from tests.stories.counter import (
    added,
    base36,
    cases,
    drafted,
    end_duties,
    evidence_of,
    known,
    newest,
    offered,
    other_sides_link,
    put_aside,
    reread,
    roster_link,
    states,
    taken,
    unfinished,
)
from tests.stories.stage import PLACE, Stage

Opened = Callable[[str], Awaitable[Stage]]
WORDS = {
    "zh_CN": {
        "leak": "楼上漏水，三天了也不修。",
        "mended": "楼上漏水，五天了也不修。",
        "again": "302室，今天又漏了。",
        "shop": "楼下店铺夜里太吵。",
        "noticed": "物业不管。",
    },
    "ko_CN": {
        "leak": "웃집에서 물이 새는데 사흘째 고치지 않습니다.",
        "mended": "웃집에서 물이 새는데 닷새째 고치지 않습니다.",
        "again": "302호, 오늘 또 샙니다.",
        "shop": "아래층 상점이 밤에 너무 시끄럽습니다.",
        "noticed": "물업에서 돌보지 않습니다.",
    },
}
LARGE = LARGEST_DOWNLOAD + (5 << 20)  # 25 MB


@dataclass
class Told:
    """What was found: rows that were not answered as the table says, and whatever was lost."""

    office: Stage
    faults: list[str] = field(default_factory=list)
    played: set[str] = field(default_factory=set)

    @property
    def words(self) -> dict[str, str]:
        return WORDS[self.office.language]

    async def of(self, row: str, person: Phone, *sent: Awaitable[object]) -> str:
        """Send something; what was answered, all of it, and whether it is what the table says."""
        before = len(person.heard)
        for one in sent:
            await one
        if len(person.heard) == before:
            await self.office.rest()
        said = "\n".join(person.heard[before:])
        self.played.add(row)
        chinese, korean = ANSWERS[row]
        wanted = korean if self.office.language == "ko_CN" else chinese
        if not re.search(".*".join(map(re.escape, wanted.split("…"))), said, re.DOTALL):
            self.faults.append(f"{row}: {said[:200]!r}")
        return said

    def so(self, holds: bool, fault: str) -> None:
        if not holds:
            self.faults.append(fault)

    async def newcomer(self, code: str, words: str | None = None) -> Phone:
        """Somebody at the poster, who is asked what happened; or has said it."""
        person = self.office.phone(code, "甲")
        await person.starts(self.office.poster)
        if words is not None:
            await person.says(words)
        return person


@pytest.mark.timeout(900)
async def test_everything_that_may_be_sent_is_answered_and_nothing_is_lost(
    stage: Opened, language: str
) -> None:
    office = await stage(language)
    told = Told(office)

    await _texts(told)
    await _kinds(told)
    await _files(told)
    await _edited_and_deleted(told)
    await _in_the_middle(told)
    resident, number = await _a_case(told)
    await _numbers(told, resident, number)
    await _links(told, resident)
    await _buttons(told, resident)
    await _three_parts(told)
    await _retired(told)
    await _of_yesterday(told, resident)
    await _on_a_new_account(told, resident, number)
    await _expired(told)
    await _group(told)

    assert told.faults == []
    assert told.played == set(ANSWERS)
    assert unfinished(office) == []
    office.sandbox.violations.clear()  # of taps on messages that no bot could edit


async def _texts(told: Told) -> None:
    """Each by a newcomer at a poster: the words stand in the draft as they were written."""
    for number, (row, text) in enumerate(REPORTS.items()):
        person = await told.newcomer(f"writer_{number}")
        await told.of(row, person, person.says(text))
        told.so(text in drafted(told.office, person), f"{row}: not kept as written")
    long = await told.newcomer("writer_long")
    parts = ["漏" * 4096, "水" * 4096, "了。"]
    await told.of("over 4,096 characters", long, *(long.says(part) for part in parts))
    told.so(drafted(told.office, long) == "\n".join(parts), "over 4,096 characters: lost some")
    broken = await told.newcomer("writer_broken")
    await told.of("half a character", broken, odd.sends(told.office, broken, text="漏水\ud83d"))
    told.so(drafted(told.office, broken) == "漏水\ufffd", "half a character: lost more")
    blank = await told.newcomer("writer_blank")
    await told.of("zero-width only", blank, blank.says("\u200b\u200d"))
    told.so(not drafted(told.office, blank), "zero-width only was taken for a report")


async def _kinds(told: Told) -> None:
    """Messages of other kinds, in the middle of a report: answered, and the report goes on."""
    office = told.office
    person = await told.newcomer("sender", told.words["leak"])
    await told.of("sticker", person, odd.sends(office, person, sticker=odd.STICKER))
    await told.of("poll", person, odd.sends(office, person, poll=odd.POLL))
    await told.of("dice", person, odd.sends(office, person, dice=odd.DICE))
    await told.of("story", person, odd.sends(office, person, story=odd.STORY))
    card = person.contact("+8613900000001", own=False)
    await told.of("contact of somebody else", person, card)
    told.so("+8613900000001" in drafted(office, person), "somebody else's number was lost")
    note = told.words["noticed"]
    await told.of("forwarded", person, person.forwards(note, from_name="小区业主群"))
    told.so(note in drafted(office, person), "forwarded words were lost")
    told.so(told.words["leak"] in drafted(office, person), "other kinds lost the report")

    reader = await told.newcomer("reader")
    await told.of(
        "forwarded from a channel", reader, odd.forwards_of_a_channel(office, reader, note)
    )
    told.so(drafted(office, reader) == note, "words of a channel were lost")
    at_door = await told.newcomer("abroad")
    await told.of(
        "pin outside the county, asked what happened", at_door, at_door.location(0.0, 0.0)
    )
    asked = office.phone("abroad_too", "甲")
    await asked.starts()
    await asked.says(told.words["leak"])
    await told.of("pin outside the county, asked where", asked, asked.location(39.9042, 116.4074))
    told.so(told.words["leak"] in drafted(office, asked), "a pin abroad lost the report")
    staff = office.phone("mediator_yi")
    await told.of("sticker from staff", staff, odd.sends(office, staff, sticker=odd.STICKER))


async def _files(told: Told) -> None:
    office, words = told.office, told.words
    person = await told.newcomer("with_photos")
    await told.of("30 photos in albums with one caption", person, person.album(30, words["leak"]))
    told.so(len(evidence_of(office, person)) == 30, "some of 30 photos were lost")
    told.so(drafted(office, person) == words["leak"], "the caption of an album was lost")

    large = await told.newcomer("with_a_film", words["leak"])
    film = b"%PDF-1.7\n".ljust(LARGE, b" ")
    await told.of("25 MB", large, large.document("录像.mp4", film))
    told.so(drafted(office, large) == words["leak"], "a file too large lost the report")
    refused = [(row.state, row.refusal) for row in evidence_of(office, large)]
    told.so(refused == [(EvidenceState.REFUSED, Refusal.TOO_LARGE)], f"25 MB: {refused}")


async def _edited_and_deleted(told: Told) -> None:
    office, words = told.office, told.words
    person = await told.newcomer("editor", words["leak"])
    await told.of("edited before it is sent", person, person.edits(words["mended"]))
    told.so(drafted(office, person) == words["mended"], "the edit was lost")
    mine = [message for message in person.messages if message.mine][-1]
    del person.chat.posts[mine.id]  # Telegram tells no bot of it
    await told.of("a deleted message of one's own", person, person.says(words["again"]))
    told.so(words["mended"] in drafted(office, person), "what was deleted there was lost here")
    await office.taps(person, Verb.SUBMIT)
    said = newest(office).matter or ""
    told.so(words["mended"] in said and words["again"] in said, "an edit did not reach the case")
    posts = [message for message in person.messages if message.mine and message.text]
    late = person.edits(words["leak"] + "!", posts[-1])
    await told.of("edited after it was sent", person, late)
    told.so(words["leak"] + "!" in added(office), "an edit after the number was lost")
    await person.says("/my")
    pinned = [message for message in person.messages if message.pinned][-1]
    del person.chat.posts[pinned.id]
    mediator = office.phone("mediator_yi")
    await told.of("the card deleted by hand", person, office.taps(mediator, Verb.TAKE))


async def _in_the_middle(told: Told) -> None:
    """Commands while a question is open: answered, and the words are kept, in the draft or put aside."""
    office, words = told.office, told.words
    for name in ("help", "my", "mydata", "language", "nonsense", "desk", "report"):
        person = await told.newcomer(f"asks_{name}", words["leak"])
        await told.of(f"/{name} in the middle", person, person.says(f"/{name}"))
        kept = [drafted(office, person), *put_aside(office, person)]
        told.so(words["leak"] in kept, f"/{name} lost the draft")
    person = await told.newcomer("asks_cancel", words["leak"])
    await told.of("/cancel in the middle", person, person.says("/cancel"))
    told.so(put_aside(office, person) == [words["leak"]], "/cancel lost the draft")


async def _a_case(told: Told) -> tuple[Phone, str]:
    office = told.office
    person = await told.newcomer("resident_a", told.words["leak"])
    card = person.last
    await office.taps(person, Verb.SUBMIT)
    case = newest(office)
    told.so(case.matter == told.words["leak"], "the matter is not as written")
    submit = next(
        button for row in card.inline for button in row if _verb(button.data) == "submit"
    )
    before = len(cases(office))
    await told.of("submitted twice", person, person.taps_data(card.id, str(submit.data)))
    told.so(len(cases(office)) == before, "one report became two cases")
    said = "\n".join(person.heard).split()
    return person, [line for line in said if re.fullmatch(r"\d+-\d", line)][-1]


async def _numbers(told: Told, person: Phone, number: str) -> None:
    stranger = told.office.phone("stranger", "x")
    await stranger.starts()
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    await told.of("number with a typo", stranger, stranger.says(wrong))
    await told.of("somebody else's case", stranger, stranger.says(number))
    await told.of("own number", person, person.says(number))
    leaked = told.words["leak"][:5] in "".join(stranger.heard)
    told.so(not leaked, "a stranger read the case")


async def _links(told: Told, resident: Phone) -> None:
    office = told.office
    person = office.phone("visitor", "y")
    await person.starts()
    for payload in ("i_unknown", "p_unknown", "p_" + "A" * 22, "w_unknown"):
        await told.of("unknown link", person, person.starts(payload))
    poster = office.poster.replace(PLACE, "999999999999")
    guest = await told.newcomer("guest")
    for payload in (poster, "%s", "'; drop table", "𝔤_1_zh"):
        await told.of("code of no poster", guest, guest.says(f"/start {payload}"))
    link = other_sides_link(office)
    other = office.phone("other_side", "己")
    await other.starts(link)
    await told.of("used link", person, person.starts(link))
    await told.of(
        "one's own link for the other side", resident, resident.starts(other_sides_link(office))
    )


async def _buttons(told: Told, resident: Phone) -> None:
    office, case = told.office, newest(told.office)
    stranger, mediator = office.phone("stranger", "x"), office.phone("mediator_yi")
    screen, number = stranger.last.id, base36(case.id)
    for data in (f"open:{number}:1", f"kept:{number}:1:all", f"withdraw_ok:{number}:1"):
        await told.of("somebody else's button", stranger, stranger.taps_data(screen, data))
    for data in ("drop:1:1", "x" * 64, "kept:1:1:zzz", "take:٣:1", ""):
        await told.of("forged button", stranger, stranger.taps_data(screen, data))
    for count, verb in enumerate(Verb):  # every one of them, with the turn of today
        data = f"{verb}:{number}:{base36(case.turn)}"
        await stranger.taps_data(screen, data, settle=count % 16 == 0)
    await office.sandbox.settle()
    told.so(_stands(newest(office)) == _stands(case), "a forged button changed the case")
    told.so(states(office, case) == {AssignmentState.OFFERED}, "a forged button took the case")
    told.so(told.words["leak"][:5] not in "".join(stranger.heard), "a forged button told the case")

    offer = offered(office, case, mediator)
    judge = office.phone("judge_bing")
    await judge.says("/desk")
    await told.of("another's offer", judge, judge.taps_data(judge.last.id, f"take:{offer}:1"))
    told.so(taken(office, case) == 0, "somebody took what was offered to another")
    await mediator.says("/desk")
    await told.of(
        "two taps at once",
        mediator,
        mediator.taps_data(mediator.last.id, f"take:{offer}:1", settle=False),
        mediator.taps_data(mediator.last.id, f"take:{offer}:1"),
    )
    told.so(taken(office, case) == 1, "two taps took the case twice, or not at all")
    await told.of("taken twice", mediator, mediator.taps_data(1, f"take:{offer}:1"))
    told.so(taken(office, case) == 1, "a second tap took the case again")


async def _three_parts(told: Told) -> None:
    """The officer of the grid is the other side of one matter in it, and reports another himself."""
    office, words = told.office, told.words
    officer, first = office.phone("officer_ding"), cases(office)[0]
    before = len(officer.heard)
    link = other_sides_link(office, first)
    await told.of("an officer joins as the other side", officer, officer.starts(link))
    await told.of("an officer's own matter", officer, officer.says(words["shop"]))
    await office.taps(officer, Verb.AGREED)
    told.so(newest(office).matter == words["shop"], "an officer's own report was lost")
    await told.of("his own matters", officer, officer.says("/my"))
    await told.of("his desk", officer, officer.says("/desk"))
    await told.of("the case of which he is the other side", officer, officer.says("123-0"))
    for verb in (Verb.OPEN, Verb.STORY, Verb.STATUS, Verb.FILES, Verb.VISIT, Verb.WITHDRAW_OK):
        await officer.taps_data(officer.last.id, Tap(verb, first.id, first.turn).write())
    heard = "\n".join(officer.heard[before:])
    told.so(words["mended"] not in heard, "the other side read the reporter's words")
    told.so(words["leak"] not in heard, "an officer read a neighbour's words")
    told.so(_stands(reread(office, first)) == _stands(first), "the other side ended the matter")
    staff = office.phone("mediator_ji")
    await told.of("somebody of staff reports a matter", staff, staff.says("/report"))
    await told.of("in his own words", staff, staff.says(words["leak"]))
    told.so(words["leak"] in drafted(office, staff), "the mediator's own report was lost")
    await staff.says("/cancel")


async def _retired(told: Told) -> None:
    """Somebody whose duties ended taps what is still on the screen: an answer, and nothing of the case."""
    office, officer = told.office, told.office.phone("officer_ding")
    await officer.says("/desk")
    end_duties(office, officer)
    case = next(one for one in cases(office) if one.matter == told.words["leak"])
    for verb in (
        Verb.OPEN,
        Verb.STORY,
        Verb.MORE,
        Verb.WORD,
        Verb.AGREE,
        Verb.APPROVE,
        Verb.VISIT,
    ):
        data = Tap(verb, case.id, case.turn).write()
        said = await told.of(
            "a retired officer's button", officer, officer.taps_data(officer.last.id, data)
        )
        told.so(told.words["leak"] not in said, f"retired {verb}: the story was shown")
    told.so(_stands(reread(office, case)) == _stands(case), "a retired officer changed the case")


async def _of_yesterday(told: Told, resident: Phone) -> None:
    """An answer to a question asked yesterday is asked about, and goes where the person says."""
    office, words = told.office, told.words
    await office.wait(days=1)
    await told.of("an answer to yesterday's question", resident, resident.says(words["again"]))
    told.so(words["again"] in drafted(office, resident), "yesterday's answer was lost")
    await told.of(
        "it belongs to the matter of yesterday", resident, office.taps(resident, Verb.BELONGS)
    )
    told.so(words["again"] in added(office), "what belongs to the case is not in it")


async def _on_a_new_account(told: Told, resident: Phone, number: str) -> None:
    """Blocked mid-way, and back; then with a new account, that knows only the number."""
    office, words = told.office, told.words
    half = await told.newcomer("half_way", words["shop"])
    await half.blocks()
    told.so(drafted(office, half) == words["shop"], "blocking lost what was being said")
    await told.of("back after blocking mid-way", half, half.starts())
    told.so(
        words["shop"] in (drafted(office, half), *put_aside(office, half)), "coming back lost it"
    )
    await resident.blocks()
    again = office.phone("resident_a_new", "甲")
    await again.starts()
    await told.of("a new account with the number", again, again.says(number))
    told.so(words["leak"] not in "".join(again.heard), "a new account read the case")


async def _expired(told: Told) -> None:
    office = told.office
    link = roster_link(office)
    await office.wait(days=4)
    person = office.phone("visitor", "y")
    await told.of("expired link", person, person.starts(link))


async def _group(told: Told) -> None:
    office = told.office
    chat, before = odd.a_group(office), len(cases(office))
    await odd.says_in_the_group(office, told.words["leak"])
    told.so(not chat.posts, "something was said in a group that nobody asked for")
    await odd.says_in_the_group(office, "/start")
    said = [post.text for post in chat.posts.values() if post.by_bot]
    told.played.add("a command in a group")
    told.so(
        len(said) == 1 and all(word in said[0] for word in ANSWERS["a command in a group"]),
        f"group: {said}",
    )
    told.so(
        len(cases(office)) == before and not known(office, odd.MEMBER),
        "a group was taken for a report",
    )


def _stands(case: Case) -> tuple[object, ...]:
    return (case.stage, case.turn, case.rating, case.level, case.safe_channel, case.outcome)


def _verb(data: str | None) -> str:
    return (data or "").partition(":")[0]
