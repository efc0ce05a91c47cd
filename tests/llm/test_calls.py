import asyncio
from collections.abc import Callable
from datetime import timedelta
from random import Random

import pytest

from responder.drafting.llm.calls import Call, Calls
from responder.drafting.llm.port import NOTHING, Answer, Ask, LlmFailure, Turn, Used, Why
from responder.testing import HastyClock
from tests.llm.scene import Purse

ASK = Ask(turns=(Turn("user", "hello"),), most_tokens=90)
GOOD = Answer(text="hello", used=Used(5, 5))


class Scripted:
    """An endpoint that does what it is told, one thing after the other."""

    def __init__(self, *acts: Answer | LlmFailure | Callable[[], Answer]) -> None:
        self.acts = list(acts)
        self.asked = 0
        self.at_once = 0
        self.most_at_once = 0
        self.gate: asyncio.Event | None = None

    async def ask(self, ask: Ask) -> Answer:
        self.asked += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if self.gate is not None:
                await self.gate.wait()
            act = self.acts.pop(0) if self.acts else GOOD
        finally:
            self.at_once -= 1
        if isinstance(act, LlmFailure):
            raise act
        assert isinstance(act, Answer)
        return act


class Office:
    """Calls over a scripted endpoint, with everything that can be looked at."""

    def __init__(self, endpoint: Scripted, tokens: int = 10**9, at_once: int = 4) -> None:
        self.clock = HastyClock()
        self.purse = Purse(tokens)
        self.told: list[Call] = []
        self.calls = Calls(
            endpoint,
            self.purse,
            clock=self.clock,
            dice=Random(1),
            at_once=at_once,
            told=self.told.append,
        )

    async def ask(self) -> str:
        """The answer, or why there is none."""
        try:
            return (await self.calls.ask(ASK, "draft")).text
        except LlmFailure as failure:
            return failure.why.value


async def test_what_passes_is_tried_again_twice_at_most() -> None:
    endpoint = Scripted(*[LlmFailure(Why.UNAVAILABLE)] * 2, GOOD)
    office = Office(endpoint)

    assert await office.ask() == "hello"
    assert endpoint.asked == 3

    endpoint.acts = [LlmFailure(Why.EMPTY)] * 9
    assert await office.ask() == "empty"
    assert endpoint.asked == 6


@pytest.mark.parametrize(
    "why", [Why.UNAUTHORIZED, Why.REFUSED, Why.TRUNCATED, Why.NOT_JSON, Why.DEADLINE]
)
async def test_what_would_fail_again_is_not_tried_again(why: Why) -> None:
    endpoint = Scripted(LlmFailure(why))

    assert await Office(endpoint).ask() == why.value
    assert endpoint.asked == 1


async def test_a_wait_that_is_asked_for_is_kept() -> None:
    office = Office(Scripted(LlmFailure(Why.RATE_LIMITED, after=6)))
    started = office.clock.now()

    assert await office.ask() == "hello"
    assert office.clock.now() - started >= timedelta(seconds=6)


async def test_a_model_that_keeps_failing_is_left_alone_and_then_tried_by_one() -> None:
    endpoint = Scripted(*[LlmFailure(Why.UNAVAILABLE)] * 3)
    office = Office(endpoint)
    assert await office.ask() == "unavailable"

    assert await office.ask() == "resting"
    assert endpoint.asked == 3, "nobody asks while it rests"

    office.clock.advance(timedelta(minutes=1))
    endpoint.gate = asyncio.Event()
    probe = asyncio.create_task(office.ask())
    await asyncio.sleep(0)
    assert await office.ask() == "resting", "one probe at a time"
    endpoint.gate.set()
    assert await probe == "hello"
    assert await office.ask() == "hello"


async def test_a_model_that_asks_for_days_is_asked_again_after_an_hour() -> None:
    refused = [LlmFailure(Why.RATE_LIMITED, after=999_999)] * 3
    office = Office(Scripted(*refused))
    assert await office.ask() == "rate_limited"
    assert await office.ask() == "resting"

    office.clock.advance(timedelta(hours=1))

    assert await office.ask() == "hello"


async def test_a_refused_key_rests_at_once() -> None:
    office = Office(Scripted(LlmFailure(Why.UNAUTHORIZED)))

    assert await office.ask() == "unauthorized"
    assert await office.ask() == "resting"


async def test_bad_answers_are_no_reason_to_rest() -> None:
    office = Office(Scripted(*[LlmFailure(Why.NOT_JSON)] * 9))

    for _ in range(9):
        assert await office.ask() == "not_json"
    assert await office.ask() == "hello"


async def test_no_more_run_at_once_than_may() -> None:
    endpoint = Scripted()
    endpoint.gate = asyncio.Event()
    office = Office(endpoint, at_once=2)
    asked = [asyncio.create_task(office.ask()) for _ in range(7)]
    await asyncio.sleep(0.01)

    assert endpoint.at_once == 2

    endpoint.gate.set()
    assert await asyncio.gather(*asked) == ["hello"] * 7
    assert endpoint.most_at_once == 2


async def test_a_spent_budget_asks_nobody() -> None:
    endpoint = Scripted()
    office = Office(endpoint, tokens=ASK.worst.tokens_in + ASK.worst.tokens_out + 9)

    assert await office.ask() == "hello"
    assert office.purse.left == ASK.worst.tokens_in + ASK.worst.tokens_out - 1
    assert await office.ask() == "budget"
    assert endpoint.asked == 1


@pytest.mark.parametrize(
    ("act", "spent"),
    [
        (GOOD, 10),
        (Answer(text="hello"), ASK.worst.tokens_in + ASK.worst.tokens_out),
        (LlmFailure(Why.UNAUTHORIZED, used=NOTHING), 0),
        (LlmFailure(Why.UNAVAILABLE, used=NOTHING), 10),  # of the second try
        (LlmFailure(Why.TRUNCATED, used=Used(5, 90)), 95),
        (LlmFailure(Why.NOT_JSON), ASK.worst.tokens_in + ASK.worst.tokens_out),
    ],
)
async def test_what_is_not_told_counts_as_all_that_was_set_aside(
    act: Answer | LlmFailure, spent: int
) -> None:
    office = Office(Scripted(act), tokens=10_000)

    await office.ask()

    assert office.purse.left == 10_000 - spent


async def test_a_call_that_is_cut_off_counts_and_is_told() -> None:
    endpoint = Scripted()
    endpoint.gate = asyncio.Event()
    office = Office(endpoint, tokens=10_000)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await office.ask()

    assert office.purse.left == 10_000 - 3 * (ASK.worst.tokens_in + ASK.worst.tokens_out)
    assert [call.outcome for call in office.told] == ["deadline"] * 3
    assert await office.ask() == "resting", "an endpoint that hangs is left alone too"


async def test_every_question_is_told_once() -> None:
    office = Office(Scripted(LlmFailure(Why.EMPTY), GOOD, LlmFailure(Why.REFUSED)))

    await office.ask()
    await office.ask()

    assert [(call.purpose, call.outcome, call.used) for call in office.told] == [
        ("draft", "ok", Used(5, 5)),
        ("draft", "refused", None),
    ]
