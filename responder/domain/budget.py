"""How many late replies an account's record still bears."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from responder.domain.sla import Share

WINDOWS = (7, 30, 90)  # days; Amazon's Contact Response Time (Seller Central, help page 200549770)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Buyer messages of one day: answered in time, late, or left out (no answer was needed).

    What is overdue and not answered yet counts as late.
    """

    in_time: int = 0
    late: int = 0
    left_out: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            in_time=self.in_time + other.in_time,
            late=self.late + other.late,
            left_out=self.left_out + other.left_out,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """A window of days against a marketplace's target.

    ``bears``: late replies that may still come before the share in time falls below
    ``target``. ``owes``: answers in time that it takes to reach it again; None where none
    can. Both are None without a target.
    """

    days: int
    tally: Tally
    target: Share | None

    @property
    def count(self) -> int:
        return self.tally.in_time + self.tally.late

    @property
    def late_share(self) -> float | None:
        """None where nothing was counted."""
        return self.tally.late / self.count if self.count else None

    @property
    def bears(self) -> int | None:
        if self.target is None:
            return None
        # Whole numbers: a share that is met exactly is met.
        return max(self.tally.in_time * 100 // self.target.percent - self.count, 0)

    @property
    def owes(self) -> int | None:
        if self.target is None:
            return None
        may_be_late = 100 - self.target.percent
        missing = self.target.percent * self.count - 100 * self.tally.in_time
        return max(-(-missing // may_be_late), 0)


def budgets(
    tallies: Mapping[date, Tally], now: datetime, target: Share | None
) -> tuple[Budget, ...]:
    """The windows that end today (UTC), shortest first; today is one of their days."""
    today = now.date()
    return tuple(
        Budget(
            days=days,
            tally=sum(
                (one for day, one in tallies.items() if today - timedelta(days=days) < day),
                Tally(),
            ),
            target=target,
        )
        for days in WINDOWS
    )
