"""One town in a state machine: its people, their Telegram, its beats and the weeks that pass, with or without them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from cases import sweep
from cases.actions import delivery, joining, tasks
from cases.errors import CaseError
from cases.notice_views import view_of
from cases.work import Work
from models.assignment import Assignment
from models.duty import Duty
from models.notice import Notice
from models.person import Person
from models.rota import Shift
from models.store import Store
from models.task import Task
from models.vocabulary import (
    Language,
    NoticeState,
    Role,
    Station,
)
from tests.factories import (
    BEATEN,
    BEATEN_KO,
    LEAK,
    LEAK_KO,
    MONDAY,
    WAGES,
    a_person,
    a_town,
    work_at,
)
from tests.laws.watch import Watch

T = TypeVar("T")

CRIES = 2  # for help, in one life
AWAY = 4  # who have blocked the bot at once
CASES = 3  # open at once: enough for people to meet in two of them
BEATS = 400  # more in one wait is a clock that never comes to rest
NUMBER = st.integers(min_value=0, max_value=11)
MATTERS = {LEAK: Language.ZH, LEAK_KO: Language.KO, WAGES: Language.ZH, BEATEN_KO: Language.KO}
WORDS = ("约了双方。", "상대방이 전화를 받지 않습니다.", BEATEN, "他说要砍竹子。")
#: Of these the deputy and the grid officer of the town are, and all judges.
OFFICES = (Station.VILLAGE_COMMITTEE, Station.STREET_OFFICE, Station.COURT)
WAITS = [
    timedelta(minutes=5),
    timedelta(minutes=20),
    timedelta(hours=3),
    timedelta(hours=11),
    timedelta(days=1),
    timedelta(days=4),
    timedelta(days=16),
    timedelta(days=40),
]


def _without_waiting_for_the_disk(connection: Any, _record: object) -> None:
    connection.execute("pragma synchronous = off")


class World(RuleBasedStateMachine):
    """`new_url` makes a fresh migrated database."""

    new_url: ClassVar[Callable[[], str]]

    def __init__(self) -> None:
        super().__init__()
        self.store = Store(type(self).new_url())
        if (
            self.store.is_sqlite
        ):  # what survives a power cut is tested elsewhere; here it costs half the time
            event.listen(self.store.engine, "connect", _without_waiting_for_the_disk)
        self.now: datetime = MONDAY
        self.away: set[int] = set()  # who has blocked the bot, whether the office knows or not
        self.cases: list[int] = []
        self.cries = 0
        self.watch = Watch()

    def teardown(self) -> None:
        self.store.close()

    def act(self, fn: Callable[[Work], T]) -> T | CaseError:
        """One transaction of the real store; a refusal of the cases rolls it back and is an answer too."""
        try:
            return self.store.transact(lambda session: fn(work_at(session, self.now)))
        except CaseError as refused:
            return refused

    @initialize()
    def town_is_born(self) -> None:
        def birth(session: Session) -> None:
            self.town = a_town(session)
            for person_id, station in (
                (self.town.deputy, OFFICES[0]),
                (self.town.officer, OFFICES[1]),
            ):
                duties = select(Duty).where(Duty.person_id == person_id)
                session.scalars(duties).one().station = station
            for person_id, role, begins in (
                (self.town.deputy, Role.MEDIATOR, 0),
                (self.town.night_desk, Role.COORDINATOR, 3),
            ):  # on duty for some days, then nobody is
                starts = MONDAY + timedelta(days=begins)
                shift = {"starts": starts, "ends": starts + timedelta(days=10), "role": role}
                session.add(Shift(person_id=person_id, area_id=self.town.county, **shift))
            self.residents = [
                a_person(session, name=name, language=language).id
                for name, language in (
                    ("金哲", Language.KO),
                    ("王芳", Language.ZH),
                    ("李强", Language.ZH),
                )
            ]

        self.store.transact(birth)
        self.everybody = (*self.residents, *self.town.staff)
        self.watch.officers = {self.town.officer}

    def someone(self, number: int) -> int:
        return self.everybody[number % len(self.everybody)]

    def case(self, number: int) -> int:
        return self.cases[number % len(self.cases)]

    def handler(self, number: int, work: Work, case_id: int) -> Person:
        """Mostly somebody who holds the case; else the supervisor."""
        rows = work.session.scalars(
            select(Assignment).where(Assignment.case_id == case_id).order_by(Assignment.id)
        )
        people = [one.person_id for one in rows if one.is_live] or [self.town.supervisor]
        return work.session.get_one(Person, people[number % len(people)])

    def post(self) -> None:
        """Telegram: what is due goes out, to whoever has not blocked the bot."""
        while self.act(self._post_one) is True:
            pass

    def _post_one(self, work: Work) -> bool:
        notice = work.session.scalars(
            select(Notice)
            .where(Notice.state == NoticeState.NEW, Notice.due_at <= self.now)
            .order_by(Notice.urgent, Notice.id)
        ).first()
        if notice is None:
            return False
        person = notice.person
        view = view_of(work, notice)
        if person.telegram_id is not None and view is None:
            notice.state = NoticeState.WITHDRAWN
        elif person.id in self.away:
            notice.state = NoticeState.UNREACHABLE
            person.blocked_at = person.blocked_at or self.now
            work.session.flush()
            delivery.not_delivered(work, notice)
        else:
            self.watch.sent(work, notice)
            notice.state, notice.sent_at, person.blocked_at = NoticeState.SENT, self.now, None
        return True

    def sweep(self) -> None:
        """One beat, as the ticker does it."""
        tried: set[int] = set()
        while True:
            due = self.store.read(lambda s: sweep.due_cases(s, self.now, 200))
            fresh = [case_id for case_id in due if case_id not in tried]
            if not fresh:
                return
            for case_id in fresh:
                self.store.transact(partial(self._sweep_one, case_id))
            tried.update(fresh)

    def _sweep_one(self, case_id: int, session: Session) -> None:
        sweep.sweep_case(work_at(session, self.now), case_id)

    @precondition(lambda self: self.cases)
    @rule(which=NUMBER, stranger=st.none() | NUMBER)
    def a_task_is_done(self, which: int, stranger: int | None) -> None:
        def finish(work: Work) -> None:
            found = work.session.scalars(select(Task).order_by(Task.id.desc())).all()
            if found:
                task = found[which % len(found)]
                by = task.person_id if stranger is None else self.someone(stranger)
                tasks.finish_task(work, task.id, work.session.get_one(Person, by), "听过了。")

        self.act(finish)

    @precondition(lambda self: len(self.away) < AWAY)
    @rule(who=NUMBER, seen=st.booleans())
    def somebody_blocks_the_bot(self, who: int, seen: bool) -> None:
        """The office hears of it at once, or only when a message cannot be delivered. One desk always stays."""
        person_id = self.someone(who)
        if person_id == self.town.night_desk:
            return
        self.away.add(person_id)

        def leave(work: Work) -> None:
            if seen:
                person = work.session.get_one(Person, person_id)
                person.blocked_at = self.now
                delivery.gone(work, person)

        self.act(leave)

    @precondition(lambda self: self.away)
    @rule(who=NUMBER)
    def somebody_comes_back(self, who: int) -> None:
        person_id = sorted(self.away)[who % len(self.away)]
        self.away.discard(person_id)

        def come(work: Work) -> None:
            person = work.session.get_one(Person, person_id)
            assert person.telegram_id is not None
            joining.recognise(work, person.telegram_id)

        self.act(come)

    @rule()
    def the_post_goes_out(self) -> None:
        self.post()

    @rule(length=st.sampled_from(WAITS))
    def time_passes(self, length: timedelta) -> None:
        """With a beat at every instant at which anything is due."""
        end = self.now + length
        for _ in range(BEATS):
            self.post()
            coming = self.store.read(lambda s: sweep.next_due(s, self.now))
            if coming is None or coming > end:
                break
            self.now = coming
            self.sweep()
        else:
            raise AssertionError(f"more than {BEATS} beats in {length}")
        self.now = end
        self.sweep()
        self.post()

    @rule(length=st.sampled_from(WAITS[3:]))
    def nothing_beats_for_a_while(self, length: timedelta) -> None:
        """The office's machine was off; then one beat, as after any other."""
        self.now += length
        self.sweep()
        self.post()
