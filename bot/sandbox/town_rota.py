"""Who stands ready in the sandbox's town: somebody at any hour, so that no hour of it is without anybody. All invented."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.workdays import at, civil
from models.area import Area
from models.person import Person
from models.rota import Shift
from models.vocabulary import Role

_SHIFT, _SHIFTS = timedelta(days=28), 27  # two years and more
_PEOPLE = {"mediator_yi": Role.MEDIATOR, "coordinator_gui": Role.COORDINATOR}


def fill_rota(session: Session, county: Area, now: datetime) -> None:
    """Somebody of the mediators and of the duty desk stands ready at any hour, from the first of the year on, as the duties."""
    year = at(date(civil(now).year, 1, 1), time())
    people = session.scalars(select(Person).where(Person.code.in_(_PEOPLE)))
    for person in people.all():
        for number in range(_SHIFTS):
            begins = year + number * _SHIFT
            session.add(
                Shift(
                    person_id=person.id,
                    area_id=county.id,
                    role=_PEOPLE[person.code or ""],
                    starts=begins,
                    ends=begins + _SHIFT,
                )
            )
    session.flush()
