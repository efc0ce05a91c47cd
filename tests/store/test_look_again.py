"""What may have changed a promise has the clock looked at: one conversation, or a whole account."""

from dataclasses import replace
from datetime import datetime, timedelta

from responder.domain.model import AccountId
from responder.store import remarks
from responder.store.database import Database
from responder.store.drafts import store_drafts
from responder.store.replan import PACE, look_again, look_at_all, promised
from responder.testing import FakeClock
from responder.workers.rings import rung_by
from tests.store.shop import Shop

HOUR = timedelta(hours=1)

# Looks


async def test_a_look_is_brought_forward_and_never_put_off(shop: Shop, clock: FakeClock) -> None:
    name = await shop.buyer_writes()
    soon = clock.now() + HOUR

    assert await look_again(shop.database, shop.partition, {name: soon}) == 1
    assert await look_again(shop.database, shop.partition, {name: soon + HOUR}) == 0
    assert await look_again(shop.database, shop.partition, {}) == 0

    assert await shop.queues.watch.next_at() == soon


async def test_who_looks_at_it_now_loses_it(shop: Shop, clock: FakeClock) -> None:
    name = await shop.buyer_writes()
    clock.advance(13 * HOUR)
    claim = await shop.take(shop.queues.watch)

    await look_again(shop.database, shop.partition, {name: clock.now()})

    assert not await shop.queues.watch.done(claim)
    assert (await shop.take(shop.queues.watch)).item == name


async def test_another_tag_has_the_clock_looked_at(shop: Shop, clock: FakeClock) -> None:
    name = await shop.buyer_writes()

    await remarks.annotate(shop.database, name, "ann", "assigned", {"assignee": "ann"})
    assert await shop.queues.watch.next_at() == clock.now() + 12 * HOUR
    await remarks.tag(shop.database, name, "ann", add=["vip"])

    assert await shop.queues.watch.next_at() == clock.now()


async def test_a_tag_on_what_is_answered_has_nothing_looked_at(shop: Shop) -> None:
    name = await shop.buyer_writes()
    await shop.seller_answers_elsewhere()

    await remarks.tag(shop.database, name, "ann", add=["vip"])

    assert await shop.queues.watch.depth() == 0


async def test_a_draft_has_the_clock_looked_at_where_the_intent_may_matter(
    shop: Shop, clock: FakeClock
) -> None:
    name = await shop.buyer_writes()
    claim = await shop.take(shop.queues.draft)

    await store_drafts(shop.database, [replace(shop.proposed(claim, 1), look=True)])

    assert (await shop.read(name)).draft is not None
    assert await shop.queues.watch.next_at() == clock.now()


# Whole accounts


async def _promised(shop: Shop) -> tuple[str, datetime | None]:
    return (await promised(shop.database, [shop.account]))[shop.account]


async def test_all_that_is_open_is_looked_at_one_after_another_and_then_noted(
    database: Database, clock: FakeClock
) -> None:
    shop, other = Shop(database, clock), Shop(database, clock, AccountId("amazon-de"))
    on_its_way, _ = await shop.approved(thread="approved")
    names = [await shop.buyer_writes(thread=f"t{number}") for number in range(30)]
    await shop.buyer_writes(thread="answered")
    await shop.seller_answers_elsewhere(thread="answered")
    theirs = await other.buyer_writes()
    assert await _promised(shop) == ("", None)

    await look_at_all(database, shop.partition, {shop.account: "abc"})

    clock.advance(100 * PACE)
    looks = {claim.item for claim in await shop.queues.watch.claim(100)}
    assert looks == {*names, on_its_way}
    assert theirs not in looks
    assert (await _promised(shop))[0] == "abc"
    assert await _promised(other) == ("", None)


async def test_alerts_come_between_the_looks(shop: Shop, clock: FakeClock) -> None:
    for number in range(20):
        await shop.buyer_writes(thread=f"t{number}")

    await look_at_all(shop.database, shop.partition, {shop.account: "abc"})

    clock.advance(10 * PACE)
    assert len(await shop.queues.watch.claim(100)) == 12


async def test_a_promise_is_as_old_as_when_it_was_noted_first(shop: Shop, clock: FakeClock) -> None:
    start = clock.now()
    for _ in range(2):
        await look_at_all(shop.database, shop.partition, {shop.account: "abc"})
        clock.advance(HOUR)

    assert await _promised(shop) == ("abc", start)


async def test_whoever_watches_is_woken_by_each_look(shop: Shop) -> None:
    for _ in range(2):
        await look_at_all(shop.database, shop.partition, {shop.account: "abc"})

    events = await shop.events()
    assert [event.type for event in events] == ["promised", "promised"]
    assert {rung_by(event.type) for event in events} == {("watch",)}
