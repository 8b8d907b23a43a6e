"""The rows of a roster that can be read, put together as people; what contradicts itself is refused, all of it. Pure.

Law: rows of one person agree about the person, or none of them is taken; the order of the rows does not matter.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from cases.sheet import Fault, Reason
from models.vocabulary import Language, Role, Station


@dataclass(frozen=True, slots=True)
class Post:
    """One duty as a row says it. `starts` None: from the day on which it is loaded."""

    row: int
    role: Role
    area_id: int
    station: Station | None
    categories: frozenset[str]
    languages: frozenset[str]
    rank: int
    starts: date | None
    ends: date | None

    @property
    def place(self) -> tuple[object, ...]:
        """What makes it the same duty when the rest has changed."""
        return (self.role, self.area_id, self.categories)

    @property
    def content(self) -> tuple[object, ...]:
        return (*self.place, self.station, self.languages, self.rank, self.starts, self.ends)

    @property
    def order(self) -> tuple[object, ...]:
        return (self.area_id, self.role, self.rank, sorted(self.categories))


@dataclass(slots=True)
class Entry:
    """One person of the file."""

    code: str
    name: str
    name_ko: str
    phone: str
    reads: Language | None
    left: bool
    rows: list[int]
    posts: list[Post] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Line:
    """One row that can be read."""

    row: int
    code: str
    name: str
    name_ko: str
    phone: str
    reads: Language | None
    status: str
    post: Post | None


def codes_agree(lines: list[Line], faults: list[Fault]) -> list[Line]:
    """One code has one telephone, and one telephone one code; a row without a code is its telephone's."""
    phones: dict[str, set[str]] = {}
    codes: dict[str, set[str]] = {}
    for line in lines:
        if line.code and line.phone:
            phones.setdefault(line.code, set()).add(line.phone)
            codes.setdefault(line.phone, set()).add(line.code)
    kept = []
    for line in lines:
        if len(phones.get(line.code, ())) > 1:
            faults.append(Fault(line.row, "phone", Reason.CODE_OF_TWO, line.code))
        elif len(codes.get(line.phone, ())) > 1:
            faults.append(Fault(line.row, "code", Reason.PHONE_OF_TWO, line.phone))
        else:
            kept.append(line)
    return kept


def by_person(lines: Iterable[Line]) -> dict[str, list[Line]]:
    lines = list(lines)
    known = {line.phone: line.code for line in lines if line.code and line.phone}
    found: dict[str, list[Line]] = {}
    for line in sorted(lines, key=lambda one: one.row):
        found.setdefault(line.code or known.get(line.phone, line.phone), []).append(line)
    return found


def entry_of(lines: list[Line], faults: list[Fault]) -> Entry:
    """Their rows as one person; what contradicts itself is refused, all of it."""
    for column, values, reason in (
        ("name", {line.name for line in lines}, Reason.NAMES_DIFFER),
        ("name_ko", {line.name_ko for line in lines} - {""}, Reason.NAMES_DIFFER),
        ("status", {line.status or "here" for line in lines}, Reason.STATUS_DIFFERS),
    ):
        if len(values) > 1:
            said = ", ".join(sorted(values))
            faults.extend(Fault(line.row, column, reason, said) for line in lines)
    readings = sorted({line.reads for line in lines if line.reads})
    posts: dict[tuple[object, ...], Post] = {}
    for post in (line.post for line in lines if line.post is not None):
        other = posts.setdefault(post.place, post)
        if other is post:
            continue
        if other.content == post.content:
            faults.append(Fault(post.row, "role", Reason.DUTY_TWICE, str(other.row)))
        else:
            faults += [Fault(one.row, "role", Reason.DUTY_DIFFERS) for one in (other, post)]
    return Entry(
        code=next((line.code for line in lines if line.code), ""),
        name=lines[0].name,
        name_ko=next((line.name_ko for line in lines if line.name_ko), ""),
        phone=next((line.phone for line in lines if line.phone), ""),
        reads=readings[0] if readings else None,
        left=lines[0].status == "left",
        rows=[line.row for line in lines],
        posts=list(posts.values()),
    )


def one_each(entries: Iterable[Entry], faults: list[Fault]) -> list[Entry]:
    """Entries that turned out to be one person (by code here, by telephone there) become one, by the same law."""
    by_code: dict[str, list[Entry]] = {}
    for entry in entries:
        by_code.setdefault(entry.code, []).append(entry)
    kept = []
    for many in by_code.values():
        if len(many) == 1:
            kept += many
            continue
        found: list[Fault] = []
        lines = codes_agree([line for entry in many for line in _lines_of(entry)], found)
        if lines:
            entry = entry_of(sorted(lines, key=lambda one: one.row), found)
            refused = {fault.row for fault in found if fault.refuses}
            entry.posts = [post for post in entry.posts if post.row not in refused]
            if entry.posts or (entry.left and not refused & set(entry.rows)):
                kept.append(entry)
        faults.extend(found)
    return kept


def _lines_of(entry: Entry) -> list[Line]:
    posts = {post.row: post for post in entry.posts}
    return [
        Line(
            row,
            entry.code,
            entry.name,
            entry.name_ko,
            entry.phone,
            entry.reads,
            "left" if entry.left else "here",
            posts.get(row),
        )
        for row in entry.rows
    ]


def ranks(entries: Iterable[Entry], faults: list[Fault]) -> None:
    """Two heads of one rank would leave it to chance who decides. Handlers of one rank share the work."""
    taken: dict[tuple[object, ...], list[tuple[str, Post]]] = {}
    for entry in entries:
        for post in entry.posts:
            if post.role in _ONE_EACH:
                key = (post.role, post.area_id, post.categories, post.station, post.rank)
                taken.setdefault(key, []).append((entry.code or entry.phone, post))
    for many in taken.values():
        if len({who for who, _ in many}) > 1 and _meet([post for _, post in many]):
            faults.extend(
                Fault(post.row, "rank", Reason.RANK_TAKEN, str(post.rank)) for _, post in many
            )


_ONE_EACH = frozenset({Role.SUPERVISOR, Role.COURT_SUPERVISOR})


def _meet(posts: list[Post]) -> bool:
    """Whether two of them hold at once."""
    spans = sorted((post.starts or date.min, post.ends or date.max) for post in posts)
    return any(later[0] <= earlier[1] for earlier, later in pairwise(spans))
