"""What the mock answers about orders: their facts, their list, their memo and flag."""

from datetime import datetime, timedelta

from connectors.faults import Faults
from connectors.taobao.mock_books import Books
from connectors.taobao.mock_drift import drifting
from connectors.taobao.mock_orders import MockOrder, open_uid
from connectors.taobao.trade import MEMO_BYTES
from connectors.top.mock_answers import Answer, Listed, identifier
from connectors.top.mock_gateway import Asked, Refusal
from connectors.top.values import stamp

LONGEST_SPAN = timedelta(days=1)


def fullinfo(books: Books, _: Faults, asked: Asked) -> Answer:
    asked.required("fields")
    return {"trade": _facts(books, _order(books, asked))}


def increment(books: Books, faults: Faults, asked: Asked) -> Answer:
    """Newest first: read it from the last page to the first, or rows get lost."""
    start, end = asked.moment("start_modified"), asked.moment("end_modified")
    if end - start > LONGEST_SPAN:
        raise Refusal(41, "Invalid arguments", "isv.invalid-parameter:end_modified")
    page, size = asked.integer("page_no", 1, 10_000), asked.integer("page_size", 40, 100)
    found = [one for one in books.orders.values() if start <= _modified(one) <= end]
    found.sort(key=lambda one: (_modified(one), one.tid), reverse=True)
    shown = drifting(found, page, size, faults)
    items: list[Answer] = [_facts(books, one) for one in shown.rows]
    return {"trades": Listed("trade", items), "total_results": shown.total}


def _modified(order: MockOrder) -> datetime:
    return order.modified or order.shipped_at or order.created


def memo_add(books: Books, _: Faults, asked: Asked) -> Answer:
    order = _order(books, asked)
    if order.memo_written:
        raise Refusal(566, "Trade memo already exists", "isv.trade-memo-exist")
    _write_memo(books, asked, order, asked.required("memo"))
    told: Answer = {"tid": identifier(order.tid), "created": stamp(asked.now)}
    return {"trade": told}


def memo_update(books: Books, faults: Faults, asked: Asked) -> Answer:
    order = _order(books, asked)
    if faults.strikes("memo_exists"):
        raise Refusal(566, "Trade memo already exists", "isv.trade-memo-exist")
    if faults.strikes("memo_too_long"):
        raise Refusal(565, "Trade memo too long", "isv.trade-memo-too-long")
    memo = "" if asked.params.get("reset") == "true" else asked.params.get("memo", order.memo)
    _write_memo(books, asked, order, memo)
    told: Answer = {"tid": identifier(order.tid), "modified": stamp(asked.now)}
    return {"trade": told}


def _write_memo(books: Books, asked: Asked, order: MockOrder, memo: str) -> None:
    flag = asked.params.get("flag", str(order.flag))
    if flag not in {"0", "1", "2", "3", "4", "5"}:
        raise Refusal(41, "Invalid arguments", "isv.invalid-parameter:flag")
    if len(memo.encode()) > MEMO_BYTES:
        raise Refusal(565, "Trade memo too long", "isv.trade-memo-too-long")
    books.write_memo(order.tid, memo, int(flag))


def _order(books: Books, asked: Asked) -> MockOrder:
    order = books.orders.get(asked.required("tid"))
    if order is None:
        raise Refusal(15, "Remote service error", "isv.trade-not-exist", "交易不存在")
    return order


def _facts(books: Books, order: MockOrder) -> Answer:
    refund = next((one for one in books.refunds.values() if one.order is order), None)
    shipped, paid = order.shipped_at, order.status != "WAIT_BUYER_PAY"
    line: Answer = {
        "oid": identifier(order.tid),
        "title": order.title,
        "num": order.number,
        "price": f"{order.price}.00",
        "sku_properties_name": order.sku,
        "status": order.status,
        "refund_status": order.refund_status if refund else "NO_REFUND",
        "refund_id": identifier(refund.id) if refund else None,
        "logistics_company": order.carrier or None,
        "invoice_no": order.tracking or None,
    }
    return {
        "tid": identifier(order.tid),
        "tid_str": order.tid,
        "status": order.status,
        "type": "fixed",
        "payment": order.payment,
        "created": stamp(order.created),
        "modified": stamp(_modified(order)),
        "pay_time": stamp(order.created + timedelta(minutes=3)) if paid else None,
        "receiver_name": f"{order.buyer[:1]}**",
        "receiver_address": order.street or "文三路**号",
        "receiver_city": "杭州市",
        "receiver_zip": "310000",
        "consign_time": stamp(shipped) if shipped else None,
        "buyer_nick": order.buyer,
        "buyer_open_uid": open_uid(order.buyer, books.seed),
        "seller_memo": order.memo or None,
        "seller_flag": order.flag,
        "orders": Listed("order", [line]),
    }
