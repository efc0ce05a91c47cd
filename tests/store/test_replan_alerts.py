"""Another promise loses no alert and tells none twice."""

from dataclasses import replace
from datetime import timedelta

from responder.domain.model import Risk
from responder.testing import FakeClock
from tests.store.promises import LONG, SHORT, plan_by, tell
from tests.store.shop import DAY, Shop

HOUR = timedelta(hours=1)


async def test_what_was_told_is_not_told_again(shop: Shop, clock: FakeClock) -> None:
    name = await shop.buyer_writes()
    clock.advance(21 * HOUR)
    await tell(shop, name)
    assert (await shop.read(name)).told == 2

    await plan_by(shop, replace(DAY, respond_within=25 * HOUR), name)

    one = await shop.read(name)
    assert (one.told, one.risk) == (2, "at_risk")
    assert await shop.queues.watch.next_at() == clock.now() + 3 * HOUR


async def test_what_is_worse_by_the_new_promise_is_looked_at_now(
    shop: Shop, clock: FakeClock
) -> None:
    name = await shop.buyer_writes()
    clock.advance(13 * HOUR)
    await tell(shop, name)

    await plan_by(shop, SHORT, name)

    one = await shop.read(name)
    assert (one.told, one.risk) == (1, "at_risk"), "the watcher tells the rest"
    assert await shop.queues.watch.next_at() == clock.now()


async def test_what_a_longer_promise_puts_off_is_told_when_it_comes(
    shop: Shop, clock: FakeClock
) -> None:
    name = await shop.buyer_writes()
    clock.advance(25 * HOUR)
    await tell(shop, name)
    assert (await shop.read(name)).risk == "breached"
    assert await shop.queues.watch.next_at() is None

    await plan_by(shop, LONG, name)

    one = await shop.read(name)
    assert (one.told, one.risk) == (0, "none")
    assert await shop.queues.watch.next_at() == clock.now() + 11 * HOUR


async def test_nothing_is_left_to_look_at_when_the_new_deadline_was_told_too(
    shop: Shop, clock: FakeClock
) -> None:
    name = await shop.buyer_writes()
    clock.advance(25 * HOUR)
    await tell(shop, name)

    await plan_by(shop, SHORT, name)

    assert (await shop.read(name)).risk == "breached"
    assert await shop.queues.watch.depth() == 0


async def test_a_risk_stays_with_what_was_told(shop: Shop, clock: FakeClock) -> None:
    name = await shop.buyer_writes()
    clock.advance(23 * HOUR)
    await tell(shop, name)

    await plan_by(shop, replace(DAY, respond_within=30 * HOUR), name)

    one = await shop.read(name)
    assert one.risk == Risk.AT_RISK.label, "critical is put off; half of the time has passed"
    assert one.told == 1
