"""What judges, mediators and heads do with a case, rightly, wrongly, twice and with buttons of yesterday."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from sqlalchemy import select

from cases.access import Doing, access_case
from cases.actions import assignment, closing, joining, mediation, promise
from cases.actions.offering import holder
from cases.errors import CaseError, StaleTap
from cases.work import Work
from models.assignment import Assignment
from models.case import Case
from models.person import Person
from models.vocabulary import (
    ContactResult,
    Kept,
    Part,
    Stage,
)
from tests.factories import (
    BEATEN,
)
from tests.laws.world import NUMBER, WORDS, World


class Handling(World):
    """The desks."""

    @precondition(lambda self: self.cases)
    @rule(which=NUMBER, who=NUMBER)
    def somebody_opens_the_card(self, which: int, who: int) -> None:
        def look(work: Work) -> None:
            person = work.session.get_one(Person, self.someone(who))
            case = access_case(work, self.case(which), by=person, doing=Doing.OPEN)
            assignment.see(work, case, person)

        self.act(look)

    @precondition(lambda self: self.cases)
    @rule(which=NUMBER, stranger=st.none() | NUMBER)
    def an_offer_is_tapped(self, which: int, stranger: int | None) -> None:
        """By its owner, or by whoever got hold of the button; twice."""

        def tap(work: Work) -> None:
            offers = work.session.scalars(select(Assignment).order_by(Assignment.id.desc())).all()
            if not offers:
                return
            offer = offers[which % len(offers)]
            by = offer.person_id if stranger is None else self.someone(stranger)
            person = work.session.get_one(Person, by)
            case = assignment.take(work, offer.id, person)
            turn = case.turn
            assert assignment.take(work, offer.id, person).turn == turn

        self.act(tap)

    @precondition(lambda self: self.cases)
    @rule(which=NUMBER, stranger=st.none() | NUMBER)
    def a_part_is_given_back(self, which: int, stranger: int | None) -> None:
        def give(work: Work) -> None:
            offers = work.session.scalars(select(Assignment).order_by(Assignment.id.desc())).all()
            if not offers:
                return
            offer = offers[which % len(offers)]
            by = offer.person_id if stranger is None else self.someone(stranger)
            assignment.give_back(work, offer.id, work.session.get_one(Person, by), "出差")

        self.act(give)

    @precondition(lambda self: self.cases)
    @rule(
        which=NUMBER,
        who=NUMBER,
        result=st.sampled_from(ContactResult),
        older=st.integers(min_value=0, max_value=2),
    )
    def a_contact_is_recorded(
        self, which: int, who: int, result: ContactResult, older: int
    ) -> None:
        """From today's card or an older one (law 7)."""
        case_id = self.case(which)
        before = self.watch.picture(self.store, case_id)

        def tap(work: Work) -> None:
            case = work.session.get_one(Case, case_id)
            day = self.now + timedelta(days=2) if result is ContactResult.DAY_AGREED else None
            person = self.handler(who, work, case_id)
            mediation.record_contact(
                work, case_id, person, result, turn=case.turn - older, day=day
            )

        answer = self.act(tap)
        if older:
            assert self.watch.picture(self.store, case_id) == before
        else:
            assert not isinstance(answer, StaleTap)

    @precondition(lambda self: self.cases)
    @rule(which=NUMBER, steps=st.integers(min_value=1, max_value=4))
    def the_case_goes_its_way(self, which: int, steps: int) -> None:
        """What should happen next does happen, so that the machine gets as far as closures often enough."""
        for _ in range(steps):
            answer = self.act(lambda work: self._next_step(work, self.case(which)))
            assert not isinstance(answer, CaseError), answer

    def _next_step(self, work: Work, case_id: int) -> None:
        case = work.session.get_one(Case, case_id)
        held = holder(work, case, Part.MEDIATOR)
        if case.stage is Stage.AGREED:
            promise.answer_kept(work, case_id, case.reporter, Kept.ALL)
            closing.agree_to_close(work, case_id, case.reporter)
        elif held is None or held.challenged_at is not None:
            return  # nobody has it, or he may not work until the head has decided
        elif case.stage is Stage.REGISTERED:
            assignment.take(work, held.id, held.person)
        elif case.stage is Stage.ACCEPTED:
            mediation.record_contact(
                work, case_id, held.person, ContactResult.REACHED, turn=case.turn
            )
        elif case.stage is Stage.MEDIATING:
            soon = work.today + timedelta(days=5)
            mediation.agree(work, case_id, held.person, terms="修好。", promised_on=soon)

    @precondition(lambda self: self.cases)
    @rule(which=NUMBER, who=NUMBER, words=st.sampled_from(WORDS))
    def a_note_is_written(self, which: int, who: int, words: str) -> None:
        case_id = self.case(which)
        before = self.watch.acknowledgements(self.store, case_id)

        def write(work: Work) -> None:
            mediation.note(work, case_id, self.handler(who, work, case_id), words)

        if not isinstance(self.act(write), CaseError) and words == BEATEN:
            self.watch.sooner(self.store, case_id, before, self.now)

    @precondition(lambda self: self.cases)
    @rule(which=NUMBER, who=NUMBER, days=st.integers(-1, 20), older=st.integers(0, 1))
    def an_agreement_is_recorded(self, which: int, who: int, days: int, older: int) -> None:
        case_id = self.case(which)
        before = self.watch.picture(self.store, case_id)

        def write(work: Work) -> None:
            case = work.session.get_one(Case, case_id)
            mediation.agree(
                work,
                case_id,
                self.handler(who, work, case_id),
                terms="11月28日前修好。",
                promised_on=work.today + timedelta(days=days),
                turn=case.turn - older,
            )

        if isinstance(self.act(write), CaseError) or older or days < 0:
            assert self.watch.picture(self.store, case_id) == before

    @precondition(lambda self: self.cases)
    @rule(which=NUMBER, who=NUMBER, joins=NUMBER)
    def the_other_side_joins(self, which: int, who: int, joins: int) -> None:
        def invite(work: Work) -> None:
            case_id = self.case(which)
            person = self.handler(who, work, case_id)
            _, secret = mediation.invite_other_side(work, case_id, person)
            account = work.session.get_one(Person, self.someone(joins))
            joining.join_as_other_side(work, secret, account)

        self.act(invite)
