"""Our own replies read back from the marketplace are known for ours."""

from datetime import timedelta

import pytest

from responder.domain.model import State
from responder.store.outbox import Verdict, attempt, outgoing
from responder.testing import FakeClock
from tests.store.copies import TEXT, answered, on_the_wire, read_back
from tests.store.shop import UNDO, Shop

HOUR = timedelta(hours=1)


async def test_a_reply_read_back_is_not_stored_twice(shop: Shop, clock: FakeClock) -> None:
    conversation = await answered(shop, clock)
    before = await shop.read(conversation)

    await read_back(shop, clock)

    assert await shop.texts(conversation) == ["Where is my parcel?", TEXT]
    assert await shop.read(conversation) == before


async def test_a_reply_read_back_under_the_name_of_its_receipt_is_not_stored_twice(
    shop: Shop, clock: FakeClock
) -> None:
    conversation = await answered(shop, clock, receipt="R1")

    await read_back(shop, clock, name="R1")

    assert await shop.texts(conversation) == ["Where is my parcel?", TEXT]


async def test_a_copy_under_the_name_of_its_receipt_may_have_other_words(
    shop: Shop, clock: FakeClock
) -> None:
    conversation = await answered(shop, clock, receipt="R1")

    stored = await shop.receive(shop.our_own("It comes tomorrow. -- sent by the shop", name="R1"))

    assert stored.messages == 0
    assert await shop.texts(conversation) == ["Where is my parcel?", TEXT]


async def test_a_reply_read_back_does_not_answer_what_the_buyer_wrote_meanwhile(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, reply = await on_the_wire(shop, clock)
    await shop.buyer_writes("And the invoice?")
    await shop.accept(conversation, reply)
    clock.advance(HOUR)

    await read_back(shop, clock)

    assert (await shop.read(conversation)).state is State.WAITING


async def test_a_copy_that_lost_its_signs_does_not_answer_what_the_buyer_wrote_meanwhile(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, _ = await shop.approved("It's on its way 👍❤️")
    clock.advance(UNDO)
    reply = await shop.attempt(await shop.take(shop.queues.outbox))
    await shop.buyer_writes("And the invoice?")
    await shop.accept(conversation, reply)
    clock.advance(HOUR)

    await shop.receive(shop.our_own("It&#39;s on its way ???", name="copy-1"))

    assert (await shop.read(conversation)).state is State.WAITING


@pytest.mark.parametrize("first_name", ["copy-1", "R1"])
async def test_the_same_words_once_more_are_an_answer_of_somebody_else(
    shop: Shop, clock: FakeClock, first_name: str
) -> None:
    conversation = await answered(shop, clock, receipt="R1")
    await read_back(shop, clock, name=first_name)
    await shop.buyer_writes("And now?")
    clock.advance(HOUR)

    await read_back(shop, clock, name="typed-by-a-colleague")

    assert (await shop.read(conversation)).state is State.ANSWERED
    assert len(await shop.texts(conversation)) == 4


async def test_words_read_back_before_the_answer_prove_that_the_reply_arrived(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, _ = await on_the_wire(shop, clock)

    await read_back(shop, clock, name="copy-1")

    claim = await shop.take(shop.queues.outbox)
    verdict, reply = await attempt(shop.database, claim)
    assert verdict is Verdict.PROOF
    assert reply is not None
    assert reply.proof == "copy-1"
    assert await shop.accept(conversation, reply, reply.proof) is State.ANSWERED


async def test_words_read_back_prove_an_uncertain_reply(shop: Shop, clock: FakeClock) -> None:
    conversation, _ = await shop.approved(TEXT)
    clock.advance(UNDO)
    claim = await shop.take(shop.queues.outbox)
    await shop.attempt(claim)
    await shop.lose_answer(claim)

    await read_back(shop, clock)

    claim = await shop.take(shop.queues.outbox)
    verdict, reply = await attempt(shop.database, claim)
    assert verdict is Verdict.PROOF
    assert reply is not None
    assert await shop.accept(conversation, reply, reply.proof) is State.ANSWERED
    assert await shop.texts(conversation) == ["Where is my parcel?", TEXT]


async def test_after_a_proof_the_same_words_once_more_are_an_answer_of_somebody_else(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, reply = await on_the_wire(shop, clock)
    await read_back(shop, clock, name="copy-1")
    await shop.accept(conversation, reply, "copy-1")
    await shop.buyer_writes("And now?")
    clock.advance(HOUR)

    await read_back(shop, clock, name="typed-by-a-colleague")

    assert (await shop.read(conversation)).state is State.ANSWERED


@pytest.mark.parametrize("pages", [1, 2])
async def test_a_reply_is_proved_once(shop: Shop, clock: FakeClock, pages: int) -> None:
    conversation, _ = await on_the_wire(shop, clock)
    copies = [shop.our_own(TEXT, name=name) for name in ("copy-1", "typed-by-a-colleague")]

    for page in [copies] if pages == 1 else [copies[:1], copies[1:]]:
        await shop.receive(*page)

    reply = await outgoing(shop.database, conversation)
    assert reply is not None
    assert reply.proof == "copy-1"
    assert len(await shop.texts(conversation)) == 2


async def test_the_copy_of_an_earlier_reply_proves_nothing_about_the_next_one(
    shop: Shop, clock: FakeClock
) -> None:
    conversation = await answered(shop, clock, receipt="R1")
    await shop.buyer_writes("And now?")
    await shop.draft()
    await shop.approve(conversation, TEXT)
    clock.advance(UNDO)
    await shop.attempt(await shop.take(shop.queues.outbox))

    await read_back(shop, clock, name="copy-of-the-first")

    reply = await outgoing(shop.database, conversation)
    assert reply is not None
    assert reply.proof == ""


async def test_copies_that_are_listed_late_are_recognized_in_any_order(
    shop: Shop, clock: FakeClock
) -> None:
    conversation = await answered(shop, clock, receipt="R1")
    await shop.buyer_writes("And now?")
    await shop.draft()
    await shop.approve(conversation, "Soon.")
    clock.advance(UNDO)
    await shop.accept(conversation, await shop.attempt(await shop.take(shop.queues.outbox)), "R2")
    before = await shop.texts(conversation)

    stored = await shop.receive(shop.our_own("Soon."), shop.our_own(TEXT))

    assert stored.messages == 0
    assert await shop.texts(conversation) == before


@pytest.mark.parametrize("later", [7, 8])
async def test_the_copies_of_the_last_eight_replies_are_recognized(
    shop: Shop, clock: FakeClock, later: int
) -> None:
    conversation = await answered(shop, clock)
    for number in range(later):
        await shop.buyer_writes("And now?")
        await shop.draft()
        await shop.approve(conversation, f"Soon, the {number}th time.")
        clock.advance(UNDO)
        reply = await shop.attempt(await shop.take(shop.queues.outbox))
        await shop.accept(conversation, reply, f"R-{number}")

    stored = await shop.receive(shop.our_own(TEXT))

    assert stored.messages == (0 if later < 8 else 1)


async def test_other_words_of_the_seller_are_an_answer_given_elsewhere(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, _ = await on_the_wire(shop, clock)

    await shop.seller_answers_elsewhere("Something else", at=clock.now())

    one = await shop.read(conversation)
    assert (one.state, one.waiting_since) == (State.APPROVED, None)
    assert (await shop.texts(conversation))[-1] == "Something else"
