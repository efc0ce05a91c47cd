"""eBay's answers as values, from the samples and from whatever else may come."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import (
    Author,
    ConnectorError,
    RateLimited,
    Rejected,
    Reply,
    Span,
    Unauthorized,
    Unavailable,
)
from connectors.ebay.config import EbayConfig
from connectors.ebay.wire import answers, messages, orders, tokens
from connectors.ebay.wire.values import Row, document
from connectors.http import Response
from connectors.order_facts import OrderStatus

SAMPLES = Path(__file__).parents[3] / "connectors" / "ebay" / "samples"
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
CONFIG = EbayConfig(
    username="mock_shop", client_id="id", client_secret="secret", refresh_token="refresh"
)
LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
KEYS = st.sampled_from([
    "conversations", "conversationId", "latestMessage", "messages", "messageId", "createdDate",
    "senderUsername", "messageMedia", "total", "orders", "orderId", "buyer", "lineItems", "errors",
])  # fmt: skip
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=14,
)


def sample(name: str) -> Row:
    told = document((SAMPLES / name).read_bytes())
    assert told is not None
    return told


def reply(text: str) -> Reply:
    return Reply(id="reply-1", thread="3000000002", text=text, reply_to={})


def test_a_page_of_the_list_names_each_conversation_and_what_is_broken() -> None:
    page = messages.heads(sample("conversations.json"), NOW)

    assert [(head.thread, head.latest, dict(head.facts)) for head in page.heads] == [
        ("3000000002", "90000000007", {"item": "264000000001"}),
        ("3000000001", "", {}),
    ]
    assert len(page.set_aside) == 2
    assert page.total == 4


def test_a_conversation_tells_who_wrote_what_and_sets_the_rest_aside() -> None:
    talk = messages.talk(sample("conversation.json"), "3000000002", "mock_shop", NOW)
    question, answer = (messages.inbound(one, "3000000002", ()) for one in talk.messages)

    assert (question.author, question.text) == (Author.BUYER, "Danke! 😀")
    assert (question.buyer, question.subject) == ("anna_k", "Frage zu Artikel")
    assert question.sent_at == datetime(2026, 11, 20, 8, 40, 0, 250_000, UTC)
    assert [(one.name, one.content_type) for one in question.attachments] == [
        ("riss.jpg", "image/jpeg")
    ]
    assert (answer.author, answer.id, answer.buyer) == (Author.SELLER, "90000000006", "anna_k")
    assert [item.id for item in talk.broken][:2] == ["90000000005", "90000000004"]
    assert talk.named == len(talk.messages) + len(talk.broken) == 5


def test_what_is_broken_keeps_its_id() -> None:
    first, second = (
        messages.talk(sample("conversation.json"), "3000000002", "mock_shop", NOW + step)
        for step in (timedelta(0), timedelta(hours=1))
    )

    assert [item.id for item in first.broken] == [item.id for item in second.broken]


def test_an_order_has_its_facts_and_its_parcel() -> None:
    order = orders.order(sample("order.json"), sample("shipping_fulfillment.json"))

    assert order is not None
    assert (order.id, order.status, order.total) == ("12-00001-34567", OrderStatus.SHIPPED, "63.00")
    assert (order.carrier, order.tracking_number) == ("DHL", "0034123456789")
    assert (order.refund_status, order.refund_amount) == ("REFUNDED", "10.00")
    assert order.deliver_by == datetime(2026, 11, 24, 7, tzinfo=UTC)
    assert [(item.quantity, item.sku) for item in order.items] == [(2, "SKU-1")]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"cancelStatus": {"cancelState": "CANCELED"}}, OrderStatus.CANCELLED),
        ({"orderPaymentStatus": "PENDING"}, OrderStatus.UNPAID),
        ({"orderFulfillmentStatus": "IN_PROGRESS"}, OrderStatus.UNSHIPPED),
        ({"orderFulfillmentStatus": "?"}, OrderStatus.UNKNOWN),
    ],
)
def test_an_order_s_state_is_read(change: dict[str, Any], status: OrderStatus) -> None:
    order = orders.order({**sample("order.json"), **change}, {})

    assert order is not None
    assert order.status is status


def test_an_order_belongs_to_its_buyer_however_the_name_is_written() -> None:
    [found], _ = orders.purchases({"orders": [sample("order.json")], "total": "1"})

    assert (found.buyer, found.items) == ("anna_k", frozenset({"264000000001"}))


def test_a_list_is_asked_for_by_time_in_whole_pages() -> None:
    path = messages.conversations(Span(since=NOW - timedelta(days=1), until=NOW), 3)

    assert parse_qs(urlsplit(path).query) == {
        "conversation_type": ["FROM_MEMBERS"],
        "start_time": ["2026-11-19T09:00:00.000Z"],
        "end_time": ["2026-11-20T09:00:00.000Z"],
        "limit": ["50"],
        "offset": ["100"],
    }


def test_an_id_cannot_lead_elsewhere() -> None:
    assert messages.conversation("../order/1?x=", 1).startswith(
        "/commerce/message/v1/conversation/..%2Forder%2F1%3Fx%3D?"
    )
    assert orders.one("a/b") == "/sell/fulfillment/v1/order/a%2Fb"


def test_a_reply_is_sent_whole_or_not_at_all() -> None:
    assert json.loads(messages.delivery(reply("Grüße 😀"))) == {
        "conversationId": "3000000002",
        "messageText": "Grüße 😀",
    }
    assert messages.delivery(reply("a" * 2000))
    for text in ("a" * 2001, " \n"):
        with pytest.raises(Rejected):
            messages.delivery(reply(text))


def test_a_sent_message_has_an_id_and_a_time() -> None:
    assert messages.sent(sample("send_message.json")) == (
        "90000000008",
        datetime(2026, 11, 20, 8, 45, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Rejected), (401, Unauthorized), (403, Unauthorized), (404, answers.NotThere),
        (409, Rejected), (429, RateLimited), (500, Unavailable), (503, Unavailable),
    ],
)  # fmt: skip
def test_each_refusal_is_one_of_the_four(status: int, kind: type[ConnectorError]) -> None:
    body = (SAMPLES / "error_token.json").read_bytes()

    with pytest.raises(kind) as caught:
        answers.read(Response(status, {}, body), writes=True)

    assert "Invalid access token" not in str(caught.value), "no word of eBay's is repeated"
    assert getattr(caught.value, "maybe_done", status >= 500) is (status >= 500)


def test_an_answer_that_cannot_be_read_may_hide_that_it_was_done() -> None:
    for writes in (True, False):
        with pytest.raises(Unavailable) as caught:
            answers.read(Response(200, {}, b"<html>"), writes=writes)
        assert caught.value.maybe_done is writes


def test_a_token_is_asked_for_as_oauth_says() -> None:
    assert tokens.login(CONFIG) == "Basic aWQ6c2VjcmV0"
    assert parse_qs(tokens.request_body(CONFIG).decode())["grant_type"] == ["refresh_token"]


def test_a_token_is_renewed_a_minute_before_its_end() -> None:
    token = tokens.token(Response(200, {}, (SAMPLES / "token.json").read_bytes()), NOW)

    assert token.is_usable(NOW + timedelta(seconds=7139))
    assert not token.is_usable(NOW + timedelta(seconds=7140))
    assert token.value not in repr(token)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, b'{"error":"invalid_grant"}', Unauthorized),
        (401, b'{"error":"invalid_client"}', Unauthorized),
        (401, b"", Unauthorized),
        (503, b'{"error":"temporarily_unavailable"}', Unavailable),
        (429, b"{}", RateLimited),
        (400, b'{"error":"invalid_request"}', Unauthorized),
        (404, b"", Unauthorized),
        (200, b"{}", Unavailable),
        (200, b'{"access_token":"a\\nb","expires_in":1}', Unavailable),
    ],
)
def test_a_refused_login_is_one_of_the_four(
    status: int, body: bytes, kind: type[ConnectorError]
) -> None:
    with pytest.raises(kind):
        tokens.token(Response(status, {}, body), NOW)


@given(body=st.binary(max_size=60) | JSON.map(lambda told: json.dumps(told).encode()))
def test_any_bytes_are_values_or_one_of_the_four(body: bytes) -> None:
    try:
        told = answers.read(Response(200, {}, body), writes=False)
    except ConnectorError:
        return
    page = messages.heads(told, NOW)
    talk = messages.talk(told, "1", "mock_shop", NOW)
    orders.order(told, told)
    orders.purchases(told)
    messages.sent(told)

    assert len(talk.messages) + len(talk.broken) == talk.named
    assert all(item.id for item in (*talk.broken, *page.set_aside))


@given(body=st.binary(max_size=60) | JSON.map(lambda told: json.dumps(told).encode()))
def test_any_login_is_a_token_or_one_of_the_four(body: bytes) -> None:
    try:
        assert tokens.token(Response(200, {}, body), NOW).value
    except ConnectorError:
        return
