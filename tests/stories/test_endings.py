"""Every way a case may end, from the mediator's desk to what the person who reported reads; in Chinese and in Korean."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from handlers.buttons import Verb
from handlers.desk.ending_screens import OUTCOMES
from handlers.refusals import REFUSALS
from handlers.words import Say
from models.case import Case
from models.party import Party
from models.vocabulary import Language, Organ, Outcome, Side
from models.vocabulary import Stage as CaseStage
from tests.stories.stage import PLACE, Stage
from tests.stories.test_leak import WORDS, to_the_number

REASON = {
    "zh_CN": "12月1日，李某本人在电话里说的。",
    "ko_CN": "12월 1일, 본인이 전화로 말하였습니다.",
}
SAME_LEAK = {"zh_CN": "楼上漏水，二楼也湿了。", "ko_CN": "웃집에서 물이 새여 2층도 젖었습니다."}
RULING = {"zh_CN": "（2026）吉2401诉前调确12号", "ko_CN": "(2026)길2401 소송전조정확인 12호"}


async def taken(stage: Stage) -> None:
    await to_the_number(stage, by_voice=False)
    await stage.until(11, 23, 10, 40)
    await stage.taps(stage.phone("mediator_yi"), Verb.TAKE)


async def reached(stage: Stage) -> None:
    await taken(stage)
    await stage.until(11, 24, 15, 0)
    await stage.taps(stage.phone("mediator_yi"), Verb.REACHED)


async def agreed(stage: Stage, form: str = "written") -> None:
    mediator = stage.phone("mediator_yi")
    await reached(stage)
    await stage.taps(mediator, Verb.AGREE)
    await mediator.says(WORDS[stage.language]["terms"])
    await stage.taps(mediator, Verb.AGREE_OK, form)


async def kept_by_both(stage: Stage, form: str = "written") -> None:
    """The reporter answers on the own phone; the other side has none, and is asked by telephone."""
    resident, mediator = stage.phone("resident_a"), stage.phone("mediator_yi")
    await agreed(stage, form)
    await stage.until(12, 7, 9, 30)
    await stage.taps(resident, Verb.KEPT, "all")
    await stage.taps(resident, Verb.WATCH)
    await stage.taps(mediator, Verb.TASK)
    await stage.taps(mediator, Verb.HEARD, "all")


async def settled(stage: Stage) -> None:
    resident, mediator = stage.phone("resident_a"), stage.phone("mediator_yi")
    await reached(stage)
    await stage.taps(mediator, Verb.MORE)
    await stage.taps(mediator, Verb.ASK_SETTLED)
    await stage.taps(resident, Verb.SETTLED, "yes")
    await stage.taps(mediator, Verb.TASK)
    await stage.taps(mediator, Verb.HEARD, "yes")


async def tried_often(stage: Stage) -> None:
    mediator = stage.phone("mediator_yi")
    await taken(stage)
    await stage.taps(mediator, Verb.NO_ANSWER)
    await stage.until(11, 24, 10, 0)
    await stage.taps(mediator, Verb.OPEN)
    await stage.taps(mediator, Verb.MORE)
    await stage.taps(mediator, Verb.NOBODY_HOME)
    await stage.until(11, 27, 10, 0)
    await stage.taps(mediator, Verb.OPEN)
    await stage.taps(mediator, Verb.NO_ANSWER)


async def passed_on(stage: Stage) -> None:
    mediator = stage.phone("mediator_yi")
    await reached(stage)
    await stage.taps(mediator, Verb.MORE)
    await stage.taps(mediator, Verb.REFER)
    await stage.taps(mediator, Verb.REFER_ORGAN, Organ.ADMINISTRATION)
    await mediator.says(REASON[stage.language])


async def over_the_term(stage: Stage) -> None:
    """Nobody agreed to go on: whoever let the term lapse ends nothing, and his head does."""
    mediator = stage.phone("mediator_yi")
    await reached(stage)
    await stage.until(12, 24, 10, 0)
    await mediator.says("123-0")
    await stage.taps(mediator, Verb.MORE)
    await stage.taps(mediator, Verb.END)
    assert mediator.heard[-1] == Say(stage.language).plain(REFUSALS["Frozen"])
    assert stage.case().is_open


async def reported_twice(stage: Stage) -> None:
    """Somebody else of the house reports the same: 124-9, which goes on."""
    neighbour, mediator = stage.phone("resident_b", "庚"), stage.phone("mediator_yi")
    await reached(stage)
    await neighbour.starts(f"g_{PLACE}_{'ko' if stage.language is Language.KO else 'zh'}")
    await neighbour.says(SAME_LEAK[stage.language])
    await stage.taps(neighbour, Verb.SUBMIT)
    await stage.taps(mediator, Verb.TAKE)


@dataclass(frozen=True, slots=True)
class Way:
    """How a case comes to its end, and what whoever ends it taps and says."""

    goes: Callable[[Stage], Awaitable[None]]
    organ: Organ | None = None
    said: dict[str, str] | None = None
    by: str = "mediator_yi"


WAYS: dict[Outcome, Way] = {
    Outcome.PERFORMED: Way(kept_by_both),
    Outcome.ORAL_AGREEMENT: Way(lambda stage: kept_by_both(stage, "oral")),
    Outcome.CONFIRMED_BY_COURT: Way(agreed, said=RULING),
    Outcome.SETTLED_THEMSELVES: Way(settled),
    Outcome.REFUSED: Way(reached, said=REASON),
    Outcome.UNREACHABLE: Way(tried_often),
    Outcome.NOT_REACHED: Way(reached, Organ.COURT, REASON),
    Outcome.TERM_EXPIRED: Way(over_the_term, Organ.COURT, by="supervisor_ren"),
    Outcome.NOT_ACCEPTED: Way(taken, Organ.COURT, REASON),
    Outcome.TO_POLICE: Way(reached, said=REASON),
    Outcome.TO_OTHER_ORGAN: Way(passed_on, said=REASON),
    Outcome.MERGED: Way(reported_twice, said=dict.fromkeys(REASON, "124-9")),
    Outcome.SHAM: Way(reached, said=REASON),
    Outcome.ENDED: Way(reached, said=REASON),
}
#: C02 is no ending (decision 0017); C06 is the applicant's own tap (tests/stories/test_my_cases.py).
ELSEWHERE = {Outcome.TO_BE_PERFORMED, Outcome.WITHDRAWN}


def cases(stage: Stage) -> list[Case]:
    return stage.look(lambda session: list(session.scalars(select(Case).order_by(Case.id))))


def test_every_outcome_has_its_story() -> None:
    assert set(WAYS) | ELSEWHERE == set(Outcome)


@pytest.mark.parametrize("outcome", WAYS)
async def test_a_case_ends_as_it_ended_and_the_person_reads_it(
    stage: Callable[[str], Awaitable[Stage]], outcome: Outcome, language: str
) -> None:
    office = await stage(language)
    way = WAYS[outcome]
    await way.goes(office)
    resident, handler = office.phone("resident_a"), office.phone(way.by)
    before = len(resident.heard)

    await handler.says("123-0")
    await office.taps(handler, Verb.MORE)
    await office.taps(handler, Verb.END)
    await office.taps(handler, Verb.OUTCOME, outcome)
    if way.organ:
        await office.taps(handler, Verb.ORGAN, way.organ)
    if way.said:
        await handler.says(way.said[language])
    assert Say(Language(language)).plain(OUTCOMES[outcome]) in handler.messages[-1].text
    await office.taps(handler, Verb.END_OK)
    if outcome is Outcome.SHAM:  # always by two people
        assert cases(office)[0].is_open
        head = office.phone("supervisor_ren")
        await office.taps(head, Verb.OPEN)
        assert REASON[language] in head.messages[-1].text
        await office.taps(head, Verb.APPROVE)

    case, *others = cases(office)
    assert (case.stage, case.outcome) == (CaseStage.CLOSED, outcome)
    if outcome is Outcome.MERGED:
        _goes_on_under(office, case, others[0])
    else:
        office.assert_all_clocks_stopped()
    await office.wait(days=1)  # what is over the cap of a day is said on the next
    assert any("123-0" in text for text in resident.heard[before:])


def _goes_on_under(office: Stage, case: Case, main: Case) -> None:
    """Whoever reported the closed one follows the open one, and its clocks run."""
    assert (case.merged_into_id, main.is_open) == (main.id, True)
    following = office.look(
        lambda session: session.scalars(
            select(Party.person_id).where(Party.case_id == main.id, Party.side == Side.CONCERNED)
        ).all()
    )
    assert following == [case.reporter_id]


async def test_what_cannot_be_chosen_yet_says_what_is_missing(
    stage: Callable[[str], Awaitable[Stage]],
) -> None:
    office = await stage("zh_CN")
    await taken(office)
    mediator = office.phone("mediator_yi")
    await office.taps(mediator, Verb.NO_ANSWER)
    await office.taps(mediator, Verb.OPEN)
    await office.taps(mediator, Verb.MORE)
    await office.taps(mediator, Verb.END)

    assert "联系1次（要3次）" in mediator.messages[-1].text
    assert "方式1种（要2种）" in mediator.messages[-1].text


async def test_whoever_says_otherwise_is_heard_by_the_head(
    stage: Callable[[str], Awaitable[Stage]],
) -> None:
    office = await stage("ko_CN")
    await reached(office)
    resident, mediator = office.phone("resident_a"), office.phone("mediator_yi")
    await office.taps(mediator, Verb.MORE)
    await office.taps(mediator, Verb.END)
    await office.taps(mediator, Verb.OUTCOME, Outcome.REFUSED)
    await mediator.says(REASON["ko_CN"])
    await office.taps(mediator, Verb.END_OK)
    before = len(office.phone("supervisor_ren").heard)

    await office.taps(resident, Verb.CONTEST, "closing")

    assert any("123-0" in text for text in office.phone("supervisor_ren").heard[before:])


async def test_a_mediation_rests_goes_on_and_is_extended(
    stage: Callable[[str], Awaitable[Stage]],
) -> None:
    office = await stage("ko_CN")
    await reached(office)
    resident, mediator = office.phone("resident_a"), office.phone("mediator_yi")
    await office.taps(mediator, Verb.MORE)
    await office.taps(mediator, Verb.SUSPEND)
    await office.taps(mediator, Verb.SUSPEND_WHY, "expert")
    assert office.case().stage is CaseStage.SUSPENDED
    assert "감정" in resident.heard[-1]

    await office.until(12, 4, 10, 0)
    await office.taps(mediator, Verb.RESUME)
    assert office.case().stage is CaseStage.MEDIATING
    await office.taps(mediator, Verb.MORE)
    await office.taps(mediator, Verb.EXTEND)
    await mediator.says("감정결과가 늦게 나왔습니다. 량측이 만나서 동의하였습니다.")
    await office.taps(mediator, Verb.EXTEND_TO)
    assert "연장합니다" in resident.heard[-1]
