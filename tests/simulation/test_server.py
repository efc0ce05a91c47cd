"""Scripts that a line delivers late, as one does that was away for a while."""

import asyncio
from random import Random

import pytest
from redis.exceptions import TimeoutError as TimedOut

from responder.simulation.loop import TrueTime, run
from responder.simulation.profiles import Profile
from responder.simulation.server import LATEST, Line, Server
from responder.store.connect import SOCKET_TIMEOUT

LATE = Profile(name="late", scripts_late=1)
SET = 'return redis.call("SET", KEYS[1], ARGV[1])'


def server() -> Server:
    return Server(TrueTime(asyncio.get_running_loop()), LATE, Random(1))


async def set_to(line: Line, value: str) -> None:
    await line.redis.eval(SET, 1, "key", value)


def test_what_nobody_waits_for_any_more_arrives_and_takes_the_place_of_newer_words() -> None:
    async def story() -> tuple[float, list[str], int]:
        store = server()
        line, loop = Line(store, "daemon"), store.time.loop
        with pytest.raises(TimedOut):
            await set_to(line, "old")
        waited = loop.time()
        store.scripts_late = 0
        await set_to(line, "new")
        at_once = store.books.get("key")
        await store.time.sleep(LATEST)
        return waited, [at_once, store.books.get("key")], len(store.lost_answers)

    assert run(story()) == (SOCKET_TIMEOUT, ["new", "old"], 2)


def test_what_is_only_slow_is_waited_for() -> None:
    async def story() -> list[float]:
        store = server()
        took: list[float] = []
        while len(took) < 3:
            began = store.time.loop.time()
            try:
                await set_to(Line(store, "daemon"), "slow")
            except TimedOut:
                continue
            took.append(store.time.loop.time() - began)
        return took

    assert 0.01 < max(run(story())) < SOCKET_TIMEOUT + 0.01


def test_it_is_lost_where_the_server_has_died_meanwhile() -> None:
    async def story() -> bool:
        store = server()
        with pytest.raises(TimedOut):
            await set_to(Line(store, "daemon"), "old")
        store.die(lose=False)
        store.come_back()
        await store.time.sleep(LATEST)
        return bool(store.books.exists("key"))

    assert not run(story())


def test_reading_is_never_late() -> None:
    async def story() -> float:
        store = server()
        await Line(store, "daemon").redis.get("key")
        return store.time.loop.time()

    assert run(story()) < 0.01
