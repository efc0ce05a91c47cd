"""A marketplace, or our own budget, that has words about orders wait."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import chain, repeat

import pytest

from connectors.amazon.order_desk import AmazonOrderDesk
from connectors.base import ConnectorError, RateLimited, Unavailable
from connectors.order_desk import Occasion, Route
from connectors.order_facts import Order
from connectors.order_feed import OrderEntry
from responder.domain.outreach import Standing
from responder.store.dead_letters import dead_letters
from responder.workers import rounds
from tests.workers.outreach_shops import AMAZON, EVERY, ORDER, Shops

WAIT = timedelta(seconds=30)
MANY = rounds.GIVE_UP_AFTER + 5
Storm = Callable[[], None]


@pytest.fixture
def storm(monkeypatch: pytest.MonkeyPatch) -> Storm:
    """From now on looks at orders are too many, for long; then one has no answer, then all do."""

    def begin() -> None:
        look = AmazonOrderDesk.look
        no_answer: list[ConnectorError | None] = [Unavailable("no answer")]
        ahead = chain(repeat(RateLimited(WAIT), MANY), no_answer, repeat(None))

        async def limited(self: AmazonOrderDesk, order_id: str) -> Order | None:
            error = next(ahead)
            if error is not None:
                raise error
            return await look(self, order_id)

        monkeypatch.setattr(AmazonOrderDesk, "look", limited)

    return begin


async def over(shops: Shops) -> None:
    for _ in range(MANY):
        await shops.later(WAIT)
    await shops.later(timedelta(minutes=5))


async def test_an_order_whose_looks_were_too_many_is_not_given_up_for_one_that_fails(
    shops: Shops, storm: Storm
) -> None:
    due = shops.clock.now() + timedelta(hours=2)
    shops.amazon.place(
        OrderEntry(order_id=ORDER, status="shipped", at=shops.clock.now(), deliver_by=due)
    )
    await shops.later(EVERY)
    storm()

    await shops.later(timedelta(hours=2))
    await over(shops)

    await shops.only(Standing.PROPOSED)
    assert await dead_letters(shops.database) == {}


async def test_words_that_were_to_wait_are_not_given_up_for_one_look_that_fails(
    shops: Shops, storm: Storm
) -> None:
    shops.amazon.place(OrderEntry(order_id=ORDER, quantity=40))
    await shops.later(EVERY)
    await shops.approve(await shops.only(Standing.PROPOSED))
    storm()

    await shops.later(timedelta(0))
    await over(shops)

    await shops.only(Standing.SENT)
    assert len(shops.said()) == 1


async def test_an_order_that_nobody_foresaw_holds_up_no_other(
    shops: Shops, monkeypatch: pytest.MonkeyPatch
) -> None:
    route: Callable[..., Awaitable[Route | None]] = AmazonOrderDesk.route

    async def odd(desk: AmazonOrderDesk, order: Order, occasion: Occasion) -> Route | None:
        if order.id == ORDER:
            raise KeyError("what nobody foresaw")
        return await route(desk, order, occasion)

    monkeypatch.setattr(AmazonOrderDesk, "route", odd)
    for name in (ORDER, "111-2223334-5556668"):
        shops.amazon.place(OrderEntry(order_id=name, quantity=40))

    await shops.later(EVERY)

    assert (await shops.only(Standing.PROPOSED)).order_id == "111-2223334-5556668"
    for _ in range(MANY):
        await shops.later(timedelta(hours=1))
    [letter] = await dead_letters(shops.database, kind="occasion")
    assert letter.endswith(f"{AMAZON}/{ORDER}")
