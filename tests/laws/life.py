"""The whole life: residents report and answer, handlers handle, Telegram and time go on; and every law is looked at."""

from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from cases.actions import closing, intake, promise, safety
from cases.errors import CaseError
from cases.urgency import gate
from cases.work import Work
from models.case import Case
from models.person import Person
from models.vocabulary import (
    Channel,
    Kept,
    Rating,
    SafeChannel,
)
from tests.factories import (
    BEATEN,
    a_report,
    work_at,
)
from tests.laws.ending import Ending
from tests.laws.in_the_grid import InTheGrid
from tests.laws.own_case import OwnCase
from tests.laws.world import CASES, CRIES, MATTERS, NUMBER, WORDS


class LifeOfACase(Ending, InTheGrid, OwnCase):
    """What residents do, and the laws."""

    @precondition(lambda self: len(self.cases) < CASES)
    @rule(
        who=NUMBER,
        matter=st.sampled_from(sorted(MATTERS)),
        lost=st.booleans(),
        phone=st.booleans(),
        spoken_for=st.booleans(),
    )
    def somebody_reports(
        self, who: int, matter: str, lost: bool, phone: bool, spoken_for: bool
    ) -> None:
        person_id = (*self.residents, self.town.officer)[who % 4]
        officer = person_id == self.town.officer
        report = a_report(
            None if lost else self.town.grid,
            matter=matter,
            language=MATTERS[matter],
            channel=Channel.GRID_OFFICER if officer else Channel.RESIDENT,
            consented=spoken_for or not officer,
            phone="13944300000" if phone else None,
        )

        def open_twice(work: Work) -> int:
            person = work.session.get_one(Person, person_id)
            case = intake.open_case(work, report, person)
            assert intake.open_case(work, report, person) is case
            return case.id

        self._opened(self.act(open_twice))

    @precondition(lambda self: len(self.cases) < CASES and self.cries < CRIES)
    @rule(who=NUMBER)
    def somebody_cries_for_help(self, who: int) -> None:
        self.cries += 1

        def cry(work: Work) -> int:
            person = work.session.get_one(Person, self.residents[who % 3])
            return safety.danger_reported(
                work,
                person,
                key=f"cry-{who}-{self.now.isoformat()}",
                text=BEATEN,
                found=gate(BEATEN),
                area_id=self.town.grid,
                language=person.reads,
                channel=Channel.RESIDENT,
            ).id

        self._opened(self.act(cry))

    def _opened(self, case_id: int | CaseError) -> None:
        assert isinstance(case_id, int), case_id
        if case_id not in self.cases:
            self.cases.append(case_id)

    @precondition(lambda self: self.cases)
    @rule(who=NUMBER, channel=st.sampled_from(SafeChannel))
    def the_person_in_danger_chooses(self, who: int, channel: SafeChannel) -> None:
        def choose(work: Work) -> None:
            person = work.session.get_one(Person, self.residents[who % 3])
            safety.choose_channel(work, person, channel, contact="138", hour=self.now)
            safety.danger_now(work, person)
            safety.not_meant(work, person)

        self.act(choose)

    @precondition(lambda self: self.cases)
    @rule(which=NUMBER, who=NUMBER, words=st.sampled_from(WORDS))
    def a_party_adds_words(self, which: int, who: int, words: str) -> None:
        self.act(
            lambda work: intake.add_to_case(
                work,
                self.case(which),
                work.session.get_one(Person, self.someone(who)),
                words=words,
            )
        )

    @precondition(lambda self: self.cases)
    @rule(which=NUMBER, who=NUMBER)
    def somebody_says_consent(self, which: int, who: int) -> None:
        self.act(
            lambda work: intake.consent_given(
                work, self.case(which), work.session.get_one(Person, self.someone(who))
            )
        )

    @precondition(lambda self: self.cases)
    @rule(which=NUMBER, who=NUMBER, kept=st.sampled_from(Kept))
    def somebody_says_whether_it_was_kept(self, which: int, who: int, kept: Kept) -> None:
        self.act(lambda work: promise.answer_kept(work, *self._answer(work, which, who), kept))

    @precondition(lambda self: self.cases)
    @rule(which=NUMBER, who=NUMBER, well=st.booleans())
    def somebody_answers_a_visit(self, which: int, who: int, well: bool) -> None:
        self.act(
            lambda work: promise.answer_follow_up(work, *self._answer(work, which, who), well=well)
        )

    @precondition(lambda self: self.cases)
    @rule(which=NUMBER, who=NUMBER, contacted=st.booleans())
    def somebody_says_whether_they_were_called(
        self, which: int, who: int, contacted: bool
    ) -> None:
        self.act(
            lambda work: promise.answer_contact(
                work, *self._answer(work, which, who), contacted=contacted
            )
        )

    @precondition(lambda self: self.cases)
    @rule(which=NUMBER, who=NUMBER, really=st.booleans())
    def somebody_wants_it_closed(self, which: int, who: int, really: bool) -> None:
        verb = closing.agree_to_close if really else promise.watch_longer
        self.act(lambda work: verb(work, *self._answer(work, which, who)))

    @precondition(lambda self: self.cases)
    @rule(which=NUMBER, who=NUMBER)
    def somebody_approves(self, which: int, who: int) -> None:
        people = (self.town.supervisor, self.town.coordinator, self.someone(who))
        self.act(
            lambda work: closing.approve_closing(
                work, self.case(which), work.session.get_one(Person, people[who % 3])
            )
        )

    @precondition(lambda self: self.cases)
    @rule(which=NUMBER, who=NUMBER, rating=st.sampled_from(Rating))
    def somebody_rates(self, which: int, who: int, rating: Rating) -> None:
        self.act(lambda work: closing.rate(work, *self._answer(work, which, who), rating))

    def _answer(self, work: Work, which: int, who: int) -> tuple[int, Person]:
        """Half of all answers come from the reporter, the others from anybody."""
        case = work.session.get_one(Case, self.case(which))
        by = case.reporter_id if who % 2 == 0 else self.someone(who)
        return case.id, work.session.get_one(Person, by)

    @invariant()
    def every_law_holds(self) -> None:
        self.store.read(lambda session: self.watch.check(work_at(session, self.now)))


def on(new_url: Callable[[], str]) -> type[LifeOfACase]:
    """The machine on databases of this kind."""
    return type("LifeOfACaseHere", (LifeOfACase,), {"new_url": staticmethod(new_url)})
