"""A few dozen cases of one community, each lived through by the real actions up to another stage, on the days of three weeks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.prefecture import Ward
from cases.actions import assignment, intake, mediation, referring, safety, supervision, term
from cases.actions.joining import join_as_other_side
from cases.urgency import gate
from models.case import Case
from models.person import Person
from models.vocabulary import Channel, ContactResult, Language, Organ, Part, Pause
from tests.factories import BEATEN, LEAK, LEAK_KO, MONDAY, WAGES, Town, a_person, work_at
from tests.scene import Scene

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
#: Wednesday, 11:00 in Yanji.
NOW = MONDAY + 2 * DAY + 2 * HOUR
#: How long before now the lives begin. What nobody has spoken about yet is of today.
BEGAN = (19 * DAY, 13 * DAY, 8 * DAY, 6 * DAY, 2 * DAY, 2 * HOUR)
TERMS = "十二月二十日前修好天花板，费用由楼上承担。"


def town_of(ward: Ward) -> Town:
    """One community with everybody above it, as the actions' tests know a town."""
    street_mediator, judge, _, assistant, court, supervisor, desk, night = ward.above
    return Town(
        county=ward.county,
        street=0,
        community=ward.community,
        grid=ward.grids[0],
        far_grid=ward.grids[-1],
        mediator=ward.mediator,
        deputy=street_mediator,
        korean_mediator=street_mediator,
        judge=judge,
        assistant=assistant,
        court_supervisor=court,
        supervisor=supervisor,
        coordinator=desk,
        night_desk=night,
        officer=ward.officers[0],
    )


def live(session: Session, ward: Ward) -> list[int]:
    """Begin every kind of life on every day, and let time go on until now. Gives the cases that are open then."""
    scene = Scene(session, town_of(ward), work_at(session, NOW - BEGAN[0]))
    for ago in BEGAN:
        scene.wait(NOW - ago - scene.now)
        for number, begin in enumerate(HANDLED + OF_TODAY if ago < DAY else HANDLED):
            begin(_Life(scene, number))
            scene.wait(timedelta(minutes=5))
    scene.wait(NOW - scene.now)
    return list(session.scalars(select(Case.id).where(Case.closed_at.is_(None)).order_by(Case.id)))


@dataclass(frozen=True, slots=True)
class _Life:
    scene: Scene
    number: int

    def reported(self, matter: str = LEAK, **facts: object) -> Case:
        reporter = a_person(
            self.scene.session,
            name=f"居民{self.number}",
            language=Language.KO if matter == LEAK_KO else Language.ZH,
            now=self.scene.now,
        )
        return self.scene.case(reporter, matter=matter, **facts)

    def taken(self, matter: str = LEAK, **facts: object) -> tuple[Case, Person]:
        case = self.reported(matter, **facts)
        handler = self.take(case, Part.MEDIATOR)
        return case, handler

    def take(self, case: Case, part: Part) -> Person:
        offer = self.scene.offers(case, part)[-1]
        assignment.take(self.scene.work, offer.id, offer.person)
        return offer.person

    def contacted(self, matter: str = LEAK, **facts: object) -> tuple[Case, Person]:
        case, handler = self.taken(matter, **facts)
        self.take(case, Part.JUDGE)
        mediation.record_contact(self.scene.work, case.id, handler, ContactResult.REACHED)
        mediation.note(
            self.scene.work, case.id, handler, "楼上说漏水不是他家造成的，约好周四上门看。"
        )
        return case, handler


def _reported(life: _Life) -> None:
    life.reported()


def _reported_in_korean(life: _Life) -> None:
    life.reported(LEAK_KO, language=Language.KO)


def _without_a_place(life: _Life) -> None:
    life.reported(area_id=None)


def _wants_a_call(life: _Life) -> None:
    life.reported(phone="13944300000")


def _by_an_officer(life: _Life) -> None:
    officer = life.scene.person(life.scene.town.officer)
    life.scene.case(officer, matter=WAGES, channel=Channel.GRID_OFFICER, consented=True)


def _in_danger(life: _Life) -> None:
    person = a_person(life.scene.session, name=f"居民{life.number}", now=life.scene.now)
    safety.danger_reported(
        life.scene.work,
        person,
        key=str(uuid4()),
        text=BEATEN,
        found=gate(BEATEN),
        area_id=life.scene.town.grid,
        language=Language.ZH,
        channel=Channel.RESIDENT,
    )


def _taken(life: _Life) -> None:
    life.taken()


def _both_taken(life: _Life) -> None:
    case, _ = life.taken()
    life.take(case, Part.JUDGE)


def _mediating(life: _Life) -> None:
    life.contacted()


def _mediating_with_words(life: _Life) -> None:
    case, _ = life.contacted(LEAK_KO, language=Language.KO)
    intake.add_to_case(life.scene.work, case.id, case.reporter, words="또 물이 샙니다.")


def _agreed(life: _Life) -> None:
    case, handler = life.contacted()
    day = life.scene.work.today + 40 * DAY
    mediation.agree(life.scene.work, case.id, handler, terms=TERMS, promised_on=day)


def _agreed_with_both(life: _Life) -> None:
    case, handler = life.contacted()
    _, secret = mediation.invite_other_side(life.scene.work, case.id, handler)
    other = a_person(life.scene.session, name=f"对方{life.number}", now=life.scene.now)
    join_as_other_side(life.scene.work, secret, other)
    day = life.scene.work.today + 45 * DAY
    mediation.agree(life.scene.work, case.id, handler, terms=TERMS, promised_on=day)


def _suspended(life: _Life) -> None:
    case, handler = life.contacted()
    term.suspend(life.scene.work, case.id, handler, Pause.BOTH_WISH)


def _referred(life: _Life) -> None:
    case, handler = life.contacted()
    referring.refer(life.scene.work, case.id, handler, Organ.COURT, "延吉市人民法院立案庭")


def _ordered(life: _Life) -> None:
    case, _ = life.taken()
    head = life.scene.person(life.scene.town.supervisor)
    supervision.order(
        life.scene.work,
        case.id,
        head,
        Part.MEDIATOR,
        reason="请在三天内联系双方。",
        due=life.scene.now + 30 * DAY,
    )


HANDLED: tuple[Callable[[_Life], None], ...] = (
    _mediating,
    _agreed,
    _mediating_with_words,
    _agreed_with_both,
    _suspended,
    _referred,
)
OF_TODAY: tuple[Callable[[_Life], None], ...] = (
    _reported,
    _taken,
    _both_taken,
    _ordered,
    _reported_in_korean,
    _wants_a_call,
    _by_an_officer,
    _without_a_place,
    _in_danger,
)
