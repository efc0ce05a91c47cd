"""kill -9 of the daemon at 20 random moments under load, then the mocks' books and the store's."""

import asyncio
import random
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.integration.api import Api
from tests.integration.processes import World, until, world

pytestmark = [pytest.mark.process, pytest.mark.timeout(590)]

KILLS = 20
SEED = 20261122
TEXTS = (
    "Where is my parcel?",
    "杯子碎了一个，怎么办",
    "Please cancel my order.",
    "能开发票吗",
    "It is broken.",
)


async def test_nothing_is_lost_and_nothing_sent_twice_over_20_kills(tmp_path: Path) -> None:
    dice = random.Random(SEED)
    async with world(tmp_path) as here:
        await here.start_daemon()
        people = People(here, dice)
        async with asyncio.TaskGroup() as tasks:
            at_work = [tasks.create_task(people.buyers()), tasks.create_task(people.agents())]
            for _ in range(KILLS):
                await asyncio.sleep(dice.uniform(0.1, 1.0))
                await here.daemon.kill()
                await here.start_daemon()
            for task in at_work:
                task.cancel()

        await until(people.all_settled, "every conversation to be settled", 300)

        await _every_message_is_stored_once(here)
        await _every_reply_was_accepted_once(here)
        assert people.approved > KILLS, "the test wants replies under way when the daemon dies"
        assert await here.daemon.stop() == 0


class People:
    """Buyers who keep writing, and an agent who keeps approving."""

    def __init__(self, here: World, dice: random.Random) -> None:
        self._here = here
        self._dice = dice
        self._number = 0
        self.approved = 0

    async def buyers(self) -> None:
        while True:
            await asyncio.sleep(0.05)
            for api, order in (
                (self._here.amazon, "11{}-0000000-{:07d}"),
                (self._here.taobao, "39{}{:016d}"),
            ):
                number = self._dice.randrange(150)
                entry = {
                    "buyer": f"buyer {number}",
                    "order_id": order.format(number % 10, number),
                    "text": self._dice.choice(TEXTS),
                }
                status, _ = await api.call("POST", "/_mock/messages", entry)
                assert status in {200, 201}

    async def agents(self) -> None:
        while True:
            await self.round()
            await asyncio.sleep(0.05)

    async def round(self) -> None:
        """Approve what waits. The daemon may die under any call."""
        with suppress(AssertionError):
            page = await self._here.console.get("/api/v1/conversations?view=open&limit=50")
            for item in page["items"]:
                if item["state"] == "waiting" and item["draft"]:
                    await self._approve(item)
                elif item["state"] == "uncertain":
                    await self._decide(item)

    async def _approve(self, item: dict[str, Any]) -> None:
        path = f"/api/v1/conversations/{item['id']}"
        status, claim = await self._here.console.call("POST", f"{path}/claim")
        if status != 200:
            return
        self._number += 1
        body = {
            "draft_version": item["draft"]["version"],
            "token": claim["token"],
            "text": f"We have seen to it, dear customer. Case {self._number}.",
        }
        status, _ = await self._here.console.call("POST", f"{path}/approve", body)
        self.approved += status == 202

    async def _decide(self, item: dict[str, Any]) -> None:
        """A person looks at the marketplace and says what became of an uncertain reply."""
        path = f"/api/v1/conversations/{item['id']}"
        whole = await self._here.console.get(path)
        if whole["reply"] is None:
            return
        api = self._here.amazon if item["marketplace"] == "amazon" else self._here.taobao
        texts = {_same(one["text"]) for one in await api.get("/_mock/sent")}
        outcome = "sent" if _same(whole["reply"]["text"]) in texts else "not_sent"
        await self._here.console.call("POST", f"{path}/resolve-uncertain", {"outcome": outcome})

    async def all_settled(self) -> bool:
        await self.round()
        for api, account in ((self._here.amazon, "amazon-us"), (self._here.taobao, "taobao-main")):
            delivered = {one["id"] for one in await api.get("/_mock/messages")}
            if delivered - set(await _stored(self._here.console, account)):
                return False
        page = await self._here.console.get("/api/v1/conversations?view=open&limit=1")
        return not page["items"]


async def _whole(console: Api, account: str) -> list[dict[str, Any]]:
    items = await console.every(f"/api/v1/conversations?view=all&account={account}")
    return [await console.get(f"/api/v1/conversations/{item['id']}") for item in items]


async def _stored(console: Api, account: str) -> list[str]:
    """Ids of the buyers' messages that the store has."""
    return [
        message["id"]
        for one in await _whole(console, account)
        for message in one["messages"]
        if message["author"] == "buyer"
    ]


async def _every_message_is_stored_once(here: World) -> None:
    for api, account in ((here.amazon, "amazon-us"), (here.taobao, "taobao-main")):
        delivered = Counter(one["id"] for one in await api.get("/_mock/messages"))
        assert Counter(await _stored(here.console, account)) == delivered, account


async def _every_reply_was_accepted_once(here: World) -> None:
    for api, account in ((here.amazon, "amazon-us"), (here.taobao, "taobao-main")):
        accepted = Counter(_same(one["text"]) for one in await api.get("/_mock/sent"))
        ours = Counter(
            _same(message["text"])
            for one in await _whole(here.console, account)
            for message in one["messages"]
            if message["author"] == "seller"
        )
        assert set(accepted.values()) == {1}, "a reply was accepted twice"
        assert ours == accepted, account


def _same(text: str) -> str:
    return "".join(text.split())
