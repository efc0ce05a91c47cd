"""INGEST: an answer given elsewhere clears what it answers, and stops the clock of no more."""

from datetime import timedelta

from responder.domain.model import State
from responder.testing import FakeClock
from tests.store.shop import Shop

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


async def test_an_answer_given_elsewhere_clears_exactly_the_messages_up_to_it(
    shop: Shop, clock: FakeClock
) -> None:
    start = clock.now()
    conversation = await shop.buyer_writes("one", at=start)
    await shop.buyer_writes("two", at=start + MINUTE)
    await shop.buyer_writes("three", at=start + 3 * MINUTE)

    await shop.seller_answers_elsewhere(at=start + 2 * MINUTE)

    one = await shop.read(conversation)
    assert one.state is State.WAITING
    assert one.waiting_since == start + 3 * MINUTE
    assert one.due_at == start + 3 * MINUTE + 24 * HOUR
    assert await shop.queues.watch.next_at() == start + 3 * MINUTE + 12 * HOUR


async def test_an_answer_given_elsewhere_to_everything_stops_the_clock(
    shop: Shop, clock: FakeClock
) -> None:
    conversation = await shop.buyer_writes()

    await shop.seller_answers_elsewhere()

    one = await shop.read(conversation)
    assert (one.state, one.waiting_since, one.due_at, one.risk) == (
        State.ANSWERED,
        None,
        None,
        "none",
    )
    assert await shop.queues.draft.depth() == 0
    assert await shop.queues.watch.depth() == 0
    assert "answered_elsewhere" in await shop.event_types(conversation)


async def test_an_answer_given_before_the_buyer_wrote_stops_no_clock(
    shop: Shop, clock: FakeClock
) -> None:
    conversation = await shop.buyer_writes()

    await shop.seller_answers_elsewhere(at=clock.now() - MINUTE)

    assert (await shop.read(conversation)).waiting_since == clock.now()


async def test_an_old_message_that_comes_after_its_answer_is_not_owed(
    shop: Shop, clock: FakeClock
) -> None:
    await shop.seller_answers_elsewhere(at=clock.now())

    conversation = await shop.buyer_writes("older", at=clock.now() - MINUTE)

    assert (await shop.read(conversation)).state is State.ANSWERED


async def test_a_message_written_in_the_very_second_of_the_answer_is_owed(
    shop: Shop, clock: FakeClock
) -> None:
    before = await shop.buyer_writes(thread="before")
    await shop.seller_answers_elsewhere(thread="before", at=clock.now())
    await shop.seller_answers_elsewhere(thread="after", at=clock.now())
    after = await shop.buyer_writes(thread="after")

    assert (await shop.read(before)).waiting_since == clock.now()
    assert (await shop.read(after)).waiting_since == clock.now()


async def test_an_older_answer_that_comes_late_makes_nothing_owed_again(
    shop: Shop, clock: FakeClock
) -> None:
    await shop.seller_answers_elsewhere("newer", at=clock.now())
    await shop.seller_answers_elsewhere("older", at=clock.now() - HOUR)

    conversation = await shop.buyer_writes(at=clock.now() - MINUTE)

    assert (await shop.read(conversation)).state is State.ANSWERED


async def test_an_old_message_that_is_answered_already_has_the_open_one_drafted_again(
    shop: Shop, clock: FakeClock
) -> None:
    await shop.seller_answers_elsewhere(at=clock.now() - HOUR)
    conversation = await shop.buyer_writes()
    await shop.draft()

    await shop.buyer_writes("older than the answer", at=clock.now() - 2 * HOUR)

    one = await shop.read(conversation)
    assert one.waiting_since == clock.now()
    assert one.draft is None
    assert await shop.draft() == 1


async def test_an_answer_given_elsewhere_is_told_once(shop: Shop, clock: FakeClock) -> None:
    conversation = await shop.buyer_writes()
    await shop.seller_answers_elsewhere()

    await shop.seller_answers_elsewhere("And one more thing")

    assert (await shop.event_types(conversation)).count("answered_elsewhere") == 1
