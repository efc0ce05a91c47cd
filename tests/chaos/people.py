"""Buyers who write, and a robot that approves and looks up what is unclear, as an agent does."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.chaos.town import Town
from tests.integration.api import Api, mark

TEXTS = (
    "Where is my parcel?",
    "杯子碎了一个，怎么办",
    "Please cancel my order.",
    "能开发票吗",
    "It is broken.",
    "快递三天没动了",
)
ORDER = {"amazon-us": "11{}-0000000-{:07d}", "taobao-main": "39{}{:016d}"}
AT_ONCE = 25  # messages in one delivery
_NUMBERS = itertools.count(1)  # of texts: no two replies ever say the same
HANDS = 6  # conversations that the robot handles side by side


class Buyers:
    """Write ``messages``, half to each marketplace, as far as ``progress`` (0 to 1) allows."""

    def __init__(
        self,
        here: Town,
        dice: Random,
        *,
        messages: int,
        threads: int,
        progress: Callable[[], float],
        first: int = 0,
    ) -> None:
        self._here = here
        self._dice = dice
        self._messages = messages
        self._threads = threads
        self._progress = progress
        self._first = first  # an order has one buyer: others begin elsewhere
        self.written: Counter[str] = Counter()

    async def write(self) -> None:
        """Return when all is written."""
        while self.written.total() < self._messages:
            wanted = int(self._progress() * self._messages)
            for account, api in self._here.markets.items():
                share = (self._messages + (account == "amazon-us")) // 2
                count = min(wanted // 2 + 1, share) - self.written[account]
                if count > 0:
                    await self._post(account, api, min(count, AT_ONCE))
            await asyncio.sleep(0.1)

    async def _post(self, account: str, api: Api, count: int) -> None:
        entries = [self._letter(account) for _ in range(count)]
        status, answer = await api.call("POST", "/_mock/messages", entries)
        assert status == 201, answer
        self.written[account] += count

    def _letter(self, account: str) -> dict[str, Any]:
        number = self._first + self._dice.randrange(self._threads // 2)
        return {
            "buyer": f"buyer {mark(str(number))}",
            "order_id": ORDER[account].format(number % 10, number),
            "text": self._dice.choice(TEXTS),
        }


@dataclass(frozen=True, slots=True)
class Decision:
    """What the robot said of an uncertain reply, having read the marketplace's books."""

    account: str
    text: str
    sent: bool


@dataclass(slots=True)
class Robot:
    """Approves everything, each with words of their own, over an API that may be away."""

    here: Town
    approved: int = 0
    decisions: list[Decision] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)  # what it was not allowed to say

    async def work(self) -> None:
        """For ever."""
        while True:
            await self.round()
            await asyncio.sleep(0.2)

    async def round(self) -> None:
        """Once through what is open."""
        with suppress(AssertionError, TypeError):  # the console is away
            items = await self.here.console.every("/api/v1/conversations?view=open")
            ready = [one for one in items if one["state"] == "waiting" and one["draft"]]
            unclear = [one for one in items if one["state"] == "uncertain"]
            queue = iter(ready)
            await asyncio.gather(*(self._hand(queue) for _ in range(HANDS)))
            for item in unclear:
                await self._decide(item)

    async def _hand(self, items: Any) -> None:
        for item in items:
            await self._approve(item)

    async def _approve(self, item: dict[str, Any]) -> None:
        path = f"/api/v1/conversations/{item['id']}"
        status, claim = await self.here.console.call("POST", f"{path}/claim")
        if status != 200:
            return
        body = {
            "draft_version": item["draft"]["version"],
            "token": claim["token"],
            "text": f"We have seen to it, dear customer. Case {mark(str(next(_NUMBERS)))}.",
        }
        status, answer = await self.here.console.call("POST", f"{path}/approve", body)
        if status not in {0, 202, 404, 409, 503}:
            self.refused[f"{status} {answer}"] += 1
        self.approved += status == 202

    async def _decide(self, item: dict[str, Any]) -> None:
        path = f"/api/v1/conversations/{item['id']}"
        whole = await self.here.console.get(path)
        if whole["reply"] is None:
            return
        text = same(whole["reply"]["text"])
        books = await self.here.markets[item["account"]].get("/_mock/sent")
        sent = text in {same(one["text"]) for one in books}
        outcome = {"outcome": "sent" if sent else "not_sent"}
        status, _ = await self.here.console.call("POST", f"{path}/resolve-uncertain", outcome)
        if status == 200:
            self.decisions.append(Decision(item["account"], text, sent))


def same(text: str) -> str:
    """The words, however a marketplace sets them."""
    return "".join(text.split())
