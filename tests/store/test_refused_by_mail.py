"""Refusals that come by mail later: what was answered is owed again, once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from responder.domain.model import Author, Kind, State
from responder.domain.states import Change
from responder.store.notices import read_notice
from responder.store.outbox import Return, outgoing, returned
from responder.store.remarks import annotate
from responder.store.threads import messages
from responder.store.times import ms
from responder.testing import FakeClock
from tests.store.copies import TEXT, answered, on_the_wire, read_back
from tests.store.shop import UNDO, Shop

HOUR = timedelta(hours=1)


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


@pytest.mark.parametrize(("answered_after", "owed_from"), [(0 * HOUR, 0 * HOUR), (HOUR / 2, HOUR)])
async def test_a_refusal_later_owes_every_message_again(
    shop: Shop, clock: FakeClock, answered_after: timedelta, owed_from: timedelta
) -> None:
    start = clock.now()
    await shop.buyer_writes("one", at=start)
    await shop.buyer_writes("two", at=start + HOUR)
    await shop.draft()
    await shop.approve(shop.conversation(), TEXT)
    clock.advance(UNDO)
    reply = await shop.attempt(await shop.take(shop.queues.outbox))
    await shop.accept(shop.conversation(), reply, "R1")
    await shop.receive(shop.refusal("R1"))

    await shop.seller_answers_elsewhere(at=start + answered_after)

    one = await shop.read(shop.conversation())
    assert (one.state, one.waiting_since) == (State.WAITING, start + owed_from)


async def test_a_refusal_owes_again_what_was_written_in_the_second_of_another_answer(
    shop: Shop, clock: FakeClock
) -> None:
    conversation = await answered(shop, clock)
    wrote = (await messages(shop.database, conversation))[0].sent_at
    await shop.seller_answers_elsewhere("never mind", at=wrote)

    await shop.receive(shop.refusal("R1"))

    assert (await shop.read(conversation)).waiting_since == wrote


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


async def test_a_refusal_ends_a_snooze(shop: Shop, clock: FakeClock) -> None:
    conversation, _ = await shop.approved()
    clock.advance(UNDO)
    reply = await shop.attempt(await shop.take(shop.queues.outbox))
    await shop.accept(conversation, reply, "R1")
    later = str(ms(clock.now() + timedelta(hours=5)))
    await annotate(shop.database, conversation, "sue", "snoozed", {"snoozed_until": later})

    await shop.receive(shop.refusal("R1"))

    assert (await shop.read(conversation)).snoozed_until is None
