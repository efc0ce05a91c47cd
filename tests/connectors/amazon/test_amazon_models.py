"""Our requests, the mock's answers and our reading, held against what Amazon publishes."""

import json
import os
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from connectors.amazon.wire import lwa, orders
from connectors.feed import FeedEntry
from connectors.http import Response
from connectors.order_facts import Order
from tests.connectors.amazon import models
from tests.connectors.amazon.conftest import World
from tests.connectors.amazon.held_to_models import Caller

ORDER = "111-2223334-5556667"
MARKETPLACE = "ATVPDKIKX0DER"


def test_ci_has_the_models() -> None:
    if "CI" in os.environ:
        assert models.ARE_HERE, "CI runs beside Amazon's published models"


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def caller(world: World, http: aiohttp.ClientSession) -> Caller:
    world.mock.add([FeedEntry(buyer="Ann", order_id=ORDER, text="Where is it?")])
    access = world.mock.account().sp_api
    assert access is not None
    body = lwa.request_body(access.client_id, access.client_secret, access.refresh_token)
    headers = {"content-type": lwa.FORM}
    async with http.post(f"{world.mock.url}/auth/o2/token", data=body, headers=headers) as answer:
        told = await answer.json()
    assert set(told) == {"access_token", "token_type", "expires_in", "refresh_token"}
    assert answer.headers["Cache-Control"] == "no-store"
    return Caller(world.mock, http, told["access_token"])


@models.needed
async def test_what_the_mock_answers_is_what_the_models_declare(
    caller: Caller, world: World
) -> None:
    since = (world.now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    of = f"?marketplaceIds={MARKETPLACE}"
    root, words = f"/messaging/v1/orders/{ORDER}", {"text": "Is this the right address?"}
    asked = [
        ("GET", f"/orders/2026-01-01/orders/{ORDER}", None, 200),
        ("GET", "/orders/2026-01-01/orders/999-9999999-9999999", None, 404),
        ("GET", f"/orders/2026-01-01/orders?createdAfter={since}", None, 200),
        ("GET", "/orders/2026-01-01/orders", None, 400),
        ("GET", root + of, None, 200),
        ("GET", f"{root}/attributes{of}", None, 200),
        ("GET", "/messaging/v1/orders/999-9999999-9999999" + of, None, 404),
        ("POST", f"{root}/messages/confirmOrderDetails{of}", words, 201),
        ("POST", f"{root}/messages/unexpectedProblem{of}", {"text": ""}, 400),
        ("GET", f"/solicitations/v1/orders/{ORDER}{of}", None, 200),
        ("POST", f"/solicitations/v1/orders/{ORDER}/solicitations/productReviewAndSellerFeedback{of}", None, 201),  # noqa: E501
        ("GET", "/sellers/v1/marketplaceParticipations", None, 200),
        ("POST", "/tokens/2021-03-01/restrictedDataToken", _restricted(), 200),
    ]  # fmt: skip

    for method, path, body, status in asked:
        assert await caller.ask(method, path, body) == status, path


def _restricted() -> dict[str, Any]:
    path = f"/orders/v0/orders/{ORDER}/address"
    return {"restrictedResources": [{"method": "GET", "path": path}]}


@models.needed
@pytest.mark.parametrize(
    ("fault", "status"), [("http_403", 403), ("http_429", 429), ("token_dead", 403)]
)
async def test_the_mocks_refusals_are_amazons_too(
    caller: Caller, world: World, fault: str, status: int
) -> None:
    world.mock.faults.set({fault: 1})

    assert await caller.ask("GET", f"/orders/2026-01-01/orders/{ORDER}") == status


@models.needed
async def test_a_token_that_is_not_good_is_refused_as_amazon_does(caller: Caller) -> None:
    path = f"/orders/2026-01-01/orders/{ORDER}"

    assert await caller.ask("GET", path, token="Atza|revoked") == 403


@models.needed
def test_what_we_ask_for_is_in_the_model() -> None:
    assert models.mistakes_in_request("GET", orders.path(ORDER)) == []
    assert models.mistakes_in_request("GET", "/orders/2026-01-01/orders/1?included=X") != []


def examples() -> Iterator[Any]:
    if not models.ARE_HERE:
        return
    told = models.model("orders_2026-01-01")["paths"]["/orders/2026-01-01/orders/{orderId}"]["get"]
    good = told["responses"]["200"]
    yield good["examples"]["application/json"]
    for one in good.get("x-amzn-api-sandbox", {}).get("static", []):
        yield one["response"]


@models.needed
def test_we_read_every_order_that_amazon_gives_as_an_example() -> None:
    found = [orders.order(Response(200, {}, json.dumps(told).encode())) for told in examples()]

    assert len(found) >= 2
    assert all(isinstance(one, Order) and one.id and one.items for one in found)


@models.needed
def test_a_mistake_would_be_seen() -> None:
    path = f"/orders/2026-01-01/orders/{ORDER}"

    assert models.mistakes_in_answer("GET", path, 200, {"order": {"orderId": 5}})
    assert models.mistakes_in_answer("GET", path, 200, {"payload": {}})
    assert models.mistakes_in_answer("GET", path, 404, {"errors": [{"code": "NotFound"}]})
    assert models.mistakes_in_answer("GET", "/orders/v9/orders", 200, {})
