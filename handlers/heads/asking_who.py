"""Who would get this? A head asks for a place and a kind, and reads judge, mediator, who follows, and why.

Law: nothing is written; only heads and administrators, within their own areas.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cases import areas
from cases.office import Errand, areas_for
from cases.policy import RungAction
from cases.routing import Pick, find
from cases.work import Work
from handlers.buttons import NotAButton, Tap
from handlers.dialogue import Step, Talk
from handlers.heard import Kind
from handlers.screens import Screen
from models.area import Area
from models.person import Person
from models.vocabulary import Category, Language, Role

_PLACES = 8  # parts of the place, each a button
_SHOWN = 4  # of each line: who gets it, and who follows
_LANGUAGES = {"zh": Language.ZH, "ko": Language.KO}
_ANY, _RED, _PLAIN = "any", "red", "plain"
_PARTS = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked about, as a button carries it: `RT07-ko-red`."""

    category: Category | None = None
    language: Language = Language.ZH
    red: bool = False

    @classmethod
    def read(cls, said: str) -> "Wanted":
        if not said:
            return cls()
        parts = said.split("-")
        known = len(parts) == _PARTS and parts[1] in _LANGUAGES and parts[2] in {_RED, _PLAIN}
        if not known or (parts[0] != _ANY and parts[0] not in set(Category)):
            raise NotAButton(said)
        category = None if parts[0] == _ANY else Category(parts[0])
        return cls(category, _LANGUAGES[parts[1]], parts[2] == _RED)

    def write(self) -> str:
        language = "ko" if self.language is Language.KO else "zh"
        return f"{self.category or _ANY}-{language}-{_RED if self.red else _PLAIN}"


def ask(talk: Talk) -> None:
    """`/who`, with the place behind it or alone."""
    areas_for(talk.work, talk.person, Errand.ASK_WHO)
    said = talk.heard.text.partition(" ")[2].strip() if talk.heard.kind is Kind.COMMAND else ""
    talk.fresh()
    if said:
        _found(talk, areas.by_name(talk.work, said))
    else:
        talk.ask(Step.WHO_PLACE, Screen.WHO_PLACE)


def place_said(talk: Talk) -> None:
    """A name, a code, or a pin."""
    heard = talk.heard
    if heard.place is not None:
        _found(talk, areas.around(talk.work, *heard.place))
    elif heard.kind is Kind.TEXT:
        by_code = areas.by_code(talk.work, heard.text.strip())
        _found(talk, [by_code] if by_code else areas.by_name(talk.work, heard.text))
    else:
        talk.ask(Step.WHO_PLACE, Screen.WHO_PLACE)


def tapped(talk: Talk, tap: Tap) -> None:
    """`id`: the place, 0 for another one; `arg`: what is asked."""
    if not tap.id:
        ask(talk)
        return
    talk.edit(Screen.WHO_GETS, **_told(talk.work, _mine(talk, tap.id), Wanted.read(tap.arg)))


def kinds(talk: Talk, tap: Tap) -> None:
    """Of which kind? The rest of what is asked stays."""
    wanted = Wanted.read(tap.arg)
    area = _mine(talk, tap.id)
    talk.edit(
        Screen.WHO_KINDS,
        area_id=area.id,
        choices=[
            [str(one or _ANY), replace(wanted, category=one).write()] for one in (*Category, None)
        ],
    )


def _found(talk: Talk, found: list[Area]) -> None:
    within = areas_for(talk.work, talk.person, Errand.ASK_WHO)
    mine = [area for area in found if area.id in within]
    if len(mine) == 1:
        talk.fresh()
        talk.say(Screen.WHO_GETS, **_told(talk.work, mine[0], Wanted()))
        return
    choices = [[area.id, area.name_zh, area.name_ko, *_above(area)] for area in mine]
    talk.ask(Step.WHO_PLACE, Screen.WHO_PLACE, areas=choices, none=not mine)


def _above(area: Area) -> tuple[str, str]:
    """What tells it from others of its name."""
    parent = area.parent
    return (parent.name_zh, parent.name_ko) if parent is not None else ("", "")


def _mine(talk: Talk, area_id: int) -> Area:
    area = talk.work.session.get(Area, area_id)
    if area is None or area.id not in areas_for(talk.work, talk.person, Errand.ASK_WHO):
        raise NotAButton(str(area_id))
    return area


def _told(work: Work, area: Area, wanted: Wanted) -> dict[str, Any]:
    route = find(
        work.session,
        area,
        work.today,
        category=wanted.category,
        language=wanted.language,
        at=work.now,
        red=wanted.red,
    )
    rule = work.rules.policy["ack.red" if wanted.red else "ack.yellow"]
    return {
        "area_id": area.id,
        "wanted": wanted.write(),
        "areas": [
            [one.id, one.name_zh, one.name_ko] for one in areas.within(work, area.id)[:_PLACES]
        ],
        "category": wanted.category,
        "language": wanted.language,
        "red": wanted.red,
        "other_language": replace(wanted, language=_other(wanted.language)).write(),
        "other_level": replace(wanted, red=not wanted.red).write(),
        "judges": [_line(work, pick) for pick in route.judges[:_SHOWN]],
        "mediators": [_line(work, pick) for pick in route.mediators[:_SHOWN]],
        "team": [_line(work, pick) for pick in route.team],
        "heads": [_line(work, pick) for pick in route.supervisors[:1]],
        "court": [_line(work, pick) for pick in route.court_supervisors[:1]],
        "minutes": int(rule.term.span.total_seconds() // 60) if rule.term else 0,
        "climbs": any(rung.action is RungAction.DEPUTY for rung in rule.rungs),
    }


def _other(language: Language) -> Language:
    return Language.ZH if language is Language.KO else Language.KO


def _line(work: Work, pick: Pick) -> dict[str, object]:
    person = work.session.get_one(Person, pick.person_id)
    area = work.session.get_one(Area, pick.area_id)
    zh = person.name or person.code or ""
    until: datetime | None = pick.until
    return {
        "who": [zh, person.name_ko or zh, Role(pick.role)],
        "why": list(pick.why),
        "area": [area.name_zh, area.name_ko],
        "until": until.isoformat() if until else None,
    }
