"""One person sends 200 messages in ten seconds while twenty others report: nobody else waits, nothing is lost."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from sqlalchemy import select

from bot.sandbox.people import Person as Phone
from handlers.buttons import Verb
from models.case import Case
from models.notice import Notice
from models.person import Person
from models.update_in import UpdateIn
from models.vocabulary import NoticeState, UpdateState
from tests.stories.stage import PLACE, Stage

MESSAGES, SPAN_S, OTHERS = 200, 10.0, 20  # issue 2, "To show"
SAID = frozenset({"sendMessage", "editMessageText"})


async def test_nobody_waits_behind_a_flood_and_nothing_of_it_is_lost(
    stage: Callable[[str], Awaitable[Stage]],
) -> None:
    office = await stage("zh_CN")
    flooder = office.phone("flooder", "子")
    await flooder.starts(f"g_{PLACE}_zh")
    heard = len(flooder.heard)
    texts = [f"楼上漏水，第{number}次说。" for number in range(1, MESSAGES + 1)]

    _, *waits = await asyncio.gather(
        flood(flooder, texts), *(reports(office, number) for number in range(OTHERS))
    )
    await office.sandbox.settle()
    await until(lambda: not waiting(office), 10.0)  # the last screen waits a moment for more
    answers = len(flooder.heard) - heard
    await office.taps(flooder, Verb.SUBMIT)

    longest = max(wait for person in waits for wait in person)
    # The goal is 2 s on a machine that is ours (docs/reliability.md); what holds on any machine is that nobody waits
    # for the flood to end, and that it is not answered message by message.
    print(f"longest wait of the others {longest:.2f} s; {answers} answers to {MESSAGES} messages")
    assert longest < SPAN_S
    assert 1 <= answers <= 5
    matters = office.look(
        lambda session: {row.telegram_id: row.matter for row in session.execute(cases_of_people)}
    )
    assert (matters[flooder.telegram_id] or "").splitlines() == texts
    assert len(matters) == OTHERS + 1, "everybody's report has its number"
    undone = office.look(
        lambda session: session.scalars(
            select(UpdateIn.update_id).where(UpdateIn.state != UpdateState.DONE)
        ).all()
    )
    assert undone == []


cases_of_people = select(Person.telegram_id, Case.matter).join(Case, Case.reporter_id == Person.id)


def waiting(office: Stage) -> list[str]:
    """What is due and not said yet."""
    unsaid = select(Notice.kind).where(
        Notice.state.in_([NoticeState.NEW, NoticeState.SENDING]),
        Notice.due_at <= office.sandbox.at,
    )
    return office.look(lambda session: list(session.scalars(unsaid)))


async def flood(phone: Phone, texts: list[str]) -> list[float]:
    """Evenly over the span, whether it is answered or not."""
    began = time.monotonic()
    for number, text in enumerate(texts):
        await asyncio.sleep(max(0.0, began + SPAN_S * number / len(texts) - time.monotonic()))
        await phone.says(text, settle=False)
    return []


async def reports(office: Stage, number: int) -> list[float]:
    """Poster, words, submit; gives the seconds from each to the bot's answer."""
    phone = office.phone(f"neighbour_{number}", str(number))
    await asyncio.sleep(SPAN_S * 0.8 * number / OTHERS)
    waits = [
        await waited(office, phone, phone.starts(f"g_{PLACE}_zh", settle=False)),
        await waited(
            office, phone, phone.says(f"{number}号楼道堆了杂物，走不过去。", settle=False)
        ),
    ]
    label = next(
        b.label for row in phone.last.inline for b in row if (b.data or "").startswith("submit")
    )
    waits.append(await waited(office, phone, phone.taps(label, settle=False)))
    return waits


async def waited(office: Stage, phone: Phone, act: Awaitable[object]) -> float:
    """Machine seconds from the act until Telegram has accepted the bot's answer."""
    machine, calls = office.sandbox.machine, office.sandbox.calls
    before, began = len(calls), machine.now()
    await act

    def answer() -> float | None:
        said = (c for c in calls[before:] if c.chat_id == phone.telegram_id)
        return next((c.ended for c in said if c.method in SAID and c.outcome == "ok"), None)

    await until(lambda: answer() is not None, 3 * SPAN_S)
    return (answer() or machine.now()) - began


async def until(true: Callable[[], bool], patience_s: float) -> None:
    async with asyncio.timeout(patience_s):
        while not true():  # noqa: ASYNC110 - what people see on a screen rings no bell
            await asyncio.sleep(0.01)
