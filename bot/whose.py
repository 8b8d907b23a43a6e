"""Who would get a case, and why: the routing's answer in both languages. Nothing is written."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.terms import REASONS, Term, role
from cases import areas
from cases.actions import joining
from cases.actions.mediation import digest
from cases.actions.spoken_code import code_for
from cases.candidates import roster
from cases.deputies import away_on
from cases.routing import Pick, Route, Why, find
from cases.work import Work
from cases.workdays import civil
from models.area import Area
from models.person import Invitation, Person
from models.vocabulary import Category, Language, Role

_NEAR = frozenset({Why.OWN_GRID, Why.OWN_COMMUNITY, Why.AREA_ABOVE})


class PlaceUnclear(LookupError):
    """No area, or several, answer to what was typed; the text says which."""


def place(work: Work, typed: str) -> Area:
    """The area of a code or a name.

    Raises:
        PlaceUnclear: none, or several.
    """
    by_code = areas.by_code(work, typed)
    found = [by_code] if by_code else areas.by_name(work, typed)
    if len(found) == 1:
        return found[0]
    if not found:
        raise PlaceUnclear(f"没有这个地方 / 그런 곳이 없습니다 / no such place: {typed}")
    several = ", ".join(f"{area.code} {area.name_zh} {area.name_ko}" for area in found)
    raise PlaceUnclear(f"哪一个 / 어느것 / which one: {several}")


def answer(
    work: Work, area: Area, category: Category | None, language: Language, *, red: bool = False
) -> Iterator[str]:
    """The route, a role at a time, best first; of the rota, whoever stands ready now."""
    session, day = work.session, work.today
    route = find(session, area, day, category=category, language=language, at=work.now, red=red)
    yield f"{_place(area, Language.ZH)} / {_place(area, Language.KO)} ({area.code})"
    for title, picks in _parts(route):
        yield f"{title}:"
        yield from (_line(session, n, pick) for n, pick in enumerate(picks, 1))
        if not picks:
            yield "  没有人 / 없습니다"
    if route.team:
        yield f"{REASONS[Why.JOINT_TEAM]}:"
        yield from (_line(session, n, pick) for n, pick in enumerate(route.team, 1))
    known = roster(session, area, day)
    last = {one.code for one in known if one.away}
    away = sorted(away_on(session, {one.id for one in area.line}, day) - last)
    if away:
        yield f"外出,不在顺序里 / 자리를 비워 넣지 않음: {', '.join(away)}"
    absent = sorted({one.code for one in known if not one.reachable})
    if absent:
        yield f"联系不上,没有算在内 / 련락할수 없어 넣지 않음: {', '.join(absent)}"


def _parts(route: Route) -> Iterator[tuple[Term, tuple[Pick, ...]]]:
    yield role(Role.JUDGE), route.judges
    yield role(Role.MEDIATOR), route.mediators
    yield role(Role.GRID_OFFICER), route.officers
    yield role(Role.SUPERVISOR), route.supervisors
    yield role(Role.COURT_SUPERVISOR), route.court_supervisors
    yield role(Role.COORDINATOR), route.coordinators


def _line(session: Session, number: int, pick: Pick) -> str:
    person, area = session.get_one(Person, pick.person_id), session.get_one(Area, pick.area_id)
    zh, ko = (
        f"{title}{gap}{person.called(language)}: {comma.join(_reasons(pick, area, language))}"
        for title, gap, comma, language in (
            (role(pick.role).zh, "", "、", Language.ZH),
            (role(pick.role).ko, " ", ", ", Language.KO),
        )
    )
    return f"  {number}. {zh} / {ko}"


def _reasons(pick: Pick, area: Area, language: Language) -> Iterator[str]:
    """Why this person; how near is said by the name of the area that the duty is for."""
    for why in pick.why:
        if why in _NEAR:
            yield area.name(language)
        elif why is Why.ON_SHIFT and pick.until is not None:
            yield _until(civil(pick.until), language)
        else:
            yield REASONS[why].ko if language is Language.KO else REASONS[why].zh


def _until(end: datetime, language: Language) -> str:
    if language is Language.KO:
        return f"당직 {end:%m-%d %H:%M}까지"
    return f"值班至 {end:%m-%d %H:%M}"


def _place(area: Area, language: Language) -> str:
    gap = " " if language is Language.KO else ""
    return gap.join(above.name(language) for above in reversed(area.line))


def person_of(session: Session, code: str) -> Person | None:
    """The roster entry of a code."""
    return session.scalar(select(Person).where(Person.code == code))


def link_of(work: Work, code: str) -> tuple[str, str | None, datetime]:
    """A new secret that makes an account this person of the roster, the code to say aloud, and until when."""
    person = work.session.scalars(select(Person).where(Person.code == code)).one()
    secret = joining.invite(work, person)
    work.session.flush()
    row = select(Invitation).where(Invitation.digest == digest(secret))
    return secret, code_for(work, secret), work.session.scalars(row).one().expires_at
