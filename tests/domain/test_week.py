"""A week's hours make sense, or are refused in words that say why."""

from datetime import timedelta

import pytest

from responder.domain.week import WEEKDAYS, Hours, Week, week_of

HOUR = timedelta(hours=1)
MORNING = Hours(9 * HOUR, 12 * HOUR)
AFTERNOON = Hours(13 * HOUR, 18 * HOUR)
NIGHT = Hours(22 * HOUR, 6 * HOUR)


@pytest.mark.parametrize(
    ("opens", "closes", "why"),
    [
        (24 * HOUR, 3 * HOUR, "opens from 00:00 to 23:59"),
        (-HOUR, 3 * HOUR, "opens from 00:00 to 23:59"),
        (3 * HOUR, 25 * HOUR, "closes from 00:00 to 24:00"),
        (9 * HOUR, 9 * HOUR, "has no length; a whole day is 00:00-24:00"),
    ],
)
def test_hours_lie_in_a_day(opens: timedelta, closes: timedelta, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Hours(opens, closes)


def test_hours_are_written_as_on_a_door() -> None:
    assert str(NIGHT) == "22:00-06:00"
    assert str(Hours(0 * HOUR, 24 * HOUR)) == "00:00-24:00"


def test_a_night_belongs_to_two_days() -> None:
    week = week_of({"mon": (AFTERNOON, MORNING), "sun": (NIGHT,)})

    assert week.on(0) == ((0 * HOUR, 6 * HOUR), (9 * HOUR, 12 * HOUR), (13 * HOUR, 18 * HOUR))
    assert week.on(1) == ()
    assert week.on(6) == ((22 * HOUR, 24 * HOUR),)


def test_a_night_that_ends_at_midnight_has_no_rest() -> None:
    week = week_of({"mon": (Hours(22 * HOUR, 0 * HOUR),)})

    assert week.on(0) == ((22 * HOUR, 24 * HOUR),)
    assert week.on(1) == ()


@pytest.mark.parametrize(
    ("hours", "why"),
    [
        ({"tue": (MORNING, Hours(11 * HOUR, 14 * HOUR))}, "tue 09:00-12:00 and tue 11:00-14:00"),
        ({"fri": (NIGHT,), "sat": (Hours(5 * HOUR, 7 * HOUR),)}, "fri 22:00-06:00 and sat 05:00"),
        ({"sun": (NIGHT,), "mon": (Hours(0 * HOUR, HOUR),)}, "sun 22:00-06:00 and mon 00:00-01:00"),
        ({"mon": (MORNING, MORNING)}, "mon 09:00-12:00 and mon 09:00-12:00 overlap"),
    ],
)
def test_hours_that_overlap_are_named(hours: dict[str, tuple[Hours, ...]], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        week_of(hours)


def test_hours_may_touch() -> None:
    week = week_of({"mon": (MORNING, Hours(12 * HOUR, 13 * HOUR)), "sun": (NIGHT,)})

    assert len(week.on(0)) == 3


def test_a_week_has_seven_days() -> None:
    with pytest.raises(ValueError, match="seven days"):
        Week(((MORNING,),) * (len(WEEKDAYS) - 1))
