"""Login with Amazon and the Orders API, read from bytes."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.amazon.wire import lwa, orders, plans
from connectors.base import ConnectorError, RateLimited, Rejected, Unauthorized, Unavailable
from connectors.budget import Rate
from connectors.http import Response
from connectors.order_facts import Order, OrderItem, OrderStatus

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HTML = b"<html><body>503 Service Unavailable</body></html>"


def response(status: int, body: object, **headers: str) -> Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response(status, headers, content)


def order(**changes: Any) -> dict[str, Any]:
    return {
        "order": {
            "orderId": "111-1111111-1111111",
            "createdTime": "2026-11-10T10:00:00Z",
            "lastUpdatedTime": "2026-11-12T10:00:00Z",
            "salesChannel": {"channelName": "AMAZON"},
            "proceeds": {"grandTotal": {"amount": "39.98", "currencyCode": "EUR"}},
            "fulfillment": {
                "fulfillmentStatus": "SHIPPED",
                "deliverByWindow": {"latestDateTime": "2026-11-18T22:59:59+01:00"},
            },
            "orderItems": [
                {
                    "orderItemId": "1",
                    "quantityOrdered": 2,
                    "product": {
                        "asin": "B0TEST0001",
                        "title": "Bottle",
                        "sellerSku": "SKU-1",
                        "price": {"unitPrice": {"amount": "19.99", "currencyCode": "EUR"}},
                    },
                }
            ],
            "packages": [
                {
                    "packageReferenceId": "1",
                    "carrier": "DHL",
                    "trackingNumber": "JJD1",
                    "shipTime": "2026-11-11T08:00:00Z",
                    "packageStatus": {"status": "IN_TRANSIT"},
                }
            ],
            **changes,
        }
    }


def facts(**changes: Any) -> Order:
    found = orders.order(response(200, order(**changes)))
    assert found is not None
    return found


def test_an_order_is_read_whole() -> None:
    assert facts() == Order(
        id="111-1111111-1111111",
        status=OrderStatus.SHIPPED,
        items=(OrderItem(title="Bottle", quantity=2, sku="SKU-1", price="19.99"),),
        currency="EUR",
        total="39.98",
        ordered_at=datetime(2026, 11, 10, 10, 0, tzinfo=UTC),
        shipped_at=datetime(2026, 11, 11, 8, 0, tzinfo=UTC),
        deliver_by=datetime(2026, 11, 18, 21, 59, 59, tzinfo=UTC),
        carrier="DHL",
        tracking_number="JJD1",
    )


def test_an_order_with_only_the_required_fields_has_no_other_facts() -> None:
    bare = {
        "orderId": "1",
        "createdTime": "2026-11-10T10:00:00Z",
        "orderItems": [{"quantityOrdered": 1, "product": {"asin": "B0"}}],
    }

    found = orders.order(response(200, {"order": bare}))

    assert found is not None
    assert found.status is OrderStatus.UNKNOWN
    assert found.items == (OrderItem(title="B0", quantity=1),)
    assert (found.total, found.carrier, found.shipped_at, found.deliver_by) == ("", "", None, None)


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("PENDING_AVAILABILITY", OrderStatus.UNPAID),
        ("PENDING", OrderStatus.UNPAID),
        ("UNSHIPPED", OrderStatus.UNSHIPPED),
        ("PARTIALLY_SHIPPED", OrderStatus.UNKNOWN),
        ("SHIPPED", OrderStatus.SHIPPED),
        ("CANCELLED", OrderStatus.CANCELLED),
        ("UNFULFILLABLE", OrderStatus.UNKNOWN),
        ("SOMETHING_NEW", OrderStatus.UNKNOWN),
    ],
)
def test_a_status_that_would_promise_too_much_is_unknown(told: str, status: OrderStatus) -> None:
    assert facts(fulfillment={"fulfillmentStatus": told}).status is status


def test_an_order_is_delivered_only_when_every_package_is() -> None:
    delivered = {"packageReferenceId": "1", "packageStatus": {"status": "DELIVERED"}}
    under_way = {"packageReferenceId": "2", "packageStatus": {"status": "IN_TRANSIT"}}

    assert facts(packages=[delivered]).status is OrderStatus.DELIVERED
    assert facts(packages=[delivered, under_way]).status is OrderStatus.SHIPPED


@pytest.mark.parametrize("status", [400, 404])
def test_an_order_that_amazon_does_not_know_is_none(status: int) -> None:
    body = {"errors": [{"code": "NotFound", "message": "x"}]}

    assert orders.order(response(status, body)) is None


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (response(403, {"errors": [{"code": "Unauthorized"}]}), Unauthorized),
        (response(401, b""), Unauthorized),
        (response(429, {"errors": [{"code": "QuotaExceeded"}]}), RateLimited),
        (response(500, b""), Unavailable),
        (response(503, HTML), Unavailable),
        (response(413, b""), Rejected),
        (response(301, b""), Rejected),
        (response(200, HTML), Unavailable),
        (response(200, b""), Unavailable),
        (response(200, {"order": {}}), Unavailable),
        (response(200, order(createdTime="2026-11-10T10:00:00")), Unavailable),
    ],
)
def test_any_other_answer_is_one_of_the_four_failures(
    answer: Response, kind: type[ConnectorError]
) -> None:
    with pytest.raises(kind):
        orders.order(answer)


def test_a_quota_with_a_time_is_tried_then() -> None:
    with pytest.raises(RateLimited) as timed:
        orders.order(response(429, b"", **{"retry-after": "90"}))

    assert timed.value.retry_after == timedelta(seconds=90)


@pytest.mark.parametrize(
    ("header", "rate"),
    [("0.5", 0.5), ("2", 2.0), ("", None), ("soon", None), ("nan", None), ("-1", None),
     ("0", None), ("1e9", None), ("inf", None)],
)  # fmt: skip
def test_only_a_sensible_rate_is_believed(header: str, rate: float | None) -> None:
    headers = {"x-amzn-ratelimit-limit": header} if header else {}

    told = plans.told(response(200, b"", **headers), plans.PLANS["getOrder"])

    assert told == (Rate(rate, 30) if rate else None)


def test_an_order_id_cannot_leave_its_path() -> None:
    assert orders.path("../x?y=1").startswith("/orders/2026-01-01/orders/..%2Fx%3Fy%3D1?")


def test_a_request_carries_amazons_headers() -> None:
    headers = orders.headers("Atza|x", NOW, "agent " * 200)

    assert headers["x-amz-access-token"] == "Atza|x"
    assert headers["x-amz-date"] == "20261120T090000Z"
    assert len(headers["user-agent"]) == 500


def test_only_a_refused_token_is_worth_a_new_one() -> None:
    assert [
        s for s in (200, 400, 401, 403, 404, 429) if orders.token_refused(response(s, b""))
    ] == [
        401,
        403,
    ]


def test_a_token_is_used_until_a_minute_before_its_end() -> None:
    token = lwa.token(response(200, {"access_token": "Atza|x", "expires_in": 3600}), NOW)

    assert token.is_usable(NOW + timedelta(seconds=3539))
    assert not token.is_usable(NOW + timedelta(seconds=3540))
    assert "Atza" not in repr(token)


def test_the_token_request_is_amazons_form() -> None:
    form = parse_qs(lwa.request_body("id", "se&cret", "Atzr|r").decode())

    assert form == {
        "grant_type": ["refresh_token"],
        "client_id": ["id"],
        "client_secret": ["se&cret"],
        "refresh_token": ["Atzr|r"],
    }


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (response(400, {"error": "invalid_grant", "error_description": "x"}), Unauthorized),
        (response(401, {"error": "invalid_client"}), Unauthorized),
        (response(400, {"error": "unauthorized_client"}), Unauthorized),
        (response(403, {"error": "access_denied"}), Unauthorized),
        (response(400, {"error": "server_error"}), Unavailable),
        (response(503, {"error": "temporarily_unavailable"}), Unavailable),
        (response(503, HTML), Unavailable),
        (response(500, b"\xff"), Unavailable),
        (response(429, b""), RateLimited),
        (response(400, []), Rejected),
        (response(200, {}), Unavailable),
        (response(200, {"access_token": "", "expires_in": 1}), Unavailable),
        (response(200, {"access_token": "x", "expires_in": "1"}), Unavailable),
    ],
)
def test_a_token_that_does_not_come_is_one_of_the_four_failures(
    answer: Response, kind: type[ConnectorError]
) -> None:
    with pytest.raises(kind) as failure:
        lwa.token(answer, NOW)

    assert type(failure.value) is kind


@pytest.mark.parametrize("digits", [40, 5_000])
def test_a_token_that_never_ends_is_one_that_ends_or_none(digits: int) -> None:
    body = b'{"access_token":"a","expires_in":' + b"9" * digits + b"}"

    try:
        assert lwa.token(Response(200, {}, body), NOW).is_usable(NOW)
    except Unavailable:
        assert digits > 4_300, "more digits than a number may have"


def test_an_error_that_is_no_word_is_no_other_failure() -> None:
    with pytest.raises(ConnectorError):
        lwa.token(Response(400, {}, b'{"error":["invalid_grant"]}'), NOW)


@given(status=st.integers(100, 599), body=st.binary(max_size=200))
@settings(deadline=None)
def test_no_answer_raises_anything_but_the_four(status: int, body: bytes) -> None:
    for read in (orders.order, lambda answer: lwa.token(answer, NOW)):
        try:
            read(response(status, body))
        except ConnectorError as failure:
            assert type(failure) in {RateLimited, Rejected, Unauthorized, Unavailable}  # noqa: PT017
