"""An order's facts, as drafts and people use them: by name, each with its source."""

from datetime import datetime

from connectors.order_facts import Order, OrderStatus
from responder.domain.model import Fact


def facts_of(order: Order) -> dict[str, Fact]:
    """What is known of ``order``; a name is missing where the marketplace does not say."""
    source = f"order {order.id}"
    known = {
        "order.id": order.id,
        "order.status": "" if order.status is OrderStatus.UNKNOWN else str(order.status),
        "order.items": ", ".join(item.title for item in order.items),
        "order.currency": order.currency,
        "order.total": order.total,
        "order.ordered_at": _day(order.ordered_at),
        "order.shipped_at": _day(order.shipped_at),
        "order.deliver_by": _day(order.deliver_by),
        "order.carrier": order.carrier,
        "order.tracking_number": order.tracking_number,
        "order.refund_status": order.refund_status,
        "order.refund_amount": order.refund_amount,
    }
    return {name: Fact(value=value, source=source) for name, value in known.items() if value}


def _day(at: datetime | None) -> str:
    return at.date().isoformat() if at else ""


def as_shown(order: Order) -> dict[str, object]:
    """The order as the API shows it; empty fields left out."""
    shown: dict[str, object] = {
        name.removeprefix("order."): fact.value for name, fact in facts_of(order).items()
    }
    shown["items"] = [
        {"title": item.title, "quantity": item.quantity, "sku": item.sku, "price": item.price}
        for item in order.items
    ]
    return shown
