"""What lies in the store while the service is down or busy, and how large a process is."""

from collections import Counter
from pathlib import Path

from responder.clock import SystemClock
from responder.store.connect import connect
from responder.store.database import Database, open_database
from tests.chaos.town import Town

LEASED = ("poll", "draft", "outbox", "watch")


async def replies_by_state(here: Town) -> Counter[str]:
    """The replies on their way: queued, sending, uncertain."""
    found: Counter[str] = Counter()
    async with connect(_url(here), SystemClock()) as redis:
        async for key in redis.scan_iter("mr:*:reply:*", count=1000):
            found[str(await redis.hget(str(key), "state"))] += 1
    return found


async def end_the_leases_of_the_dead(here: Town) -> None:
    """As if the minutes had passed that a dead worker's lease lasts. Nobody must be alive."""
    async with connect(_url(here), SystemClock()) as redis:
        database = await open_database(redis, SystemClock())
        for name in LEASED:
            await _end(database, name)


async def _end(database: Database, name: str) -> None:
    for partition in database.partitions.all:
        keys = partition.queue(name)
        for item in await database.hash(keys.holder):
            await database.redis.zadd(keys.wake, {item: 0}, xx=True)


def megabytes(pid: int, what: str = "VmRSS") -> float:
    """How much memory a process has now (or had at most: VmHWM)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(what):
            return int(line.split()[1]) / 1024
    raise AssertionError(f"no {what} of process {pid}")


def _url(here: Town) -> str:
    return f"redis://127.0.0.1:{here.store.port}/0"
