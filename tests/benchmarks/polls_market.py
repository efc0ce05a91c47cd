"""Hundreds of shops on both marketplaces in one process, which notes when each was polled.

``python -m tests.benchmarks.polls_market AMAZON TAOBAO`` prints one JSON line with the ports, and
answers ``GET /polls`` with the moments, ``POST /forget`` forgets them, ``POST /write`` has buyers
write.
"""

import asyncio
import json
import sys
from collections import defaultdict
from contextlib import AsyncExitStack
from functools import partial
from random import Random
from time import monotonic
from typing import Any

from aiohttp import web

from connectors.amazon.mock import AmazonMock
from connectors.budget import Rate
from connectors.feed import FeedEntry
from connectors.taobao.mock import TaobaoMock
from connectors.top.mock_answers import Answer
from connectors.top.mock_gateway import Asked, Keys, Method
from responder.clock import SystemClock

CONSUME = "taobao.tmc.messages.consume"
# What TOP gives an app that is not yet released; what others have is a multiple of it.
TOP_RATE = Rate(5_000 / 86_400, 60)


class Market:
    """All the shops."""

    def __init__(self) -> None:
        self.now = SystemClock().now
        self.amazon: list[AmazonMock] = []
        self.taobao: list[TaobaoMock] = []
        self.polls: defaultdict[str, list[float]] = defaultdict(list)

    def open_amazon(self, number: int) -> AmazonMock:
        shop = AmazonMock(
            now=self.now, dice=Random(number), sender=f"support-{number}@shop.example"
        )
        name = f"amazon-{number}"
        shop._mailbox.on_line = partial(self._heard, name)
        self.amazon.append(shop)
        return shop

    def open_taobao(self, number: int) -> TaobaoMock:
        keys = Keys(app_key=str(10_000_000 + number), session=f"session-{number}")
        shop = TaobaoMock(now=self.now, seed=number, keys=keys, rate=TOP_RATE)
        methods: dict[str, Method] = dict(shop.gateway._methods)
        methods[CONSUME] = self._counted(f"taobao-{number}", methods[CONSUME])
        shop.gateway._methods = methods
        self.taobao.append(shop)
        return shop

    def _heard(self, name: str, line: bytes) -> None:
        if line.rstrip().upper().endswith(b"NOOP"):
            self.polls[name].append(monotonic())

    def _counted(self, name: str, method: Method) -> Method:
        def consume(asked: Asked) -> Answer:
            self.polls[name].append(monotonic())
            return method(asked)

        return consume

    async def told(self, _: web.Request) -> web.Response:
        quotas = [shop._http.door.told() for shop in self.amazon]
        return web.json_response(
            {
                "polls": self.polls,
                "top_calls": {
                    f"taobao-{n}": one.gateway.asked for n, one in enumerate(self.taobao)
                },
                "top_limited": sum(one.gateway.limited for one in self.taobao),
                "sp_api_asked": sum(op["asked"] for one in quotas for op in one.values()),
                "sp_api_limited": sum(op["throttled"] for one in quotas for op in one.values()),
            }
        )

    async def forget(self, _: web.Request) -> web.Response:
        self.polls.clear()
        for shop in self.taobao:
            shop.gateway.asked = 0
        return web.json_response({})

    async def write(self, request: web.Request) -> web.Response:
        """One message to each of the shops that are named by number."""
        for number in (await request.json())["shops"]:
            words = FeedEntry(buyer=f"buyer {number}", order_id=None, text="Where is my parcel?")
            if number < len(self.amazon):
                self.amazon[number].add([words])
            else:
                self.taobao[number - len(self.amazon)].deliver([words])
        return web.json_response({})


async def main(amazon: int, taobao: int) -> None:
    market = Market()
    async with AsyncExitStack() as stack:
        for number in range(amazon):
            await stack.enter_async_context(market.open_amazon(number))
        for number in range(taobao):
            await stack.enter_async_context(market.open_taobao(number))
        app = web.Application()
        app.add_routes(
            [
                web.get("/polls", market.told),
                web.post("/forget", market.forget),
                web.post("/write", market.write),
            ]
        )
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        print(json.dumps(ports(market, runner.addresses[0][1])), flush=True)
        await asyncio.to_thread(sys.stdin.read)  # until whoever started it is gone
        await runner.cleanup()


def ports(market: Market, control: int) -> dict[str, Any]:
    return {
        "control": control,
        "amazon": [[one.imap_port, one.smtp_port, one.http_port] for one in market.amazon],
        "taobao": [one.port for one in market.taobao],
    }


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
