"""Going down under load, and staying small under it."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from random import Random

import pytest

from responder.app import DRAIN_TIMEOUT
from responder.workers.attempts import ELSEWHERE
from tests.chaos.books import compare
from tests.chaos.line import FAIR, slow
from tests.chaos.people import Buyers, Robot
from tests.chaos.queues import end_the_leases_of_the_dead, megabytes, replies_by_state
from tests.chaos.town import Daemon, Town, town
from tests.integration.processes import until

pytestmark = [pytest.mark.alone, pytest.mark.process, pytest.mark.timeout(420)]

EVERYTHING = "poll,draft,watch,send,console"
NO_SENDER = "poll,draft,watch,console"
MARGIN = 5.0  # seconds to start to drain and to end the process
ROOM = 150.0  # megabytes that a daemon may grow by under any load


@asynccontextmanager
async def _approved(directory: Path, count: int) -> AsyncIterator[Town]:
    """A town in which ``count`` replies are approved and nobody has sent one yet."""
    async with town(directory, roles=[NO_SENDER]) as here:
        await _written(here, count)
        await here.open()
        robot = Robot(here)

        async def all_approved() -> bool:
            await robot.round()
            return (await replies_by_state(here))["queued"] >= count

        await until(all_approved, f"{count} approved replies", 120)
        assert await here.close() == [0]
        yield here


async def _written(here: Town, count: int) -> None:
    """One letter each, so that every reply has a conversation of its own."""
    for account, api in here.markets.items():
        order = "11{}-0000000-{:07d}" if account == "amazon-us" else "39{}{:016d}"
        entries = [
            {
                "buyer": f"{account} {number}",
                "order_id": order.format(number % 10, number),
                "text": "Where is my parcel?",
            }
            for number in range(count // 2)
        ]
        status, answer = await api.call("POST", "/_mock/messages", entries)
        assert status == 201, answer


async def _sent(here: Town) -> int:
    return sum([len(await api.get("/_mock/sent")) for api in here.markets.values()])


async def _at_least(here: Town, count: int) -> bool:
    return await _sent(here) >= count


async def _start(here: Town, roles: str) -> Daemon:
    here.daemons[:] = [here.daemons[0].anew(roles)]
    await here.open()
    return here.daemons[0]


async def _stream(here: Town) -> None:
    """Buyers who go on writing for a minute, twenty messages a second."""
    started = time.monotonic()
    progress = partial(_passed, started, 60.0)
    buyers = Buyers(here, Random(1), messages=1_200, threads=200, progress=progress, first=100_000)
    await buyers.write()


def _passed(since: float, seconds: float) -> float:
    return min((time.monotonic() - since) / seconds, 1.0)


async def _everything_is_answered_once(here: Town) -> None:
    robot = Robot(here)

    async def settled() -> bool:
        await robot.round()
        if (await here.console.get("/api/v1/conversations?view=open&limit=1"))["items"]:
            return False
        return all(not one.delivered - one.stored for one in (await compare(here)).values())

    # What the daemon before was about to send is sent again when it would show, had it left.
    await until(settled, "everything to be answered", 120 + ELSEWHERE.total_seconds())
    for account, books in (await compare(here)).items():
        assert books.stored == books.delivered, account
        assert books.recorded == books.accepted, account
        assert set(books.accepted.values()) == {1}, account
        assert not books.unanswered, account


async def test_a_drain_with_500_replies_queued_is_quick_and_leaves_none_half_sent(
    tmp_path: Path,
) -> None:
    async with _approved(tmp_path, 500) as here:
        streaming = asyncio.create_task(_stream(here))
        daemon = await _start(here, EVERYTHING)
        await until(partial(_at_least, here, 20), "the first replies")

        started = time.monotonic()
        code = await daemon.stop()
        seconds = time.monotonic() - started
        streaming.cancel()
        left = await replies_by_state(here)
        print(f"drained in {seconds:.1f} s, {await _sent(here)} sent, left: {dict(left)}")

        assert code == 0
        assert seconds < DRAIN_TIMEOUT + MARGIN
        assert left["sending"] == 0, "what had begun was brought to its end"
        assert left["queued"] > 50, "the test wants replies that wait"
        await _start(here, EVERYTHING)
        await _everything_is_answered_once(here)


async def test_a_drain_ends_in_time_where_a_marketplace_does_not_and_nothing_goes_twice(
    tmp_path: Path,
) -> None:
    async with _approved(tmp_path, 100) as here:
        for name in ("smtp", "taobao"):
            here.lines[name].becomes(slow(2.0, 0))
        daemon = await _start(here, EVERYTHING)
        await until(partial(_at_least, here, 1), "the first reply")

        started = time.monotonic()
        code = await daemon.stop()
        seconds = time.monotonic() - started
        left = await replies_by_state(here)
        print(f"drained in {seconds:.1f} s, left: {dict(left)}")
        for line in here.lines.values():
            line.becomes(FAIR)
        await end_the_leases_of_the_dead(here)

        assert code == 0
        assert seconds < DRAIN_TIMEOUT + MARGIN
        await _start(here, EVERYTHING)
        await _everything_is_answered_once(here)


@pytest.mark.parametrize(
    "count", [800, pytest.param(5_000, marks=[pytest.mark.long, pytest.mark.timeout(900)])]
)
async def test_a_daemon_stays_small_when_its_store_is_slow_and_its_outbox_long(
    tmp_path: Path, count: int
) -> None:
    async with _approved(tmp_path, count) as here:
        daemon = await _start(here, EVERYTHING)
        before = await _loaded(daemon)
        for name in ("store", "smtp", "taobao"):
            here.lines[name].becomes(slow(0.02, 2_000_000))
        await _written_more(here, count)
        most = await _watched(here, daemon, before, seconds=20)

        assert most - before < ROOM
        assert (await here.console.call("GET", "/healthz"))[0] == 200
        here.lines["store"].becomes(FAIR)
        assert await daemon.stop() == 0


async def _loaded(daemon: Daemon) -> float:
    """What it takes once the language tables are read."""
    last = 0.0
    while (now := megabytes(daemon.pid)) - last > 1:
        last = now
        await asyncio.sleep(4)
    return now


async def _written_more(here: Town, count: int) -> None:
    buyers = Buyers(
        here, Random(2), messages=count, threads=count, progress=lambda: 1.0, first=100_000
    )
    await asyncio.wait_for(buyers.write(), 60)


async def _watched(here: Town, daemon: Daemon, before: float, *, seconds: float) -> float:
    await asyncio.sleep(seconds)
    most, depth = megabytes(daemon.pid, "VmHWM"), Counter(await replies_by_state(here))
    print(f"{before:.0f} MB before, {most:.0f} MB at most; replies on their way: {dict(depth)}")
    return most
