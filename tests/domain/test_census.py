"""Which part of the source's lists is compared next."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from responder.domain.census import (
    DEEP,
    DEEP_EVERY,
    LONGEST,
    NOT_BEGUN,
    OVERLAP,
    SETTLED,
    Progress,
    planned,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LONG_AGO = NOON - timedelta(days=365)

moments = st.integers(0, 100 * 24 * 60).map(lambda minutes: NOON - timedelta(minutes=minutes))


def plan(progress: Progress, *, began: datetime = LONG_AGO, caught_up: datetime = NOON) -> Progress:
    then = planned(progress, began=began, caught_up_at=caught_up, now=NOON)
    assert then is not None
    return then


def test_it_ends_where_nothing_is_on_its_way_any_more() -> None:
    assert plan(NOT_BEGUN).until == NOON - SETTLED


def test_it_ends_where_the_inbox_was_last_read_to_its_end() -> None:
    assert plan(NOT_BEGUN, caught_up=NOON - 5 * HOUR).until == NOON - 5 * HOUR - SETTLED


def test_it_goes_on_where_the_last_one_ended_and_a_little_before() -> None:
    before = Progress(done_until=NOON - HOUR, deep_at=NOON)

    assert plan(before).since == NOON - HOUR - OVERLAP


def test_once_a_day_it_goes_further_back() -> None:
    before = Progress(done_until=NOON - HOUR, deep_at=NOON - DEEP_EVERY)

    deep = plan(before)

    assert (deep.since, deep.deep) == (NOON - DEEP, True)
    assert deep.finished(NOON) == Progress(done_until=deep.until, deep_at=NOON)


def test_what_a_clock_that_was_ahead_has_compared_is_compared_again() -> None:
    before = Progress(done_until=NOON + HOUR, deep_at=NOON + 2 * HOUR)

    again = plan(before, caught_up=NOON + HOUR)

    assert (again.until, again.deep) == (NOON - SETTLED, True)
    assert again.since == NOON - DEEP - OVERLAP


def test_after_days_away_all_of_them_are_compared() -> None:
    before = Progress(done_until=NOON - timedelta(days=9), deep_at=NOON)

    assert plan(before).since == NOON - timedelta(days=9) - OVERLAP


def test_a_pass_under_way_goes_on_unchanged() -> None:
    under_way = Progress(since=NOON - HOUR, until=NOON, cursor="c", found=3)

    assert plan(under_way, caught_up=NOON - 9 * HOUR) is under_way


def test_there_is_nothing_to_compare_while_a_backlog_waits() -> None:
    before = Progress(done_until=NOON - HOUR, deep_at=NOON)

    assert planned(before, began=LONG_AGO, caught_up_at=NOON - HOUR, now=NOON) is None


@given(began=moments, done=st.none() | moments, caught_up=moments)
def test_no_plan_goes_back_before_the_account_or_too_far(
    began: datetime, done: datetime | None, caught_up: datetime
) -> None:
    then = planned(
        Progress(done_until=done), began=began, caught_up_at=max(began, caught_up), now=NOON
    )

    if then is not None:
        assert then.since is not None
        assert then.until is not None
        assert then.since >= max(began, NOON - LONGEST)
        assert then.until <= NOON - SETTLED


@given(began=moments, done=moments, caught_up=moments)
def test_no_plan_leaves_a_hole(began: datetime, done: datetime, caught_up: datetime) -> None:
    then = planned(Progress(done_until=done), began=began, caught_up_at=caught_up, now=NOON)

    if then is not None and done > NOON - LONGEST:
        assert then.since is not None
        assert then.since <= max(done, began)
