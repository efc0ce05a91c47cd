"""Refunds and their threads, read. No I/O."""

from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.order_facts import OrderStatus
from connectors.taobao import exchange, refund, trade
from connectors.top import values
from connectors.top.values import Row
from tests.connectors.taobao.samples import read, sample


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [("id", "", "id"), ("created", "soon", "time"), ("owner_role", "9", "role")],
)
def test_a_refund_message_that_cannot_be_read_is_named(field: str, value: str, reason: str) -> None:
    row: Row = {"id": "1", "created": "2026-11-22 10:00:00", "owner_role": "1", field: value}

    page = refund.thread_page({"refund_messages": {"refund_message": row}})

    [broken] = page.broken
    assert page.messages == ()
    assert reason in broken.reason
    assert broken.id


def test_a_refund_tells_its_deadline() -> None:
    told = refund.refund(read(sample("refund_get.json")))

    assert told.deadline == datetime(2026, 11, 27, 2, 55, 57, tzinfo=UTC)
    assert (told.order_id, told.phase, told.fee) == ("2201100000000000001", "aftersale", "79.00")


def test_a_refund_without_a_deadline_has_none() -> None:
    told = refund.refund({"refund": {"refund_remind_timeout": {"exist_timeout": "false"}}})

    assert told.deadline is None


def test_the_thread_of_an_exchange_is_read_with_its_own_roles() -> None:
    page = exchange.thread_page(refund.EXCHANGE, read(sample("exchange_messages_get.json")))

    assert [(one.id, one.role) for one in page.messages] == [
        ("7104300007405429300", refund.BUYER),
        ("7104300007405429301", refund.SELLER),
        ("7104300007405429302", refund.STAFF),
    ]
    assert (page.messages[0].nick, page.total, page.broken) == ("小王", 3, ())


def test_changed_refunds_are_named_with_their_phase() -> None:
    named, total = refund.changed_refunds(
        {"refunds": [{"refund_id": "1", "refund_phase": "onsale"}, {}], "total_results": "7"}
    )

    assert (named, total) == ([("1", "onsale")], 7)


def test_a_status_that_nobody_knows_is_unknown_and_no_refund_is_none() -> None:
    order = trade.order(
        {"trade": {"tid": "1", "status": "NEW", "orders": [{"refund_status": "NO_REFUND"}]}}
    )

    assert order is not None
    assert order.status is OrderStatus.UNKNOWN
    assert order.refund_status == ""


def test_changed_refunds_come_by_their_deadline_then_by_how_long_they_are_unchanged() -> None:
    def row(name: str, timeout: str = "") -> dict[str, Any]:
        remind = {"exist_timeout": "true", "timeout": timeout} if timeout else {}
        return {"refund_id": name, "refund_phase": "onsale", "refund_remind_timeout": remind}

    newest_first = [
        row("newest"),
        row("late", "2026-11-23 00:00:00"),
        {"refund_phase": "onsale"},
        row("soon", "2026-11-21 00:00:00"),
        row("oldest"),
    ]
    told = values.plain({"refunds": {"refund": newest_first}})

    assert isinstance(told, dict)
    named = [name for name, _ in refund.by_deadline(told)]
    assert named == ["soon", "late", "oldest", "newest"]
