"""Every example of Amazon's static sandbox: held against the models, answered, and read by us."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from connectors.amazon.sp_api import SellingPartnerApi
from connectors.amazon.wire import messages, orders
from connectors.base import Rejected
from connectors.order_facts import Order
from tests.connectors.amazon import models, sandbox
from tests.connectors.amazon.conftest import World
from tests.connectors.amazon.sandbox import Example

pytestmark = models.needed
ALL = tuple(sandbox.examples())
MARKETPLACE = "ATVPDKIKX0DER"
KNOWN, UNKNOWN = "123-1234567-1234567", "123-1234567-0000000"
# Amazon's own example leaves out what its model requires.
AGAINST_THEIR_OWN_MODEL = {"GET /sellers/v1/account 200"}


@pytest.fixture
async def url() -> AsyncIterator[str]:
    server = sandbox.server()
    async with server:
        yield str(server.make_url("")).rstrip("/")


@pytest.fixture
async def api(url: str, world: World) -> AsyncIterator[SellingPartnerApi]:
    """Our own client, as it is, before Amazon's sandbox."""
    account = world.mock.account()
    assert account.sp_api is not None
    access = replace(account.sp_api, endpoint=url, lwa_endpoint=url)
    made = SellingPartnerApi(account, access, world.now)
    yield made
    await made.close()


def test_the_sandbox_has_all_that_amazon_wrote_down() -> None:
    assert len(ALL) >= 78
    assert {one.model for one in ALL} == set(models.FILES)


@pytest.mark.parametrize("example", ALL, ids=lambda one: one.name)
def test_an_example_is_what_the_models_declare(example: Example) -> None:
    good = example.status < 300
    if good and (example.body is not None or example.method == "GET"):
        wrong = models.mistakes_in_request(example.method, example.path, example.body)
        assert wrong == []
    if example.status == 204:
        return
    bare = example.path.partition("?")[0]
    wrong = models.mistakes_in_answer(example.method, bare, example.status, example.answer)
    assert bool(wrong) == (example.name in AGAINST_THEIR_OWN_MODEL), wrong


async def test_the_sandbox_answers_every_example_with_its_own_answer(url: str) -> None:
    answered = 0
    async with aiohttp.ClientSession() as session:
        for example in ALL:
            asked = {"json": example.body} if example.body is not None else {}
            async with session.request(example.method, url + example.path, **asked) as answer:
                told: Any = await answer.json() if answer.status != 204 else example.answer
            answered += (answer.status, told) == (example.status, example.answer)

    # An example that names nothing is hidden by any other for the same request.
    assert len(ALL) - answered <= 2


async def test_we_read_its_orders(api: SellingPartnerApi) -> None:
    asked = "BUYER,RECIPIENT,PROCEEDS,EXPENSE,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES"
    one = orders.question("171-9876543-2109876")
    whole = replace(one, path=f"{one.path.partition('?')[0]}?includedData={asked}")

    found = orders.order(await api.ask(whole))

    assert isinstance(found, Order)
    assert found.id == "171-9876543-2109876"
    assert found.items


@pytest.mark.parametrize(
    "example",
    [one for one in ALL if one.name == "GET /orders/2026-01-01/orders 200"],
    ids=lambda one: str(one.parameters["createdAfter"]),
)
async def test_we_read_its_pages_of_orders(example: Example, api: SellingPartnerApi) -> None:
    question = replace(orders.changed(datetime(2024, 12, 1, tzinfo=UTC), ""), path=example.path)

    found, token = orders.page(await api.ask(question))

    assert [one.id for one in found] == [one["orderId"] for one in example.answer["orders"]]
    assert token == example.answer.get("pagination", {}).get("nextToken", "")


async def test_we_read_what_may_be_said_and_say_it(api: SellingPartnerApi) -> None:
    names = messages.actions(await api.ask(messages.allowed(KNOWN, MARKETPLACE)))

    assert set(messages.OPERATIONS) <= names
    for action in sorted(messages.OPERATIONS):
        said = messages.message(KNOWN, MARKETPLACE, action, "My Message")
        messages.accepted(await api.ask(said))
        refused = messages.message(UNKNOWN, MARKETPLACE, action, "My Message")
        with pytest.raises(Rejected):
            messages.accepted(await api.ask(refused))


async def test_we_may_ask_for_a_review_where_it_says_so(api: SellingPartnerApi) -> None:
    names = messages.actions(await api.ask(messages.solicitations(KNOWN, MARKETPLACE)))

    assert messages.REVIEW in names
    messages.accepted(await api.ask(messages.review(KNOWN, MARKETPLACE)))


async def test_an_order_it_refuses_allows_nothing(api: SellingPartnerApi) -> None:
    asked = messages.allowed(UNKNOWN, MARKETPLACE)

    assert messages.actions(await api.ask(asked)) == frozenset()


def test_what_we_ask_is_in_the_models() -> None:
    since = datetime(2026, 11, 20, 9, tzinfo=UTC)
    asked = [
        orders.question(KNOWN),
        orders.question(KNOWN, address=True),
        orders.changed(since, MARKETPLACE),
        orders.changed(since, MARKETPLACE, "token"),
        messages.allowed(KNOWN, MARKETPLACE),
        messages.solicitations(KNOWN, MARKETPLACE),
        messages.review(KNOWN, MARKETPLACE),
        *(
            messages.message(KNOWN, MARKETPLACE, action, "Is this right?")
            for action in messages.OPERATIONS
        ),
    ]

    for one in asked:
        body = None if one.body is None else {"text": "Is this right?"}
        assert models.mistakes_in_request(one.method, one.path, body) == [], one.path
        found = models.operation(one.method, one.path.partition("?")[0])
        assert found is not None
        assert found.told["operationId"] == one.operation
