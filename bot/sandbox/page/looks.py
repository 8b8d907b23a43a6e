"""How everything of the page looks: the sandbox's state through the templates, in the page's language.

Law: the templates escape whatever is put into them; nothing here makes HTML of anybody's words.
"""

import io
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import segno
from babel.dates import format_date
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.sandbox.day import STORY
from bot.sandbox.opening import Opened
from bot.sandbox.page import phones
from bot.sandbox.page.bar import Bar, Disorder
from bot.sandbox.page.behind import backstage
from bot.sandbox.page.county import Grid, drawn
from bot.sandbox.page.phones import PhoneView, PostView
from bot.sandbox.page.townsfolk import Townsfolk
from bot.sandbox.page.words import NAMES, WORDS, Speech
from bot.sandbox.transcript import CIVIL_ZONE
from locales import formats
from models.area import Area
from models.vocabulary import AreaLevel

_TEMPLATES = Path(__file__).with_name("templates")
_OURS = {"zh": "zh_CN", "ko": "ko_CN"}
_KILO = 1024
_MOST_GRIDS = 300  # of a list on the page


@dataclass(frozen=True, slots=True)
class Code:
    """One QR code of a poster."""

    payload: str
    language: str
    svg: Markup


class Looks:
    """Everything of the page as HTML or as what the stream carries."""

    def __init__(self, opened: Opened, townsfolk: Townsfolk, bar: Bar) -> None:
        self._opened, self._townsfolk, self._bar = opened, townsfolk, bar
        self._grids: tuple[Grid, ...] = ()
        self._templates = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals.update(icon=_icon, size=_size)
        self._map = drawn((), opened.town)

    async def find_grids(self) -> None:
        """The grids that the map shows and the posters hang in."""
        town = self._opened.town
        self._grids = tuple(
            await self._opened.house.store.look(lambda session: _grids(session, town.grid))
        )
        self._map = drawn(self._grids, town)

    # Phones

    def phone_view(self, code: str, said: Speech, since: int | None = None) -> PhoneView:
        chat = self._opened.person(code).chat
        name = self._townsfolk.name(code, said)
        return phones.phone(self._opened.sandbox.telegram, chat, name, since)

    def phone(self, code: str, said: Speech) -> str:
        return self._made("phone.html", said, v=self.phone_view(code, said))

    def changes(self, view: PhoneView, fresh: set[int] | None, said: Speech) -> dict[str, Any]:
        """What the stream says of a phone: its head and foot, which messages there are, and those that look different."""
        posts = [one for one in view.posts if fresh is None or one.id in fresh]
        state = "typing" if view.typing else "waiting" if view.waiting else None
        return {
            "code": view.code,
            "mode": view.mode,
            "state": said.say(state) if state else "",
            "first": view.first,
            "ids": [one.id for one in view.posts],
            "posts": [self._bubble(one, view.language, said) for one in posts],
            "foot": self._made("foot.html", said, v=view),
            "commands": self._made("commands.html", said, v=view),
            "top": self._made("pinned.html", said, v=view),
        }

    def earlier(self, code: str, before: int, said: Speech) -> dict[str, Any]:
        chat = self._opened.person(code).chat
        older, more = phones.earlier(self._opened.sandbox.telegram, chat, before)
        language = self.phone_view(code, said, before).language
        return {"posts": [self._bubble(one, language, said) for one in older], "more": more}

    def _bubble(self, post: PostView, language: str, said: Speech) -> dict[str, Any]:
        html = self._made("post.html", said, p=post, language=language)
        return {"id": post.id, "sign": post.sign, "html": html}

    # The page around them

    def page(self, said: Speech, codes: list[str], theme: str) -> str:
        at = self._opened.sandbox.at
        return self._made(
            "page.html",
            said,
            phones=[self.phone_view(code, said) for code in codes],
            theme=theme if theme in {"dark", "light"} else "",
            words={key: said.say(key) for key in _IN_THE_BROWSER},
            now=said.stamp(at),
            at=f"{at.astimezone(CIVIL_ZONE):%Y-%m-%dT%H:%M}",
            disorders=list(Disorder),
            languages=NAMES,
            here=partial(_here, codes, theme),
            own_grid=self._opened.town.grid,
            middle=self._opened.town.middle,
            has_story=self._opened.town.has_story,
        )

    def bar(self, said: Speech) -> dict[str, Any]:
        """What the stream says of the bar."""
        bar, at = self._bar, self._opened.sandbox.at
        told = bar.told
        line = "" if told is None else {"zh": told.zh, "ko": told.ko}.get(said.code, told.en)
        return {
            "morning": bar.mornings,
            "now": said.stamp(at),
            "at": f"{at.astimezone(CIVIL_ZONE):%Y-%m-%dT%H:%M}",
            "doing": bar.doing,
            "doing_said": said.say(
                {"time": "passing", "reset": "resetting"}.get(bar.doing, "play")
            )
            if bar.doing
            else "",
            "told": line if 0 < bar.step < len(STORY) or bar.doing == "day" else "",
            "steps": said.say("steps", done=bar.step, all=len(STORY)),
            "over": bar.step >= len(STORY),
            "actor": bar.actor,
            "trouble": said.say(bar.trouble) if bar.trouble else "",
            "faults": bar.disorders,
            "away": "" if bar.is_bot_here else said.say("bot_away"),
        }

    def people(self, words: str, said: Speech) -> str:
        found, left = self._townsfolk.found(words, said)
        return self._made("people.html", said, people=found, left=left)

    def codes(self, grid: str, here: str, scanner: str | None, said: Speech) -> str:
        """The two codes that hang in a grid. They lead to this page, never to Telegram."""
        known = grid if grid in {one.code for one in self._grids} else self._opened.town.grid
        shown = [
            Code(payload, NAMES[language], _qr(f"{here}?scan={payload}&lang={language}"))
            for language in ("zh", "ko")
            for payload in (f"g_{known}_{language}",)
        ]
        name = None if scanner is None else self._townsfolk.name(scanner, said)
        return self._made("codes.html", said, codes=shown, scanner=name)

    async def behind(self, case: str | None, said: Speech) -> str:
        store = self._opened.house.store
        found = await store.look(
            lambda session: backstage(session, case, said, partial(self._called, said))
        )
        return self._made("behind.html", said, b=found)

    def _called(self, said: Speech, code: str) -> str:
        return self._townsfolk.name(code, said) if self._townsfolk.is_known(code) else code

    def _made(self, name: str, said: Speech, **facts: object) -> str:
        return self._templates.get_template(name).render(
            say=said.say,
            speech=said,
            day=partial(_day, said),
            map=self._map,
            grids=self._grids,
            **facts,
        )


_IN_THE_BROWSER = (
    "cannot", "copied", "no_microphone", "parts", "sandbox_away", "too_big", "too_long", "would_open",
)  # fmt: skip
assert set(_IN_THE_BROWSER) <= set(WORDS)  # noqa: S101 - a word that is missing is found at once


def _icon(name: str) -> Markup:
    return Markup(
        '<svg class="i" aria-hidden="true" focusable="false"><use href="#i-{}"/></svg>'
    ).format(name)


def _size(size: int) -> str:
    kilobytes = max(1, round(size / _KILO))
    if kilobytes < _KILO:
        return f"{kilobytes} kB"
    return f"{format_decimal(kilobytes / _KILO, '#,##0.0', 'en')} MB"


def _day(said: Speech, iso: str) -> str:
    at = datetime.fromisoformat(iso)
    ours = _OURS.get(said.code)
    return formats.day(at, ours) if ours else format_date(at, "EEE d MMM", locale="en")


def _here(codes: list[str], theme: str, language: str) -> str:
    themed = f"&theme={theme}" if theme in {"dark", "light"} else ""
    return f"?p={','.join(codes)}&lang={language}{themed}"


def _qr(address: str) -> Markup:
    """Drawn by segno: lines of its own making, none of anybody's words."""
    out = io.BytesIO()
    segno.make(address, error="m").save(
        out,
        kind="svg",
        xmldecl=False,
        svgns=True,
        omitsize=True,
        border=4,
        dark="#000",
        light="#fff",
    )
    return Markup(out.getvalue().decode())  # noqa: S704


def _grids(session: Session, home: str) -> list[Grid]:
    """The grids of the town by code; of many, those that follow the one in which the practice begins."""
    posted = (Area.level.in_((AreaLevel.GRID, AreaLevel.MICRO_GRID))) | (Area.code == home)
    found = select(Area).where(posted).order_by(Area.code < home, Area.code).limit(_MOST_GRIDS)
    return sorted(map(_grid, session.scalars(found)), key=lambda one: one.code)


def _grid(area: Area) -> Grid:
    names = [one for one in (area.parent, area) if one]
    known = area.latitude is not None and area.longitude is not None
    return Grid(
        area.code,
        "".join(one.name_zh for one in names),
        " ".join(one.name_ko or one.name_zh for one in names),
        (area.latitude, area.longitude) if known else None,  # type: ignore[arg-type]  # both are known
    )
