"""``[proactive]``: which orders make drafts that nobody asked for. Without the table none do."""

from datetime import timedelta

from pydantic import Field

from responder.domain.outreach import Habits, Occasion
from responder.settings.accounts import Table
from responder.settings.values import Duration


class ProactiveTable(Table):
    """What counts as an occasion. Every draft waits for a person's approval."""

    occasions: tuple[Occasion, ...] = Field(min_length=1)
    unpaid_after: Duration = timedelta(hours=12)
    large_quantity: int = Field(default=10, ge=2)  # pieces of one item
    delayed_after: Duration = timedelta(0)  # after the promised day
    unshipped_after: Duration = timedelta(hours=48)  # where no day was promised
    look_every: Duration = Field(default=timedelta(minutes=10), ge=timedelta(minutes=4))

    @property
    def habits(self) -> Habits:
        return Habits(
            occasions=frozenset(self.occasions),
            unpaid_after=self.unpaid_after,
            large_quantity=self.large_quantity,
            delayed_after=self.delayed_after,
            unshipped_after=self.unshipped_after,
        )
