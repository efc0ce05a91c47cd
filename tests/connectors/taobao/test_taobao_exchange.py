"""The threads of Tmall exchanges: other methods and roles, and errors inside good answers."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.base import (
    Author,
    Cursor,
    InboundMessage,
    Kind,
    Rejected,
    Reply,
    Span,
    Trace,
    Unavailable,
)
from connectors.feed import FeedEntry
from connectors.taobao import exchange, refund
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.inbox import from_refund
from connectors.taobao.mock import TaobaoMock
from connectors.taobao.refund import EXCHANGE
from connectors.top.errors import NotThere
from connectors.top.values import Row, Value
from responder.testing import FakeClock
from tests.connectors.inboxes import drain

ORDER = "2200777"  # the mock exchanges orders whose number ends so


def ask(mock: TaobaoMock, text: str = "想换大一号") -> str:
    mock.deliver([FeedEntry(buyer="小王", order_id=ORDER, text=text)], via="refund")
    [dispute] = mock.books.refunds
    return dispute


def reply(dispute: str, text: str = "可以换，请寄回") -> Reply:
    return Reply(id="r-1", thread=f"refund:{dispute}:{EXCHANGE}", text=text, reply_to={})


async def test_a_buyer_in_an_exchange_is_read_with_the_disputes_own_deadline(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock
) -> None:
    dispute = ask(mock)

    batch = await drain(connector)

    [message] = batch.messages
    assert (message.thread, message.author) == (f"refund:{dispute}:{EXCHANGE}", Author.BUYER)
    assert (message.text, message.buyer, message.order_ids) == ("想换大一号", "小王", (ORDER,))
    assert message.due_at is not None
    assert message.id == mock.books.delivered[0].id


async def test_an_answer_lands_in_the_exchange_and_is_read_back_as_the_sellers(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock
) -> None:
    dispute, since = ask(mock), clock.now()
    first = await drain(connector)

    receipt = await connector.send(reply(dispute))

    assert [one.id for one in mock.books.sent] == [receipt.id]
    assert await connector.trace(reply(dispute), since) is Trace.SENT
    other = replace(reply(dispute, "别的话"), id="r-2")
    assert await connector.trace(other, since) is Trace.ABSENT
    later = await drain(connector, first.cursor)
    assert [(one.id, one.author) for one in later.messages][-1] == (receipt.id, Author.SELLER)


async def test_a_census_finds_what_no_event_told_of(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock
) -> None:
    mock.faults.set({"tmc_dropped": 1})
    dispute = ask(mock)
    span = Span(since=clock.now() - timedelta(hours=1), until=clock.now() + timedelta(seconds=1))

    async def missing(ids: Sequence[str]) -> Collection[str]:
        return ids

    found: list[InboundMessage] = []
    cursor: Cursor | None = None
    for _ in range(6):
        page = await connector.census(span, cursor, missing)
        found += page.found.messages
        cursor = page.found.cursor
        if not page.found.more:
            break

    assert [one.thread for one in found] == [f"refund:{dispute}:{EXCHANGE}"]


async def test_an_error_inside_a_good_answer_is_a_failure_and_loses_nothing(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock
) -> None:
    dispute = ask(mock)
    mock.faults.set({"exchange_error_inside": 1})
    first = await connector.fetch(None)
    assert (first.messages, first.receipts) == ([], [])
    with pytest.raises(Rejected, match="dispute-status-error"):
        await connector.send(reply(dispute))
    mock.faults.set({})
    clock.advance(timedelta(seconds=10))

    cursor: Cursor | None = first.cursor
    assert [one.text for one in (await drain(connector, cursor)).messages] == ["想换大一号"]
    assert mock.books.sent == []


async def test_a_text_over_the_limit_never_leaves_for_an_exchange(
    mock: TaobaoMock, connector: TaobaoConnector
) -> None:
    with pytest.raises(Rejected, match="takes 400"):
        await connector.send(reply(ask(mock), "长" * 200))


@pytest.mark.parametrize(
    ("role", "author"),
    [
        ("1", refund.SELLER),
        ("2", refund.SELLER),
        ("3", refund.STAFF),
        ("4", refund.BUYER),
        ("5", refund.STAFF),
        ("6", refund.STAFF),
    ],
)
def test_the_roles_are_not_those_of_a_refund(role: str, author: str) -> None:
    item: Row = {"id": "1", "owner_role": role, "content": "a", "created": "2026-11-20 09:00:00"}
    found: Row = {"result": {"results": {"result": [item]}, "total_results": "1"}}

    page = exchange.thread_page(EXCHANGE, found)

    assert [one.role for one in page.messages] == [author]
    assert (page.total, page.named) == (1, 1)


def test_an_unknown_role_is_for_a_person_and_an_empty_thread_is_none() -> None:
    odd: list[Value] = [{"id": "1", "owner_role": "9", "created": "2026-11-20 09:00:00"}]

    page = exchange.thread_page(EXCHANGE, {"result": {"results": odd}})

    assert [one.reason for one in page.broken] == ["a refund message by an unknown role"]
    assert exchange.thread_page(EXCHANGE, {"result": {"total_results": "0"}}).messages == ()


@pytest.mark.parametrize(
    ("result", "failure", "maybe_done"),
    [
        ({"error_code": "isv.dispute-status-error"}, Rejected, None),
        ({"error_code": "isv.refund-not-exist"}, NotThere, None),
        ({"error_code": "isp.top-remote-connection-timeout"}, Unavailable, True),
        ({"error_code": "something"}, Unavailable, True),
        ({}, Unavailable, True),
    ],
)
def test_what_stands_inside_an_answer_is_one_of_the_four(
    result: Row, failure: type[Exception], maybe_done: bool | None
) -> None:
    with pytest.raises(failure) as raised:
        exchange.added(EXCHANGE, {"result": result})

    assert getattr(raised.value, "maybe_done", None) == maybe_done


def test_a_reason_never_quotes_what_stands_inside_an_answer() -> None:
    with pytest.raises(Rejected) as raised:
        exchange.added(EXCHANGE, {"result": {"error_code": "isv.张三 x"}})

    assert str(raised.value) == "TOP code 15 (isv.x)"


def test_what_was_posted_is_named_and_a_list_or_an_event_tells_an_exchange() -> None:
    told: Row = {"result": {"results": [{"id": "8", "created": "2026-11-20 09:00:00"}]}}

    assert exchange.added(EXCHANGE, told)[0] == "8"
    assert exchange.added(EXCHANGE, {"result": {"error_code": "0"}}) == ("", None)
    assert refund.phase_of({"dispute_type": "TMALL_EXCHANGE", "refund_phase": "onsale"}) == EXCHANGE
    assert refund.phase_of({"bill_type": "replace_bill"}) == EXCHANGE
    assert refund.phase_of({"bill_type": "refund_bill", "refund_phase": "onsale"}) == "onsale"


def test_a_notice_of_the_platform_in_an_exchange_starts_no_clock() -> None:
    item: Row = {"id": "1", "owner_role": "5", "content": "a", "created": "2026-11-20 09:00:00"}
    page = exchange.thread_page(EXCHANGE, {"result": {"results": [item]}})

    message = from_refund(page.messages[0], refund.refund({}), "t")

    assert (message.author, message.kind) == (Author.PLATFORM, Kind.NOTICE)
