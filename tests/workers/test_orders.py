"""Order facts are asked for politely: an account whose orders do not answer delays no draft."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from connectors.base import RateLimited, Unavailable
from connectors.order_facts import Order, OrderStatus
from responder.testing import FakeClock
from responder.workers.accounts import Account
from responder.workers.orders import AT_ONCE, Orders
from tests.workers.conftest import ACCOUNT, Service


def account(service: Service) -> Account:
    for number in range(30):
        service.connector.orders[f"o{number}"] = Order(id=f"o{number}", status=OrderStatus.SHIPPED)
    return service.accounts[ACCOUNT]


async def test_an_order_is_remembered_for_a_while(service: Service, clock: FakeClock) -> None:
    orders, one = Orders(clock), account(service)
    found = await orders.find(one, "o1")
    service.connector.order_trouble.append(Unavailable("gone"))

    assert await orders.find(one, "o1") == found
    clock.advance(timedelta(minutes=11))
    assert await orders.find(one, "o1") is None


@pytest.mark.parametrize("trouble", [Unavailable("refused"), ConnectionResetError("let out")])
async def test_an_account_whose_orders_fail_is_asked_less_and_less(
    service: Service, clock: FakeClock, trouble: Exception
) -> None:
    orders, one = Orders(clock), account(service)
    service.connector.order_trouble.extend([trouble] * 100)
    asked = []

    for _ in range(60):
        before = len(service.connector.order_trouble)
        assert await orders.find(one, "o1") is None
        if len(service.connector.order_trouble) < before:
            asked.append(clock.now())
        clock.advance(timedelta(seconds=10))

    pauses = [(later - earlier).total_seconds() for earlier, later in pairwise(asked)]
    assert pauses == [10, 20, 40, 80, 160]
    service.connector.order_trouble.clear()
    clock.advance(timedelta(minutes=5))
    assert await orders.find(one, "o1") is not None


async def test_those_that_fail_together_count_once(service: Service, clock: FakeClock) -> None:
    orders, one = Orders(clock), account(service)
    gate = asyncio.Event()

    class Falling:
        async def order(self, order_id: str) -> Order | None:
            await gate.wait()
            raise Unavailable("refused")

    falling = replace(one, connector=Falling())  # type: ignore[arg-type]
    asking = [asyncio.create_task(orders.find(falling, f"o{number}")) for number in range(8)]
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(*asking)
    clock.advance(timedelta(seconds=10))

    assert await orders.find(one, "o9") is not None


async def test_one_request_tries_an_account_that_failed_and_the_others_do_not_wait(
    service: Service, clock: FakeClock
) -> None:
    orders, one = Orders(clock), account(service)
    service.connector.order_trouble.append(Unavailable("refused"))
    await orders.find(one, "o1")
    clock.advance(timedelta(seconds=10))
    gate = asyncio.Event()
    asked = 0

    class Hanging:
        async def order(self, order_id: str) -> Order | None:
            nonlocal asked
            asked += 1
            await gate.wait()
            return service.connector.orders[order_id]

    hanging = replace(one, connector=Hanging())  # type: ignore[arg-type]
    probe = asyncio.create_task(orders.find(hanging, "o1"))
    await asyncio.sleep(0)
    others = [await orders.find(hanging, f"o{number}") for number in range(2, 20)]
    gate.set()

    assert others == [None] * 18
    assert asked == 1
    assert await probe is not None


async def test_who_would_wait_long_behind_slow_answers_goes_without(
    service: Service, clock: FakeClock
) -> None:
    orders, one = Orders(clock, patience=0.1), account(service)
    gate = asyncio.Event()

    class Slow:
        async def order(self, order_id: str) -> Order | None:
            await gate.wait()
            return await service.connector.order(order_id)

    slow = replace(one, connector=Slow())  # type: ignore[arg-type]
    asking = [asyncio.create_task(orders.find(slow, f"o{number}")) for number in range(AT_ONCE)]
    await asyncio.sleep(0)
    async with asyncio.timeout(2):
        assert await orders.find(slow, "o9") is None
        assert await orders.find(slow, "o10") is None
    gate.set()

    assert None not in await asyncio.gather(*asking)
    assert await orders.find(one, "o9") is None, "it is left alone for a moment"
    clock.advance(timedelta(seconds=10))
    assert await orders.find(one, "o9") is not None


async def test_a_rate_limit_is_kept_and_is_no_failure(service: Service, clock: FakeClock) -> None:
    orders, one = Orders(clock), account(service)
    service.connector.order_trouble.append(RateLimited(timedelta(seconds=30)))

    assert await orders.find(one, "o1") is None
    clock.advance(timedelta(seconds=29))
    assert await orders.find(one, "o1") is None
    clock.advance(timedelta(seconds=1))
    found = await asyncio.gather(*(orders.find(one, f"o{number}") for number in range(5)))

    assert None not in found
