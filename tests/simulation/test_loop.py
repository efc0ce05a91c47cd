"""Virtual time: it jumps, it does not drift, and it says when nothing can happen any more."""

import asyncio
from datetime import timedelta

import pytest

from responder.simulation.loop import BEGINNING, MachineClock, Stalled, TrueTime, run


def test_a_week_passes_at_once_and_exactly() -> None:
    async def week() -> tuple[float, TrueTime]:
        time = TrueTime(asyncio.get_running_loop())
        await time.sleep(7 * 86_400)
        return time.loop.time(), time

    passed, time = run(week())

    assert passed == 7 * 86_400
    assert time.now() == BEGINNING + timedelta(days=7)


def test_timers_fire_in_order_and_cancelled_ones_do_not() -> None:
    fired: list[str] = []

    async def three() -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(2, fired.append, "second")
        loop.call_later(1, fired.append, "first")
        loop.call_later(1.5, fired.append, "never").cancel()
        await TrueTime(loop).sleep(3)

    run(three())

    assert fired == ["first", "second"]


def test_a_timeout_ends_in_virtual_time() -> None:
    async def wait() -> float:
        loop = asyncio.get_running_loop()
        with pytest.raises(asyncio.TimeoutError):
            async with asyncio.timeout(30):
                await asyncio.Event().wait()
        return loop.time()

    assert run(wait()) == pytest.approx(30)


def test_a_machine_clock_may_be_wrong_while_sleep_is_right() -> None:
    async def off() -> tuple[timedelta, float]:
        loop = asyncio.get_running_loop()
        clock = MachineClock(loop)
        clock.off = timedelta(seconds=-40)
        await clock.sleep(10)
        return clock.now() - BEGINNING, loop.time()

    assert run(off()) == (timedelta(seconds=-30), 10)


def test_waiting_for_nothing_is_told() -> None:
    async def never() -> None:
        await asyncio.Event().wait()

    with pytest.raises(Stalled):
        run(never())
