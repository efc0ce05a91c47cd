"""What is open, counted."""

import asyncio
from collections import Counter
from datetime import timedelta

from responder.domain.model import AccountId, State
from responder.store import overview, remarks
from responder.store.counting import WHOLE, Counting
from responder.store.overview import count_open, overdue
from responder.store.times import ms
from responder.testing import FakeClock
from tests.store.shop import AGENT_LEASE, Shop

HOUR = timedelta(hours=1)
US, CN = AccountId("amazon-us"), AccountId("taobao-main")


async def test_what_is_open_is_counted_by_account_risk_state_and_person(
    shop: Shop, clock: FakeClock
) -> None:
    other = Shop(shop.database, clock, CN)
    await shop.approved(thread="a")
    late = await shop.buyer_writes(thread="b", at=clock.now() - 13 * HOUR)
    await shop.database.redis.hset(
        shop.partition.conversation(late).conversation, "risk", "at_risk"
    )
    await remarks.annotate(shop.database, late, "sue", "assigned", {"assignee": "ann"})
    await other.buyer_writes()
    await other.seller_answers_elsewhere(thread="closed")

    figures = await count_open(shop.database)

    assert figures.at == clock.now()
    assert dict(figures.by_risk) == {(US, "none"): 1, (US, "at_risk"): 1, (CN, "none"): 1}
    assert dict(figures.by_account()) == {US: 2, CN: 1}
    assert dict(figures.by_state) == {State.APPROVED: 1, State.WAITING: 2}
    assert dict(figures.by_agent) == {"": 2, "ann": 1}
    assert (figures.open, figures.at_risk) == (3, 1)
    assert figures.oldest == {US: clock.now() - 13 * HOUR, CN: clock.now()}
    assert figures.next_due == clock.now() + 11 * HOUR


async def test_a_conversation_counts_for_whoever_has_it_assigned_or_claimed(
    shop: Shop, clock: FakeClock
) -> None:
    conversation = await shop.buyer_writes()
    await remarks.annotate(shop.database, conversation, "sue", "assigned", {"assignee": "ann"})
    await shop.lease(conversation, "bob")

    claimed = (await count_open(shop.database)).by_agent
    clock.advance(AGENT_LEASE)
    released = (await count_open(shop.database)).by_agent

    assert dict(claimed) == {"ann": 1, "bob": 1}
    assert dict(released) == {"ann": 1}


async def test_an_empty_store_has_nothing_open(shop: Shop) -> None:
    figures = await count_open(shop.database)

    assert (figures.open, figures.at_risk, figures.next_due) == (0, 0, None)


async def test_what_is_gone_since_the_index_was_read_is_not_counted(shop: Shop) -> None:
    conversation = await shop.buyer_writes()
    await shop.database.redis.delete(shop.partition.conversation(conversation).conversation)

    assert (await count_open(shop.database)).open == 0


async def test_an_uncertain_reply_to_what_was_answered_elsewhere_has_no_clock(
    shop: Shop, clock: FakeClock
) -> None:
    await shop.approved()
    clock.advance(HOUR)
    claim = await shop.take(shop.queues.outbox)
    await shop.attempt(claim)
    await shop.seller_answers_elsewhere(at=clock.now())
    await shop.lose_answer(claim)

    figures = await count_open(shop.database)

    assert (figures.open, figures.oldest, figures.next_due) == (1, {}, None)


async def test_more_than_one_chunk_is_counted(shop: Shop) -> None:
    arrivals = (shop.arrival(thread=f"t{number}") for number in range(overview.CHUNK + 1))
    await shop.receive(*arrivals)

    assert (await count_open(shop.database)).open == overview.CHUNK + 1


async def test_figures_are_counted_again_when_they_are_a_second_old(
    shop: Shop, clock: FakeClock
) -> None:
    counting = Counting(shop.database)
    await shop.buyer_writes(thread="a")
    first = await counting.overview()
    await shop.buyer_writes(thread="b")

    remembered = await counting.overview()
    clock.advance(timedelta(seconds=1))
    fresh = await counting.overview()

    assert remembered is first
    assert (first.open, fresh.open) == (1, 2)


async def test_only_what_has_changed_is_looked_at_again(shop: Shop, clock: FakeClock) -> None:
    counting = Counting(shop.database)
    one = await shop.buyer_writes(thread="a", at=clock.now() - HOUR)
    await shop.buyer_writes(thread="b")
    await counting.overview()
    other = shop.conversation("b")
    key = shop.partition.conversation(other).conversation
    await shop.database.redis.hset(key, "escalated", "no event tells of it")

    await remarks.annotate(shop.database, one, "sue", "escalated", {"escalated": "please"})
    clock.advance(timedelta(seconds=1))
    figures = await counting.overview()

    assert (figures.open, figures.escalated) == (2, 1)
    clock.advance(WHOLE)  # then a lost event does no harm any more
    assert (await counting.overview()).escalated == 2


async def test_a_claim_or_snooze_that_ends_by_itself_is_counted(
    shop: Shop, clock: FakeClock
) -> None:
    counting = Counting(shop.database)
    claimed = await shop.buyer_writes(thread="a")
    token = (await shop.lease(claimed, "bob")).token
    snoozed = await shop.buyer_writes(thread="b")
    until = str(ms(clock.now() + AGENT_LEASE))
    await remarks.annotate(shop.database, snoozed, "sue", "snoozed", {"snoozed_until": until})
    first = await counting.overview()
    clock.advance(AGENT_LEASE / 2)
    await shop.desk.renew(claimed, "bob", token)

    clock.advance(AGENT_LEASE / 2)
    renewed = await counting.overview()
    clock.advance(AGENT_LEASE / 2)
    ended = await counting.overview()

    assert (dict(first.by_agent), first.snoozed) == ({"bob": 1}, 1)
    assert (dict(renewed.by_agent), renewed.snoozed) == ({"bob": 1, "": 1}, 0)
    assert dict(ended.by_agent) == {"": 2}


async def test_messages_that_are_late_are_counted_by_the_day_they_were_sent(
    shop: Shop, clock: FakeClock
) -> None:
    day = clock.now() - 40 * HOUR
    await shop.buyer_writes(thread="a", at=day)
    await shop.buyer_writes(thread="a", at=day + HOUR)
    await shop.buyer_writes(thread="a")
    await shop.buyer_writes(thread="b")

    late = await overdue(shop.database, await count_open(shop.database))

    assert late == {US: Counter(at.date() for at in (day, day + HOUR))}


async def test_counts_do_not_stand_still_when_a_clock_that_was_ahead_is_set_back(
    shop: Shop, clock: FakeClock
) -> None:
    counting = Counting(shop.database)
    clock.advance(timedelta(hours=2))
    await counting.overview()

    clock.advance(timedelta(hours=-2))
    await shop.buyer_writes()

    assert (await counting.overview()).open == 1


async def test_counts_do_not_stand_still_for_days_when_the_machine_slept_while_it_counted(
    shop: Shop, clock: FakeClock
) -> None:
    counting = Counting(shop.database)
    counted = asyncio.ensure_future(counting.overview())
    await asyncio.sleep(0)
    clock.advance(timedelta(hours=8))
    await counted

    await shop.buyer_writes()
    clock.advance(WHOLE)

    assert (await counting.overview()).open == 1
