"""An app's calls of a day, which TOP counts from midnight to midnight in GMT+8. Pure.

What is not urgent is spread over the day, so that an inbox is still read in the evening; what is
urgent (answers, and looking whether they arrived) may use all that is left.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from connectors.top.values import GMT8

A_DAY = timedelta(days=1)
AHEAD = timedelta(hours=2)  # so much of a day may be used before its time
A_MOMENT = timedelta(seconds=1)  # times of TOP are whole seconds
RESERVE = 10  # percent of a day that are kept for what is urgent
ONE_LOOK = 12  # calls, after a wait: an inbox that is looked into takes several


@dataclass(frozen=True, slots=True)
class Day:
    """A day of TOP, and how many calls it has."""

    calls: int
    now: datetime

    @property
    def date(self) -> date:
        return self.now.astimezone(GMT8).date()

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.date, time(), GMT8)

    @property
    def reserve(self) -> int:
        return max(self.calls * RESERVE // 100, 1)

    def most(self, *, urgent: bool) -> int:
        """How many calls may have been made by now."""
        if urgent:
            return self.calls
        passed = min(self.now - self.begins + AHEAD, A_DAY)
        return (
            (self.calls - self.reserve) * int(passed.total_seconds()) // int(A_DAY.total_seconds())
        )

    def until_more(self, used: int, *, urgent: bool) -> timedelta:
        """How long to wait when ``used`` are too many: for enough of them, or for the next day."""
        tomorrow = self.begins + A_DAY - self.now
        usable = self.calls - self.reserve
        if urgent or used + ONE_LOOK > usable:
            return tomorrow
        needed = A_DAY * ((used + ONE_LOOK) / usable) - AHEAD + A_MOMENT
        return min(max(self.begins + needed - self.now, A_MOMENT), tomorrow)
