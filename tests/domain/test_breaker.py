"""An account that keeps failing is left alone, longer and longer, and tried again by one."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from responder.domain.breaker import AT_ONCE, OPENS_AT, Breaker, Gate, may_start

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MOST = timedelta(minutes=5)
PROBE = timedelta(seconds=90)

gaps = st.integers(0, 1_000).map(lambda number: number * SECOND)
steps = st.lists(st.tuples(st.sampled_from(["fails", "works", "pauses", "probes"]), gaps))


def wait(number: int) -> timedelta:
    return min(5 * SECOND * (1 << (number - 1)), MOST)


def lived(life: list[tuple[str, timedelta]]) -> tuple[Breaker, datetime]:
    """A breaker after a life, and the moment at its end."""
    breaker, now = Breaker(), NOON
    for event, gap in life:
        now += gap
        match event:
            case "fails":
                breaker = breaker.failed(now, wait)
            case "works":
                breaker = breaker.worked(now)
            case "pauses":
                breaker = breaker.paused(now + gap)
            case _ if breaker.gate(now) is Gate.HALF_OPEN:
                breaker = breaker.probed(now + PROBE)
    return breaker, now


@given(count=st.integers(0, 20))
def test_it_opens_at_the_third_failure_in_a_row_and_not_before(count: int) -> None:
    breaker = Breaker()
    for _ in range(count):
        breaker = breaker.failed(NOON, wait)

    assert (breaker.gate(NOON) is Gate.OPEN) is (count >= OPENS_AT)
    assert breaker.is_failing is (count >= OPENS_AT)


@given(life=steps)
def test_nobody_is_locked_out_for_ever(life: list[tuple[str, timedelta]]) -> None:
    breaker, now = lived(life)

    again = breaker.opens_again(now)

    assert again >= now
    assert breaker.gate(again) is not Gate.OPEN
    assert again - now <= max(MOST, PROBE, *(gap for _, gap in life), timedelta(0))


@given(life=steps, moment=gaps)
def test_while_it_is_open_nothing_passes_and_late_failures_change_nothing(
    life: list[tuple[str, timedelta]], moment: timedelta
) -> None:
    breaker, now = lived(life)
    now += moment
    if breaker.until is not None and now < breaker.until:
        assert breaker.gate(now) is Gate.OPEN
        assert breaker.failed(now, wait) == breaker
        assert breaker.failed(now, wait, hopeless=True) == breaker


@given(life=steps)
def test_one_probe_at_a_time_and_its_failure_makes_the_wait_no_shorter(
    life: list[tuple[str, timedelta]],
) -> None:
    breaker, now = lived(life)
    at = breaker.opens_again(now)
    if breaker.gate(at) is Gate.HALF_OPEN:
        probing = breaker.probed(at + PROBE)
        assert probing.gate(at) is Gate.OPEN
        assert probing.gate(at + PROBE) is Gate.HALF_OPEN, "a probe that was lost is made again"

        after = probing.failed(at, wait)

        assert after.gate(at) is Gate.OPEN
        assert after.probe_until is None
        assert after.until == at + wait(after.failures - OPENS_AT + 1)
        assert after.failures > breaker.failures


def test_the_waits_grow_up_to_the_longest() -> None:
    breaker, now, waits = Breaker(failures=OPENS_AT - 1), NOON, []
    for _ in range(10):
        breaker = breaker.failed(now, wait)
        waits.append(breaker.opens_again(now) - now)
        now = breaker.opens_again(now)

    assert waits[:4] == [5 * SECOND, 10 * SECOND, 20 * SECOND, 40 * SECOND]
    assert waits[-1] == MOST


def test_refused_credentials_open_it_at_once() -> None:
    breaker = Breaker().failed(NOON, wait, hopeless=True)

    assert breaker.gate(NOON) is Gate.OPEN
    assert breaker.until == NOON + 5 * SECOND


def test_an_account_that_asks_for_a_pause_is_not_failing() -> None:
    breaker = Breaker().paused(NOON + SECOND)

    assert breaker.gate(NOON) is Gate.OPEN
    assert not breaker.is_failing
    assert breaker.paused(NOON).until == NOON + SECOND, "the longer pause counts"
    assert breaker.gate(NOON + SECOND) is Gate.HALF_OPEN


def test_an_answer_ends_failures_but_no_pause_that_was_asked_for() -> None:
    failing = Breaker(failures=OPENS_AT, until=NOON + SECOND)
    pausing = Breaker(failures=OPENS_AT - 1).paused(NOON + SECOND)

    assert failing.worked(NOON) == Breaker()
    assert pausing.worked(NOON) == Breaker(until=NOON + SECOND)
    assert pausing.worked(NOON + SECOND) == Breaker()


@given(sick=st.integers(1, 20), size=st.integers(22, 200))
def test_however_many_accounts_hang_somebody_new_finds_a_place(sick: int, size: int) -> None:
    held = [0] * sick
    growing = True
    while growing:
        growing = False
        for account in range(sick):
            if may_start(held[account], size - sum(held)):
                held[account] += 1
                growing = True

    free = size - sum(held)
    assert may_start(0, free)
    assert max(held) - min(held) <= 1, "all get the same share"
    assert max(held) <= AT_ONCE
    assert free >= size // (sick + 1) - sick
