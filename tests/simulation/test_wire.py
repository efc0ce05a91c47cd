"""The way to a marketplace, for whoever stands still."""

import asyncio
from collections.abc import Callable
from random import Random

import pytest

from connectors.base import Unavailable
from responder.simulation.loop import TrueTime, run
from responder.simulation.profiles import Profile
from responder.simulation.server import Line, Server
from responder.simulation.wire import LONGEST_WAY, PATIENCE, Weather, Wire

CALM = Profile(name="calm")


class Case:
    """A process, its way to a marketplace, and when its request arrived there."""

    def __init__(self) -> None:
        self.time = TrueTime(asyncio.get_running_loop())
        self.line = Line(Server(self.time, CALM, Random(1)), "daemon")
        self.wire = Wire(self.time, CALM, Weather(), Random(2), self.line.thaws)
        self.arrived: list[float] = []

    def freeze(self, seconds: float) -> None:
        self.line.frozen_until = self.time.loop.time() + seconds

    def asked(self) -> "asyncio.Task[None]":
        return asyncio.create_task(self.wire.ask(self._arrive, writes=True))

    def _arrive(self) -> None:
        self.arrived.append(self.time.loop.time())


def test_nothing_leaves_a_process_that_stands_still() -> None:
    async def story() -> list[float]:
        case = Case()
        case.freeze(10)
        await case.asked()
        return case.arrived

    [at] = run(story())
    assert at > 10


def test_what_was_given_up_meanwhile_does_not_leave() -> None:
    async def story() -> list[float]:
        case = Case()
        case.freeze(2 * PATIENCE)
        with pytest.raises(Unavailable) as given_up:
            await case.asked()
        assert given_up.value.maybe_done
        await case.time.sleep(3 * PATIENCE)
        return case.arrived

    assert run(story()) == []


def test_what_has_left_arrives_and_its_answer_is_read_when_the_process_goes_on() -> None:
    async def story() -> tuple[list[float], float]:
        case = Case()
        asked = case.asked()
        await case.time.sleep(0)
        case.freeze(PATIENCE - 1)
        await asked
        return case.arrived, case.time.loop.time()

    [at], heard_at = run(story())
    assert at < LONGEST_WAY
    assert heard_at == PATIENCE - 1


@pytest.mark.parametrize("stand", [Case.freeze, lambda case, _: case.line.stand_still()])
def test_whoever_waits_until_it_goes_on_does_so(stand: Callable[[Case, float], None]) -> None:
    async def story() -> float:
        case = Case()
        await case.line.while_frozen()
        assert case.time.loop.time() == 0
        stand(case, 7)
        case.time.loop.call_later(7, case.line.go_on)
        await case.line.while_frozen()
        return case.time.loop.time()

    assert run(story()) == 7
