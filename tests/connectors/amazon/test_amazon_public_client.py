"""A client that others wrote (python-amazon-sp-api), unchanged, against the mock."""

from datetime import timedelta

import pytest
from sp_api.api import Messaging, Sellers, Solicitations, Tokens
from sp_api.api.orders.orders_2026_01_01 import OrdersV20260101
from sp_api.auth.exceptions import AuthorizationError
from sp_api.base.exceptions import (
    SellingApiForbiddenException,
    SellingApiNotFoundException,
    SellingApiRequestThrottledException,
)

from tests.connectors.amazon.conftest import ORDER, World
from tests.connectors.amazon.public_client import Client


@pytest.fixture
def client(world: World) -> Client:
    world.write(order_id=ORDER)
    return Client(world)


async def test_it_reads_an_order(client: Client) -> None:
    told = await client.ask(OrdersV20260101, lambda api: api.get_order(ORDER))

    assert told.payload["order"]["orderId"] == ORDER


async def test_it_searches_orders_over_pages(client: Client, world: World) -> None:
    world.write(4)
    since = (world.now() - timedelta(days=1)).isoformat()

    first = await client.ask(
        OrdersV20260101, lambda api: api.search_orders(createdAfter=since, maxResultsPerPage=2)
    )
    token = first.pagination["nextToken"]
    second = await client.ask(
        OrdersV20260101,
        lambda api: api.search_orders(
            createdAfter=since, maxResultsPerPage=2, paginationToken=token
        ),
    )

    ids = [one["orderId"] for page in (first, second) for one in page.payload["orders"]]
    assert len(ids) == len(set(ids)) == 4


async def test_it_sends_a_message_about_an_order(client: Client, world: World) -> None:
    words = {"text": "Is this right?"}
    shown = await client.ask(Messaging, lambda api: api.get_messaging_actions_for_order(ORDER))
    await client.ask(
        Messaging,
        lambda api: api.create_confirm_order_details(ORDER, body=words),
    )

    names = [one["name"] for one in shown.payload["_links"]["actions"]]
    assert "confirmOrderDetails" in names
    [sent] = world.mock._http.proactive
    assert (sent["order_id"], sent["text"]) == (ORDER, "Is this right?")


async def test_it_asks_for_a_review_once(client: Client) -> None:
    ask = lambda api: api.create_product_review_and_seller_feedback_solicitation(ORDER)  # noqa: E731

    await client.ask(Solicitations, ask)

    with pytest.raises(SellingApiForbiddenException):
        await client.ask(Solicitations, ask)


async def test_it_knows_where_the_seller_sells(client: Client) -> None:
    told = await client.ask(Sellers, lambda api: api.get_marketplace_participation())

    assert [one["marketplace"]["id"] for one in told.payload] == ["ATVPDKIKX0DER"]


async def test_it_gets_a_restricted_token(client: Client) -> None:
    resource = {"method": "GET", "path": f"/orders/v0/orders/{ORDER}/address"}

    told = await client.ask(
        Tokens, lambda api: api.create_restricted_data_token(restrictedResources=[resource])
    )

    assert told.payload["restrictedDataToken"].startswith("Atz.sprdt|")


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        ("http_403", SellingApiForbiddenException),
        ("http_429", SellingApiRequestThrottledException),
    ],
)
async def test_it_understands_a_refusal(
    client: Client, world: World, fault: str, failure: type[Exception]
) -> None:
    world.faults(**{fault: 1})

    with pytest.raises(failure):
        await client.ask(OrdersV20260101, lambda api: api.get_order(ORDER))


async def test_it_understands_that_an_order_is_not_there(client: Client) -> None:
    with pytest.raises(SellingApiNotFoundException):
        await client.ask(OrdersV20260101, lambda api: api.get_order("999-9999999-9999999"))


async def test_it_understands_a_dead_refresh_token(world: World) -> None:
    dead = Client(world, refresh_token="Atzr|dead")

    with pytest.raises(AuthorizationError) as refused:
        await dead.ask(OrdersV20260101, lambda api: api.get_order(ORDER))

    assert refused.value.error_code == "invalid_grant"
