"""The administrator's desk: invite, retire, give and end duties. No case content is shown here, only numbers."""

from collections.abc import Sequence

from cases.actions import back_office, correcting, giving, retiring, spoken_code
from cases.finding import AreaMap, Place, the_map
from cases.office import Errand, areas_for, may_run
from cases.overview import open_cases_of
from cases.roster_rows import may_answer_for
from cases.views import number_of
from handlers.buttons import NotAButton, Tap, Verb
from handlers.dialogue import Talk
from handlers.heads.duty_desk import parts_of
from handlers.heads.supervise import show, who
from handlers.screens import Screen
from models.area import Area
from models.person import Person
from models.vocabulary import AreaLevel, Role

_PEOPLE = 8  # people on one page of buttons
_NUMBERS = 20  # case numbers named before somebody retires

_ERRANDS = {"invite": Errand.INVITE, "retire": Errand.RETIRE, "duties": Errand.APPOINT}

#: In the order of the buttons; a role's place in it stands in callback data, so it only grows.
ROLES = (
    Role.HELPER,
    Role.GRID_OFFICER,
    Role.MEDIATOR,
    Role.JUDGE,
    Role.JUDGE_ASSISTANT,
    Role.SUPERVISOR,
    Role.COURT_SUPERVISOR,
    Role.COORDINATOR,
    Role.ADMINISTRATOR,
)


def home(talk: Talk, others: Sequence[str]) -> None:
    show(
        talk,
        Screen.ADMIN_HOME,
        others=list(others),
        office=bool(talk.office_url),
        **{name: len(_people(talk, name)) for name in _ERRANDS},
    )


def people(talk: Talk, tap: Tap) -> None:
    """Whom? `id`: the page; `arg`: for what."""
    if tap.arg not in _ERRANDS:
        raise NotAButton(tap.arg)
    found = _people(talk, tap.arg)
    pages = max(1, -(-len(found) // _PEOPLE))
    page = min(max(tap.id, 0), pages - 1)
    talk.edit(
        Screen.PEOPLE,
        what=tap.arg,
        page=page,
        pages=pages,
        people=[
            [person.id, *(who(talk, person.id) or ["", "", ""])]
            for person in found[page * _PEOPLE : (page + 1) * _PEOPLE]
        ],
    )


def invite(talk: Talk, tap: Tap) -> None:
    """A one-time link, shown once."""
    person = retiring.person_under(talk.work, talk.person, tap.id, Errand.INVITE)
    if person.telegram_id is not None or person.retired_at is not None:
        home(talk, ())
        return
    secret = correcting.invite(talk.work, talk.person, person.id)
    talk.answer(
        Screen.STAFF_LINK,
        who=who(talk, person.id),
        link=f"https://t.me/{talk.bot_username}?start=i_{secret}",
        code=spoken_code.code_for(talk.work, secret),
    )


def may_enter(talk: Talk) -> bool:
    return may_run(talk.work, talk.person, Errand.LOOK_AFTER)


def ask_office(talk: Talk) -> None:
    """The way into the back office: a link that works once, for minutes."""
    link = ""
    if talk.office_url:
        link = f"{talk.office_url}/enter/{back_office.ask_link(talk.work, talk.person)}"
    talk.answer(Screen.OFFICE_LINK, link=link)


def ask_retire(talk: Talk, tap: Tap) -> None:
    """Who leaves, and the numbers of the cases that go on."""
    person = retiring.person_under(talk.work, talk.person, tap.id, Errand.RETIRE)
    cases = open_cases_of(talk.work, person)
    talk.edit(
        Screen.RETIRE_ASK,
        whose=person.id,
        who=who(talk, person.id),
        count=len(cases),
        shorts=[number_of(case).short for case in cases[:_NUMBERS]],
    )


def retire(talk: Talk, tap: Tap) -> None:
    leaving = who(talk, tap.id) if talk.work.session.get(Person, tap.id) else None
    cases = retiring.retire(talk.work, talk.person, tap.id)
    talk.edit(
        Screen.RETIRED,
        who=leaving,
        count=len(cases),
        shorts=[number_of(case).short for case in cases[:_NUMBERS]],
    )


def duties(talk: Talk, tap: Tap) -> None:
    _show_duties(talk, retiring.person_under(talk.work, talk.person, tap.id, Errand.APPOINT))


def end_duty(talk: Talk, tap: Tap) -> None:
    _show_duties(talk, retiring.end_duty(talk.work, talk.person, tap.id))


def ask_role(talk: Talk, tap: Tap) -> None:
    person = _whom_to_give(talk, tap)
    talk.edit(Screen.GIVE_ROLE, whose=person.id, who=who(talk, person.id), roles=list(ROLES))


def ask_where(talk: Talk, tap: Tap) -> None:
    """One level of areas a tap, those of them that the role may answer for or that have such parts. `arg`: role, area, page."""
    person = _whom_to_give(talk, tap)
    number, area_id, page = _role_area(tap)
    role = ROLES[number]
    mine = areas_for(talk.work, talk.person, Errand.APPOINT)
    if area_id is None:
        here = None
        found = _tops(talk, mine)
    else:
        here = talk.work.session.get(Area, area_id)
        if here is None or here.id not in mine:
            raise NotAButton(tap.arg)
        found = parts_of(talk, here)
    places = the_map(talk.work.session)
    found = [area for area in found if _leads_to(places, places.places[area.id], role)]
    talk.edit(
        Screen.GIVE_WHERE,
        whose=person.id,
        role=role,
        number=number,
        area_id=here.id if here else None,
        whole=here is not None and may_answer_for(role, here.level),
        areas=[
            [area.id, area.name_zh, area.name_ko, area.level is AreaLevel.GRID]
            for area in found[page * _PEOPLE : (page + 1) * _PEOPLE]
        ],
        page=page,
        pages=max(1, -(-len(found) // _PEOPLE)),
    )


def give(talk: Talk, tap: Tap) -> None:
    role, area_id, _ = _role_area(tap)
    if area_id is None:
        raise NotAButton(tap.arg)
    giving.appoint(talk.work, talk.person, tap.id, ROLES[role], area_id)
    _show_duties(talk, talk.work.session.get_one(Person, tap.id))


def _leads_to(areas: AreaMap, place: Place, role: Role) -> bool:
    """Whether the role may answer for this place, or for one within it."""
    return may_answer_for(role, place.level) or any(
        _leads_to(areas, part, role) for part in areas.children.get(place.id, [])
    )


def _whom_to_give(talk: Talk, tap: Tap) -> Person:
    return retiring.person_under(talk.work, talk.person, tap.id, Errand.APPOINT, wholly=True)


def _people(talk: Talk, what: str) -> list[Person]:
    found = retiring.people_under(talk.work, talk.person, _ERRANDS[what])
    if what == "invite":
        return [one for one in found if one.telegram_id is None and one.retired_at is None]
    if what == "retire":
        return [one for one in found if one.retired_at is None and one.id != talk.person.id]
    return found


def _show_duties(talk: Talk, person: Person) -> None:
    talk.edit(
        Screen.DUTIES,
        whose=person.id,
        who=who(talk, person.id),
        duties=[
            [duty.id, duty.role, duty.area.name_zh, duty.area.name_ko]
            for duty in retiring.duties_held(talk.work, person)
        ],
    )


def _role_area(tap: Tap) -> tuple[int, int | None, int]:
    numbers = tap.arg.split("-")
    if not all(number.isdigit() for number in numbers) or int(numbers[0]) >= len(ROLES):
        raise NotAButton(tap.arg)
    area = int(numbers[1]) if len(numbers) > 1 and int(numbers[1]) else None
    return int(numbers[0]), area, int(numbers[2]) if len(numbers) > 2 else 0  # noqa: PLR2004 - the third of three


def _tops(talk: Talk, mine: frozenset[int]) -> list[Area]:
    """The highest areas that this administrator looks after."""
    found = [talk.work.session.get_one(Area, area_id) for area_id in sorted(mine)]
    return [area for area in found if area.parent_id not in mine]


TAPS = {
    Verb.PEOPLE: people,
    Verb.LINK: invite,
    Verb.RETIRE: ask_retire,
    Verb.RETIRE_OK: retire,
    Verb.DUTIES: duties,
    Verb.END_DUTY: end_duty,
    Verb.GIVE_ROLE: ask_role,
    Verb.GIVE_WHERE: ask_where,
    Verb.GIVE: give,
    Verb.BACK_OFFICE: lambda talk, _: ask_office(talk),
}
