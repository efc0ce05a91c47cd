"""A bell wakes the one worker that waits for it: at once, or at the next look."""

import asyncio

from responder.simulation.loop import run
from responder.workers.loop import Bell


async def _waited(bell: Bell, seconds: float | None) -> float:
    loop = asyncio.get_running_loop()
    began = loop.time()
    await bell.wait(seconds)
    return loop.time() - began


def test_who_is_not_rung_waits_as_long_as_he_wants() -> None:
    assert run(_waited(Bell(), 30)) == 30


def test_who_waits_is_woken_when_it_rings() -> None:
    async def work() -> float:
        bell = Bell()
        asyncio.get_running_loop().call_later(5, bell.ring)
        return await _waited(bell, None)

    assert run(work()) == 5


def test_many_rings_before_a_look_are_one_look() -> None:
    async def work() -> list[float]:
        bell = Bell()
        bell.ring()
        bell.ring()
        return [await _waited(bell, 7), await _waited(bell, 7)]

    assert run(work()) == [0, 7]


def test_the_alarm_of_one_wait_does_not_cut_the_next_one_short() -> None:
    async def work() -> float:
        bell = Bell()
        asyncio.get_running_loop().call_later(1, bell.ring)
        await bell.wait(2)
        return await _waited(bell, 10)

    assert run(work()) == 10


def test_a_bell_that_stops_its_worker_lets_it_wait_no_more() -> None:
    async def work() -> list[float]:
        bell = Bell()
        bell.stop()
        return [await _waited(bell, 7), await _waited(bell, 7)]

    assert run(work()) == [0, 0]
