"""Replies among the dead letters: replayed, dropped, and overtaken by newer ones."""

from datetime import timedelta

import pytest

from responder.domain.model import ConversationId, ReplyId, State
from responder.store.dead_letters import bury, dead_letters, drop, replay
from responder.testing import FakeClock
from tests.store.shop import UNDO, Shop


async def dead_reply(
    shop: Shop, clock: FakeClock, *, leaves: bool = False
) -> tuple[ConversationId, ReplyId, str]:
    """A reply that was given up, maybe while it was on its way; the last is its letter's name."""
    conversation, reply = await shop.approved()
    clock.advance(timedelta(minutes=1))
    claim = await shop.take(shop.queues.outbox)
    if leaves:
        await shop.attempt(claim)
    await bury(shop.database, shop.queues.outbox, claim, "KeyError", None)
    [name] = await dead_letters(shop.database)
    return conversation, reply, name


async def test_a_reply_that_was_given_up_is_sent_once_more(shop: Shop, clock: FakeClock) -> None:
    conversation, reply, name = await dead_reply(shop, clock)

    await replay(shop.database, name, "ann")

    claim = await shop.take(shop.queues.outbox)
    assert claim.item == conversation
    assert (await shop.attempt(claim)).id == reply


@pytest.mark.parametrize(("leaves", "state"), [(False, State.WAITING), (True, State.UNCERTAIN)])
async def test_a_reply_whose_letter_is_dropped_is_left_to_a_person(
    shop: Shop, clock: FakeClock, *, leaves: bool, state: State
) -> None:
    conversation, _, name = await dead_reply(shop, clock, leaves=leaves)

    assert await drop(shop.database, name, "ann")

    one = await shop.read(conversation)
    assert one.state is state
    assert one.problem.endswith("somebody has given it up")
    assert list(await shop.places(conversation)) == [state]
    assert await shop.queues.alert.depth() == 0


async def test_a_reply_that_was_tried_again_meanwhile_is_not_touched_by_its_dropped_letter(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, reply, name = await dead_reply(shop, clock)
    await shop.queues.outbox.schedule(shop.partition, {conversation: clock.now()})

    assert await drop(shop.database, name, "ann")

    assert (await shop.attempt(await shop.take(shop.queues.outbox))).id == reply


async def test_an_old_letter_that_is_replayed_leaves_a_newer_reply_its_undo_window(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, _, name = await dead_reply(shop, clock)
    await shop.desk.withdraw(conversation, "ann")
    await shop.approve(conversation, "Other words.")

    await replay(shop.database, name, "ann")

    assert await shop.queues.outbox.next_at() == clock.now() + UNDO
