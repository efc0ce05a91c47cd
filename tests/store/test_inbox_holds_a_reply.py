"""INGEST: an approved reply that has not left is held when the conversation goes on."""

from responder.domain.model import State
from responder.testing import FakeClock
from tests.store.shop import Shop


async def test_an_approved_reply_that_has_not_left_is_held_when_the_buyer_writes(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, _ = await shop.approved("It comes tomorrow.")

    await shop.buyer_writes("Cancel it!")

    one = await shop.read(conversation)
    assert (one.state, one.held, one.draft) == (State.WAITING, "It comes tomorrow.", None)
    assert await shop.queues.outbox.depth() == 0
    assert await shop.queues.draft.depth() == 1
    assert "held" in await shop.event_types(conversation)


async def test_an_approved_reply_that_has_not_left_is_held_when_somebody_answers_elsewhere(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, _ = await shop.approved("It comes tomorrow.")

    await shop.seller_answers_elsewhere()

    one = await shop.read(conversation)
    assert (one.state, one.held) == (State.ANSWERED, "It comes tomorrow.")
    assert await shop.queues.outbox.depth() == 0


async def test_the_approved_words_sent_by_somebody_elsewhere_are_not_sent_again(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, _ = await shop.approved("It comes tomorrow.")

    await shop.seller_answers_elsewhere("It comes  tomorrow.")

    assert (await shop.read(conversation)).state is State.ANSWERED
    assert await shop.queues.outbox.depth() == 0
    assert (await shop.texts(conversation))[-1] == "It comes  tomorrow."
