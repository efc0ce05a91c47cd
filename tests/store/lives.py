"""Whole lives of a conversation, from the first message until it is closed."""

from responder.store import remarks
from responder.store.notices import finish_notice
from responder.testing import FakeClock
from tests.store.shop import UNDO, Shop


async def answer(shop: Shop, clock: FakeClock, thread: str = "t") -> None:
    conversation, _ = await shop.approved(thread=thread)
    clock.advance(UNDO)
    reply = await shop.attempt(await shop.take(shop.queues.outbox))
    await shop.accept(conversation, reply, f"R-{thread}")


async def busy_life(shop: Shop, clock: FakeClock) -> None:
    """Most of what can happen to a conversation, until it is closed."""
    conversation, _ = await shop.approved()
    await shop.desk.withdraw(conversation, "ann")
    await shop.approve(conversation)
    clock.advance(UNDO)
    claim = await shop.take(shop.queues.outbox)
    await shop.attempt(claim)
    await shop.buyer_writes("Hello?")
    await shop.lose_answer(claim)
    await shop.desk.resolve_uncertain(conversation, "sue", was_sent=False)
    await shop.desk.reject(conversation, "ann", version=None, again=True, why="")
    await shop.draft()
    await remarks.annotate(
        shop.database, conversation, "ann", "tags", {"tags": "vip", "assignee": "ann"}
    )
    await remarks.note(shop.database, conversation, "ann", "careful")
    await shop.approve(conversation)
    clock.advance(UNDO)
    reply = await shop.attempt(await shop.take(shop.queues.outbox))
    await shop.accept(conversation, reply)
    await shop.receive(shop.refusal(reply.id))
    await shop.lease(conversation)
    await shop.desk.no_reply_needed(conversation, "ann")
    for alert in await shop.queues.alert.claim(10):
        await finish_notice(shop.database, alert)
