"""Two people tap "take" on one case in the same moment: exactly one has it, and the other reads who (law 5)."""

import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Event as Flag

from sqlalchemy import Connection, create_engine, event, func, select, text
from sqlalchemy.orm import Session

from bot.sandbox.people import Person as Phone
from handlers.buttons import Tap, Verb
from models.assignment import Assignment
from models.update_in import UpdateIn
from models.vocabulary import AssignmentState, Part
from tests.stories.stage import Stage
from tests.stories.test_wages import to_the_whistle

#: Who holds an offer of each part when whoever was first has been silent for two hours; and what the loser reads.
RIVALS = {
    Part.JUDGE: ("judge_bing", "assistant_geng"),
    Part.MEDIATOR: ("mediator_yi", "mediator_ji"),
}
WON = {
    "zh_CN": {
        "judge_bing": "法官丙",
        "assistant_geng": "法官助理庚",
        "mediator_yi": "调解员乙",
        "mediator_ji": "调解员己",
    },
    "ko_CN": {
        "judge_bing": "법관 병",
        "assistant_geng": "법관보조 경",
        "mediator_yi": "조정원 을",
        "mediator_ji": "조정원 기",
    },
}


async def test_of_two_who_take_one_case_at_once_one_has_it_and_the_other_reads_who(
    stage: Callable[[str], Awaitable[Stage]], language: str
) -> None:
    office = await stage(language)
    await to_the_whistle(office)
    await office.until(11, 23, 12, 6)

    for part, codes in RIVALS.items():
        phones = [office.phone(code) for code in codes]
        before = {phone.code: len(phone.heard) for phone in phones}
        with meeting(office) as met:
            for phone in phones:
                await taps_the_offer(office, phone)
            await office.sandbox.settle()

        assert came_in_one_batch(office, phones)
        assert met.is_set() or office.house.store.is_sqlite, "the transactions never met"
        (winner,) = holders(office, part)
        (loser,) = {*codes} - {winner}
        told = "\n".join(office.phone(loser).heard[before[loser] :])
        assert WON[language][winner] in told, (winner, told)


async def taps_the_offer(stage: Stage, phone: Phone) -> None:
    """The newest button with which this person takes the case; nobody waits for its answer."""
    for message in reversed(phone.messages):
        for button in (button for row in message.inline for button in row):
            if button.data and Tap.read(button.data).verb is Verb.TAKE:
                await phone.taps(button.label, message, settle=False)
                return
    raise AssertionError(f"{phone.code} has no offer: {phone.messages[-3:]}")


def came_in_one_batch(stage: Stage, phones: list[Phone]) -> bool:
    """Whether the bot fetched and stored the newest updates of these chats together."""

    def newest(session: Session) -> set[datetime]:
        received = func.max(UpdateIn.received_at)
        chats = UpdateIn.chat_id.in_([phone.telegram_id for phone in phones])
        return set(session.scalars(select(received).where(chats).group_by(UpdateIn.chat_id)))

    return len(stage.look(newest)) == 1


def holders(stage: Stage, part: Part) -> list[str]:
    rows = select(Assignment).where(
        Assignment.part == part, Assignment.state == AssignmentState.TAKEN
    )
    return stage.look(lambda session: [str(one.person.code) for one in session.scalars(rows)])


@contextmanager
def meeting(stage: Stage) -> Iterator[Flag]:
    """On PostgreSQL the first of two transactions stays open until the other waits for what it holds."""
    met = Flag()
    if stage.house.store.is_sqlite:  # one writer: they are one after the other
        yield met
        return
    engine = stage.house.store.engine
    watching = create_engine(engine.url, isolation_level="AUTOCOMMIT")
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")

    def stay(_: Connection) -> None:
        ends = time.monotonic() + 3
        with watching.connect() as watch:
            while not met.is_set() and time.monotonic() < ends:
                if watch.scalar(waiting):
                    met.set()
                time.sleep(0.01)

    event.listen(engine, "commit", stay)
    try:
        yield met
    finally:
        event.remove(engine, "commit", stay)
        watching.dispose()
