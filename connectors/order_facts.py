"""What a marketplace says of an order, as drafts and pages want it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderItem:
    title: str
    quantity: int
    sku: str = ""
    price: str = ""  # decimal as text, in the order's currency; "" when unknown


class OrderStatus(StrEnum):
    UNPAID = "unpaid"
    UNSHIPPED = "unshipped"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The facts of one order. A field is empty where the marketplace does not say."""

    id: str
    status: OrderStatus
    items: tuple[OrderItem, ...] = ()
    currency: str = ""  # ISO 4217
    total: str = ""  # decimal as text
    ordered_at: datetime | None = None
    shipped_at: datetime | None = None
    deliver_by: datetime | None = None
    carrier: str = ""
    tracking_number: str = ""
    refund_status: str = ""  # the marketplace's own word
    refund_amount: str = ""
    doubts: tuple[str, ...] = ()  # about where it goes; the address itself stays where it is
