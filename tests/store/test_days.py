"""Messages answered in time and late, by the day on which they were sent."""

from datetime import timedelta

from responder.domain.budget import Tally
from responder.domain.model import ConversationId
from responder.store.days import KEPT, day_of, forget_days, read_days
from responder.testing import FakeClock
from tests.store.shop import Shop

HOUR = timedelta(hours=1)


async def tally(shop: Shop, ago: timedelta = timedelta(0)) -> Tally:
    days = (await read_days(shop.database, [shop.account]))[shop.account]
    return days.get(day_of(shop.clock.now() - ago), Tally())


async def send(shop: Shop, clock: FakeClock, conversation: ConversationId) -> None:
    clock.advance(timedelta(seconds=11))
    claim = await shop.take(shop.queues.outbox)
    await shop.accept(conversation, await shop.attempt(claim))


async def test_an_answer_counts_each_message_that_it_answers_once(
    shop: Shop, clock: FakeClock
) -> None:
    await shop.buyer_writes(at=clock.now() - 25 * HOUR)
    await shop.buyer_writes("Hello?", at=clock.now())
    await shop.draft()
    conversation = shop.conversation()
    await shop.approve(conversation)

    await send(shop, clock, conversation)

    assert await tally(shop) == Tally(in_time=1)
    assert await tally(shop, 25 * HOUR) == Tally(late=1)


async def test_an_answer_at_the_deadline_itself_is_in_time(shop: Shop, clock: FakeClock) -> None:
    wrote = clock.now()
    await shop.buyer_writes(at=wrote)
    await shop.seller_answers_elsewhere(at=wrote + 24 * HOUR)
    await shop.buyer_writes(thread="other", at=wrote)
    late = wrote + 24 * HOUR + timedelta(milliseconds=1)
    await shop.seller_answers_elsewhere(thread="other", at=late)

    assert await tally(shop) == Tally(in_time=1, late=1)


async def test_a_reply_that_is_refused_later_is_not_counted_any_more(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, _ = await shop.approved()
    await send(shop, clock, conversation)
    refusal = shop.refusal("R1")
    assert await tally(shop) == Tally(in_time=1)

    await shop.receive(refusal)
    await shop.receive(refusal)

    assert await tally(shop) == Tally()


async def test_what_a_refused_reply_answered_counts_by_the_answer_given_elsewhere(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, _ = await shop.approved()
    day = clock.now()
    await send(shop, clock, conversation)
    await shop.seller_answers_elsewhere(at=day + 30 * HOUR)

    await shop.receive(shop.refusal("R1"))

    assert await tally(shop) == Tally(late=1)


async def test_a_message_that_is_listed_after_its_answer_counts_too(
    shop: Shop, clock: FakeClock
) -> None:
    await shop.seller_answers_elsewhere(at=clock.now())

    await shop.buyer_writes(at=clock.now() - HOUR)

    assert await tally(shop, HOUR) == Tally(in_time=1)


async def test_what_needs_no_reply_is_left_out(shop: Shop, clock: FakeClock) -> None:
    conversation = await shop.buyer_writes()
    clock.advance(25 * HOUR)

    await shop.desk.no_reply_needed(conversation, "ann")
    await shop.desk.no_reply_needed(conversation, "ann")

    assert await tally(shop, 25 * HOUR) == Tally(left_out=1)


async def test_counts_are_forgotten_after_a_hundred_days(shop: Shop, clock: FakeClock) -> None:
    await shop.buyer_writes()
    await shop.seller_answers_elsewhere()
    day = day_of(clock.now())

    assert await forget_days(shop.database, day) == 0
    clock.advance(KEPT + timedelta(days=1))
    assert await forget_days(shop.database, (clock.now() - KEPT).date()) == 1

    assert (await read_days(shop.database, [shop.account]))[shop.account] == {}
