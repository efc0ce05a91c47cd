"""Keeps questions in bounds: so many at a time, so many tries, so much a day, and a rest.

2026-11-22 The rest after failures is kept by each process for itself, in memory: unlike an
account's, its loss costs one more failed call. The budget is money, so it lies in the store.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from time import perf_counter
from typing import Protocol

import structlog

from responder.clock import Clock
from responder.domain.backoff import backoff
from responder.domain.breaker import Breaker, Gate
from responder.drafting.llm.port import NOTHING, Answer, Ask, Endpoint, LlmFailure, Used, Why

log = structlog.get_logger()

FIRST_REST, LONGEST_REST = timedelta(seconds=15), timedelta(minutes=10)
ASKED_TO_REST = timedelta(seconds=30)  # after a 429 that does not say how long
LONGEST_ASKED = timedelta(hours=1)  # whatever it says: one question shows whether that still holds
PROBE = timedelta(seconds=90)
FIRST_WAIT, LONGEST_WAIT = timedelta(milliseconds=500), timedelta(seconds=8)


class Budget(Protocol):
    """What may be spent in a day, over all processes."""

    async def take(self, worst: Used) -> str | None:
        """Set ``worst`` aside; returns the day's name, None when it is not to be had."""

    async def settle(self, day: str, worst: Used, used: Used) -> None:
        """Of what was set aside on ``day`` only ``used`` was needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What became of one question, for the metrics."""

    purpose: str
    outcome: str  # "ok" or a ``Why``
    seconds: float
    used: Used | None = None


class Calls:
    """The port that everything else asks. ``most_tries`` counts the first."""

    def __init__(
        self,
        endpoint: Endpoint,
        budget: Budget,
        *,
        clock: Clock,
        dice: Random,
        at_once: int = 4,
        most_tries: int = 3,
        told: Callable[[Call], None] = lambda _: None,
    ) -> None:
        self._endpoint = endpoint
        self._budget = budget
        self._clock = clock
        self._dice = dice
        self._places = asyncio.Semaphore(at_once)
        self._most_tries = most_tries
        self._told = told
        self._breaker = Breaker()

    async def ask(self, ask: Ask, purpose: str) -> Answer:
        """The whole answer. Raises ``LlmFailure``; the caller sets the deadline."""
        started = perf_counter()
        outcome, used = Why.DEADLINE.value, None
        try:
            async with self._places:
                answer = await self._tried(ask)
            outcome, used = "ok", answer.used
        except LlmFailure as failure:
            outcome, used = failure.why.value, failure.used
            raise
        else:
            return answer
        finally:
            seconds = perf_counter() - started
            self._told(Call(purpose=purpose, outcome=outcome, seconds=seconds, used=used))

    async def _tried(self, ask: Ask) -> Answer:
        for number in range(1, self._most_tries + 1):
            try:
                return await self._once(ask)
            except LlmFailure as failure:
                if not failure.why.is_passing or number == self._most_tries:
                    raise
                wait = backoff(number, self._dice, first=FIRST_WAIT, most=LONGEST_WAIT)
                await self._clock.sleep(max(failure.after or 0.0, wait.total_seconds()))
        raise AssertionError("the last try returns or raises")  # pragma: no cover

    async def _once(self, ask: Ask) -> Answer:
        if self._breaker.gate(self._clock.now()) is Gate.OPEN:
            raise LlmFailure(Why.RESTING)
        worst = ask.worst
        day = await self._budget.take(worst)
        if day is None:
            raise LlmFailure(Why.BUDGET)
        try:
            self._admit()
            answer = await self._endpoint.ask(ask)
        except LlmFailure as failure:
            self._note(failure)
            await self._settle(day, worst, failure.used)
            raise
        except asyncio.CancelledError:
            self._note(LlmFailure(Why.DEADLINE))  # what it has cost is not known: all of it
            raise
        self._worked()
        await self._settle(day, worst, answer.used)
        return answer

    async def _settle(self, day: str, worst: Used, used: Used | None) -> None:
        """An endpoint that does not say what was used has used all that was set aside."""
        if used is not None:
            await self._budget.settle(day, worst, used)

    def _admit(self) -> None:
        """Let the question through, as a probe after a rest; ``LlmFailure`` RESTING otherwise."""
        now = self._clock.now()
        match self._breaker.gate(now):
            case Gate.OPEN:
                raise LlmFailure(Why.RESTING, used=NOTHING)
            case Gate.HALF_OPEN:
                self._breaker = self._breaker.probed(now + PROBE)
            case Gate.CLOSED:
                pass

    def _note(self, failure: LlmFailure) -> None:
        now, before = self._clock.now(), self._breaker
        match failure.why:
            case Why.RATE_LIMITED:
                wait = timedelta(seconds=failure.after) if failure.after else ASKED_TO_REST
                self._breaker = before.failed(now, lambda _: min(wait, LONGEST_ASKED))
            case Why.UNAVAILABLE | Why.UNAUTHORIZED | Why.DEADLINE:
                hopeless = failure.why is Why.UNAUTHORIZED
                self._breaker = before.failed(now, self._rest, hopeless=hopeless)
            case Why.RESTING:
                pass
            case _:  # it works, and answers badly
                self._worked()
        if self._breaker.until is not None and before.until is None:
            log.warning("llm.resting", reason=failure.why.value)

    def _worked(self) -> None:
        if self._breaker.until is not None:
            log.info("llm.recovered")
        self._breaker = Breaker()

    def _rest(self, number: int) -> timedelta:
        return backoff(number, self._dice, first=FIRST_REST, most=LONGEST_REST)
