"""How often a marketplace may be asked: token buckets, for whoever asks and for whoever answers.

A bucket is one moment: until when what was asked for so far takes to fill up again. It is full
before that moment, and each request pushes it on by one interval.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

NO_WAIT = timedelta(0)


@dataclass(frozen=True, slots=True)
class Rate:
    """``per_second`` tokens a second fill a bucket that holds ``burst``."""

    per_second: float
    burst: int

    def __post_init__(self) -> None:
        if not (self.per_second > 0 and self.burst >= 1):
            msg = f"a rate has tokens to give, not {self.per_second}/s of {self.burst}"
            raise ValueError(msg)

    @property
    def interval(self) -> timedelta:
        """How long one token takes to come back."""
        return timedelta(seconds=1 / self.per_second)

    @property
    def whole(self) -> timedelta:
        """How long an empty bucket takes to be full."""
        return self.interval * self.burst


def spared(rate: Rate) -> Rate:
    """``rate`` with one token of the burst left: the other side counts when a request arrives, we
    when it leaves.
    """
    return Rate(rate.per_second, max(rate.burst - 1, 1))


def patient(rate: Rate) -> Rate:
    """``rate`` for what can wait: it takes from the same bucket while that is half full."""
    return Rate(rate.per_second, max(rate.burst // 2, 1))


def take(full_at: datetime | None, rate: Rate, now: datetime) -> tuple[datetime, timedelta]:
    """When the bucket is full again after one more request, and 0: or, unchanged, how long to wait.

    ``full_at`` is what the last request left behind; None: nobody has asked yet.
    """
    full_at = min(max(full_at or now, now), now + rate.whole)  # a clock may have been ahead
    wait = full_at - (now + rate.whole - rate.interval)
    if wait > NO_WAIT:
        return full_at, wait
    return full_at + rate.interval, NO_WAIT


class Budget(Protocol):
    """What one seller account may ask for. Everybody who asks for the account shares it."""

    async def take(self, operation: str, rate: Rate) -> timedelta:
        """Take one token for ``operation``, or, where there is none, say how long to wait."""

    async def drain(self, operation: str, rate: Rate) -> None:
        """The marketplace says that nothing is left: believe it."""


class OwnBudget:
    """The budget of an account that only this process asks for."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._full_at: dict[str, datetime] = {}

    async def take(self, operation: str, rate: Rate) -> timedelta:
        full_at, wait = take(self._full_at.get(operation), rate, self._now())
        if wait == NO_WAIT:  # else nothing was taken, and others may hold more than this burst
            self._full_at[operation] = full_at
        return wait

    async def drain(self, operation: str, rate: Rate) -> None:
        empty = self._now() + rate.whole
        self._full_at[operation] = max(self._full_at.get(operation, empty), empty)
