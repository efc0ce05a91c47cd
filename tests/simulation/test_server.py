"""Scripts that a line delivers late, as one does that was away for a while."""

import asyncio
from collections.abc import Callable
from random import Random

import pytest
from redis.exceptions import ConnectionError as Disconnected
from redis.exceptions import TimeoutError as TimedOut

from responder.simulation.line import LATEST, Line
from responder.simulation.loop import TrueTime, run
from responder.simulation.profiles import Profile
from responder.simulation.server import Server
from responder.store.connect import SOCKET_TIMEOUT

LATE = Profile(name="late", scripts_late=1)
WAY = 0.0021  # seconds, at most, to the server
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

    waited, found, lost = run(story())
    assert waited == pytest.approx(SOCKET_TIMEOUT, abs=WAY)
    assert found == ["new", "old"]
    assert lost == 1


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


def test_a_server_that_is_down_refuses_at_once_and_runs_nothing_later() -> None:
    async def story() -> tuple[float, bool]:
        store = server()
        store.die(lose=False)
        with pytest.raises(Disconnected):
            await set_to(Line(store, "daemon"), "asked meanwhile")
        refused_at = store.time.loop.time()
        store.come_back()
        await store.time.sleep(LATEST)
        return refused_at, bool(store.books.exists("key"))

    refused_at, ran = run(story())
    assert refused_at < WAY
    assert not ran


def test_the_dead_say_nothing() -> None:
    async def story() -> bool:
        store = server()
        line = Line(store, "daemon")
        line.dead = True
        with pytest.raises(Disconnected):
            await set_to(line, "from beyond")
        await store.time.sleep(LATEST)
        return bool(store.books.exists("key"))

    assert not run(story())


def test_who_stands_still_sends_nothing_until_he_goes_on() -> None:
    async def story() -> tuple[bool, float, bool]:
        store = server()
        line = Line(store, "daemon")
        line.stand_still()
        asked = asyncio.create_task(set_to(line, "afterwards"))
        await store.time.sleep(2 * LATEST)
        before = asked.done() or bool(store.books.exists("key"))
        line.go_on()
        with pytest.raises(TimedOut):
            await asked
        timed_out_at = store.time.loop.time()
        await store.time.sleep(LATEST)
        return before, timed_out_at, bool(store.books.exists("key"))

    before, timed_out_at, ran = run(story())
    assert not before
    assert timed_out_at == 2 * LATEST + SOCKET_TIMEOUT
    assert ran


def test_who_stands_still_hears_of_the_timeout_when_he_goes_on() -> None:
    async def story() -> tuple[bool, float, int]:
        store = server()
        line = Line(store, "daemon")
        asked = asyncio.create_task(set_to(line, "before"))
        await store.time.sleep(WAY)
        line.frozen_until = 2 * LATEST
        await store.time.sleep(LATEST)
        arrived = bool(store.books.exists("key"))
        assert not asked.done()
        assert not store.lost_answers
        with pytest.raises(TimedOut):
            await asked
        return arrived, store.time.loop.time(), len(store.lost_answers)

    assert run(story()) == (True, 2 * LATEST, 1)


def dies(line: Line, asked: "asyncio.Task[None]") -> None:
    line.dead = True
    asked.cancel()


@pytest.mark.parametrize("end", [dies, lambda line, _: line.stand_still()])
def test_what_has_left_arrives_whatever_becomes_of_the_asker(
    end: Callable[[Line, "asyncio.Task[None]"], None],
) -> None:
    async def story() -> list[bool]:
        store = server()
        line = Line(store, "daemon")
        asked = asyncio.create_task(set_to(line, "left"))
        await store.time.sleep(WAY)
        end(line, asked)
        ran = [bool(store.books.exists("key"))]
        await store.time.sleep(LATEST)
        return [*ran, bool(store.books.exists("key"))]

    assert run(story()) == [False, True]
