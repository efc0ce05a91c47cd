"""Saying that no reply is needed stops the clock, until the buyer writes again."""

from datetime import timedelta

import pytest

from responder.domain.model import State
from responder.errors import Conflict
from responder.testing import FakeClock
from tests.store.shop import AGENT_LEASE, Shop

MINUTE = timedelta(minutes=1)


async def test_saying_that_no_reply_is_needed_stops_the_clock(shop: Shop, clock: FakeClock) -> None:
    conversation = await shop.drafted()
    await shop.lease(conversation, "ann")

    await shop.desk.no_reply_needed(conversation, "ann", newest=1)

    one = await shop.read(conversation)
    assert (one.state, one.waiting_since, one.due_at, one.holder) == (
        State.NO_REPLY_NEEDED,
        None,
        None,
        "",
    )
    assert await shop.queues.watch.depth() == 0
    assert await shop.queues.draft.depth() == 0
    event = (await shop.events())[-1]
    assert (event.type, event.data["by"]) == ("no_reply_needed", "ann")


async def test_no_reply_needed_takes_the_draft_out_of_work(shop: Shop) -> None:
    conversation = await shop.buyer_writes()

    await shop.desk.no_reply_needed(conversation, "ann")

    assert await shop.queues.draft.depth() == 0


async def test_saying_twice_that_no_reply_is_needed_is_one_change(shop: Shop) -> None:
    conversation = await shop.buyer_writes()
    await shop.desk.no_reply_needed(conversation, "ann")

    await shop.desk.no_reply_needed(conversation, "ann")

    assert (await shop.event_types(conversation)).count("no_reply_needed") == 1


async def test_the_clock_starts_anew_when_the_buyer_writes_again(
    shop: Shop, clock: FakeClock
) -> None:
    conversation = await shop.buyer_writes()
    await shop.desk.no_reply_needed(conversation, "ann")
    clock.advance(MINUTE)

    await shop.buyer_writes("Are you there?")

    one = await shop.read(conversation)
    assert (one.state, one.waiting_since) == (State.WAITING, clock.now())


async def test_who_has_not_seen_the_newest_message_cannot_say_that_none_is_needed(
    shop: Shop,
) -> None:
    conversation = await shop.buyer_writes()
    await shop.buyer_writes("Cancel it!")

    with pytest.raises(Conflict) as refusal:
        await shop.desk.no_reply_needed(conversation, "ann", newest=1)

    assert (refusal.value.code, refusal.value.details) == ("newer_message", {"now": "2"})


async def test_only_the_holder_says_that_no_reply_is_needed(shop: Shop, clock: FakeClock) -> None:
    conversation = await shop.buyer_writes()
    await shop.lease(conversation, "bob")

    with pytest.raises(Conflict) as refusal:
        await shop.desk.no_reply_needed(conversation, "ann")

    assert (refusal.value.code, refusal.value.details) == ("not_claimed", {"holder": "bob"})
    clock.advance(AGENT_LEASE)
    await shop.desk.no_reply_needed(conversation, "ann")


async def test_a_reply_on_its_way_needs_no_such_word(shop: Shop) -> None:
    conversation = await shop.drafted()
    await shop.approve(conversation)

    with pytest.raises(Conflict) as refusal:
        await shop.desk.no_reply_needed(conversation, "ann")

    assert (refusal.value.code, refusal.value.details) == ("wrong_state", {"now": "approved"})
