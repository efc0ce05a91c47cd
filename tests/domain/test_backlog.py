"""Who reads first where many have a backlog, and how far each has come."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from responder.domain.backlog import HEAD_START, CatchUp, head_start

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ages = st.timedeltas(timedelta(days=-2), timedelta(days=90))


def test_who_is_late_already_has_all_of_it_and_who_has_all_his_time_has_none() -> None:
    assert head_start(DAY, NOON - 3 * DAY, NOON) == HEAD_START
    assert head_start(DAY, NOON - DAY / 2, NOON) == HEAD_START / 2
    assert head_start(DAY, NOON + DAY, NOON) == timedelta(0)


def test_three_minutes_count_for_more_than_a_day() -> None:
    wrote = NOON - timedelta(minutes=2)

    assert head_start(timedelta(minutes=3), wrote, NOON) > head_start(DAY, wrote, NOON)


@given(older=ages, younger=ages)
def test_the_older_backlog_is_never_behind_the_younger(
    older: timedelta, younger: timedelta
) -> None:
    older, younger = max(older, younger), min(older, younger)

    assert head_start(DAY, NOON - older, NOON) >= head_start(DAY, NOON - younger, NOON)


def test_how_far_a_backlog_is_read_lies_between_nothing_and_all() -> None:
    def share(begins: datetime | None, reached: datetime | None) -> float | None:
        return CatchUp(since=NOON, seen=1, begins=begins, reached=reached).share(NOON)

    assert share(NOON - 3 * DAY, NOON - 2 * DAY) == 1 / 3
    assert share(NOON - DAY, NOON + DAY) == 1.0, "a clock ahead of ours"
    assert share(NOON - DAY, NOON - 2 * DAY) == 0.0
    assert share(None, None) is None
    assert share(NOON, NOON) is None, "nothing was missed"
