"""The Fulfillment API v1: the facts of an order, and whose order it is.

Source: eBay's public reference of ``getOrder`` and ``getOrders``.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode

from connectors.ebay.wire.values import Row, moment, number, row, rows, stamp, text
from connectors.order_facts import Order, OrderItem, OrderStatus

ROOT: Final = "/sell/fulfillment/v1/order"
PAGE: Final = 200
_UNPAID: Final = frozenset({"PENDING", "FAILED"})


@dataclass(frozen=True, slots=True)
class Purchase:
    """Whose order, and of which listings."""

    order_id: str
    buyer: str
    items: frozenset[str]
    created: datetime | None


def one(order_id: str) -> str:
    return f"{ROOT}/{quote(order_id, safe='')}"


def shipments(order_id: str) -> str:
    return f"{one(order_id)}/shipping_fulfillment"


def recent(since: datetime, offset: int, limit: int = PAGE) -> str:
    """A page of the orders placed from ``since`` on; eBay tells those of 90 days."""
    asked = {
        "filter": f"creationdate:[{stamp(since)}..]",
        "limit": str(limit),
        "offset": str(offset),
    }
    return f"{ROOT}?{urlencode(asked, safe=':[].')}"


def purchases(answer: Row) -> tuple[list[Purchase], int]:
    """Orders of a page with their buyers, and how many there are in all."""
    found = [
        Purchase(
            order_id=text(item, "orderId"),
            buyer=text(row(item, "buyer"), "username").casefold(),
            items=frozenset(text(line, "legacyItemId") for line in rows(item, "lineItems")) - {""},
            created=moment(item, "creationDate"),
        )
        for item in rows(answer, "orders")
    ]
    return [one for one in found if one.order_id and one.buyer], number(answer, "total")


def order(answer: Row, shipped: Row) -> Order | None:
    """The order in ``answer`` with its shipments; None when there is none in it."""
    name = text(answer, "orderId")
    if not name:
        return None
    total = row(row(answer, "pricingSummary"), "total")
    parcels = rows(shipped, "fulfillments")
    refunds = rows(row(answer, "paymentSummary"), "refunds")
    return Order(
        id=name,
        status=_status(answer),
        items=tuple(_item(line) for line in rows(answer, "lineItems")),
        currency=text(total, "currency"),
        total=text(total, "value"),
        ordered_at=moment(answer, "creationDate"),
        shipped_at=moment(parcels[0], "shippedDate") if parcels else None,
        deliver_by=_deliver_by(answer),
        carrier=_first(parcels, "shippingCarrierCode"),
        tracking_number=_first(parcels, "shipmentTrackingNumber"),
        refund_status=_first(refunds, "refundStatus"),
        refund_amount=text(row(refunds[0], "amount"), "value") if refunds else "",
    )


def _status(answer: Row) -> OrderStatus:
    if text(row(answer, "cancelStatus"), "cancelState") == "CANCELED":
        return OrderStatus.CANCELLED
    if text(answer, "orderPaymentStatus") in _UNPAID:
        return OrderStatus.UNPAID
    match text(answer, "orderFulfillmentStatus"):
        case "NOT_STARTED" | "IN_PROGRESS":  # in progress: something is still owed
            return OrderStatus.UNSHIPPED
        case "FULFILLED":
            return OrderStatus.SHIPPED
        case _:
            return OrderStatus.UNKNOWN


def _item(line: Row) -> OrderItem:
    return OrderItem(
        title=text(line, "title"),
        quantity=number(line, "quantity"),
        sku=text(line, "sku"),
        price=text(row(line, "lineItemCost"), "value"),
    )


def _deliver_by(answer: Row) -> datetime | None:
    told = (
        moment(row(line, "lineItemFulfillmentInstructions"), "maxEstimatedDeliveryDate")
        for line in rows(answer, "lineItems")
    )
    return max((at for at in told if at is not None), default=None)


def _first(items: list[Row], key: str) -> str:
    return next((text(item, key) for item in items if text(item, key)), "")
