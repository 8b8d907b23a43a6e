"""What is fuzzed: each target is a parser that strangers feed, with the laws that hold whatever they send. Knows no fuzzer."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from bot.media_types import media_type
from cases.actions.particulars import LARGEST
from cases.days import hour_of_call, read_day
from cases.numbers import CaseNumber, NumberTypo, native, parse, quantity
from cases.reading import CANDIDATES, LARGEST_CROWD, read, without_phones
from cases.urgency import gate
from handlers.buttons import LIMIT, NotAButton, Tap
from handlers.reporting.after_number import _amount, _count
from models.base import Base
from models.vocabulary import MediaType
from tests.factories import a_town, rules, work_at
from tests.fuzz import seeds
from tests.planted import Planted, planted
from tests.scene import Scene
from tests.switchboard import Switchboard, assert_shown, undone

TODAY = date(2026, 12, 31)
COUNTY = "222401"


@dataclass(frozen=True, slots=True)
class Target:
    """`check` breaks when a law does. `longest`: in bytes, as long as Telegram would carry it."""

    check: Callable[[bytes], None]
    seeds: tuple[str | bytes, ...]
    longest: int

    @property
    def corpus(self) -> Iterable[bytes]:
        return (seed.encode() if isinstance(seed, str) else seed for seed in self.seeds)


def text_of(raw: bytes) -> str:
    """Whole characters only, as handlers/heard.py lets nothing else through."""
    return raw.decode("utf-8", "replace")


def buttons(raw: bytes) -> None:
    try:
        tap = Tap.read(text_of(raw))
    except NotAButton:
        return
    written = tap.write()
    assert Tap.read(written) == tap
    assert len(written.encode()) <= LIMIT


def links(raw: bytes) -> None:
    """A payload opens a door, for a newcomer, a resident with a case, and one of the staff."""
    town, name = _town(), _one_of(("stranger", "reporter", "mediator"), raw)
    with undone(town.scene.session):
        board = Switchboard(town.scene)
        assert_shown(board.says(town.people[name], f"/start {text_of(raw)}"))


def taps(raw: bytes) -> None:
    """What stands on no button is answered, whoever sends it."""
    town = _town()
    name = _one_of(("stranger", "reporter", "other side", "mediator", "judge", "supervisor"), raw)
    with undone(town.scene.session):
        assert_shown(Switchboard(town.scene).taps(town.people[name], text_of(raw)))


def _one_of(names: tuple[str, ...], raw: bytes) -> str:
    """The same input comes from the same person, and a letter more from another."""
    return names[sum(raw) % len(names)]


def numbers(raw: bytes) -> None:
    text = text_of(raw)
    try:
        number = parse(text, area6=COUNTY, year=TODAY.year)
    except NumberTypo:
        return
    if number is not None:
        _is_written_back(number)


def _is_written_back(number: CaseNumber) -> None:
    assert parse(number.full, area6="000000", year=number.year) == number
    assert parse(number.short, area6=number.area6, year=number.year) == number


def quantities(raw: bytes) -> None:
    text = text_of(raw)
    for value in (quantity(text), Decimal(native(text) or 0)):
        assert value is None or (value.is_finite() and value >= 0)
    amount, people = _amount(text), _count(text)
    assert amount is None or 0 < amount < LARGEST
    assert people is None or 0 < people <= LARGEST_CROWD


def days(raw: bytes) -> None:
    text = text_of(raw)
    found = read_day(text, TODAY)
    assert found is None or (type(found[0]) is date and found[0].year >= 2000)
    hour = hour_of_call(without_phones(text))
    assert hour is None or hour.minute in range(60)


def reading(raw: bytes) -> None:
    text = text_of(raw)
    found = read(text)
    assert len(found.categories) <= CANDIDATES
    assert all(said.words for said in found.categories)
    assert found.amount is None or (found.amount.is_finite() and found.amount > 0)
    assert found.people is None or 1 < found.people <= LARGEST_CROWD
    assert found.people is not None or not found.same_claim
    assert found.phone is None or (found.phone.isascii() and found.phone.isdigit())


def danger(raw: bytes) -> None:
    """A danger that was said stays said, whatever else is said in another sentence."""
    text = text_of(raw)
    words = rules().words
    found = gate(text, words)
    assert found.words or not (found.strong or found.weak) or _is_crowded(text)
    after = gate(f"{text}\n\n楼上漏水了，请来看看。", words)
    assert after.strong >= found.strong
    assert after.strong | after.weak >= found.weak


def _is_crowded(text: str) -> bool:
    return len(text) > 32  # a word said more often than it is looked at


def files(raw: bytes) -> None:
    """What a file is, is said by its content."""
    named, unnamed = media_type(raw, "证据.exe"), media_type(raw)
    assert unnamed is None or unnamed in MediaType
    assert named is not MediaType.TEXT
    assert named is None or named is unnamed


@cache
def _town() -> Planted:
    """One case with everybody around it; each example is undone."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    session = Session(engine)
    return planted(Scene(session, a_town(session), work_at(session)))


TEXT, BUTTON, FILE = 4096 * 4, 96, 4096

TARGETS: dict[str, Target] = {
    "buttons": Target(buttons, seeds.TAPS, BUTTON),
    "taps": Target(taps, seeds.TAPS, BUTTON),
    "links": Target(links, seeds.PAYLOADS, BUTTON),
    "numbers": Target(numbers, seeds.NUMBERS, 256),
    "quantities": Target(quantities, (*seeds.AMOUNTS, *seeds.TEXTS), TEXT),
    "days": Target(days, seeds.DAYS, TEXT),
    "reading": Target(reading, (*seeds.TEXTS, *seeds.AMOUNTS), TEXT),
    "danger": Target(danger, seeds.TEXTS, TEXT),
    "files": Target(files, seeds.FILES, FILE),
}
