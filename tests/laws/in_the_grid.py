"""What grid officers, assistants and the people concerned do with a case, and words between judge and mediator."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from sqlalchemy import select

from cases.actions import assignment, concerned, guidance, naming_office, raising, visits
from cases.work import Work
from models.assignment import Assignment
from models.case import Case
from models.person import Person
from models.vocabulary import LEVELS_UP, Level, Part, Raise, Station, Tie, Visit
from tests.laws.world import NUMBER, OFFICES, WORDS, World


class InTheGrid(World):
    """The grid's and the court's own taps."""

    @precondition(lambda self: self.cases)
    @rule(
        which=NUMBER,
        who=NUMBER,
        to=st.sampled_from(LEVELS_UP),
        why=st.sampled_from(Raise),
        words=st.none() | st.sampled_from(WORDS),
    )
    def the_whistle_is_blown(
        self, which: int, who: int, to: Level, why: Raise, words: str | None
    ) -> None:
        """Twice by the same button: never more than one step, and nobody gets more time for it (law 3)."""
        case_id, by = self.case(which), self.someone(who)
        before = self.watch.acknowledgements(self.store, case_id)

        def blow(work: Work) -> None:
            person = work.session.get_one(Person, by)
            case = raising.whistle(work, case_id, person, to=to, why=why, words=words)
            level = case.level
            assert raising.whistle(work, case_id, person, to=to, why=why).level is level

        self.act(blow)
        after = self.watch.acknowledgements(self.store, case_id)
        for offer, due in before.items():
            assert offer not in after or after[offer] <= due

    @precondition(lambda self: self.cases)
    @rule(which=NUMBER, who=NUMBER, station=st.none() | st.sampled_from(OFFICES))
    def it_is_said_to_be_about_an_office(
        self, which: int, who: int, station: Station | None
    ) -> None:
        case_id, by = self.case(which), self.someone(who)

        def name(work: Work) -> None:
            person = work.session.get_one(Person, by)
            naming_office.name_office(work, case_id, person, station)

        self.act(name)

    @precondition(lambda self: self.cases)
    @rule(which=NUMBER, who=NUMBER, found=st.sampled_from(Visit), words=st.sampled_from(WORDS))
    def somebody_visits(self, which: int, who: int, found: Visit, words: str) -> None:
        case_id, by = self.case(which), self.someone(who)

        def visit(work: Work) -> None:
            person = work.session.get_one(Person, by)
            visits.record_visit(work, case_id, person, found)
            visits.describe_visit(work, case_id, person, words)

        self.act(visit)

    @precondition(lambda self: self.cases)
    @rule(which=NUMBER, hands_out=NUMBER, joins=NUMBER, leaves=st.booleans())
    def somebody_follows_by_code(
        self, which: int, hands_out: int, joins: int, leaves: bool
    ) -> None:
        case_id, by, who = self.case(which), self.someone(hands_out), self.someone(joins)

        def follow(work: Work) -> None:
            _, secret = concerned.call_together(work, case_id, work.session.get_one(Person, by))
            person = work.session.get_one(Person, who)
            concerned.join_as_concerned(work, secret, person)
            if leaves:
                concerned.leave(work, case_id, person)

        self.act(follow)

    @precondition(lambda self: self.cases)
    @rule(which=NUMBER, who=NUMBER)
    def somebody_reports_in_for_the_judge(self, which: int, who: int) -> None:
        case_id, by = self.case(which), self.someone(who)

        def tap(work: Work) -> None:
            offers = _judges(work, case_id)
            if offers:
                person = work.session.get_one(Person, by)
                case = assignment.take_for(work, offers[-1].id, person)
                turn = case.turn
                assert assignment.take_for(work, offers[-1].id, person).turn == turn

        self.act(tap)

    @precondition(lambda self: self.cases)
    @rule(which=NUMBER, part=st.sampled_from(Part), tie=st.sampled_from(Tie))
    def somebody_is_recused(self, which: int, part: Part, tie: Tie) -> None:
        case_id = self.case(which)

        def recuse(work: Work) -> None:
            offers = [one for one in _offers(work, case_id) if one.part is part and one.is_live]
            if offers:
                assignment.give_back(work, offers[-1].id, offers[-1].person, "related")
                assignment.declare_tie(work, offers[-1].id, offers[-1].person, tie)

        self.act(recuse)

    @precondition(lambda self: self.cases)
    @rule(which=NUMBER, who=NUMBER, words=st.sampled_from(WORDS))
    def a_word_is_passed_on(self, which: int, who: int, words: str) -> None:
        case_id, by = self.case(which), self.someone(who)
        self.act(
            lambda work: guidance.guide(work, case_id, work.session.get_one(Person, by), words)
        )


def _judges(work: Work, case_id: int) -> list[Assignment]:
    return [one for one in _offers(work, case_id) if one.part is Part.JUDGE]


def _offers(work: Work, case_id: int) -> list[Assignment]:
    work.session.get_one(Case, case_id)
    rows = select(Assignment).where(Assignment.case_id == case_id).order_by(Assignment.id)
    return list(work.session.scalars(rows))
