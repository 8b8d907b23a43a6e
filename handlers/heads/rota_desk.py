"""The duty rota for its heads: who stands ready now, who is next, when nobody is; and a shift given to somebody else."""

from sqlalchemy import select

from cases.actions import shifts
from cases.finding import the_map
from cases.office import Errand, areas_for
from cases.on_duty import AHEAD, Unmanned, coming, unmanned
from handlers.buttons import NotAButton, Tap, Verb
from handlers.dialogue import Talk
from handlers.heads.supervise import show, who
from handlers.screens import Screen
from models.area import Area
from models.rota import Shift

_NOW = 12  # more would not fit into one message
_NEXT = 6  # shifts that come: a screen of a telephone
_EMPTY = 5  # hours without anybody that are named one by one


def rota(talk: Talk) -> None:
    """`/rota`."""
    work = talk.work
    mine = areas_for(work, talk.person, Errand.SEE_ROTA)
    seen = _seen(talk, mine)
    found = [
        shift
        for shift in coming(work.session, work.now, work.now + AHEAD)
        if shift.area_id in seen
    ]
    now = [shift for shift in found if shift.starts <= work.now]
    empty = unmanned(work.session, work.now, mine)
    show(
        talk,
        Screen.ROTA,
        on_duty=[_line(talk, shift) for shift in now][:_NOW],
        coming=[_line(talk, shift) for shift in found if shift.starts > work.now][:_NEXT],
        empty=[_empty(talk, one) for one in empty[:_EMPTY]],
        more=max(0, len(empty) - _EMPTY),
    )


def ask_whom(talk: Talk, tap: Tap) -> None:
    shift = talk.work.session.get(Shift, tap.id)
    if shift is None or not shifts.may_give(talk.work, talk.person, shift):
        rota(talk)
        return
    talk.edit(
        Screen.SHIFT_TO,
        shift=_line(talk, shift),
        had=shift.person_id,
        could=[
            [one.id, *(who(talk, one.id) or ["", "", ""])]
            for one in shifts.who_could_stand(talk.work, shift)
        ],
    )


def give(talk: Talk, tap: Tap) -> None:
    """`turn`: who had it when the button was made; `arg`: to whom."""
    if not tap.arg.isdigit():
        raise NotAButton(tap.arg)
    shifts.give(talk.work, talk.person, tap.id, int(tap.arg), had=tap.turn)
    rota(talk)


def _seen(talk: Talk, mine: frozenset[int]) -> frozenset[int]:
    """One's own areas, and all above them: who stands ready for all of a county does so for its streets."""
    areas = the_map(talk.work.session)
    tops = (areas.places[one] for one in mine if areas.places[one].parent_id not in mine)
    return mine | {above.id for top in tops for above in areas.line(top)}


def _line(talk: Talk, shift: Shift) -> dict[str, object]:
    person = who(talk, shift.person_id) or ["", "", ""]
    return {
        "shift": shift.id if shifts.may_give(talk.work, talk.person, shift) else 0,
        "who": [person[0], person[1], shift.role],
        "area": [shift.area.name_zh, shift.area.name_ko],
        "starts": shift.starts.isoformat(),
        "ends": shift.ends.isoformat(),
    }


def _empty(talk: Talk, one: Unmanned) -> list[str]:
    area = talk.work.session.scalars(select(Area).where(Area.code == one.code)).one()
    return [area.name_zh, area.name_ko, one.starts.isoformat(), one.ends.isoformat()]


TAPS = {
    Verb.ROTA: lambda talk, _: rota(talk),
    Verb.SHIFT: ask_whom,
    Verb.SHIFT_TO: give,
}
