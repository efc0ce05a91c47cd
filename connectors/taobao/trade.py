"""Orders ("trades"): their facts, and the memo and flag that colleagues see on them.

Source: protocols B3 "Trades" and B5.
"""

from datetime import datetime

from connectors.addresses import Address, doubts
from connectors.order_facts import Order, OrderItem, OrderStatus
from connectors.top.values import Row, moment, number, row, rows, stamp, text
from connectors.top.wire import Call

MEMO_BYTES = 1000
PAGE = 100
FLAGS = range(6)  # 0 grey, 1 red, 2 yellow, 3 green, 4 blue, 5 pink
FIELDS = (
    "tid,status,type,created,modified,pay_time,consign_time,end_time,payment,"
    "buyer_nick,buyer_open_uid,seller_memo,seller_flag,receiver_name,receiver_address,"
    "receiver_city,receiver_zip,orders"
)
STATUSES = {
    "TRADE_NO_CREATE_PAY": OrderStatus.UNPAID,
    "WAIT_BUYER_PAY": OrderStatus.UNPAID,
    "PAY_PENDING": OrderStatus.UNPAID,
    "WAIT_PRE_AUTH_CONFIRM": OrderStatus.UNPAID,
    "WAIT_SELLER_SEND_GOODS": OrderStatus.UNSHIPPED,
    "PAID_FORBID_CONSIGN": OrderStatus.UNSHIPPED,
    "SELLER_CONSIGNED_PART": OrderStatus.UNSHIPPED,  # something is still owed
    "WAIT_BUYER_CONFIRM_GOODS": OrderStatus.SHIPPED,
    "TRADE_BUYER_SIGNED": OrderStatus.DELIVERED,
    "TRADE_FINISHED": OrderStatus.DELIVERED,
    "TRADE_CLOSED": OrderStatus.CANCELLED,
    "TRADE_CLOSED_BY_TAOBAO": OrderStatus.CANCELLED,
}
CLOSED = frozenset({"CLOSED", "SUCCESS"})  # a refund that is over
NOT_REFUNDED = frozenset({"", "NO_REFUND"})


def read_trade(tid: str) -> Call:
    return Call(method="taobao.trade.fullinfo.get", params={"fields": FIELDS, "tid": tid})


def update_memo(tid: str, memo: str, flag: int) -> Call:
    """Set memo and flag; an empty memo empties it (TOP wants to be told so)."""
    return Call(
        method="taobao.trade.memo.update",
        params={
            "tid": tid,
            "memo": memo,
            "flag": str(flag),
            "reset": "" if memo else "true",
        },
        writes=True,
    )


def changed(start: datetime, end: datetime, page: int) -> Call:
    """Orders that changed in a span of at most a day, newest first."""
    return Call(
        method="taobao.trades.sold.increment.get",
        params={
            "fields": FIELDS,
            "start_modified": stamp(start),
            "end_modified": stamp(end),
            "page_no": str(page),
            "page_size": str(PAGE),
        },
    )


def orders(answer: Row) -> tuple[list[Order], int]:
    """A page of orders, oldest change first, and how many there are on all pages."""
    found = [_order(told) for told in reversed(rows(answer, "trades", "trade"))]
    return [one for one in found if one is not None], number(answer, "total_results")


def memo(answer: Row) -> tuple[str, int]:
    """What colleagues have written on the order in ``answer``, and its flag."""
    told = row(answer, "trade")
    return text(told, "seller_memo"), number(told, "seller_flag")


def order(answer: Row) -> Order | None:
    """The order in ``answer``; None when there is none in it."""
    return _order(row(answer, "trade"))


def _order(told: Row) -> Order | None:
    tid = text(told, "tid") or text(told, "tid_str")
    if not tid:
        return None
    lines = rows(told, "orders", "order")
    return Order(
        id=tid,
        status=STATUSES.get(text(told, "status"), OrderStatus.UNKNOWN),
        items=tuple(_item(line) for line in lines),
        currency="CNY",
        total=text(told, "payment"),
        ordered_at=moment(told, "created"),
        shipped_at=moment(told, "consign_time"),
        carrier=_first(lines, "logistics_company"),
        tracking_number=_first(lines, "invoice_no"),
        refund_status=_refund_status(lines),
        doubts=_doubts(told),
    )


def _doubts(told: Row) -> tuple[str, ...]:
    """Most of an address is masked; what is not must be there. None told: nothing is known."""
    street = text(told, "receiver_address")
    if not street:
        return ()
    return doubts(
        Address(
            name=text(told, "receiver_name"),
            street=street,
            city=text(told, "receiver_city"),
            postal_code=text(told, "receiver_zip"),
            country="",
        )
    )


def open_refunds(answer: Row) -> tuple[str, ...]:
    """The refunds of the order in ``answer`` that are not over, by its lines."""
    lines = rows(row(answer, "trade"), "orders", "order")
    over = NOT_REFUNDED | CLOSED
    ids = (text(line, "refund_id") for line in lines if text(line, "refund_status") not in over)
    return tuple(dict.fromkeys(one for one in ids if one))


def refund_id(answer: Row) -> str:
    """The refund that is told of the order in ``answer``; "" when none is."""
    return text(_refunded(rows(row(answer, "trade"), "orders", "order")), "refund_id")


def _item(line: Row) -> OrderItem:
    return OrderItem(
        title=text(line, "title"),
        quantity=number(line, "num"),
        sku=text(line, "sku_properties_name"),
        price=text(line, "price"),
    )


def _first(lines: list[Row], key: str) -> str:
    return next((text(line, key) for line in lines if text(line, key)), "")


def _refund_status(lines: list[Row]) -> str:
    return text(_refunded(lines), "refund_status")


def _refunded(lines: list[Row]) -> Row:
    """The line whose refund is told of: one that is not over, else the first; {} without any."""
    told = [line for line in lines if text(line, "refund_status") not in NOT_REFUNDED]
    is_open = (line for line in told if text(line, "refund_status") not in CLOSED)
    return next(is_open, told[0] if told else {})
