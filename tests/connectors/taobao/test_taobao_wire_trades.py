"""Orders and memos, read. No I/O."""

from datetime import UTC, datetime

import pytest

from connectors.order_facts import OrderStatus
from connectors.taobao import trade
from connectors.top.values import Row, Value
from tests.connectors.taobao.samples import read, sample


def test_an_order_is_read() -> None:
    told = read(sample("trade_fullinfo_get.json"))

    order = trade.order(told)

    assert order is not None
    assert order.status is OrderStatus.SHIPPED
    assert order.ordered_at == datetime(2026, 11, 18, 1, 0, tzinfo=UTC)
    assert (order.carrier, order.tracking_number) == ("顺丰速运", "SF000000000001")
    assert (order.total, order.currency) == ("79.00", "CNY")
    assert order.refund_status == "WAIT_SELLER_AGREE"
    assert order.items[0].quantity == 1
    assert trade.refund_id(told) == "110000000000000001"


@pytest.mark.parametrize("first", ["CLOSED", "SUCCESS", "NO_REFUND", ""])
def test_the_refund_of_an_order_is_the_one_that_runs_with_its_own_id(first: str) -> None:
    lines: list[Value] = [
        {"oid": "1", "refund_id": "11", "refund_status": first},
        {"oid": "2", "refund_id": "12", "refund_status": "WAIT_SELLER_AGREE"},
    ]
    told: Row = {"trade": {"tid": "1", "orders": {"order": lines}}}

    order = trade.order(told)

    assert order is not None
    assert (order.refund_status, trade.refund_id(told)) == ("WAIT_SELLER_AGREE", "12")


def test_no_order_is_none() -> None:
    assert trade.order({}) is None


def test_an_empty_memo_is_reset() -> None:
    assert trade.update_memo("1", "", 0).params["reset"] == "true"
    assert trade.update_memo("1", "SF", 0).params["reset"] == ""
