"""The calendar that jumps agrees with the one that looks at the wall clock every minute."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from responder.domain.calendar import ALWAYS, WorkingHours
from responder.domain.week import Hours, NoWorkingTime, Week, week_of
from tests.domain.calendar_cases import ZONES, calendars, half_a_day, questions
from tests.domain.slow_calendar import SlowCalendar

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
NINE_TO_SIX = (Hours(9 * HOUR, 18 * HOUR),)
OFFICE = Week((*[NINE_TO_SIX] * 5, (), ()))
BERLIN = ZoneInfo("Europe/Berlin")

moments = st.datetimes(datetime(1975, 1, 1), datetime(2095, 1, 1), timezones=st.just(UTC))
durations = st.timedeltas(-40 * DAY, 40 * DAY)
seeds = st.integers(0, 10_000)
in_its_own_time = settings(deadline=None)  # a year is worked out when it is first asked about


def compare(seed: int, kinds: int, questions_each: int) -> int:
    """Ask both calendars; returns how many questions were asked."""
    dice, asked = Random(seed), 0
    for _ in range(kinds):
        fast, slow, around = calendars(dice)
        for start, duration in questions(dice, around, half_a_day(fast), questions_each):
            due = fast.add(start, duration)
            assert due == slow.add(start, duration), (slow, start, duration)
            end = start + 2 * duration
            assert fast.between(start, end) == slow.between(start, end), (slow, start, end)
            asked += 1
    return asked


def test_five_thousand_random_questions_have_the_slow_calendars_answers() -> None:
    assert compare(seed=1, kinds=50, questions_each=100) == 5_000


@pytest.mark.long
@pytest.mark.timeout(3_600)
def test_a_hundred_thousand_random_questions_have_the_slow_calendars_answers() -> None:
    assert compare(seed=2, kinds=1_000, questions_each=100) == 100_000


@pytest.mark.parametrize("zone", ZONES)
def test_a_whole_year_of_a_zone_is_counted_as_on_the_wall(zone: str) -> None:
    night = (Hours(22 * HOUR, 4 * HOUR + 30 * MINUTE), Hours(9 * HOUR, 18 * HOUR))
    days = (night, night, night, night, night, (Hours(4 * HOUR + 30 * MINUTE, 6 * HOUR),), night)
    year = 2018 if zone == "America/Sao_Paulo" else 2011 if zone == "Pacific/Apia" else 2026
    fast = WorkingHours(Week(days), ZoneInfo(zone))
    slow = SlowCalendar(days, ZoneInfo(zone))
    start, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)

    at, worked = start, timedelta(0)
    while at < end:
        if slow.works(at):
            assert fast.add(start, worked + MINUTE) == at + MINUTE
            worked += MINUTE
        if at.minute % 15 == 14:
            assert fast.between(start, at + MINUTE) == worked
        at += MINUTE


@in_its_own_time
@given(seed=seeds, start=moments, duration=durations)
def test_what_was_added_lies_between(seed: int, start: datetime, duration: timedelta) -> None:
    calendar, _, _ = calendars(Random(seed))

    assert calendar.between(start, calendar.add(start, duration)) == duration


@in_its_own_time
@given(seed=seeds, start=moments, first=durations.map(abs), second=durations.map(abs))
def test_adding_twice_is_adding_the_sum(
    seed: int, start: datetime, first: timedelta, second: timedelta
) -> None:
    calendar, _, _ = calendars(Random(seed))

    assert calendar.add(calendar.add(start, first), second + MINUTE) == calendar.add(
        start, first + second + MINUTE
    )


@in_its_own_time
@given(seed=seeds, start=moments, duration=durations.map(abs))
def test_a_deadline_is_the_first_moment_and_a_warning_the_last(
    seed: int, start: datetime, duration: timedelta
) -> None:
    calendar, _, _ = calendars(Random(seed))
    wanted, instant = duration + MINUTE, timedelta(microseconds=1)

    due, begun = calendar.add(start, wanted), calendar.add(start, -wanted)

    assert calendar.between(start, due - instant) < wanted
    assert calendar.between(begun + instant, start) < wanted


@in_its_own_time
@given(start=moments, duration=durations)
def test_a_calendar_that_never_rests_counts_every_moment(
    start: datetime, duration: timedelta
) -> None:
    assert ALWAYS.add(start, duration) == start + duration
    assert ALWAYS.between(start, start + duration) == duration
    week = WorkingHours(Week(((Hours(0 * HOUR, 24 * HOUR),),) * 7), BERLIN)
    assert week.add(start, duration) == start + duration
    assert week.between(start, start + duration) == duration


def berlin(day: int, hour: int, minute: int = 0, *, month: int = 3, fold: int = 0) -> datetime:
    wall = datetime(2026, month, day, hour, minute, tzinfo=BERLIN, fold=fold)
    return wall.astimezone(UTC)


def test_friday_evening_and_the_weekend_do_not_count() -> None:
    calendar = WorkingHours(OFFICE, BERLIN)

    assert calendar.add(berlin(27, 17), 2 * HOUR) == berlin(30, 10)
    assert calendar.add(berlin(30, 10), -2 * HOUR) == berlin(27, 17)


def test_a_deadline_may_lie_on_closing_time_and_a_warning_on_opening_time() -> None:
    calendar = WorkingHours(OFFICE, BERLIN)

    assert calendar.add(berlin(27, 17), HOUR) == berlin(27, 18)
    assert calendar.add(berlin(30, 10), -HOUR) == berlin(30, 9)


def test_a_holiday_ends_a_night_shift_at_midnight() -> None:
    night = Week(((Hours(22 * HOUR, 6 * HOUR),),) * 7)
    calendar = WorkingHours(night, BERLIN, holidays=(date(2026, 3, 4),))

    assert calendar.between(berlin(3, 20), berlin(4, 20)) == 2 * HOUR
    assert calendar.between(berlin(4, 20), berlin(5, 0)) == timedelta(0)
    assert calendar.between(berlin(5, 0), berlin(5, 20)) == 6 * HOUR


def test_an_hour_that_the_wall_skips_does_not_count_and_one_that_it_shows_twice_does() -> None:
    calendar = WorkingHours(Week(((Hours(1 * HOUR, 5 * HOUR),),) * 7), BERLIN)

    assert calendar.between(berlin(28, 12), berlin(29, 12)) == 3 * HOUR
    assert calendar.between(berlin(24, 12, month=10), berlin(25, 12, month=10)) == 5 * HOUR
    assert calendar.add(berlin(25, 1, month=10), 2 * HOUR) == berlin(25, 2, month=10, fold=1)


def test_a_closure_takes_its_hours_out() -> None:
    calendar = WorkingHours(OFFICE, BERLIN, closures=((berlin(2, 12), berlin(2, 14)),))

    assert calendar.add(berlin(2, 11), 2 * HOUR) == berlin(2, 15)


def test_a_year_ends_by_the_wall_clock_whatever_zone_a_moment_is_told_in() -> None:
    calendar = WorkingHours(Week(((Hours(9 * HOUR, 18 * HOUR),),) * 7), ZoneInfo("Asia/Shanghai"))
    evening = datetime(2026, 12, 31, 16, 30, tzinfo=ZoneInfo("Asia/Shanghai"))

    for zone in ("UTC", "Pacific/Kiritimati", "Pacific/Niue"):
        start = evening.astimezone(ZoneInfo(zone))
        due = calendar.add(start, 2 * HOUR)
        assert due == datetime(2027, 1, 1, 1, 30, tzinfo=UTC)
        assert calendar.add(due.astimezone(ZoneInfo(zone)), -2 * HOUR) == start
        assert calendar.between(start, due) == 2 * HOUR


def test_a_leap_day_is_a_day() -> None:
    calendar = WorkingHours(OFFICE, ZoneInfo("UTC"))
    before, after = datetime(2024, 2, 28, 18, tzinfo=UTC), datetime(2024, 3, 1, 9, tzinfo=UTC)

    assert calendar.between(before, after) == 9 * HOUR


def test_no_duration_leads_nowhere_even_in_the_night() -> None:
    assert WorkingHours(OFFICE, BERLIN).add(berlin(1, 3), timedelta(0)) == berlin(1, 3)


def test_a_week_without_hours_is_refused() -> None:
    with pytest.raises(NoWorkingTime, match="the calendar has no working time"):
        week_of({})


def test_a_year_without_working_time_is_refused() -> None:
    saturdays = week_of({"sat": NINE_TO_SIX})
    every = tuple(date(2027, 1, 2) + timedelta(weeks=week) for week in range(52))

    with pytest.raises(NoWorkingTime, match="the calendar has no working time in 2027"):
        WorkingHours(saturdays, BERLIN, holidays=every)
    spared = WorkingHours(saturdays, BERLIN, holidays=every[1:])
    assert spared.between(berlin(1, 1), datetime(2028, 1, 1, tzinfo=UTC)) == (43 + 1) * 9 * HOUR


def test_a_closure_for_years_is_refused() -> None:
    closed = ((berlin(1, 0), datetime(2199, 1, 1, tzinfo=UTC)),)

    with pytest.raises(NoWorkingTime, match="no working time in 2027"):
        WorkingHours(OFFICE, BERLIN, closures=closed)


def test_a_search_ends_after_a_hundred_years() -> None:
    calendar = WorkingHours(week_of({"sun": (Hours(0 * HOUR, MINUTE),)}), BERLIN)

    with pytest.raises(NoWorkingTime, match="too little working time"):
        calendar.add(berlin(1, 0), 100 * HOUR)
    with pytest.raises(NoWorkingTime, match="too little working time"):
        calendar.add(berlin(1, 0), -100 * HOUR)


def test_a_closure_ends_after_it_begins() -> None:
    with pytest.raises(ValueError, match="ends after it begins"):
        WorkingHours(OFFICE, BERLIN, closures=((berlin(2, 12), berlin(2, 12)),))


def test_a_sunday_that_is_worked_as_a_monday_has_its_hours_holiday_or_not() -> None:
    sunday, monday = date(2026, 3, 29), date(2026, 3, 30)
    calendar = WorkingHours(OFFICE, BERLIN, (sunday, monday), extra=((sunday, 0),))

    assert calendar.between(berlin(28, 0), berlin(31, 0)) == 9 * HOUR
    assert calendar.add(berlin(27, 17), 2 * HOUR) == berlin(29, 10)
    assert not calendar.is_free_day(berlin(29, 3))
    assert calendar.is_free_day(berlin(30, 10))
    assert calendar.is_free_day(berlin(28, 10)), "a Saturday has no hours"


def test_the_next_gap_goes_from_closing_time_to_the_next_opening() -> None:
    calendar = WorkingHours(OFFICE, BERLIN)

    assert calendar.next_gap(berlin(27, 10)) == (berlin(27, 18), berlin(30, 9))
    assert calendar.next_gap(berlin(27, 18)) == (berlin(27, 18), berlin(30, 9))
    assert calendar.next_gap(berlin(28, 3)) == (berlin(28, 3), berlin(30, 9))
    assert calendar.next_gap(berlin(30, 9)) == (berlin(30, 18), berlin(31, 9))


def test_a_shift_over_new_years_eve_is_one_shift() -> None:
    calendar = WorkingHours(Week(((Hours(0 * HOUR, 24 * HOUR),),) * 7), ZoneInfo("UTC"))
    closed = (datetime(2027, 1, 2, tzinfo=UTC), datetime(2027, 1, 3, tzinfo=UTC))
    with_a_pause = WorkingHours(calendar.week, calendar.zone, closures=(closed,))

    assert with_a_pause.next_gap(datetime(2026, 12, 31, tzinfo=UTC)) == closed
    assert calendar.next_gap(datetime(2026, 12, 31, tzinfo=UTC)) is None
    assert ALWAYS.next_gap(datetime(2026, 12, 31, tzinfo=UTC)) is None


@in_its_own_time
@given(seed=seeds)
def test_a_gap_is_where_the_slow_calendar_rests(seed: int) -> None:
    dice = Random(seed)
    fast, slow, around = calendars(dice)
    start = around + timedelta(minutes=dice.randrange(-1440, 1440))

    gap = fast.next_gap(start)

    if gap is None:
        assert all(slow.works(start + step * MINUTE) for step in range(10 * 1440))
        return
    begins, ends = gap
    minutes = min((ends - start) // MINUTE, 20 * 1440)
    for minute in (start + step * MINUTE for step in range(minutes)):
        assert slow.works(minute) == (minute < begins)
    assert slow.works(ends)
