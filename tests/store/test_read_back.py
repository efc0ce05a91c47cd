"""Our own replies read back from the marketplace, and refusals that come by mail later."""

from dataclasses import replace
from datetime import timedelta

import pytest

from responder.domain.model import Author, ConversationId, Kind, State
from responder.domain.states import Change
from responder.store.notices import read_notice
from responder.store.outbox import (
    Outgoing,
    Return,
    Verdict,
    attempt,
    outgoing,
    returned,
)
from responder.store.threads import messages
from responder.testing import FakeClock
from tests.store.shop import UNDO, Shop

HOUR = timedelta(hours=1)
TEXT = "It comes tomorrow."


async def on_the_wire(shop: Shop, clock: FakeClock) -> tuple[ConversationId, Outgoing]:
    """A reply whose attempt is written down and whose answer has not come."""
    conversation, _ = await shop.approved(TEXT)
    clock.advance(UNDO)
    reply = await shop.attempt(await shop.take(shop.queues.outbox))
    return conversation, reply


async def answered(shop: Shop, clock: FakeClock, receipt: str = "R1") -> ConversationId:
    conversation, reply = await on_the_wire(shop, clock)
    await shop.accept(conversation, reply, receipt)
    return conversation


async def read_back(shop: Shop, clock: FakeClock, name: str = "copy-1") -> None:
    await shop.receive(
        shop.arrival(Author.SELLER, "It comes\r\n tomorrow. ", name=name, at=clock.now())
    )


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


# Refusals that come by mail


@pytest.mark.parametrize("by", ["reply", "receipt"])
async def test_a_refusal_later_reopens_with_the_old_clock(
    shop: Shop, clock: FakeClock, by: str
) -> None:
    start = clock.now()
    await shop.buyer_writes("one", at=start)
    await shop.buyer_writes("two", at=start + timedelta(minutes=1))
    await shop.draft()
    reply_id = await shop.approve(shop.conversation(), TEXT)
    clock.advance(UNDO)
    reply = await shop.attempt(await shop.take(shop.queues.outbox))
    await shop.accept(shop.conversation(), reply, "R1")
    clock.advance(HOUR)

    await shop.receive(shop.refusal(reply_id if by == "reply" else "R1"))

    one = await shop.read(shop.conversation())
    assert (one.state, one.waiting_since) == (State.WAITING, start)
    assert one.due_at == start + 24 * HOUR
    assert one.problem == "refused later by the marketplace"
    assert await shop.queues.watch.next_at() == clock.now()  # it may be promised otherwise now
    assert await shop.queues.draft.depth() == 1
    assert "refused" in await shop.event_types(shop.conversation())


@pytest.mark.parametrize("is_known", [True, False])
async def test_a_refusal_later_is_told_of_once(
    shop: Shop, clock: FakeClock, *, is_known: bool
) -> None:
    conversation, reply = await on_the_wire(shop, clock)
    if is_known:
        await shop.accept(conversation, reply, "R1")

    for _ in range(2):
        await shop.receive(shop.refusal(reply.id))

    notice = await read_notice(shop.database, await shop.take(shop.queues.alert))
    assert notice is not None
    assert (notice.kind, notice.conversation) == ("send_refused", conversation)


async def test_a_refusal_of_something_else_is_not_told_of(shop: Shop, clock: FakeClock) -> None:
    await answered(shop, clock)

    await shop.receive(shop.refusal("somebody-elses"))

    assert await shop.queues.alert.depth() == 0


async def test_a_refusal_later_owes_every_message_again(shop: Shop, clock: FakeClock) -> None:
    start = clock.now()
    await shop.buyer_writes("one", at=start)
    await shop.buyer_writes("two", at=start + HOUR)
    await shop.draft()
    await shop.approve(shop.conversation(), TEXT)
    clock.advance(UNDO)
    reply = await shop.attempt(await shop.take(shop.queues.outbox))
    await shop.accept(shop.conversation(), reply, "R1")
    await shop.receive(shop.refusal("R1"))

    await shop.seller_answers_elsewhere(at=start)

    one = await shop.read(shop.conversation())
    assert (one.state, one.waiting_since) == (State.WAITING, start + HOUR)


async def test_a_refusal_reopens_once(shop: Shop, clock: FakeClock) -> None:
    conversation = await answered(shop, clock)
    await shop.receive(shop.refusal("R1"))
    await shop.seller_answers_elsewhere(at=clock.now())

    await shop.receive(shop.refusal("R1"))

    assert (await shop.read(conversation)).state is State.ANSWERED


async def test_a_refusal_that_is_told_twice_reopens_once(shop: Shop, clock: FakeClock) -> None:
    conversation = await answered(shop, clock)
    await shop.receive(shop.refusal("R1"))
    await shop.desk.no_reply_needed(conversation, "ann")

    await shop.receive(shop.refusal("R1"))

    assert (await shop.read(conversation)).state is State.NO_REPLY_NEEDED


async def test_a_refusal_does_not_reopen_what_was_answered_elsewhere_since(
    shop: Shop, clock: FakeClock
) -> None:
    conversation = await answered(shop, clock)
    await shop.seller_answers_elsewhere("never mind", at=clock.now())

    await shop.receive(shop.refusal("R1"))

    one = await shop.read(conversation)
    assert (one.state, one.waiting_since) == (State.ANSWERED, None)
    assert await shop.queues.draft.depth() == 0


async def test_a_refusal_of_something_else_changes_no_state(shop: Shop, clock: FakeClock) -> None:
    conversation = await answered(shop, clock)

    await shop.receive(shop.refusal("somebody-elses"))

    one = await shop.read(conversation)
    assert (one.state, one.problem) == (State.ANSWERED, "")
    assert len(await messages(shop.database, conversation)) == 3


async def test_a_refusal_reopens_what_needed_no_reply_since(shop: Shop, clock: FakeClock) -> None:
    start = clock.now()
    conversation = await answered(shop, clock)
    await shop.buyer_writes("ok, thanks")
    await shop.desk.no_reply_needed(conversation, "ann")

    await shop.receive(shop.refusal("R1"))

    one = await shop.read(conversation)
    assert (one.state, one.waiting_since) == (State.WAITING, start)


@pytest.mark.parametrize("uncertain", [False, True])
async def test_a_refusal_before_we_know_of_the_acceptance_gives_the_words_back(
    shop: Shop, clock: FakeClock, uncertain: bool
) -> None:
    start = clock.now()
    conversation, reply_id = await shop.approved(TEXT)
    clock.advance(UNDO)
    claim = await shop.take(shop.queues.outbox)
    reply = await shop.attempt(claim)
    if uncertain:
        await shop.lose_answer(claim)

    await shop.receive(shop.refusal(reply_id))

    one = await shop.read(conversation)
    assert (one.state, one.waiting_since, one.held) == (State.WAITING, start, TEXT)
    assert await shop.queues.outbox.depth() == 0
    assert await outgoing(shop.database, conversation) is None
    assert await shop.accept(conversation, reply) is None
    assert (await shop.read(conversation)).state is State.WAITING


@pytest.mark.parametrize("pages", [1, 2])
async def test_the_copy_of_a_reply_that_was_refused_before_we_knew_answers_nothing(
    shop: Shop, clock: FakeClock, pages: int
) -> None:
    start = clock.now()
    conversation, reply_id = await shop.approved(TEXT)
    clock.advance(UNDO)
    await shop.attempt(await shop.take(shop.queues.outbox))
    clock.advance(HOUR)
    listed = [shop.refusal(reply_id), shop.our_own(TEXT, name="copy-1")]

    for page in [listed] if pages == 1 else [listed[:1], listed[1:]]:
        await shop.receive(*page)

    one = await shop.read(conversation)
    assert (one.state, one.waiting_since) == (State.WAITING, start)
    assert await shop.texts(conversation) == ["Where is my parcel?", "not delivered"]


async def test_a_copy_that_came_before_the_refusal_is_awaited_no_more(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, reply_id = await shop.approved(TEXT)
    clock.advance(UNDO)
    await shop.attempt(await shop.take(shop.queues.outbox))
    await read_back(shop, clock, name="copy-1")
    await shop.receive(shop.refusal(reply_id))
    clock.advance(HOUR)

    await read_back(shop, clock, name="typed-by-a-colleague")

    assert (await shop.read(conversation)).state is State.ANSWERED


@pytest.mark.parametrize(("was_sent", "state"), [(True, State.WAITING), (False, State.ANSWERED)])
async def test_only_what_was_refused_after_it_was_sent_comes_back_as_a_copy(
    shop: Shop, clock: FakeClock, was_sent: bool, state: State
) -> None:
    conversation, _ = await shop.approved(TEXT)
    clock.advance(UNDO)
    claim = await shop.take(shop.queues.outbox)
    reply = await shop.attempt(claim)
    back = Return(
        change=Change.REFUSED,
        reply_state=reply.state,
        why="no",
        reply_id=reply.id,
        claim=claim,
        was_sent=was_sent,
    )
    await returned(shop.database, conversation, back)

    await read_back(shop, clock)

    assert (await shop.read(conversation)).state is state


async def test_a_refusal_of_the_last_reply_holds_the_next_one(shop: Shop, clock: FakeClock) -> None:
    start = clock.now()
    conversation = await answered(shop, clock)
    await shop.buyer_writes("And now?")
    await shop.draft()
    await shop.approve(conversation, "Soon.")

    await shop.receive(shop.refusal("R1"))

    one = await shop.read(conversation)
    assert (one.state, one.held, one.waiting_since) == (State.WAITING, "Soon.", start)


async def test_a_notice_that_names_a_reply_refuses_nothing(shop: Shop, clock: FakeClock) -> None:
    conversation = await answered(shop, clock)
    notice = shop.arrival(Author.PLATFORM, "about R1", kind=Kind.NOTICE)

    await shop.receive(replace(notice, refuses="R1"))

    assert (await shop.read(conversation)).state is State.ANSWERED
