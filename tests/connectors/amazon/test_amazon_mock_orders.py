"""The orders of Amazon in a box: those of the feed, in the form that Amazon publishes."""

import pytest

from connectors.amazon.mock_orders import order
from tests.connectors.amazon import models
from tests.connectors.amazon.callers import KNOWN_ORDER, Caller
from tests.connectors.amazon.conftest import World


async def test_every_order_of_the_feed_is_known_and_no_other(world: World, caller: Caller) -> None:
    world.write(3)
    token = await caller.login()
    path = "/orders/2026-01-01/orders"

    status, told = await caller.ask("GET", f"{path}/{KNOWN_ORDER}", headers=token)
    limit = caller.headers["x-amzn-RateLimit-Limit"]
    unknown, _ = await caller.ask("GET", f"{path}/999-9999999-9999999", headers=token)
    _, again = await caller.ask("GET", f"{path}/{KNOWN_ORDER}", headers=token)

    assert (status, limit, unknown) == (200, "0.5", 404)
    assert told == again
    assert told["order"]["orderId"] == KNOWN_ORDER


async def test_orders_are_searched_in_pages(world: World, caller: Caller) -> None:
    world.write(3)
    token = await caller.login()
    query = {"createdAfter": "2026-11-01T00:00:00Z", "maxResultsPerPage": "2"}
    path = "/orders/2026-01-01/orders"

    _, first = await caller.ask("GET", path, params=query, headers=token)
    query["paginationToken"] = first["pagination"]["nextToken"]
    _, second = await caller.ask("GET", path, params=query, headers=token)

    assert [len(page["orders"]) for page in (first, second)] == [2, 1]
    assert "pagination" not in second


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"createdAfter": "2026-11-01T00:00:00Z", "lastUpdatedAfter": "2026-11-01T00:00:00Z"},
        {"createdAfter": "yesterday"},
        {"createdAfter": "2026-11-01T00:00:00"},
        {"createdAfter": "2026-11-01T00:00:00Z", "paginationToken": "x"},
    ],
)
async def test_a_bad_search_is_invalid_input(caller: Caller, query: dict[str, str]) -> None:
    token = await caller.login()

    status, told = await caller.ask("GET", "/orders/2026-01-01/orders", params=query, headers=token)

    assert (status, told["errors"][0]["code"]) == (400, "InvalidInput")


FIELDS = {
    "Order": {
        "orderId",
        "createdTime",
        "lastUpdatedTime",
        "salesChannel",
        "proceeds",
        "fulfillment",
        "recipient",
        "orderItems",
        "packages",
    },
    "OrderItem": {"orderItemId", "quantityOrdered", "product"},
    "OrderPackage": {
        "packageReferenceId",
        "createdTime",
        "packageStatus",
        "carrier",
        "shipTime",
        "shippingService",
        "trackingNumber",
        "packageItems",
    },
}


def test_an_order_has_the_fields_of_amazons_model(world: World) -> None:
    for number in range(30):
        told = order(f"111-{number:07d}-1111111", world.now(), "A1PA6795UKMFR9")

        assert set(told) == FIELDS["Order"]
        assert all(set(item) == FIELDS["OrderItem"] for item in told["orderItems"])
        assert all(set(package) == FIELDS["OrderPackage"] for package in told["packages"])


@models.needed
def test_an_order_fits_amazons_published_model(world: World) -> None:
    for number in range(30):
        told = order(f"111-{number:07d}-1111111", world.now(), "A1PA6795UKMFR9")

        assert models.mistakes("orders_2026-01-01", {"$ref": "#/definitions/Order"}, told) == []
