"""When a reply whose answer was lost is called absent."""

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors import readback
from connectors.base import Reply
from connectors.readback import LONG_AGO, VISIBLE_AFTER, Attributions
from responder.testing import FakeClock

SECOND = timedelta(seconds=1)
R = Reply(id="r", thread="t", text="Yes.", reply_to={})


@pytest.fixture
def known() -> Attributions:
    return Attributions()


def test_it_counts_from_when_nobody_waits_any_more(known: Attributions, clock: FakeClock) -> None:
    since = clock.now()
    with known.attempt(R):
        clock.advance(2 * VISIBLE_AFTER)  # for its turn, and for an answer

    clock.advance(VISIBLE_AFTER - SECOND)
    early = known.would_show(R, since, clock.now())
    clock.advance(SECOND)

    assert (early, known.would_show(R, since, clock.now())) == (False, True)


def test_a_failed_attempt_counts_too(known: Attributions, clock: FakeClock) -> None:
    since = clock.now() - 2 * VISIBLE_AFTER
    with pytest.raises(OSError, match="away"), known.attempt(R):
        raise OSError("away")

    assert not known.would_show(R, since, clock.now())


def test_a_clock_that_is_set_makes_nothing_absent(
    known: Attributions, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = 0.0
    monkeypatch.setattr(readback, "steady", lambda: passed)
    since = clock.now()
    with known.attempt(R):
        pass

    clock.advance(timedelta(hours=1))
    early = known.would_show(R, since, clock.now())
    passed = VISIBLE_AFTER.total_seconds()

    assert (early, known.would_show(R, since, clock.now())) == (False, True)


def test_an_attempt_elsewhere_counts_from_our_first_look(
    known: Attributions, clock: FakeClock
) -> None:
    """Whoever made it may have another clock than we."""
    since = clock.now() - VISIBLE_AFTER
    first = known.would_show(R, since, clock.now())
    clock.advance(VISIBLE_AFTER - SECOND)
    early = known.would_show(R, since, clock.now())
    clock.advance(SECOND)

    assert (first, early, known.would_show(R, since, clock.now())) == (False, False, True)


def test_a_later_attempt_elsewhere_counts_by_itself(known: Attributions, clock: FakeClock) -> None:
    since = clock.now()
    with known.attempt(replace(R, attempted_at=since)):
        pass
    clock.advance(2 * VISIBLE_AFTER)
    again = replace(R, attempted_at=clock.now())
    clock.advance(5 * SECOND)

    early = known.would_show(again, since, clock.now())
    clock.advance(VISIBLE_AFTER)

    assert (early, known.would_show(again, since, clock.now())) == (False, True)


@pytest.mark.parametrize("told", [True, False])
def test_an_attempt_elsewhere_that_is_long_ago_by_any_clock_would_show(
    known: Attributions, clock: FakeClock, told: bool
) -> None:
    since = clock.now()
    one = replace(R, attempted_at=since + SECOND if told else None)

    assert known.would_show(one, since, since + LONG_AGO + SECOND)
