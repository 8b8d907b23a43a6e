"""The rows of a roster as people and what they answer for. Pure: the map of areas comes in, faults go out.

Laws: one row is one duty; rows of one person agree about the person, or none of them is taken; the order of the rows
does not matter.
"""

import re
from collections.abc import Iterable

from cases.finding import AreaMap
from cases.roster_people import Entry, Line, Post, by_person, codes_agree, entry_of, ranks
from cases.sheet import Fault, Reader, Reason, Refused, Row, a_phone
from models.vocabulary import AreaLevel, Category, Language, Role, Station

COLUMNS = (
    "code",
    "name",
    "name_ko",
    "phone",
    "role",
    "station",
    "area",
    "categories",
    "languages",
    "rank",
    "starts",
    "ends",
    "status",
    "reads",
)
NEEDED = ("name", "role", "area")

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
_HANGUL = re.compile(r"[가-힣]")
_DIGIT = re.compile(r"\d")
RANKS = range(1, 100)
_LONGEST_NAME = 40
#: Not for mediation, so nobody's speciality (domain rule book 1.2).
_NOT_OURS = frozenset({Category.POLICE, Category.ADMINISTRATION, Category.IN_COURT})
#: The largest area that a role can answer for without being everybody's and so nobody's; the others may be anywhere.
_LARGEST = {
    Role.HELPER: AreaLevel.COMMUNITY,
    Role.GRID_OFFICER: AreaLevel.STREET,
    Role.MEDIATOR: AreaLevel.COUNTY,
    Role.JUDGE: AreaLevel.COUNTY,
    Role.JUDGE_ASSISTANT: AreaLevel.COUNTY,
}
_ROLES = frozenset(Role) - {Role.RESIDENT}
_STATIONS, _CATEGORIES, _LANGUAGES = frozenset(Station), frozenset(Category), frozenset(Language)
_DEPTH = {level: depth for depth, level in enumerate(AreaLevel)}


def may_answer_for(role: Role, level: AreaLevel) -> bool:
    """Whether the role may be held for an area so large."""
    return _DEPTH[level] >= _DEPTH[_LARGEST.get(role, AreaLevel.PROVINCE)]


def read(rows: Iterable[Row], areas: AreaMap, faults: list[Fault]) -> list[Entry]:
    """The people of the rows that can be taken; what is wrong with the others goes to `faults`."""
    lines: list[Line] = []
    for row in rows:
        reader = Reader(row)
        line = _line(reader, areas)
        faults.extend(reader.faults)
        if line is not None and reader.is_whole:
            lines.append(line)
    found: list[Fault] = []
    lines = codes_agree(lines, found)
    entries = [entry_of(many, found) for many in by_person(lines).values()]
    ranks(entries, found)
    faults.extend(found)
    refused = {fault.row for fault in found if fault.refuses}
    kept = []
    for entry in entries:
        entry.posts = [post for post in entry.posts if post.row not in refused]
        if entry.posts or (entry.left and not refused & set(entry.rows)):
            kept.append(entry)
    return kept


def person_cells(reader: Reader) -> tuple[str, str, str]:
    """Name, Korean name and telephone of a row; what is wrong with them goes to the reader."""
    phone, name = _phone(reader), _name(reader)
    name_ko = reader.text("name_ko", longest=_LONGEST_NAME)
    if name_ko and not _HANGUL.search(name_ko):
        reader.refuse("name_ko", Reason.NAME_KO_NOT_KOREAN, name_ko)
    return name, name_ko, phone


def _line(reader: Reader, areas: AreaMap) -> Line | None:
    code = _code(reader)
    name, name_ko, phone = person_cells(reader)
    if not code and not phone and reader.is_whole:
        reader.refuse("code", Reason.NO_KEY)
    status = reader.text("status")
    if status not in {"", "left", "here"}:
        reader.refuse("status", Reason.STATUS_UNKNOWN, status)
    reads = reader.text("reads")
    if reads and reads not in _LANGUAGES:
        reader.refuse("reads", Reason.READS_UNKNOWN, reads)
    gone = status == "left"
    post = None if gone else _post(reader, areas)
    if not reader.is_whole or (post is None and not gone):
        return None
    language = Language(reads) if reads else None
    return Line(reader.row.number, code, name, name_ko, phone, language, status, post)


def _code(reader: Reader) -> str:
    code = reader.digits("code")
    if code and not _CODE.fullmatch(code):
        reader.refuse("code", Reason.CODE_FORM, code)
        return ""
    return code


def _phone(reader: Reader) -> str:
    try:
        return a_phone("phone", reader.digits("phone"))
    except Refused as refused:
        reader.faults.append(refused.fault(reader.row.number))
        return ""


def _name(reader: Reader) -> str:
    before = len(reader.faults)
    name = reader.text("name", longest=_LONGEST_NAME)
    if not name and len(reader.faults) == before:
        reader.refuse("name", Reason.NAME_MISSING)
    elif _DIGIT.search(name):
        reader.refuse("name", Reason.NAME_WITH_DIGITS, name)
    return name


def _post(reader: Reader, areas: AreaMap) -> Post | None:
    role, area = _role(reader), area_of(reader, areas)
    station = reader.text("station")
    if station and station not in _STATIONS:
        reader.refuse("station", Reason.STATION_UNKNOWN, station)
        station = ""
    starts, ends = reader.day("starts"), reader.day("ends")
    if starts and ends and ends < starts:
        reader.refuse("ends", Reason.ENDS_FIRST, ends)
    categories, languages, rank = _categories(reader), _languages(reader), _rank(reader)
    if role is None or area is None:
        return None
    level = areas.places[area].level
    if not may_answer_for(role, level):
        reader.refuse("role", Reason.ROLE_NOT_HERE, role)
        return None
    return Post(
        reader.row.number,
        role,
        area,
        Station(station) if station else None,
        categories,
        languages,
        rank,
        starts,
        ends,
    )


def _role(reader: Reader) -> Role | None:
    said = reader.text("role")
    if not said:
        if "role" not in {fault.column for fault in reader.faults}:
            reader.refuse("role", Reason.ROLE_MISSING)
        return None
    if said not in _ROLES:
        reader.refuse("role", Reason.ROLE_UNKNOWN, said)
        return None
    return Role(said)


def area_of(reader: Reader, areas: AreaMap) -> int | None:
    """The one area that the row names by code or whole name; refused by name where it is none or several."""
    said = reader.digits("area")
    if not said:
        if "area" not in {fault.column for fault in reader.faults}:
            reader.refuse("area", Reason.AREA_MISSING)
        return None
    found = areas.exactly(said)
    if len(found) == 1:
        return found[0].id
    reader.refuse("area", Reason.AREA_AMBIGUOUS if found else Reason.AREA_UNKNOWN, said)
    return None


def _categories(reader: Reader) -> frozenset[str]:
    found = reader.several("categories")
    for one in found:
        if one not in _CATEGORIES:
            reader.refuse("categories", Reason.CATEGORY_UNKNOWN, one)
        elif one in _NOT_OURS:
            reader.refuse("categories", Reason.CATEGORY_NOT_OURS, one)
    return frozenset(found)


def _languages(reader: Reader) -> frozenset[str]:
    """Chinese where nothing is said."""
    found = reader.several("languages")
    for one in found:
        if one not in _LANGUAGES:
            reader.refuse("languages", Reason.LANGUAGE_UNKNOWN, one)
    return frozenset(found) or frozenset({str(Language.ZH)})


def _rank(reader: Reader) -> int:
    said = reader.text("rank")
    if not said:
        return 1
    if not said.isdecimal() or int(said) not in RANKS:
        reader.refuse("rank", Reason.RANK_FORM, said)
        return 1
    return int(said)
