from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.budget import NO_WAIT, OwnBudget, Rate, patient, take

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
RATES = st.builds(Rate, st.sampled_from([0.0056, 0.0167, 0.5, 1.0, 5.0]), st.integers(1, 30))
STEPS = st.lists(st.floats(0, 400), max_size=120)


def test_a_full_bucket_gives_its_burst_and_then_one_token_an_interval() -> None:
    full_at, rate = None, Rate(0.5, 3)

    for _ in range(3):
        full_at, wait = take(full_at, rate, START)
        assert wait == NO_WAIT

    full_at, wait = take(full_at, rate, START)
    assert wait == timedelta(seconds=2)
    assert take(full_at, rate, START + wait)[1] == NO_WAIT
    assert take(full_at, rate, START + wait - timedelta(milliseconds=1))[1] > NO_WAIT


@given(rate=RATES, steps=STEPS)
def test_no_span_sees_more_than_the_burst_and_what_came_back_in_it(
    rate: Rate, steps: list[float]
) -> None:
    now, full_at, taken = START, None, list[datetime]()
    for step in steps:
        now += timedelta(seconds=step)
        full_at, wait = take(full_at, rate, now)
        if wait == NO_WAIT:
            taken.append(now)

    for first, begin in enumerate(taken):
        for last, end in enumerate(taken[first:], start=first):
            allowed = rate.burst + (end - begin).total_seconds() * rate.per_second
            assert last - first + 1 <= allowed + 1e-6


@given(rate=RATES, steps=STEPS)
def test_a_token_is_there_exactly_when_it_was_promised(rate: Rate, steps: list[float]) -> None:
    now, full_at = START, None
    for step in steps:
        now += timedelta(seconds=step)
        full_at, wait = take(full_at, rate, now)
        if wait > NO_WAIT:
            assert take(full_at, rate, now + wait)[1] == NO_WAIT


async def test_a_drained_bucket_gives_nothing_for_one_interval() -> None:
    now = START
    budget, rate = OwnBudget(lambda: now), Rate(0.5, 30)

    await budget.drain("getOrder", rate)

    assert await budget.take("getOrder", rate) == timedelta(seconds=2)
    assert await budget.take("searchOrders", rate) == NO_WAIT, "each operation has its own"


async def test_what_can_wait_leaves_half_of_the_bucket_and_never_fills_it() -> None:
    now, rate = START, Rate(1, 10)
    budget = OwnBudget(lambda: now)

    waits = [await budget.take("top", patient(rate)) for _ in range(7)]
    others = [await budget.take("top", rate) for _ in range(6)]

    assert [wait == NO_WAIT for wait in waits] == [*[True] * 5, *[False] * 2]
    assert [wait == NO_WAIT for wait in others] == [*[True] * 5, False]
    assert await budget.take("top", patient(rate)) > NO_WAIT
    assert await budget.take("top", rate) > NO_WAIT, "being turned away gives nothing back"


@pytest.mark.parametrize(("per_second", "burst"), [(0.0, 1), (-1.0, 1), (1.0, 0)])
def test_a_rate_without_tokens_is_no_rate(per_second: float, burst: int) -> None:
    with pytest.raises(ValueError, match="tokens"):
        Rate(per_second, burst)
