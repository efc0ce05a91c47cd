"""Words about orders that nobody has asked for: what a marketplace may offer for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from connectors.base import Cursor, Receipt, Trace
from connectors.order_facts import Order


class Occasion(StrEnum):
    """Why a seller writes about an order before anybody asks."""

    UNPAID = "unpaid"
    ADDRESS = "address_doubtful"
    QUANTITY = "large_quantity"
    DELAYED = "delayed"
    DELIVERED = "delivered"


class Audience(StrEnum):
    BUYER = "buyer"
    WAREHOUSE = "warehouse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A way that is open now for words about an order and an occasion.

    ``channel`` is the marketplace's own name for it. ``most`` counts characters, or UTF-8 bytes.
    Where the words are not ``free``, the marketplace says its own.
    """

    channel: str
    audience: Audience
    most: int
    in_bytes: bool = False
    free: bool = True
    language: str = ""  # that the buyer wants, where the marketplace says so
    comes_back: bool = False  # the inbox shows what is said so, as a message by the seller

    def takes(self, text: str) -> bool:
        """Whether ``text`` is no longer than this way is wide."""
        length = len(text.encode("utf-8", "replace")) if self.in_bytes else len(text)
        return length <= self.most


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderNote:
    """Approved words about one order, on their way; see ``Reply``."""

    id: str
    order_id: str
    occasion: Occasion
    channel: str
    text: str
    attempted_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPage:
    """Orders that changed, and where the next page starts."""

    orders: Sequence[Order]
    cursor: Cursor
    more: bool = False


class OrderDesk(Protocol):
    """What a marketplace offers for words about orders that nobody asked for."""

    async def changed(self, cursor: Cursor | None) -> OrderPage:
        """The orders that changed after ``cursor`` (None: lately). The same cursor, the same."""

    async def look(self, order_id: str) -> Order | None:
        """One order with all that an occasion may follow from; None when it is not known."""

    async def route(self, order: Order, occasion: Occasion) -> Route | None:
        """How to write about it now; None where the marketplace has no way, or none yet."""

    async def tell(self, note: OrderNote) -> Receipt:
        """Let ``note`` leave, once. ``Unavailable.maybe_done`` when the answer was lost."""

    async def told(self, note: OrderNote, since: datetime) -> Trace:
        """Look whether ``note``, attempted at or after ``since``, has arrived; see ``trace``."""

    def lag(self, note: OrderNote) -> timedelta:
        """For how long after ``note`` was taken ``told`` may go by a list from before."""


def order_desk(connector: object) -> OrderDesk | None:
    """The order desk of a connector; None where it has none. It is no duty of a connector."""
    desk: OrderDesk | None = getattr(connector, "orders", None)
    return desk
