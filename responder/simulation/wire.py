"""The way between a daemon and a marketplace: it takes time, loses answers, and may be closed."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import TypeVar

from connectors.base import ConnectorError, Unavailable
from responder.simulation.loop import TrueTime
from responder.simulation.profiles import Profile

PATIENCE = 20.0  # seconds that the connectors' own clients wait for an answer
LONGEST_WAY = 4.0  # seconds until a request arrives, as long as it is not held up
HELD_UP = (LONGEST_WAY, 24.0)  # seconds until a write that was called lost arrives after all

Answer = TypeVar("Answer")
Step = Callable[[], None]


@dataclass(slots=True)
class Weather:
    """How an account's marketplace is now; changed by the world's plan of faults."""

    out_until: float = 0
    storm_until: float = 0  # asked too often, whatever is asked
    token_dead_until: float = 0
    skewed_until: float = 0  # its clock, or ours, is off: our requests look old

    @property
    def bad_until(self) -> float:
        return max(self.out_until, self.storm_until, self.token_dead_until, self.skewed_until)


@dataclass(slots=True)
class Wire:
    """Carries requests. What has left arrives, even if the one who asked has died meanwhile.

    ``held``: whether the one who asks stands still; the step is taken when it goes on.
    """

    time: TrueTime
    profile: Profile
    weather: Weather
    dice: Random
    held: Callable[[Step], bool]

    async def ask(self, act: Callable[[], Answer], *, writes: bool = False) -> Answer:
        """Let ``act`` happen at the marketplace; return its answer, or lose it."""
        answer: asyncio.Future[Answer] = self.time.loop.create_future()
        self._leave(act, answer, writes)
        patience = self.time.loop.call_later(PATIENCE, _give_up, answer, writes)
        try:
            return await answer
        finally:
            patience.cancel()

    def _way(self) -> float:
        """Mostly quick; in the long tail a request takes seconds."""
        if self.dice.random() < 0.02:
            return self.dice.uniform(0.5, LONGEST_WAY)
        return self.dice.uniform(0.02, 0.3)

    def _leave(
        self, act: Callable[[], Answer], answer: "asyncio.Future[Answer]", writes: bool
    ) -> None:
        """Nothing leaves a process that stands still, nor what it gave up meanwhile."""
        if not answer.done() and not self.held(partial(self._leave, act, answer, writes)):
            self.time.loop.call_later(self._way(), self._arrive, act, answer, writes)

    def _arrive(
        self, act: Callable[[], Answer], answer: "asyncio.Future[Answer]", writes: bool
    ) -> None:
        loop, profile, dice = self.time.loop, self.profile, self.dice
        closed = loop.time() < self.weather.out_until or profile.unavailable > dice.random()
        if closed:
            self._back(self._way(), partial(_fail, answer, Unavailable("cannot connect")))
            return
        lost = Unavailable("no answer: ServerDisconnectedError", maybe_done=writes)
        unclear = profile.maybe_done > dice.random()
        if unclear and dice.random() < 0.5:
            self._back(self._way(), partial(_fail, answer, lost))
            if writes and profile.belated > dice.random():
                loop.call_later(dice.uniform(*HELD_UP), _late, act)
            return
        try:
            value = act()
        except (ConnectorError, OSError) as refused:
            self._back(self._way(), partial(_fail, answer, refused))
            return
        if unclear:
            self._back(self._way(), partial(_fail, answer, lost))
        elif profile.too_slow > dice.random():
            self._back(dice.uniform(PATIENCE, 200), partial(_tell, answer, value))
        else:
            self._back(self._way(), partial(_tell, answer, value))

    def _back(self, way: float, say: Step) -> None:
        """An answer on its way; whoever stands still reads it when he goes on."""
        self.time.loop.call_later(way, self._read, say)

    def _read(self, say: Step) -> None:
        if not self.held(say):
            say()


def _give_up(answer: "asyncio.Future[Answer]", writes: bool) -> None:
    _fail(answer, Unavailable("no answer: TimeoutError", maybe_done=writes))


def _late(act: Callable[[], object]) -> None:
    """Nobody waits for the answer any more."""
    with suppress(ConnectorError, OSError):
        act()


def _tell(answer: "asyncio.Future[Answer]", value: Answer) -> None:
    if not answer.done():
        answer.set_result(value)


def _fail(answer: "asyncio.Future[Answer]", error: Exception) -> None:
    if not answer.done():
        answer.set_exception(error)
