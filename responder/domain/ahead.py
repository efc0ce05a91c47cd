"""Looking ahead: when nobody is there, and what the marketplace wants of an account."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from responder.domain.calendar import ALWAYS, Calendar
from responder.domain.sla import Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What is known ahead of one account.

    ``shifts``: when its team works. ``warn_before``: how long before a shift ends
    somebody hears what falls due before the next. ``target``: the share of answers
    in time that its marketplace wants; None where it names none.
    """

    shifts: Calendar = ALWAYS
    warn_before: timedelta = timedelta(minutes=30)
    target: Share | None = None

    def gaps(self, now: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
        """When nobody works, from ``now`` on: each gap that begins before ``until``, whole."""
        at = now
        while (gap := self.shifts.next_gap(at)) is not None and gap[0] < until:
            yield gap
            at = gap[1]
