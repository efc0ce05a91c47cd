"""An accepted reply answers what its approver had seen, once."""

from datetime import timedelta

import pytest

from responder.domain.model import State, Token
from responder.errors import Conflict
from responder.store import remarks
from responder.store.outbox import outgoing
from responder.store.threads import messages
from responder.testing import FakeClock
from tests.store.in_hand import LEASE, ready
from tests.store.shop import UNDO, Shop

HOUR = timedelta(hours=1)

# Sent


async def test_an_accepted_reply_answers_the_buyer(shop: Shop, clock: FakeClock) -> None:
    start = clock.now()
    conversation, claim = await ready(shop, clock)
    reply = await shop.attempt(claim)

    state = await shop.accept(conversation, reply, "R1")

    one = await shop.read(conversation)
    assert state is one.state is State.ANSWERED
    assert (one.waiting_since, one.due_at, one.told, one.held) == (None, None, 0, "")
    stored = (await messages(shop.database, conversation))[-1]
    assert (stored.id, stored.text, stored.approved_by) == ("R1", "Tomorrow.", "ann")
    event = (await shop.events())[-1]
    assert (event.type, event.data["reply"], event.data["told_by"]) == ("sent", reply.id, "sender")
    assert int(event.data["waiting_since"]) == int(start.timestamp() * 1000)


async def test_an_accepted_reply_leaves_no_work_behind(shop: Shop, clock: FakeClock) -> None:
    conversation, claim = await ready(shop, clock)

    await shop.accept(conversation, await shop.attempt(claim))

    assert await outgoing(shop.database, conversation) is None
    depths = await shop.queues.depths()
    assert {name for name, depth in depths.items() if depth} == {"poll"}


async def test_a_reply_that_is_told_twice_counts_once(shop: Shop, clock: FakeClock) -> None:
    conversation, claim = await ready(shop, clock)
    reply = await shop.attempt(claim)
    await shop.accept(conversation, reply, "R1")
    before = await shop.events()

    again = await shop.accept(conversation, reply, "R2")

    assert again is None
    assert len(await shop.texts(conversation)) == 2
    assert await shop.events() == before


async def test_an_acceptance_that_is_told_late_does_not_settle_the_next_reply(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, claim = await ready(shop, clock)
    first = await shop.attempt(claim)
    await shop.accept(conversation, first, "R1")
    await shop.buyer_writes("And now?")
    await shop.draft()
    await shop.approve(conversation, "Soon.")

    assert await shop.accept(conversation, first, "R1") is None
    assert (await shop.read(conversation)).state is State.APPROVED


async def test_an_acceptance_needs_no_lease(shop: Shop, clock: FakeClock) -> None:
    conversation, claim = await ready(shop, clock)
    reply = await shop.attempt(claim)
    clock.advance(LEASE)
    await shop.take(shop.queues.outbox)

    assert await shop.accept(conversation, reply) is State.ANSWERED


async def test_a_reply_to_a_conversation_that_is_gone_settles_nothing(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, claim = await ready(shop, clock)
    reply = await shop.attempt(claim)
    for key in shop.partition.conversation(conversation):
        await shop.database.redis.delete(key)

    assert await shop.accept(conversation, reply) is None


async def test_a_buyer_who_writes_while_the_reply_is_under_way_is_owed_the_next_one(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, claim = await ready(shop, clock)
    reply = await shop.attempt(claim)
    clock.advance(timedelta(seconds=1))
    wrote_at = clock.now()
    await shop.buyer_writes("And the invoice?")
    under_way = await shop.read(conversation)
    clock.advance(timedelta(seconds=1))

    state = await shop.accept(conversation, reply)

    one = await shop.read(conversation)
    assert under_way.state is State.APPROVED
    assert state is one.state is State.WAITING
    assert (one.waiting_since, one.due_at) == (wrote_at, wrote_at + 24 * HOUR)
    assert await shop.queues.watch.next_at() == wrote_at + 12 * HOUR
    assert await shop.draft() == 1


# Not sure, or not at all


async def test_what_was_told_of_a_clock_is_not_told_again_when_an_older_reply_is_accepted(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, claim = await ready(shop, clock)
    reply = await shop.attempt(claim)
    await shop.seller_answers_elsewhere("I called her", at=clock.now())
    clock.advance(timedelta(seconds=1))
    await shop.buyer_writes("And the invoice?")
    before = await shop.read(conversation)
    watching = await shop.queues.watch.next_at()
    await remarks.annotate(
        shop.database, conversation, "test", "told", {"told": "1", "risk": "at_risk"}
    )

    await shop.accept(conversation, reply)

    one = await shop.read(conversation)
    assert (one.waiting_since, one.due_at) == (before.waiting_since, before.due_at)
    assert (one.told, one.risk) == (1, "at_risk")
    assert await shop.queues.watch.next_at() == watching


async def test_the_store_is_asked_about_a_reply_that_there_is_not(shop: Shop) -> None:
    conversation = await shop.buyer_writes()

    assert await outgoing(shop.database, conversation) is None


async def test_a_reply_that_an_older_version_approved_answers_what_its_approver_had_seen(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, _ = await shop.approved()
    clock.advance(UNDO)
    reply = await shop.attempt(await shop.take(shop.queues.outbox))
    await shop.database.redis.hdel(shop.partition.conversation(conversation).reply, "covers")
    later = clock.now()
    await shop.buyer_writes("And the invoice?")

    assert await shop.accept(conversation, reply) is State.WAITING
    assert (await shop.read(conversation)).waiting_since == later


async def test_what_was_sent_is_not_approved_once_more_for_what_is_owed_again(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, _ = await shop.approved("One.")
    clock.advance(UNDO)
    first = await shop.attempt(await shop.take(shop.queues.outbox))
    await shop.accept(conversation, first, "R1")
    await shop.buyer_writes("And now?")
    await shop.draft("Two.")
    version = (await shop.read(conversation)).draft_version
    await shop.approve(conversation, "Two.")
    clock.advance(UNDO)
    second = await shop.attempt(await shop.take(shop.queues.outbox))
    await shop.receive(shop.refusal("R1"))
    assert await shop.accept(conversation, second, "R2") is State.WAITING

    with pytest.raises(Conflict) as refusal:
        await shop.desk.approve(conversation, "ann", Token(""), version=version, text="Two.")

    assert refusal.value.code == "stale_draft"
    assert (await shop.read(conversation)).draft is None
    assert await shop.draft("Three.") == 1
