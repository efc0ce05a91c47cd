"""Alerts under fire: the watch role is killed again and again while slow channels take alerts.

Conversations cross a threshold all the time; a webhook for each account takes its time
to answer. What it was told, and when, is held against what was crossed and who was killed.
"""

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

from aiohttp import web
from redis.asyncio import Redis

from responder.clock import SystemClock
from responder.domain.model import AccountId
from responder.store.database import Database, open_database
from responder.store.times import ms
from tests.benchmarks.alerts_open import LONG, seed
from tests.chaos.store_server import StoreServer
from tests.integration.processes import Process, until
from tests.ports import free_ports

SLOW = (0.02, 0.4)  # seconds that a channel takes to answer
LIVES = (0.05, 1.5)  # seconds from being ready to being killed
CUT = timedelta(seconds=1.5)  # around a hand-over that the receiver sees: our own side of it
QUEUES = ("watch", "alert", "channel")
PARTITIONS = 4
HEAD = """
[store]
url = "redis://127.0.0.1:{store}/0"
partitions = 4
"""
ACCOUNT = """
[[accounts]]
id = "{account}"
marketplace = "taobao"
sla = "day"
shared_exit = true
[accounts.top]
gateway = "http://127.0.0.1:9/{account}"
app_key = "{number}"
app_secret = "helloworld"
session = "session-{account}"
group_name = "{account}"
[[alerts]]
name = "{account}"
urls = ["http://127.0.0.1:{hook}/{account}"]
secret = "a secret of this test"
accounts = ["{account}"]
merge = "{merge}"
"""
SLA = """
[day]
respond_within = "24h"
warn_at = ["50%", "4h", "1h"]
"""


@dataclass(frozen=True)
class Heard:
    """One request that a channel received."""

    message: str
    repeat: bool
    alerts: tuple[str, ...]
    title: str
    at: datetime
    answered_at: datetime


@dataclass
class Books:
    """What was crossed, what was heard, who was killed."""

    crossed: set[str] = field(default_factory=set)  # conversations
    heard: list[Heard] = field(default_factory=list)
    kills: list[datetime] = field(default_factory=list)

    @property
    def told(self) -> Counter[str]:
        return Counter(name for one in self.heard for name in one.alerts)

    @property
    def lost(self) -> set[str]:
        return self.crossed - self.told.keys()

    @property
    def repeated(self) -> list[tuple[Heard, Heard]]:
        """Messages after the first in which an alert came, with the one before."""
        by_alert: defaultdict[str, list[Heard]] = defaultdict(list)
        for one in self.heard:
            for name in one.alerts:
                by_alert[name].append(one)
        pairs = {}
        for same in by_alert.values():
            for first, second in pairwise(same):
                pairs[first.at, second.at] = (first, second)
        return list(pairs.values())

    @property
    def wrong_repeats(self) -> list[str]:
        """Repeats that are not marked, have another id, or where nobody died."""
        return [
            f"{first.message} and {second.message} ({second.repeat=})"
            for first, second in self.repeated
            if not (second.repeat and first.message == second.message and self._cut(first))
        ]

    def _cut(self, one: Heard) -> bool:
        return any(one.at - CUT <= kill <= one.answered_at + CUT for kill in self.kills)


class Town:
    """A store, slow channels, and a daemon with the watch role that dies and comes again."""

    def __init__(self, directory: Path, database: Database, dice: Random) -> None:
        self.books = Books()
        self.database = database
        self.dice = dice
        self.log = directory / "daemon.log"
        self._process = Process(
            ["serve", "--config", str(directory / "config"), "--roles", "watch"],
            self.log,
            directory,
        )
        self._read_from = 0
        self._numbers = 0

    async def cross(self, accounts: int, moments: list[datetime]) -> None:
        """Open conversations, each with a threshold at its moment."""
        pipe = self.database.redis.pipeline(transaction=False)
        for wake in moments:
            self._numbers += 1
            account = AccountId(f"shop-{self._numbers % accounts}")
            partition = self.database.partitions.of_account(account)
            name = f"{partition.number:02d}-{self._numbers:020x}"
            seed(pipe, partition, account, name, wake - LONG / 2, wake)
            self.books.crossed.add(name)
        await pipe.execute()

    async def start(self) -> None:
        self._read_from = self.log.stat().st_size if self.log.exists() else 0
        await self._process.start()
        await until(self._ready, "the daemon", 120)

    async def _ready(self) -> bool:
        process = self._process.process
        if process is not None and process.returncode is not None:
            raise RuntimeError(f"the daemon has ended: {self._process.said[-2000:]}")
        return "daemon.ready" in self.log.read_bytes()[self._read_from :].decode(errors="replace")

    async def kill(self) -> None:
        self.books.kills.append(datetime.now(UTC))
        await self._process.kill()

    async def stop(self) -> int:
        return await self._process.stop() if self._process.process else 0

    async def let_leases_end(self) -> None:
        """As if half a minute had gone by: whatever the dead have held is due."""
        now = ms(datetime.now(UTC))
        for partition in self.database.partitions.all:
            for name in QUEUES:
                keys = partition.queue(name)
                for item in await self.database.hash(keys.holder):
                    await self.database.redis.zadd(keys.wake, {item: now}, xx=True)


@asynccontextmanager
async def town(
    directory: Path, *, accounts: int, merge: str = "0s", seed_: int = 7
) -> AsyncIterator[Town]:
    """A town whose daemon is not started yet."""
    store, hook = (first := free_ports(2)), first + 1
    config = directory / "config"
    config.mkdir()
    tables = [
        ACCOUNT.format(account=f"shop-{one}", number=10_000 + one, hook=hook, merge=merge)
        for one in range(accounts)
    ]
    (config / "responder.toml").write_text("".join([HEAD.format(store=store), *tables]))
    (config / "sla.toml").write_text(SLA)
    server = StoreServer(directory / "server", store)
    await server.start()
    dice = Random(seed_)
    async with Redis(port=store, decode_responses=True) as redis:
        database = await open_database(redis, SystemClock(), PARTITIONS)
        found = Town(directory, database, dice)
        runner = await _channels(found, hook)
        try:
            yield found
        finally:
            await found.stop()
            await runner.cleanup()
            await server.stop()


async def _channels(town: Town, port: int) -> web.AppRunner:
    async def take(request: web.Request) -> web.Response:
        at, body = datetime.now(UTC), json.loads(await request.read())
        try:
            await asyncio.sleep(town.dice.uniform(*SLOW))
        finally:
            town.books.heard.append(_heard(body, at))
        return web.Response()

    app = web.Application(
        client_max_size=16 * 1024**2, handler_args={"handler_cancellation": False}
    )
    app.router.add_post("/{account}", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return runner


def _heard(body: dict[str, Any], at: datetime) -> Heard:
    return Heard(
        message=body["id"],
        repeat=body["repeat"],
        alerts=tuple(one["conversation"] for one in body["alerts"]),
        title=body["title"],
        at=at,
        answered_at=datetime.now(UTC),
    )


async def kills(town: Town, count: int, accounts: int) -> None:
    """Kill the watch role ``count`` times while thresholds are crossed; then let all be told."""
    for _ in range(count):
        await town.start()
        now, life = datetime.now(UTC), town.dice.uniform(*LIVES)
        moments = [now + timedelta(seconds=life * town.dice.random()) for _ in range(20)]
        await town.cross(accounts, moments)
        await asyncio.sleep(life)
        await town.kill()
        await town.let_leases_end()
    await town.start()

    async def all_told() -> bool:
        return not town.books.lost

    await until(all_told, "every alert to be told", 60)
    await asyncio.sleep(1)
    assert await town.stop() == 0
