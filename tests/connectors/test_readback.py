"""When a reply whose answer was lost is called absent."""

from datetime import timedelta

import pytest

from connectors import readback
from connectors.readback import VISIBLE_AFTER, Attributions
from responder.testing import FakeClock

SECOND = timedelta(seconds=1)


@pytest.fixture
def known() -> Attributions:
    return Attributions()


def test_it_counts_from_when_nobody_waits_any_more(known: Attributions, clock: FakeClock) -> None:
    since = clock.now()
    with known.attempt("r"):
        clock.advance(2 * VISIBLE_AFTER)  # for its turn, and for an answer

    clock.advance(VISIBLE_AFTER - SECOND)
    early = known.would_show("r", since, clock.now())
    clock.advance(SECOND)

    assert (early, known.would_show("r", since, clock.now())) == (False, True)


def test_a_failed_attempt_counts_too(known: Attributions, clock: FakeClock) -> None:
    since = clock.now() - 2 * VISIBLE_AFTER
    with pytest.raises(OSError, match="away"), known.attempt("r"):
        raise OSError("away")

    assert not known.would_show("r", since, clock.now())


def test_a_clock_that_is_set_makes_nothing_absent(
    known: Attributions, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = 0.0
    monkeypatch.setattr(readback, "steady", lambda: passed)
    since = clock.now()
    with known.attempt("r"):
        pass

    clock.advance(timedelta(hours=1))
    early = known.would_show("r", since, clock.now())
    passed = VISIBLE_AFTER.total_seconds()

    assert (early, known.would_show("r", since, clock.now())) == (False, True)


def test_of_an_attempt_elsewhere_the_time_in_the_store_counts(
    known: Attributions, clock: FakeClock
) -> None:
    since = clock.now()

    early = known.would_show("r", since, since + VISIBLE_AFTER - SECOND)

    assert (early, known.would_show("r", since, since + VISIBLE_AFTER)) == (False, True)
