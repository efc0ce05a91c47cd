"""When what does not show would do so, had it arrived."""

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.base import Reply
from responder.testing import FakeClock
from responder.workers import attempts
from responder.workers.attempts import LONG_AGO, SEND_TIMEOUT, VISIBLE_AFTER, Attempts
from responder.workers.turns import LEAVE_WITHIN

SECOND = timedelta(seconds=1)
R = Reply(id="r", thread="t", text="Yes.", reply_to={})


@pytest.fixture
def known() -> Attempts:
    return Attempts()


def test_it_counts_from_when_nobody_waits_any_more(known: Attempts, clock: FakeClock) -> None:
    since = clock.now()
    with known.under_way(R):
        clock.advance(2 * VISIBLE_AFTER)  # for its turn, and for an answer

    clock.advance(VISIBLE_AFTER - SECOND)
    early = known.would_show(R, since, clock.now())
    clock.advance(SECOND)

    assert (early, known.would_show(R, since, clock.now())) == (False, True)


def test_what_is_under_way_may_show_yet_however_often_it_is_looked_for(
    known: Attempts, clock: FakeClock
) -> None:
    since = clock.now()
    with known.under_way(R):
        looks = []
        for _ in range(3):
            looks.append(known.would_show(R, since, clock.now()))
            clock.advance(VISIBLE_AFTER)

    assert looks == [False, False, False]


def test_a_failed_attempt_counts_too(known: Attempts, clock: FakeClock) -> None:
    since = clock.now() - 2 * VISIBLE_AFTER
    with pytest.raises(OSError, match="away"), known.under_way(R):
        raise OSError("away")

    assert not known.would_show(R, since, clock.now())


def test_a_clock_that_is_set_makes_nothing_absent(
    known: Attempts, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = 0.0
    monkeypatch.setattr(attempts, "steady", lambda: passed)
    since = clock.now()
    with known.under_way(R):
        pass

    clock.advance(timedelta(hours=1))
    early = known.would_show(R, since, clock.now())
    passed = VISIBLE_AFTER.total_seconds()

    assert (early, known.would_show(R, since, clock.now())) == (False, True)


def test_a_list_that_lags_is_believed_later(known: Attempts, clock: FakeClock) -> None:
    lag, since = timedelta(minutes=10), clock.now()
    with known.under_way(R):
        pass
    clock.advance(lag + VISIBLE_AFTER - SECOND)
    early = known.would_show(R, since, clock.now(), lag)
    clock.advance(SECOND)

    assert (early, known.would_show(R, since, clock.now(), lag)) == (False, True)


def test_what_was_attempted_elsewhere_is_long_ago_later_where_a_list_lags(
    clock: FakeClock,
) -> None:
    lag, since = timedelta(minutes=10), clock.now()
    clock.advance(LONG_AGO + lag - SECOND)
    early = Attempts().would_show(R, since, clock.now(), lag)
    clock.advance(SECOND)

    assert (early, Attempts().would_show(R, since, clock.now(), lag)) == (False, True)


def test_an_attempt_elsewhere_counts_from_our_first_look(known: Attempts, clock: FakeClock) -> None:
    """Whoever made it may have another clock than we."""
    since = clock.now() - VISIBLE_AFTER
    first = known.would_show(R, since, clock.now())
    clock.advance(VISIBLE_AFTER - SECOND)
    early = known.would_show(R, since, clock.now())
    clock.advance(SECOND)

    assert (first, early, known.would_show(R, since, clock.now())) == (False, False, True)


def test_a_later_attempt_elsewhere_counts_by_itself(known: Attempts, clock: FakeClock) -> None:
    since = clock.now()
    with known.under_way(replace(R, attempted_at=since)):
        pass
    clock.advance(2 * VISIBLE_AFTER)
    again = replace(R, attempted_at=clock.now())
    clock.advance(5 * SECOND)

    early = known.would_show(again, since, clock.now())
    clock.advance(VISIBLE_AFTER)

    assert (early, known.would_show(again, since, clock.now())) == (False, True)


@pytest.mark.parametrize("told", [True, False])
def test_an_attempt_elsewhere_that_is_long_ago_by_any_clock_would_show(
    known: Attempts, clock: FakeClock, told: bool
) -> None:
    since = clock.now()
    one = replace(R, attempted_at=since + SECOND if told else None)

    assert known.would_show(one, since, since + LONG_AGO + SECOND)


def test_an_attempt_elsewhere_is_long_ago_only_when_it_has_left_and_would_show() -> None:
    leaves_by, waited_for = LEAVE_WITHIN, timedelta(seconds=SEND_TIMEOUT)

    assert leaves_by + waited_for + VISIBLE_AFTER + timedelta(seconds=45) < LONG_AGO
