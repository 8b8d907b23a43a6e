"""What Telegram does to us: refusals, lost answers, an outage, the same update twice, a reader who blocked the bot."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select

from bot.sandbox.people import Person as Phone
from cases.journal import EventKind
from handlers.buttons import Verb
from models.assignment import Assignment
from models.case import Case
from models.event import Event
from models.notice import Notice
from models.person import Person
from models.vocabulary import NoticeState, Part
from tests.stories.stage import PLACE, Stage

LEAK = "楼上漏水，天花板湿了。"
AGAIN = "（重发）"
PATIENCE_S = 15.0
Opened = Callable[[str], Awaitable[Stage]]


async def to_the_card(office: Stage, code: str = "resident_a") -> Phone:
    """Up to the card with the button that submits."""
    resident = office.phone(code, "甲")
    await resident.starts(f"g_{PLACE}_zh")
    await resident.says(LEAK)
    return resident


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not true():  # noqa: ASYNC110 - what people see on a screen rings no bell
            await asyncio.sleep(0.02)


def receipts(phone: Phone) -> list[str]:
    return [one.text for one in phone.messages if not one.mine and "26-222401-" in one.text]


def cases_in(office: Stage) -> list[Case]:
    return office.look(lambda session: list(session.scalars(select(Case).order_by(Case.id))))


async def test_one_chat_told_to_slow_down_delays_nobody_else(stage: Opened) -> None:
    office = await stage("zh_CN")
    slow, other = await to_the_card(office), await to_the_card(office, "resident_b")
    office.sandbox.fail("sendMessage", "429", chat_id=slow.telegram_id, retry_after=3)

    await office.taps(slow, Verb.SUBMIT)
    told = office.sandbox.machine.now()
    await office.taps(other, Verb.SUBMIT)

    assert receipts(other), "the other was answered"
    assert not receipts(slow)
    await until(lambda: bool(receipts(slow)))
    assert office.sandbox.machine.now() - told > 2, "and the wait was kept"
    assert AGAIN not in receipts(slow)[0], "a refused message was never there"


async def test_a_receipt_whose_answer_was_lost_is_said_once_more_and_marked(stage: Opened) -> None:
    office = await stage("zh_CN")
    resident = await to_the_card(office)
    office.sandbox.fail("sendMessage", "dropped_after", chat_id=resident.telegram_id)

    await office.taps(resident, Verb.SUBMIT)
    await until(lambda: len(receipts(resident)) > 1)
    await office.sandbox.settle()

    first, second = receipts(resident)
    assert second == f"{AGAIN}\n{first}"


@pytest.mark.parametrize("fault", ["dropped_before", "500"])
async def test_a_receipt_that_did_not_arrive_is_there_once(stage: Opened, fault: str) -> None:
    office = await stage("zh_CN")
    resident = await to_the_card(office)
    office.sandbox.fail("sendMessage", fault, chat_id=resident.telegram_id)

    await office.taps(resident, Verb.SUBMIT)
    await until(lambda: bool(receipts(resident)))
    await office.sandbox.settle()

    assert len(receipts(resident)) == 1
    assert len(cases_in(office)) == 1


@pytest.mark.parametrize("refused", [True, False], ids=["no_connection", "cut_off"])
async def test_after_an_outage_everything_arrives(stage: Opened, *, refused: bool) -> None:
    office = await stage("zh_CN")
    first, second = await to_the_card(office), office.phone("resident_b", "乙")

    await office.sandbox.begin_outage(refused=refused)
    card = first.last
    await first.taps(card.labels[0], card, settle=False)
    await second.starts(f"g_{PLACE}_zh", settle=False)
    await second.says(LEAK, settle=False)
    await asyncio.sleep(1.0)
    assert not receipts(first)
    await office.sandbox.end_outage()
    await office.sandbox.settle()
    await until(lambda: bool(second.last.inline))
    await office.taps(second, Verb.SUBMIT)

    assert len(receipts(first)) == len(receipts(second)) == 1
    assert [case.matter for case in cases_in(office)] == [LEAK, LEAK]


async def test_what_was_committed_before_an_outage_is_said_after_it(stage: Opened) -> None:
    office = await stage("zh_CN")
    resident = await to_the_card(office)
    office.sandbox.fail("*", "dropped_before", None)

    card = resident.last
    await resident.taps(card.labels[0], card, settle=False)
    await until(lambda: len(cases_in(office)) == 1)
    assert not receipts(resident)
    office.sandbox.faults.heal()
    await until(lambda: bool(receipts(resident)))
    await office.sandbox.settle()

    assert len(receipts(resident)) == 1
    unsaid = office.look(
        lambda session: session.scalars(
            select(Notice.kind).where(
                Notice.state.in_([NoticeState.NEW, NoticeState.SENDING]),
                Notice.due_at <= office.sandbox.at,
            )
        ).all()
    )
    assert unsaid == []


async def test_an_update_that_comes_twice_has_its_effect_once(stage: Opened) -> None:
    office = await stage("zh_CN")
    resident = await to_the_card(office)
    office.sandbox.duplicate_next_update()

    await office.taps(resident, Verb.SUBMIT)
    delivered = office.sandbox.telegram.updates.delivered
    office.sandbox.duplicate_next_update()
    await resident.says("3单元201")

    assert office.sandbox.telegram.updates.delivered - delivered == 2, "it did come twice"
    assert len(receipts(resident)) == 1
    (case,) = cases_in(office)
    kinds = office.look(
        lambda session: session.scalars(select(Event.kind).where(Event.case_id == case.id)).all()
    )
    assert kinds.count(EventKind.REGISTERED) == 1
    assert kinds.count(EventKind.ADDED) == 1


async def test_an_offer_that_a_blocked_bot_cannot_deliver_goes_on_and_is_nobodys_silence(
    stage: Opened,
) -> None:
    office = await stage("zh_CN")
    judge = office.phone("judge_bing")
    judge.chat.blocked = True  # in that very moment: the bot has not heard of it yet
    resident = await to_the_card(office)
    await office.taps(resident, Verb.SUBMIT)
    await office.until(11, 24, 8, 35)  # a judge's ordinary offers come with the morning's card

    told = office.look(
        lambda session: session.scalars(
            select(Event.facts).where(Event.kind == EventKind.ESCALATED)
        ).all()
    )
    assert [facts["why"] for facts in told if facts and facts["part"] == Part.JUDGE] == [
        "not_delivered"
    ]
    assert "assistant_geng" in offered(office, Part.JUDGE)

    await office.until(11, 26, 12, 0)  # long after the term of his acknowledgement

    lapsed = office.look(
        lambda session: session.scalars(
            select(Event.facts).where(
                Event.kind.in_([EventKind.LAPSED, EventKind.WARNED, EventKind.REMINDED])
            )
        ).all()
    )
    (his,) = office.look(
        lambda session: session.scalars(select(Person.id).where(Person.code == "judge_bing")).all()
    )
    assert his not in {facts.get("by_person", facts.get("person")) for facts in lapsed if facts}
    assert not any(
        office.look(
            lambda session: session.scalars(
                select(Assignment.frozen_at).where(Assignment.person_id == his)
            ).all()
        )
    )


def offered(office: Stage, part: Part) -> list[str | None]:
    """Who was ever offered this part of any case, in order."""
    return office.look(
        lambda session: list(
            session.scalars(
                select(Person.code)
                .join(Assignment, Assignment.person_id == Person.id)
                .where(Assignment.part == part)
                .order_by(Assignment.id)
            )
        )
    )


async def test_who_has_blocked_the_bot_is_not_offered_anything(stage: Opened) -> None:
    office = await stage("zh_CN")
    await office.phone("judge_bing").blocks()
    resident = await to_the_card(office)
    await office.taps(resident, Verb.SUBMIT)

    assert offered(office, Part.JUDGE) == ["assistant_geng"]
    assert offered(office, Part.MEDIATOR) == ["mediator_yi"]


async def test_an_edited_message_changes_the_report_until_it_is_submitted(stage: Opened) -> None:
    office = await stage("zh_CN")
    resident = await to_the_card(office)
    await resident.edits("楼上漏水三天，天花板塌了一块。")
    await office.taps(resident, Verb.SUBMIT)

    (case,) = cases_in(office)
    assert case.matter == "楼上漏水三天，天花板塌了一块。"
