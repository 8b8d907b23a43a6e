"""The poster of a grid: A4, Chinese first, Korean below, two codes that open the chat in that language at that place.

Laws: no poster is made for an area whose chain ends nowhere; the words are those of the catalogues; a name is printed as
the office wrote it, and where nobody gave a Korean one the Chinese stands.
"""

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

import segno

from cases import hours
from locales import CHINESE, KOREAN, P_, Word, translator
from models.area import Area
from models.vocabulary import AreaLevel, Language

_TEMPLATE = Path(__file__).with_name("poster.typ")
_CODES = {Language.ZH: "zh", Language.KO: "ko"}
_MOST = 400  # sheets of one file; more would not be printed in one go
_PLACE_FROM = (AreaLevel.STREET, AreaLevel.COMMUNITY, AreaLevel.GRID, AreaLevel.MICRO_GRID)

_TITLE = P_("poster", "Something between neighbours? Say so here")
_SCAN = P_("poster", "In this language: scan")
_LINES: tuple[Word, ...] = (
    P_(
        "poster",
        "1. Scan the code with Telegram and say in a sentence, or by voice, what happened.",
    ),
    P_(
        "poster",
        "2. A mediator calls you, and the judge of the grid stands behind. It is free and as you wish.",
    ),
    P_("poster", "3. In danger call 110 first; 120 for the injured, 119 for fire."),
    P_("poster", "We write to you only from here and never ask for money, passwords or codes."),
)
# L10n: {office} is the name of a place whose governance centre it is.
_OFFICE = P_("poster", "Governance centre of {office}")
# L10n: {hours} are days of the week with their times.
_HOURS = P_("poster", "Open {hours}")
_DAYS: tuple[Word, ...] = (
    P_("poster", "Mon"),
    P_("poster", "Tue"),
    P_("poster", "Wed"),
    P_("poster", "Thu"),
    P_("poster", "Fri"),
    P_("poster", "Sat"),
    P_("poster", "Sun"),
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one poster says, before it is words."""

    code: str
    place: dict[Language, str]
    office: dict[Language, str]
    phone: str
    hours: str


def sheets_of(areas: Sequence[Area], hotline: str) -> list[Sheet]:
    """One sheet for each area, from the rows."""
    return [_sheet(area, hotline) for area in areas]


def _sheet(area: Area, hotline: str) -> Sheet:
    line = area.line
    told = [above for above in reversed(line) if above.level in _PLACE_FROM]
    centre = next((above for above in line if above.phone), None)
    office = centre or next(
        (above for above in line if above.level in {AreaLevel.STREET, AreaLevel.COUNTY}), line[-1]
    )
    open_at = next((above.hours for above in line if above.hours), None)
    return Sheet(
        area.code,
        {
            Language.ZH: "".join(one.name_zh for one in told),
            Language.KO: " ".join(one.name(Language.KO) for one in told),
        },
        {language: office.name(language) for language in Language},
        (centre.phone if centre else None) or hotline,
        open_at or "",
    )


def link(bot: str, code: str, language: Language) -> str:
    """What a code opens: the chat, at this place and in this language."""
    return f"https://t.me/{bot}?start=g_{code}_{_CODES[language]}"


def pdf(sheets: Sequence[Sheet], bot: str) -> bytes:
    """The posters as one PDF."""
    return b"".join(_compiled(sheets, bot, "pdf"))


def pages(sheets: Sequence[Sheet], bot: str) -> list[bytes]:
    """The posters as pictures (PNG), to be looked at."""
    return _compiled(sheets, bot, "png")


def _compiled(sheets: Sequence[Sheet], bot: str, kind: Literal["pdf", "png"]) -> list[bytes]:
    import manimgx_fonts_cjk
    import typst

    if not 0 < len(sheets) <= _MOST:
        raise ValueError(f"{len(sheets)} posters; at most {_MOST} in one file")
    said = [
        {"zh": _words(one, bot, Language.ZH), "ko": _words(one, bot, Language.KO)}
        for one in sheets
    ]
    made = typst.compile(
        str(_TEMPLATE),
        format=kind,
        ppi=110.0,
        font_paths=[str(Path(manimgx_fonts_cjk.__file__).parent)],
        ignore_system_fonts=True,
        sys_inputs={"sheets": json.dumps(said, ensure_ascii=False)},
    )
    several = cast("bytes | list[bytes]", made)  # pictures of several pages come as a list
    return several if isinstance(several, list) else [several]


def _words(sheet: Sheet, bot: str, language: Language) -> dict[str, object]:
    say = translator(KOREAN if language is Language.KO else CHINESE)
    drawn = io.BytesIO()
    segno.make(link(bot, sheet.code, language), error="m").save(drawn, kind="svg", border=2)
    return {
        "title": say.word(_TITLE),
        "place": sheet.place[language],
        "scan": say.word(_SCAN),
        "qr": drawn.getvalue().decode(),
        "lines": [say.word(one) for one in _LINES],
        "office": say.word(_OFFICE).format(office=sheet.office[language]),
        "hours": _opening(sheet.hours, language),
        "phone": sheet.phone,
        "code": sheet.code,
    }


def _opening(said: str, language: Language) -> str:
    if not said:
        return ""
    say = translator(KOREAN if language is Language.KO else CHINESE)
    told = [
        f"{_days(one, language)} {', '.join('–'.join(span) for span in one.spans)}"
        for one in hours.read(said)
    ]
    return say.word(_HOURS).format(hours="; ".join(told))


def _days(one: hours.Open, language: Language) -> str:
    say = translator(KOREAN if language is Language.KO else CHINESE)
    named = [say.word(_DAYS[day - 1]) for day in dict.fromkeys((one.first, one.last))]
    return "–".join(named)


def smallest(area: Area, below: Sequence[Area]) -> Iterator[Area]:
    """The areas that get a sheet: the smallest ones within, or the area itself."""
    parents = {one.parent_id for one in below}
    for one in below:
        if one.id not in parents and (one.level in _PLACE_FROM or one.id == area.id):
            yield one
