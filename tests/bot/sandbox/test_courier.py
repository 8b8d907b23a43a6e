"""Updates brought to a webhook: one by one in each queue, and again until they are taken."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.sandbox import Sandbox
from bot.sandbox.updates import OTHER_LIFE_S
from bot.web import Web
from tests.bot.conftest import Until
from tests.stories.stage import free_port


class Shop:
    """A webhook that answers as it is told, and remembers what came, in what order, and what was there at once."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/hook"
        self.came: list[str] = []
        self.secrets: set[str] = set()
        self.answers: dict[str, list[Response]] = {}
        self.held: dict[str, asyncio.Event] = {}

    async def knock(self, request: Request) -> Response:
        raw = await request.json()
        said = raw["message"]["text"] if "message" in raw else raw["callback_query"]["data"]
        self.came.append(said)
        self.secrets.add(request.headers["X-Telegram-Bot-Api-Secret-Token"])
        if said in self.held:
            await self.held[said].wait()
        waiting = self.answers.get(said, [])
        return waiting.pop(0) if waiting else Response(status_code=200)


@pytest.fixture
async def shop(telegram: Sandbox) -> AsyncIterator[Shop]:
    port = free_port()
    shop = Shop(port)
    web = Web([Route("/hook", shop.knock, methods=["POST"])], ("127.0.0.1", port))
    web.listen()
    serving = asyncio.create_task(web.serve())
    telegram.telegram.courier.pace = 0.01
    telegram.telegram.profile.webhook = {"url": shop.url, "secret_token": "s"}
    await telegram.telegram.courier.go()
    yield shop
    await telegram.telegram.courier.rest()
    await web.stop(serving, 1.0)


async def test_the_next_of_a_chat_waits_for_the_one_before_and_no_other_chat_does(
    shop: Shop, telegram: Sandbox, until: Until
) -> None:
    shop.held["a1"] = asyncio.Event()
    for who, said in (("a", "a1"), ("a", "a2"), ("b", "b1"), ("b", "b2")):
        await telegram.person(who).says(said, settle=False)

    await until(lambda: shop.came[-1:] == ["b2"])
    assert "a2" not in shop.came
    shop.held["a1"].set()
    await until(lambda: telegram.telegram.updates.unconfirmed == 0)
    assert [said for said in shop.came if said.startswith("a")] == ["a1", "a2"]
    assert shop.secrets == {"s"}


async def test_what_was_not_taken_comes_again_and_holds_its_chat_up(
    shop: Shop, telegram: Sandbox, until: Until
) -> None:
    shop.answers["a1"] = [
        Response(status_code=500),
        Response(status_code=503, headers={"Retry-After": "20"}),
        Response(status_code=403),
    ]
    await telegram.person("a").says("a1", settle=False)
    await until(lambda: len(shop.came) == 2)
    began = asyncio.get_running_loop().time()
    await telegram.person("a").says("a2", settle=False)
    await until(lambda: len(shop.came) == 3)
    waited = asyncio.get_running_loop().time() - began

    await until(lambda: telegram.telegram.updates.unconfirmed == 0)
    assert shop.came == ["a1", "a1", "a1", "a1", "a2"]
    assert waited > 0.1, "Retry-After is honoured"
    assert "403" in telegram.telegram.courier.last_wrong


async def test_an_update_may_be_brought_twice(shop: Shop, telegram: Sandbox, until: Until) -> None:
    telegram.duplicate_next_update()
    await telegram.person("a").says("once more", settle=False)

    await until(lambda: telegram.telegram.updates.unconfirmed == 0)
    assert shop.came == ["once more", "once more"]


async def test_who_waits_for_room_is_brought_when_all_come_back_at_one_moment(
    shop: Shop, telegram: Sandbox, until: Until
) -> None:
    telegram.telegram.profile.webhook["max_connections"] = at_once = 3
    for turn in range(10):
        crowd = [f"{turn} {number}" for number in range(at_once + 1)]
        gate = asyncio.Event()
        shop.held |= dict.fromkeys(crowd, gate)
        for said in crowd:
            await telegram.person(said).says(said, settle=False)
        await until(lambda: len(shop.came) % (at_once + 1) == at_once)
        gate.set()
        await until(lambda: telegram.telegram.updates.unconfirmed == 0)


async def test_whoever_waits_for_the_rest_is_not_held_by_what_has_become_too_old(
    shop: Shop, telegram: Sandbox
) -> None:
    shop.held["never"] = asyncio.Event()
    await telegram.person("a").says("never", settle=False)
    waiting = asyncio.create_task(telegram.telegram.updates.all_confirmed())
    await asyncio.sleep(0.1)
    telegram.machine.skip(OTHER_LIFE_S)
    await asyncio.wait_for(waiting, 5)
    assert len(telegram.telegram.updates.expired) == 1
