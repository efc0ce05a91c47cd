"""When what does not show would do so, had it arrived."""

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.base import Reply
from responder.testing import FakeClock
from responder.workers.attempts import ELSEWHERE, SEND_TIMEOUT, VISIBLE_AFTER, Attempts
from responder.workers.turns import LEAVE_WITHIN

SECOND = timedelta(seconds=1)
R = Reply(id="r", thread="t", text="Yes.", reply_to={})

ELSEWHERES = "the mark of another process"


@pytest.fixture
def known(clock: FakeClock) -> Attempts:
    return Attempts(clock)


def test_it_counts_from_when_nobody_waits_any_more(known: Attempts, clock: FakeClock) -> None:
    with known.under_way(R):
        clock.advance(2 * VISIBLE_AFTER)  # for its turn, and for an answer

    clock.advance(VISIBLE_AFTER - SECOND)
    early = known.would_show(R, known.mark)
    clock.advance(SECOND)

    assert (early, known.would_show(R, known.mark)) == (False, True)


def test_what_is_under_way_may_show_yet_however_often_it_is_looked_for(
    known: Attempts, clock: FakeClock
) -> None:
    with known.under_way(R):
        looks = []
        for _ in range(3):
            looks.append(known.would_show(R, known.mark))
            clock.advance(VISIBLE_AFTER)

    assert looks == [False, False, False]


def test_a_failed_attempt_counts_too(known: Attempts) -> None:
    with pytest.raises(OSError, match="away"), known.under_way(R):
        raise OSError("away")

    assert not known.would_show(R, known.mark)


def test_a_clock_that_is_set_makes_nothing_absent(known: Attempts, clock: FakeClock) -> None:
    with known.under_way(R):
        pass

    clock.set_by(timedelta(hours=1))
    early = known.would_show(R, known.mark)
    clock.set_by(timedelta(hours=-2))
    clock.advance(VISIBLE_AFTER)

    assert (early, known.would_show(R, known.mark)) == (False, True)


def test_a_list_that_lags_is_believed_later(known: Attempts, clock: FakeClock) -> None:
    lag = timedelta(minutes=10)
    with known.under_way(R):
        pass
    clock.advance(lag + VISIBLE_AFTER - SECOND)
    early = known.would_show(R, known.mark, lag)
    clock.advance(SECOND)

    assert (early, known.would_show(R, known.mark, lag)) == (False, True)


@pytest.mark.parametrize("ago", [timedelta(0), timedelta(hours=1), -timedelta(hours=1)])
def test_an_attempt_elsewhere_counts_from_our_first_look(
    known: Attempts, clock: FakeClock, ago: timedelta
) -> None:
    """Whoever made it may have another clock than we, and be about to let it leave."""
    one = replace(R, attempted_at=clock.now() - ago)
    first = known.would_show(one, ELSEWHERES)
    clock.advance(ELSEWHERE - SECOND)
    early = known.would_show(one, ELSEWHERES)
    clock.advance(SECOND)

    assert (first, early, known.would_show(one, ELSEWHERES)) == (False, False, True)


def test_what_the_dead_attempted_is_waited_for_as_if_they_had_just_ended(clock: FakeClock) -> None:
    known = Attempts(clock, alone=True)
    first = known.would_show(R, ELSEWHERES)
    clock.advance(VISIBLE_AFTER)

    assert (first, known.would_show(R, ELSEWHERES)) == (False, True)


def test_an_attempt_of_ours_of_which_we_did_not_hear_is_not_waited_for_as_if_it_were_elsewhere(
    known: Attempts, clock: FakeClock
) -> None:
    """The store wrote it down and its answer was lost: nothing of it has left."""
    first = known.would_show(R, known.mark)
    clock.advance(VISIBLE_AFTER)

    assert (first, known.would_show(R, known.mark)) == (False, True)


def test_a_later_attempt_elsewhere_counts_by_itself(known: Attempts, clock: FakeClock) -> None:
    with known.under_way(replace(R, attempted_at=clock.now())):
        pass
    clock.advance(2 * VISIBLE_AFTER)
    again = replace(R, attempted_at=clock.now())
    clock.advance(5 * SECOND)

    early = known.would_show(again, ELSEWHERES)
    clock.advance(ELSEWHERE)

    assert (early, known.would_show(again, ELSEWHERES)) == (False, True)


def test_an_attempt_elsewhere_is_waited_for_until_it_has_left_and_would_show() -> None:
    leaves_by, waited_for = LEAVE_WITHIN, timedelta(seconds=SEND_TIMEOUT)

    assert leaves_by + waited_for + VISIBLE_AFTER <= ELSEWHERE
