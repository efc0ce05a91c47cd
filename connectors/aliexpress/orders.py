"""An order's facts by ``aliexpress.solution.order.info.get``.

The method and the names of its fields are from memory; times are told in Pacific time.
"""

import json
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from connectors.order_facts import Order, OrderItem, OrderStatus
from connectors.top.values import Row, number, row, rows, text
from connectors.top.wire import Call

METHOD: Final = "aliexpress.solution.order.info.get"
ZONE: Final = ZoneInfo("America/Los_Angeles")
STATUSES: Final = {
    "PLACE_ORDER_SUCCESS": OrderStatus.UNPAID,
    "RISK_CONTROL": OrderStatus.UNPAID,
    "WAIT_SELLER_EXAMINE_MONEY": OrderStatus.UNPAID,
    "WAIT_SELLER_SEND_GOODS": OrderStatus.UNSHIPPED,
    "SELLER_PART_SEND_GOODS": OrderStatus.UNSHIPPED,  # something is still owed
    "IN_CANCEL": OrderStatus.UNSHIPPED,  # the buyer has asked for it
    "WAIT_BUYER_ACCEPT_GOODS": OrderStatus.SHIPPED,
    "FUND_PROCESSING": OrderStatus.DELIVERED,
    "FINISH": OrderStatus.DELIVERED,
}


def read_order(order_id: str) -> Call:
    return Call(method=METHOD, params={"param1": json.dumps({"order_id": order_id})})


def order(result: Row) -> Order | None:
    """The order in ``result``; None when there is none in it."""
    told = row(result, "data")
    name = text(told, "id") or text(told, "order_id")
    if not name:
        return None
    lines = rows(row(told, "child_order_list") or told, "global_aeop_tp_child_order_dto", "")
    parcels = rows(row(told, "logistic_info_list") or told, "global_aeop_tp_logistics_info_dto", "")
    amount = row(told, "order_amount")
    return Order(
        id=name,
        status=STATUSES.get(text(told, "order_status"), OrderStatus.UNKNOWN),
        items=tuple(_item(line) for line in lines),
        currency=text(amount, "currency_code"),
        total=text(amount, "amount"),
        ordered_at=_moment(told, "gmt_create"),
        shipped_at=_moment(parcels[0], "gmt_send") if parcels else None,
        carrier=text(parcels[0], "logistics_service") if parcels else "",
        tracking_number=text(parcels[0], "logistics_no") if parcels else "",
    )


def stamp(when: datetime) -> str:
    """A time as AliExpress writes it in an order."""
    return when.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S")


def _item(line: Row) -> OrderItem:
    return OrderItem(
        title=text(line, "product_name"),
        quantity=number(line, "product_count"),
        sku=text(line, "sku_code"),
        price=text(row(line, "product_price"), "amount"),
    )


def _moment(value: Row, key: str) -> datetime | None:
    try:
        told = datetime.fromisoformat(text(value, key).strip())
        return (told if told.tzinfo else told.replace(tzinfo=ZONE)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
