"""An attempt that surely did nothing is tried again later."""

from datetime import timedelta

from responder.store.outbox import outgoing, try_later
from responder.testing import FakeClock
from tests.store.in_hand import LEASE, ready
from tests.store.shop import Shop

HOUR = timedelta(hours=1)


async def test_an_attempt_that_surely_did_nothing_is_tried_again_later(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, claim = await ready(shop, clock)
    await shop.attempt(claim)

    assert await try_later(shop.database, claim, clock.now() + HOUR)

    reply = await outgoing(shop.database, conversation)
    assert reply is not None
    assert reply.state == "queued"
    assert not await shop.queues.outbox.done(claim)
    assert await shop.queues.outbox.next_at() == clock.now() + HOUR
    clock.advance(HOUR)
    claim = await shop.take(shop.queues.outbox)
    assert (claim.tries, (await shop.attempt(claim)).attempts) == (2, 2)


async def test_a_claim_that_was_not_attempted_is_put_off_too(shop: Shop, clock: FakeClock) -> None:
    conversation, claim = await ready(shop, clock)

    assert await try_later(shop.database, claim, clock.now() + HOUR)

    reply = await outgoing(shop.database, conversation)
    assert reply is not None
    assert reply.state == "queued"


async def test_a_worker_that_lost_its_lease_cannot_put_the_reply_off(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, lost = await ready(shop, clock)
    await shop.attempt(lost)
    clock.advance(LEASE)
    claim = await shop.take(shop.queues.outbox)

    assert not await try_later(shop.database, lost, clock.now() + HOUR)

    reply = await outgoing(shop.database, conversation)
    assert reply is not None
    assert reply.state == "sending"
    assert await shop.queues.outbox.done(claim)
