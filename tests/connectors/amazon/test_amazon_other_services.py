"""Orders v0 and notifications of the mock: Amazon's models, and a client that others wrote."""

from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from sp_api.api import Notifications, Orders
from sp_api.base.exceptions import SellingApiForbiddenException, SellingApiNotFoundException

from connectors.amazon.mock_door import CLIENT_ID, CLIENT_SECRET, NOTIFICATIONS
from tests.connectors.amazon import models
from tests.connectors.amazon.conftest import ORDER, World
from tests.connectors.amazon.held_to_models import Caller
from tests.connectors.amazon.public_client import Client

MARKETPLACE = "ATVPDKIKX0DER"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:orders"


async def token(world: World, **asked: str) -> str:
    whole = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, **asked}
    url = f"{world.mock.url}/auth/o2/token"
    async with aiohttp.ClientSession() as http, http.post(url, data=whole) as answer:
        told: dict[str, Any] = await answer.json()
    return str(told.get("access_token", told.get("error")))


async def application(world: World) -> str:
    return await token(world, grant_type="client_credentials", scope=NOTIFICATIONS)


async def restricted(world: World, seller: str, *paths: str) -> str:
    body = {"restrictedResources": [{"method": "GET", "path": path} for path in paths]}
    url = f"{world.mock.url}/tokens/2021-03-01/restrictedDataToken"
    headers = {"x-amz-access-token": seller}
    async with aiohttp.ClientSession() as http, http.post(url, json=body, headers=headers) as said:
        return str((await said.json())["restrictedDataToken"])


@pytest.fixture
async def caller(world: World) -> Caller:
    world.write(order_id=ORDER)
    seller = await token(world, grant_type="refresh_token", refresh_token="Atzr|mock-refresh-token")
    http = aiohttp.ClientSession()
    world.stack.push_async_callback(http.close)
    return Caller(world.mock, http, seller)


@models.needed
async def test_orders_v0_answers_as_its_model_declares(caller: Caller, world: World) -> None:
    since = (world.now() - timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%SZ")
    root, one = "/orders/v0/orders", f"/orders/v0/orders/{ORDER}"
    asked = [
        (f"{root}?MarketplaceIds={MARKETPLACE}&CreatedAfter={since}", 200),
        (f"{root}?MarketplaceIds={MARKETPLACE}", 400),
        (f"{root}?CreatedAfter={since}", 400),
        (f"{root}?MarketplaceIds={MARKETPLACE}&CreatedAfter={since}&MaxResultsPerPage=0", 400),
        (one, 200),
        (f"{one}/orderItems", 200),
        (f"{root}/999-9999999-9999999", 404),
        (f"{one}/address", 403),
        (f"{one}/buyerInfo", 403),
    ]

    for path, status in asked:
        assert await caller.ask("GET", path) == status, path


@models.needed
async def test_what_is_private_of_an_order_opens_with_a_restricted_token_for_it(
    caller: Caller, world: World
) -> None:
    one = f"/orders/v0/orders/{ORDER}"
    opened = [f"{one}/address", f"{one}/buyerInfo"]
    key = await restricted(world, caller._token, *opened)

    assert [await caller.ask("GET", path, token=key) for path in opened] == [200, 200]
    assert await caller.ask("GET", f"{one}/orderItems/buyerInfo", token=key) == 403


@models.needed
async def test_notifications_answer_as_their_model_declares(caller: Caller, world: World) -> None:
    app = await application(world)
    places, kinds = "/notifications/v1/destinations", "/notifications/v1/subscriptions"
    spec = {"name": "orders", "resourceSpecification": {"sqs": {"arn": QUEUE}}}
    sent = await caller.ask("POST", places, spec, token=app)
    [place] = world.mock._http._subscriptions.destinations
    wish = {"payloadVersion": "1.0", "destinationId": place}
    kind = f"{kinds}/ORDER_CHANGE"

    assert sent == 200
    assert await caller.ask("POST", kind, wish) == 200
    [made] = world.mock._http._subscriptions.subscriptions
    for method, path, body, key, status in [
        ("POST", places, spec, app, 409),
        ("POST", places, {"name": "x"}, app, 400),
        ("GET", places, None, app, 200),
        ("GET", places, None, "", 403),
        ("GET", f"{places}/{place}", None, app, 200),
        ("GET", f"{places}/other", None, app, 404),
        ("DELETE", f"{places}/{place}", None, app, 409),
        ("POST", kind, wish, "", 409),
        ("POST", f"{kinds}/NOTHING_OF_THE_KIND", wish, "", 400),
        ("GET", kind, None, "", 200),
        ("GET", f"{kinds}/ANY_OFFER_CHANGED", None, "", 404),
        ("GET", f"{kinds}?notificationTypes=ORDER_CHANGE", None, "", 200),
        ("GET", kinds, None, "", 400),
        ("GET", f"{kind}/{made}", None, app, 200),
        ("POST", f"{kind}/testNotification", {"destinationId": place}, app, 200),
        ("DELETE", f"{kind}/{made}", None, app, 200),
        ("DELETE", f"{kind}/{made}", None, app, 404),
        ("DELETE", f"{places}/{place}", None, app, 200),
    ]:
        assert await caller.ask(method, path, body, token=key) == status, (method, path)


async def test_a_scope_that_is_none_is_refused(world: World) -> None:
    assert await token(world, grant_type="client_credentials", scope="all") == "invalid_scope"


async def test_a_public_client_reads_orders_v0(world: World) -> None:
    world.write(3)
    world.write(order_id=ORDER)
    client, since = Client(world), (world.now() - timedelta(days=30)).isoformat()

    found = await client.ask(Orders, lambda api: api.get_orders(CreatedAfter=since))
    items = await client.ask(Orders, lambda api: api.get_order_items(ORDER))

    assert len(found.payload["Orders"]) == 4
    assert items.payload["OrderItems"][0]["QuantityOrdered"] >= 1
    with pytest.raises(SellingApiForbiddenException):
        await client.ask(Orders, lambda api: api.get_order_address(ORDER))


async def test_a_public_client_subscribes(world: World) -> None:
    client = Client(world)

    made = await client.ask(Notifications, lambda api: api.create_destination("o", arn=QUEUE))
    place = made.payload["destinationId"]
    await client.ask(
        Notifications, lambda api: api.create_subscription("ORDER_CHANGE", destination_id=place)
    )
    told = await client.ask(Notifications, lambda api: api.get_subscription("ORDER_CHANGE"))

    assert told.payload["destinationId"] == place
    with pytest.raises(SellingApiNotFoundException):
        await client.ask(Notifications, lambda api: api.get_subscription("ANY_OFFER_CHANGED"))
