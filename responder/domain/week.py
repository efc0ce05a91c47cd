"""The hours of a week, as the clock on the wall shows them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)


class NoWorkingTime(ValueError):
    """The calendar never works, or not enough for what was asked."""


@dataclass(frozen=True, slots=True, order=True)
class Hours:
    """From ``opens`` until ``closes``, since midnight; what closes earlier closes the day after."""

    opens: timedelta
    closes: timedelta

    def __post_init__(self) -> None:
        if not timedelta(0) <= self.opens < _DAY:
            raise ValueError(f"{self}: a day opens from 00:00 to 23:59")
        if not timedelta(0) <= self.closes <= _DAY:
            raise ValueError(f"{self}: a day closes from 00:00 to 24:00")
        if self.opens == self.closes:
            raise ValueError(f"{self} has no length; a whole day is 00:00-24:00")

    @property
    def length(self) -> timedelta:
        return self.closes - self.opens + (_DAY if self.closes < self.opens else timedelta(0))

    def __str__(self) -> str:
        return f"{_wall(self.opens)}-{_wall(self.closes)}"


def _wall(since_midnight: timedelta) -> str:
    minutes = since_midnight // timedelta(minutes=1)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


@dataclass(frozen=True, slots=True)
class Week:
    """The hours of each weekday, Monday first. No two of them overlap, and one day has some."""

    days: tuple[tuple[Hours, ...], ...]

    def __post_init__(self) -> None:
        if len(self.days) != len(WEEKDAYS):
            raise ValueError(f"a week has seven days, not {len(self.days)}")
        opened = sorted(self._opened())
        if not opened:
            raise NoWorkingTime("the calendar has no working time: no day has hours")
        first_again = (opened[0][0] + _WEEK, *opened[0][1:])
        for (opens, day, hours), (following, other, others) in pairwise([*opened, first_again]):
            if opens + hours.length > following:
                raise ValueError(
                    f"{WEEKDAYS[day]} {hours} and {WEEKDAYS[other]} {others} overlap; "
                    "join them, or let one end where the other begins"
                )

    def _opened(self) -> Iterator[tuple[timedelta, int, Hours]]:
        for day, spans in enumerate(self.days):
            for hours in spans:
                yield day * _DAY + hours.opens, day, hours

    def on(self, weekday: int) -> tuple[tuple[timedelta, timedelta], ...]:
        """What is worked on a weekday (Monday is 0), in order; the rest of the night before too."""
        rest = [
            (timedelta(0), hours.closes)
            for hours in self.days[weekday - 1]
            if timedelta(0) < hours.closes < hours.opens
        ]
        own = [
            (hours.opens, hours.closes if hours.closes > hours.opens else _DAY)
            for hours in self.days[weekday]
        ]
        return tuple(sorted([*rest, *own]))


def week_of(hours: Mapping[str, tuple[Hours, ...]]) -> Week:
    """A week from hours by the name of the weekday; a day that is not named is free."""
    return Week(tuple(hours.get(day, ()) for day in WEEKDAYS))
