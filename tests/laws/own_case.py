"""What those whose dispute it is decide: end it, ask for somebody else, open it again; and what the heads answer."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from sqlalchemy import select

from cases.actions import challenging, reopening, withdrawing
from cases.work import Work
from models.assignment import Assignment
from models.case import Case
from models.person import Person
from models.task import Task
from models.vocabulary import Challenge, TaskKind
from tests.laws.world import NUMBER, WORDS, World


class OwnCase(World):
    """Each by its own side; half of all taps come from somebody else."""

    @precondition(lambda self: self.cases)
    @rule(which=NUMBER, who=NUMBER, stale=st.booleans(), words=st.sampled_from(WORDS))
    def somebody_ends_it(self, which: int, who: int, stale: bool, words: str) -> None:
        def end(work: Work) -> None:
            case, by = self._own(work, which, who)
            turn = case.turn - 1 if stale else case.turn
            withdrawing.withdraw(work, case.id, by, turn=turn, words=words)
            before = case.turn
            withdrawing.withdraw(work, case.id, by, turn=turn, words=words)
            assert case.turn == before
            assert case.is_open or not case.guarded

        self.act(end)

    @precondition(lambda self: self.cases)
    @rule(which=NUMBER, who=NUMBER, whom=NUMBER, why=st.sampled_from(Challenge))
    def somebody_wants_another_handler(
        self, which: int, who: int, whom: int, why: Challenge
    ) -> None:
        def ask(work: Work) -> None:
            case, by = self._own(work, which, who)
            offers = work.session.scalars(
                select(Assignment.id).where(Assignment.case_id == case.id)
            ).all()
            if offers:
                challenging.challenge(work, offers[whom % len(offers)], by, why, "不公")

        self.act(ask)

    @precondition(lambda self: self.cases)
    @rule(who=NUMBER, which=NUMBER, agrees=st.booleans())
    def a_head_decides_about_it(self, who: int, which: int, agrees: bool) -> None:
        def decide(work: Work) -> None:
            tasks = work.session.scalars(
                select(Task).where(Task.kind == TaskKind.CHALLENGE).order_by(Task.id)
            ).all()
            if not tasks:
                return
            task = tasks[which % len(tasks)]
            by = work.session.get_one(Person, (task.person_id, self.someone(who))[who % 2])
            for _ in range(2):
                if agrees:
                    challenging.replace(work, task.id, by)
                else:
                    challenging.keep(work, task.id, by, "没有关系")

        self.act(decide)

    @precondition(lambda self: self.cases)
    @rule(which=NUMBER, who=NUMBER, words=st.none() | st.sampled_from(WORDS))
    def it_happens_again(self, which: int, who: int, words: str | None) -> None:
        def again(work: Work) -> None:
            case, by = self._own(work, which, who)
            reopening.reopen(work, case.id, by, words=words, turn=case.turn)

        self.act(again)

    def _own(self, work: Work, which: int, who: int) -> tuple[Case, Person]:
        case = work.session.get_one(Case, self.case(which))
        by = case.reporter_id if who % 2 == 0 else self.someone(who)
        return case, work.session.get_one(Person, by)
