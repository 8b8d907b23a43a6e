"""A stranger's count: taps, typed messages and screens of each journey, at or under what was promised (DESIGN §1).

A screen is what must be read before the journey is over: messages and cards changed in place, up to the one that ends it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from bot.sandbox.people import Person as Phone
from handlers.answers import Answer
from handlers.buttons import Verb
from tests.stories.stage import PLACE, Stage
from tests.stories.test_leak import WORDS, to_the_number
from tests.stories.test_threat import to_the_deleted_chat
from tests.stories.test_wages import to_the_whistle


@dataclass(frozen=True)
class Count:
    taps: int
    typed: int
    screens: int


def counted(phone: Phone) -> Count:
    return Count(phone.counts.taps, phone.counts.typed_messages, len(phone.heard))


def since(phone: Phone, before: Count, *, optional: int = 0) -> Count:
    """What it took since then; `optional` screens need not be read, and end nothing."""
    now = counted(phone)
    return Count(
        now.taps - before.taps,
        now.typed - before.typed,
        now.screens - before.screens - optional,
    )


def within(count: Count, budget: Count) -> bool:
    return (
        count.taps <= budget.taps
        and count.typed <= budget.typed
        and count.screens <= budget.screens
    )


Journey = Callable[[Stage], Awaitable[Count]]


async def by_voice(office: Stage) -> Count:
    resident = office.phone("resident_a", "甲")
    begun = counted(resident)
    await to_the_number(office, by_voice=True)
    return since(resident, begun, optional=1)  # the house number, once, may be ignored


async def typed(office: Stage) -> Count:
    resident = office.phone("resident_a", "甲")
    begun = counted(resident)
    await to_the_number(office, by_voice=False)
    return since(resident, begun, optional=1)


async def asks_to_be_called(office: Stage) -> Count:
    resident = office.phone("resident_a", "甲")
    begun = counted(resident)
    await resident.starts(f"g_{PLACE}_{office.language[:2]}")
    started = since(resident, begun)
    await office.answers(resident, Answer.BY_PHONE)
    await office.answers(resident, Answer.SEND_NUMBER)
    done = since(resident, begun)
    # START itself is not counted in the table of "asks to be called": two keys, two screens
    return Count(done.taps - started.taps, done.typed, done.screens - started.screens - 1)


async def without_a_code(office: Stage) -> Count:
    resident = office.phone("resident_a", "甲")
    begun = counted(resident)
    await resident.starts()
    await office.answers(resident, Answer.KOREAN if office.language == "ko_CN" else Answer.CHINESE)
    await resident.says(WORDS[office.language]["leak"])
    await office.answers(resident, Answer.SEND_PLACE)
    await office.answers(resident, Answer.PLACE_YES)
    await office.taps(resident, Verb.SUBMIT)
    return since(resident, begun, optional=1)


async def knows_no_place(office: Stage) -> Count:
    resident = office.phone("resident_a", "甲")
    begun = counted(resident)
    await resident.starts()
    await office.answers(resident, Answer.KOREAN if office.language == "ko_CN" else Answer.CHINESE)
    await resident.says(WORDS[office.language]["leak"])
    await office.answers(resident, Answer.PLACE_UNKNOWN)
    await office.taps(resident, Verb.SUBMIT)
    return since(resident, begun, optional=1)


async def blows_the_whistle(office: Stage) -> Count:
    officer = office.phone("officer_ding")
    begun = counted(officer)
    await to_the_whistle(office)
    return since(officer, begun)


async def in_danger(office: Stage) -> Count:
    victim = office.phone("resident_wu", "戊")
    begun = counted(victim)
    await to_the_deleted_chat(office)
    return since(victim, begun, optional=1)  # the neutral greeting that is left


async def a_judges_day(office: Stage) -> Count:
    await to_the_number(office, by_voice=False)
    judge = office.phone("judge_bing")
    begun = counted(judge)
    await office.until(11, 24, 8, 35)
    await office.taps(judge, Verb.TAKE_ALL)
    return since(judge, begun, optional=1)  # the same card, changed in place: nothing to do


async def a_contact(office: Stage) -> Count:
    await to_the_number(office, by_voice=False)
    mediator = office.phone("mediator_yi")
    await office.until(11, 23, 10, 40)
    await office.taps(mediator, Verb.TAKE)
    begun = counted(mediator)
    await office.taps(mediator, Verb.REACHED)
    return since(mediator, begun)


async def closes_and_rates(office: Stage) -> Count:
    resident, mediator = office.phone("resident_a", "甲"), office.phone("mediator_yi")
    await to_the_number(office, by_voice=False)
    await office.until(11, 24, 15, 0)
    await office.taps(mediator, Verb.TAKE)
    await office.taps(mediator, Verb.REACHED)
    await office.taps(mediator, Verb.AGREE)
    await mediator.says(WORDS[office.language]["terms"])
    await office.taps(mediator, Verb.AGREE_OK)
    await office.until(12, 7, 8, 59)
    begun = counted(resident)
    await office.until(12, 7, 9, 30)
    await office.taps(resident, Verb.KEPT, "all")
    await office.taps(resident, Verb.CLOSE_OK)
    await office.taps(resident, Verb.RATE, "satisfied")
    return since(resident, begun, optional=1)  # the thanks after the rating


#: What was promised for each; the taps of a journey without a code are those of the typed one and three (two) more.
BUDGETS: dict[str, tuple[Journey, Count]] = {
    "by voice, poster code": (by_voice, Count(3, 0, 4)),
    "typed, poster code": (typed, Count(2, 1, 3)),
    "asks to be called": (asks_to_be_called, Count(2, 0, 2)),
    "no code, a pin": (without_a_code, Count(5, 1, 6)),
    "no code, knows no place": (knows_no_place, Count(4, 1, 5)),
    "an officer forwards": (blows_the_whistle, Count(1, 0, 2)),
    "in danger, until the chat is deleted": (in_danger, Count(4, 2, 5)),
    "a judge's ordinary day": (a_judges_day, Count(1, 0, 1)),
    "a contact recorded": (a_contact, Count(1, 0, 1)),
    "closing and rating": (closes_and_rates, Count(3, 0, 3)),
}


@pytest.mark.parametrize("journey", BUDGETS)
async def test_a_stranger_needs_no_more_than_was_promised(
    stage: Callable[[str], Awaitable[Stage]], journey: str, language: str
) -> None:
    go, budget = BUDGETS[journey]
    count = await go(await stage(language))

    print(f"{journey}: {count.taps} taps, {count.typed} typed, {count.screens} screens")
    assert within(count, budget), (count, budget)
