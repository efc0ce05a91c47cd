"""When an account that keeps failing is left alone, and how it is tried again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

OPENS_AT = 3  # failures in a row
AT_ONCE = 8  # requests of one account


class Gate(StrEnum):
    """Whether an account may be asked."""

    CLOSED = "closed"  # all is well: everybody may
    OPEN = "open"  # it is left alone, or one probe is under way: nobody may
    HALF_OPEN = "half_open"  # the wait is over: one may, as a probe


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """How often in a row one account failed, and until when it is left alone.

    Only what was asked while the gate let it through counts: a hundred requests
    that were under way when it opened do not make the wait longer.
    """

    failures: int = 0
    until: datetime | None = None  # None: closed
    probe_until: datetime | None = None  # a probe is under way, and counts as lost afterwards

    def gate(self, now: datetime) -> Gate:
        if self.until is None:
            return Gate.CLOSED
        return Gate.OPEN if now < self.opens_again(now) else Gate.HALF_OPEN

    def opens_again(self, now: datetime) -> datetime:
        """From when on somebody may ask; ``now`` where that is already so."""
        return max(filter(None, (now, self.until, self.probe_until)))

    @property
    def is_failing(self) -> bool:
        """Whether it is left alone because it failed, and not because it asked for a pause."""
        return self.until is not None and self.failures >= OPENS_AT

    def failed(
        self, now: datetime, wait: Callable[[int], timedelta], *, hopeless: bool = False
    ) -> "Breaker":
        """After a failure; ``wait(n)`` is the n-th wait. One that is ``hopeless`` opens at once."""
        if self.until is not None and now < self.until:
            return self
        failures = max(self.failures + 1, OPENS_AT if hopeless else 0)
        if failures < OPENS_AT and self.until is None:
            return Breaker(failures=failures)
        failures = max(failures, OPENS_AT)
        return Breaker(failures=failures, until=now + wait(failures - OPENS_AT + 1))

    def worked(self, now: datetime) -> "Breaker":
        """After an answer. A pause that was asked for meanwhile lasts all the same."""
        pausing = self.until is not None and now < self.until and not self.is_failing
        return replace(self, failures=0) if pausing else Breaker()

    def paused(self, until: datetime) -> "Breaker":
        """After the account asked to be left alone until then. That is no failure."""
        return replace(self, until=max(filter(None, (until, self.until))), probe_until=None)

    def probed(self, until: datetime) -> "Breaker":
        """One is asking, to see whether it works again; the others wait for its answer."""
        return replace(self, probe_until=until)


def may_start(in_flight: int, free: int) -> bool:
    """Whether an account with ``in_flight`` places of a crew may take one of ``free`` more.

    Nobody may hold more places than are left, so that somebody new always finds a
    free one; and never more than ``AT_ONCE``: whatever dies with the process must be
    looked up at the marketplace afterwards, one by one.
    """
    return in_flight < min(free, AT_ONCE)
