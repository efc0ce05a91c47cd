"""INGEST: which message starts the reply clock, from when it runs, and when it is watched."""

from dataclasses import replace
from datetime import timedelta

import pytest

from responder.domain.model import Author, Kind, State
from responder.domain.sla import SlaPolicy
from responder.testing import FakeClock
from tests.store.shop import Shop

HOUR = timedelta(hours=1)


async def test_a_buyers_message_starts_the_clock_at_the_marketplaces_time(
    shop: Shop, clock: FakeClock
) -> None:
    wrote_at = clock.now() - HOUR

    conversation = await shop.buyer_writes("Where is it?", at=wrote_at)

    one = await shop.read(conversation)
    assert one.state is State.WAITING
    assert one.waiting_since == wrote_at
    assert one.due_at == wrote_at + timedelta(hours=24)
    assert (one.newest, one.buyer, one.preview) == (1, "Jane", "Where is it?")
    assert one.created_at == clock.now()


async def test_a_buyers_message_is_watched_from_its_first_threshold_and_drafted_at_once(
    shop: Shop, clock: FakeClock
) -> None:
    await shop.buyer_writes()

    assert await shop.queues.watch.next_at() == clock.now() + 12 * HOUR
    assert await shop.queues.draft.next_at() == clock.now()
    assert await shop.queues.outbox.next_at() is None


async def test_a_deadline_that_the_marketplace_names_is_kept(shop: Shop, clock: FakeClock) -> None:
    due_at = clock.now() + 30 * HOUR

    await shop.receive(shop.arrival(due_at=due_at))

    assert (await shop.read(shop.conversation())).due_at == due_at


# The clock


async def test_a_buyer_who_writes_again_does_not_restart_the_clock(
    shop: Shop, clock: FakeClock
) -> None:
    first_at = clock.now()
    conversation = await shop.buyer_writes()
    clock.advance(HOUR)

    await shop.buyer_writes("Hello??")

    one = await shop.read(conversation)
    assert one.waiting_since == first_at
    assert one.due_at == first_at + 24 * HOUR
    assert (one.newest, one.preview) == (2, "Hello??")


async def test_a_buyer_who_writes_again_keeps_the_alerts_that_were_told(
    shop: Shop, clock: FakeClock
) -> None:
    await shop.buyer_writes()
    watching = await shop.queues.watch.next_at()
    clock.advance(HOUR)

    await shop.buyer_writes("Hello??")

    assert await shop.queues.watch.next_at() == watching


async def test_an_older_message_that_comes_late_moves_the_clock_back(
    shop: Shop, clock: FakeClock
) -> None:
    conversation = await shop.buyer_writes()
    older = clock.now() - 3 * HOUR

    await shop.buyer_writes("My first question", at=older)

    one = await shop.read(conversation)
    assert one.waiting_since == older
    assert one.due_at == older + 24 * HOUR
    assert await shop.queues.watch.next_at() == older + 12 * HOUR


async def test_messages_of_one_page_may_come_in_any_order(shop: Shop, clock: FakeClock) -> None:
    now = clock.now()

    await shop.receive(shop.arrival(at=now), shop.arrival(at=now - HOUR), shop.arrival(at=now))

    assert (await shop.read(shop.conversation())).waiting_since == now - HOUR


@pytest.mark.parametrize(
    ("author", "kind"),
    [
        (Author.PLATFORM, Kind.NOTICE),
        (Author.PLATFORM, Kind.CHAT),
        (Author.PLATFORM, Kind.REFUSAL),
        (Author.BUYER, Kind.NOTICE),
        (Author.SELLER, Kind.NOTICE),
        (Author.SELLER, Kind.CHAT),
    ],
)
async def test_only_a_buyers_chat_starts_the_clock(shop: Shop, author: Author, kind: Kind) -> None:
    await shop.receive(shop.arrival(author, "words", kind=kind))

    one = await shop.read(shop.conversation())
    assert one.state is State.ANSWERED
    assert (one.waiting_since, one.due_at, one.newest) == (None, None, 0)
    depths = await shop.queues.depths()
    assert {name: depth for name, depth in depths.items() if depth} == {"poll": 1}


async def test_a_buyers_message_without_a_plan_is_kept_but_owes_nothing(shop: Shop) -> None:
    await shop.receive(replace(shop.arrival(), plan=None))

    one = await shop.read(shop.conversation())
    assert (one.state, one.due_at, one.newest) == (State.ANSWERED, None, 1)


async def test_a_notice_leaves_a_running_clock_alone(shop: Shop, clock: FakeClock) -> None:
    conversation = await shop.buyer_writes()
    await shop.draft()
    before = await shop.read(conversation)
    clock.advance(HOUR)

    await shop.receive(shop.arrival(Author.SELLER, "We will be with you", kind=Kind.NOTICE))

    one = await shop.read(conversation)
    assert (one.state, one.waiting_since, one.due_at) == (
        State.WAITING,
        before.waiting_since,
        before.due_at,
    )
    assert one.draft == before.draft


# Answered elsewhere


async def test_a_buyer_who_writes_after_all_was_answered_starts_a_new_clock(
    shop: Shop, clock: FakeClock
) -> None:
    conversation = await shop.buyer_writes()
    await shop.seller_answers_elsewhere()
    clock.advance(HOUR)

    await shop.buyer_writes("One more thing")

    one = await shop.read(conversation)
    assert (one.state, one.waiting_since) == (State.WAITING, clock.now())


async def test_a_notice_does_not_change_that_no_reply_was_needed(shop: Shop) -> None:
    conversation = await shop.buyer_writes()
    await shop.desk.no_reply_needed(conversation, "ann")

    await shop.receive(shop.arrival(Author.PLATFORM, kind=Kind.NOTICE))

    assert (await shop.read(conversation)).state is State.NO_REPLY_NEEDED


async def test_a_conversation_is_in_the_index_of_its_state_alone(
    shop: Shop, clock: FakeClock
) -> None:
    conversation = await shop.buyer_writes()
    due_at = clock.now() + 24 * HOUR
    waiting = await shop.places(conversation)
    clock.advance(HOUR)
    await shop.seller_answers_elsewhere(at=clock.now())
    answered, answered_at = await shop.places(conversation), clock.now()
    clock.advance(HOUR)
    await shop.buyer_writes()

    assert waiting == {State.WAITING: due_at}
    assert answered == {State.ANSWERED: answered_at}
    assert await shop.places(conversation) == {State.WAITING: clock.now() + 24 * HOUR}


# What a conversation knows


async def test_a_clock_that_starts_late_in_its_time_is_watched_at_once(
    shop: Shop, clock: FakeClock
) -> None:
    await shop.buyer_writes(at=clock.now() - 23 * HOUR)

    watching = await shop.queues.watch.next_at()

    assert watching is not None
    assert watching <= clock.now()


async def test_a_plan_without_warnings_is_watched_from_its_deadline(
    shop: Shop, clock: FakeClock
) -> None:
    plain = SlaPolicy("plain", 3 * HOUR).plan(clock.now())

    await shop.receive(replace(shop.arrival(), plan=plain))

    assert await shop.queues.watch.next_at() == clock.now() + 3 * HOUR
