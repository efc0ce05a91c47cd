"""Words about an order that nobody asked for: when they are due, and where they stand. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

OLDEST = timedelta(days=30)  # after an order was placed: then it is over, as Amazon has it too
AGAIN = timedelta(days=1)  # between two looks for a way that is not open yet


class Occasion(StrEnum):
    """Why a seller writes first."""

    UNPAID = "unpaid"
    ADDRESS = "address_doubtful"
    QUANTITY = "large_quantity"
    DELAYED = "delayed"
    DELIVERED = "delivered"


class Standing(StrEnum):
    """Where such words stand. None of it touches the state or clock of a conversation."""

    PROPOSED = "proposed"
    APPROVED = "approved"  # waits to leave
    SENDING = "sending"  # written down before it leaves
    UNCERTAIN = "uncertain"  # nobody knows whether it arrived: a person decides
    SENT = "sent"
    REFUSED = "refused"  # the marketplace said no, or the rules did
    DROPPED = "dropped"  # a person said no, or the occasion has passed


SETTLED = frozenset({Standing.SENT, Standing.REFUSED, Standing.DROPPED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What a shop counts as an occasion. Only ``occasions`` are looked for."""

    occasions: Collection[Occasion] = ()
    unpaid_after: timedelta = timedelta(hours=12)
    large_quantity: int = 10  # pieces of one item
    delayed_after: timedelta = timedelta(0)  # after the promised day
    unshipped_after: timedelta = timedelta(hours=48)  # where no day was promised


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """What occasions follow from. ``status`` is the connector's word for it."""

    status: str
    ordered_at: datetime | None
    deliver_by: datetime | None
    quantity: int  # of the item of which there is most
    is_doubtful: bool  # where it goes to


def arisen(order: OrderFacts, now: datetime, habits: Habits) -> list[Occasion]:
    """The occasions that an order gives now."""
    at = _moments(order, habits)
    is_over = order.ordered_at is not None and now - order.ordered_at > OLDEST
    found = [] if is_over else [one for one, moment in at.items() if moment <= now]
    return [one for one in found if one in habits.occasions]


def next_look(order: OrderFacts, now: datetime, habits: Habits) -> datetime | None:
    """When an order that stays as it is gives its next occasion; None for never."""
    at = _moments(order, habits)
    ahead = [moment for one, moment in at.items() if moment > now and one in habits.occasions]
    found = min(ahead, default=None)
    begun = order.ordered_at
    return found if found and begun and found - begun <= OLDEST else None


def _moments(order: OrderFacts, habits: Habits) -> dict[Occasion, datetime]:
    """From when on each occasion is given, of those that fit how the order stands."""
    begun = order.ordered_at
    if begun is None:
        return {}
    match order.status:
        case "unpaid":
            return {Occasion.UNPAID: begun + habits.unpaid_after}
        case "unshipped":
            promised = order.deliver_by
            late = promised + habits.delayed_after if promised else begun + habits.unshipped_after
            return {
                **({Occasion.ADDRESS: begun} if order.is_doubtful else {}),
                **({Occasion.QUANTITY: begun} if order.quantity >= habits.large_quantity else {}),
                Occasion.DELAYED: late,
            }
        case "shipped" if order.deliver_by is not None:
            return {Occasion.DELAYED: order.deliver_by + habits.delayed_after}
        case "delivered":
            return {Occasion.DELIVERED: begun}
        case _:
            return {}
