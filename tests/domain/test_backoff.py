"""Waiting longer and longer, never together."""

from datetime import timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from responder.domain.backoff import backoff

SECOND = timedelta(seconds=1)

seconds = st.integers(1, 3600).map(lambda number: number * SECOND)


@given(tries=st.integers(1, 10_000), seed=st.integers(), first=seconds, most=seconds)
def test_a_wait_lies_between_half_and_the_whole_of_what_is_due(
    tries: int, seed: int, first: timedelta, most: timedelta
) -> None:
    wait = backoff(tries, Random(seed), first=first, most=most)

    assert timedelta(0) < wait <= most
    assert wait <= first * 2 ** min(tries - 1, 32)
    assert wait >= min(first * 2 ** min(tries - 1, 32), most) / 2


@given(tries=st.integers(1, 20), first=seconds)
def test_each_wait_may_be_twice_as_long_as_the_one_before(tries: int, first: timedelta) -> None:
    most = timedelta(days=365)
    one, two = (backoff(number, Random(7), first=first, most=most) for number in (tries, tries + 1))

    assert abs(two - min(2 * one, two)) <= timedelta(microseconds=2)
    assert two >= one


def test_those_who_failed_together_do_not_come_back_together() -> None:
    dice = Random(1)

    waits = {backoff(3, dice, first=SECOND, most=60 * SECOND) for _ in range(20)}

    assert len(waits) == 20
