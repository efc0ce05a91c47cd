"""Random calendars and questions, the same for the same seed."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from responder.domain.calendar import WorkingHours
from responder.domain.week import Hours, Week
from tests.domain.slow_calendar import SlowCalendar

ZONES = (
    "America/New_York",
    "America/Sao_Paulo",  # none since 2019; before, midnight itself was skipped
    "America/St_Johns",  # half an hour off the hour
    "Africa/Casablanca",  # back for Ramadan, forward after it
    "Africa/Cairo",  # skips midnight
    "Asia/Kathmandu",  # three quarters of an hour
    "Asia/Shanghai",
    "Asia/Tehran",
    "Australia/Lord_Howe",  # half an hour of summer time
    "Europe/Berlin",
    "Europe/Dublin",
    "Pacific/Apia",  # left out 30 December 2011
)
# Times around which a clock does something odd somewhere.
ODD = (
    datetime(2011, 12, 30, tzinfo=UTC),
    datetime(2012, 2, 29, tzinfo=UTC),
    datetime(2018, 11, 4, tzinfo=UTC),
    datetime(2019, 2, 17, tzinfo=UTC),
    datetime(2024, 2, 29, tzinfo=UTC),
    datetime(2025, 12, 31, tzinfo=UTC),
    datetime(2026, 2, 15, tzinfo=UTC),
    datetime(2026, 3, 8, tzinfo=UTC),
    datetime(2026, 3, 29, tzinfo=UTC),
    datetime(2026, 4, 5, tzinfo=UTC),
    datetime(2026, 4, 24, tzinfo=UTC),
    datetime(2026, 10, 4, tzinfo=UTC),
    datetime(2026, 10, 25, tzinfo=UTC),
    datetime(2026, 11, 1, tzinfo=UTC),
)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def calendars(dice: Random) -> tuple[WorkingHours, SlowCalendar, datetime]:
    """A calendar, its slow twin, and the time around which questions are asked."""
    zone = ZoneInfo(dice.choice(ZONES))
    around = dice.choice(ODD) if dice.random() < 0.7 else _any_day(dice)
    days = _days(dice)
    holidays = {(around + dice.randrange(-6, 9) * DAY).date() for _ in range(dice.randrange(4))}
    closures = _closures(dice, around)
    extra = {
        (around + dice.randrange(-6, 9) * DAY).date(): dice.randrange(7)
        for _ in range(dice.randrange(3))
    }
    fast = WorkingHours(Week(days), zone, tuple(holidays), closures, tuple(extra.items()))
    return fast, SlowCalendar(days, zone, frozenset(holidays), closures, extra), around


def questions(
    dice: Random, around: datetime, most: timedelta, count: int
) -> Iterator[tuple[datetime, timedelta]]:
    """A moment and a duration up to ``most``, either way, often on the minute or the hour."""
    for _ in range(count):
        at = around + timedelta(minutes=dice.randrange(-3 * 1440, 3 * 1440))
        if dice.random() < 0.3:
            at = at.replace(minute=0)
        if dice.random() < 0.5:
            at += timedelta(microseconds=dice.randrange(60_000_000))
        duration = dice.randrange(-(most // MINUTE), most // MINUTE + 1) * MINUTE
        if dice.random() < 0.5:
            duration += timedelta(microseconds=dice.randrange(60_000_000))
        yield at, duration


def half_a_day(calendar: WorkingHours) -> timedelta:
    """What is worked in half a day, so that the slow calendar need not look far."""
    hours = (one.length for day in calendar.week.days for one in day)
    return sum(hours, timedelta(0)) / 14


def _any_day(dice: Random) -> datetime:
    first = date(1972, 1, 10)
    day = first + timedelta(days=dice.randrange(365 * 60))
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _days(dice: Random) -> tuple[tuple[Hours, ...], ...]:
    """A week with gaps between its spans, which go over midnight, and over the week's end."""
    edges = sorted(dice.sample(range(0, 7 * 1440, dice.choice((1, 15, 60))), 2 * _spans(dice)))
    shift = dice.randrange(2)  # the last span may lead into the next week's Monday
    days: list[list[Hours]] = [[] for _ in range(7)]
    turned = [*edges[shift:], *(edge + 7 * 1440 for edge in edges[:shift])]
    for begins, ends in zip(turned[::2], turned[1::2], strict=True):
        for since, until in _by_day(begins, ends):
            opens, closes = since % 1440, until % 1440 or 1440
            if opens != closes:
                days[since // 1440 % 7].append(Hours(opens * MINUTE, closes * MINUTE))
    return tuple(map(tuple, days)) if any(days) else ((Hours(0 * DAY, DAY),),) * 7


def _spans(dice: Random) -> int:
    return dice.choice((1, 3, 7, 7, 10, 14))


def _by_day(begins: int, ends: int) -> Iterator[tuple[int, int]]:
    """A span in parts shorter than a day, some of which go over midnight."""
    while ends - begins >= 1440:
        yield begins, begins + 1439
        begins += 1439
    yield begins, ends


def _closures(dice: Random, around: datetime) -> tuple[tuple[datetime, datetime], ...]:
    closures = []
    for _ in range(dice.randrange(3)):
        since = around + timedelta(minutes=dice.randrange(-2 * 1440, 3 * 1440))
        closures.append((since, since + timedelta(minutes=dice.randrange(1, 2000))))
    return tuple(closures)
