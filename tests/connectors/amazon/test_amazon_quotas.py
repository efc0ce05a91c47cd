"""Token buckets: the published ones in the mock, and ours, which never run into them."""

import re
from contextlib import suppress
from datetime import timedelta
from random import Random

import pytest

from connectors.amazon.sp_api import SellingPartnerApi
from connectors.amazon.wire import orders, plans
from connectors.base import RateLimited
from connectors.budget import OwnBudget, Rate
from tests.connectors.amazon import models
from tests.connectors.amazon.conftest import ORDER, World

NAMES = {"ordersV0": "v0."}
PLAN = re.compile(r"\|[\s|-]*-[\s|-]*\n\|\s*([0-9.]+)\s*\|\s*([0-9]+)\s*\|")


@models.needed
def test_our_plans_are_the_published_ones() -> None:
    published = {}
    for name in models.FILES:
        for methods in models.model(name)["paths"].values():
            for told in methods.values():
                found = PLAN.search(told.get("description", "")) if isinstance(told, dict) else None
                if found is not None:
                    operation = NAMES.get(name, "") + told["operationId"]
                    published[operation] = Rate(float(found[1]), int(found[2]))

    assert len(published) > 30
    assert {name: published[name] for name in plans.PLANS} == dict(plans.PLANS)


def api(world: World, budget: OwnBudget | None = None) -> SellingPartnerApi:
    account = world.mock.account()
    assert account.sp_api is not None
    made = SellingPartnerApi(account, account.sp_api, world.now, budget)
    world.stack.push_async_callback(made.close)
    return made


async def ask_for(world: World, clients: list[SellingPartnerApi], seconds: int) -> int:
    """Ask without end, each client in its turn, for ``seconds``; how often that was answered."""
    answered, dice = 0, Random(3)
    for second in range(seconds * 4):
        for _ in range(dice.choice((1, 1, 2, 9))):
            with suppress(RateLimited):
                answered += await clients[second % len(clients)].order(ORDER) is not None
        world.advance(0.25)
    return answered


def told(world: World) -> dict[str, int]:
    return world.mock._http.door.told()["getOrder"]


async def test_a_client_uses_its_budget_and_is_never_throttled(world: World) -> None:
    world.write(order_id=ORDER)

    answered = await ask_for(world, [api(world)], 60)

    assert told(world) == {"asked": answered, "throttled": 0}
    assert 29 + 30 - 1 <= answered <= 29 + 30


async def test_two_clients_of_one_budget_stay_within_it_together(world: World) -> None:
    world.write(order_id=ORDER)
    shared = OwnBudget(world.now)

    answered = await ask_for(world, [api(world, shared), api(world, shared)], 60)

    assert told(world) == {"asked": answered, "throttled": 0}


async def test_two_clients_that_share_nothing_are_throttled_and_hear_it(world: World) -> None:
    world.write(order_id=ORDER)

    await ask_for(world, [api(world), api(world)], 60)

    assert told(world)["throttled"] > 0, "the mock counts as Amazon does"
    assert told(world)["throttled"] <= 60 * 0.5 + 1, "and whoever hears it waits for one token"


@pytest.mark.parametrize("per_second", [0.1, 5.0])
async def test_a_client_adapts_to_the_rate_that_it_is_told(world: World, per_second: float) -> None:
    world.mock._http.door._rates["getOrder"] = Rate(per_second, 30)
    world.write(order_id=ORDER)

    answered = await ask_for(world, [api(world)], 200)

    assert told(world)["throttled"] <= 1
    assert answered >= 29 + 200 * per_second * (0.9 if per_second < 1 else 0.5)


async def test_without_the_header_the_published_rate_is_kept(world: World) -> None:
    world.write(order_id=ORDER)
    world.faults(rate_header_missing=1)

    await ask_for(world, [api(world)], 60)

    assert told(world)["throttled"] == 0


async def test_a_429_is_waited_for_as_long_as_its_operation_takes_to_refill(world: World) -> None:
    world.faults(http_429=1)
    client = api(world)

    with pytest.raises(RateLimited) as order:
        await client.order(ORDER)
    with pytest.raises(RateLimited) as search:
        await client.ask(orders.changed(world.now(), "ATVPDKIKX0DER"))

    assert order.value.retry_after == timedelta(seconds=5)
    assert search.value.retry_after == timedelta(seconds=1 / 0.0056)
    with pytest.raises(RateLimited):
        await client.order(ORDER)
    assert told(world)["asked"] == 1, "who was told to wait does not ask"
