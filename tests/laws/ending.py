"""Ways to an end other than the kept promise: proposed, approved, refused, contested; resting, extended, passed on."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from sqlalchemy import select

from cases.actions import closing, promise, referring, term
from cases.actions.proposals import Said
from cases.errors import CaseError
from cases.work import Work
from models.case import Case
from models.person import Person
from models.vocabulary import Kept, Organ, Outcome, Pause, Side
from tests.laws.handling import Handling
from tests.laws.world import NUMBER


class Ending(Handling):
    """The rarer verbs, by whoever may and whoever may not, from today's card and yesterday's."""

    @precondition(lambda self: self.cases)
    @rule(
        which=NUMBER,
        who=NUMBER,
        outcome=st.sampled_from(Outcome),
        organ=st.none() | st.sampled_from(Organ),
        words=st.sampled_from(["", "12月1日本人说的"]),
        older=st.integers(0, 1),
    )
    def an_end_is_proposed(
        self,
        which: int,
        who: int,
        *,
        outcome: Outcome,
        organ: Organ | None,
        words: str,
        older: int,
    ) -> None:
        case_id = self.case(which)
        before = self.watch.picture(self.store, case_id)

        def propose(work: Work) -> None:
            case = work.session.get_one(Case, case_id)
            main = self.cases[(which + 1) % len(self.cases)]
            said = Said(words, organ, main if outcome is Outcome.MERGED else None)
            person = self._handler_or_head(who, work, case_id)
            closing.propose_closing(work, case_id, person, outcome, said, turn=case.turn - older)

        if isinstance(self.act(propose), CaseError):
            assert self.watch.picture(self.store, case_id) == before

    @precondition(lambda self: self.cases)
    @rule(which=NUMBER, who=NUMBER)
    def an_end_is_not_approved(self, which: int, who: int) -> None:
        people = (self.town.supervisor, self.town.coordinator, self.someone(who))
        self.act(
            lambda work: closing.refuse_closing(
                work, self.case(which), work.session.get_one(Person, people[who % 3]), "再谈"
            )
        )

    @precondition(lambda self: self.cases)
    @rule(which=NUMBER, who=NUMBER, what=st.sampled_from(["closing", "extension"]))
    def somebody_says_it_is_not_so(self, which: int, who: int, what: str) -> None:
        def contest(work: Work) -> None:
            case = work.session.get_one(Case, self.case(which))
            by = case.reporter_id if who % 2 == 0 else self.someone(who)
            closing.contest(work, case.id, work.session.get_one(Person, by), what)

        self.act(contest)

    @precondition(lambda self: self.cases)
    @rule(which=NUMBER, who=NUMBER, side=st.sampled_from([Side.REPORTER, Side.OTHER]))
    def a_side_is_asked_by_telephone(self, which: int, who: int, side: Side) -> None:
        def hear(work: Work) -> None:
            case_id = self.case(which)
            person = self.handler(who, work, case_id)
            promise.settled_by_phone(work, case_id, person, side, settled=True)
            promise.heard_by_phone(work, case_id, person, side, Kept.ALL)

        self.act(hear)

    @precondition(lambda self: self.cases)
    @rule(which=NUMBER, who=NUMBER, settled=st.booleans())
    def both_are_asked_whether_it_is_settled(self, which: int, who: int, settled: bool) -> None:
        def ask(work: Work) -> None:
            case = work.session.get_one(Case, self.case(which))
            promise.ask_settled(work, case.id, self.handler(who, work, case.id))
            promise.answer_settled(work, case.id, case.reporter, settled=settled)

        self.act(ask)

    @precondition(lambda self: self.cases)
    @rule(which=NUMBER, who=NUMBER, why=st.none() | st.sampled_from(Pause))
    def it_rests_or_goes_on(self, which: int, who: int, why: Pause | None) -> None:
        def move(work: Work) -> None:
            case_id = self.case(which)
            person = self.handler(who, work, case_id)
            if why is None:
                term.resume(work, case_id, person)
            else:
                term.suspend(work, case_id, person, why)

        self.act(move)

    @precondition(lambda self: self.cases)
    @rule(which=NUMBER, who=NUMBER, days=st.integers(-1, 70))
    def the_term_is_extended(self, which: int, who: int, days: int) -> None:
        def extend(work: Work) -> None:
            case_id = self.case(which)
            until = work.today + timedelta(days=days)
            term.extend(
                work, case_id, self._handler_or_head(who, work, case_id), until, "双方同意"
            )

        self.act(extend)

    @precondition(lambda self: self.cases)
    @rule(which=NUMBER, who=NUMBER, organ=st.none() | st.sampled_from(Organ))
    def it_is_passed_on_or_comes_back(self, which: int, who: int, organ: Organ | None) -> None:
        def move(work: Work) -> None:
            case_id = self.case(which)
            person = self._handler_or_head(who, work, case_id)
            if organ is None:
                referring.take_back(work, case_id, person, "不归他们")
            else:
                referring.refer(work, case_id, person, organ, "住建局")

        self.act(move)

    def _handler_or_head(self, who: int, work: Work, case_id: int) -> Person:
        if who % 3 == 0:
            return work.session.scalars(
                select(Person).where(Person.id == self.town.supervisor)
            ).one()
        return self.handler(who, work, case_id)
