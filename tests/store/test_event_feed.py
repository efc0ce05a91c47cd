"""The event stream: in order, complete, and resumable from any position."""

import asyncio
from datetime import UTC, datetime

import pytest

from responder.domain.model import AccountId
from responder.store.events import EventFeed
from responder.testing import FakeClock
from tests.store.shop import START, UNDO, Shop


@pytest.fixture
def feed(shop: Shop) -> EventFeed:
    return EventFeed(shop.database)


async def test_one_conversations_events_come_in_the_order_in_which_they_happened(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, _ = await shop.approved()
    clock.advance(UNDO)
    reply = await shop.attempt(await shop.take(shop.queues.outbox))
    await shop.accept(conversation, reply)

    assert await shop.event_types(conversation) == [
        "message",
        "draft_ready",
        "claimed",
        "approved",
        "sending",
        "sent",
    ]


async def test_an_event_says_what_happened_where_and_when(shop: Shop, clock: FakeClock) -> None:
    conversation = await shop.buyer_writes()

    [event] = await shop.events()

    assert (event.type, event.account, event.conversation, event.at) == (
        "message",
        shop.account,
        conversation,
        clock.now(),
    )
    assert event.partition == shop.partition.number
    assert event.position.split("_")[event.partition] == event.entry


async def test_from_the_end_only_later_events_follow(shop: Shop, feed: EventFeed) -> None:
    await shop.buyer_writes("before")
    end = await feed.end()

    nothing = await feed.since(end)
    await shop.buyer_writes("after")

    assert nothing == []
    assert [event.data["seq"] for event in await feed.since(end)] == ["2"]


async def test_the_end_of_an_empty_store_is_its_start(feed: EventFeed) -> None:
    assert await feed.end() == START


async def test_whoever_stopped_at_an_event_goes_on_right_after_it(
    shop: Shop, feed: EventFeed, clock: FakeClock
) -> None:
    shops = [Shop(shop.database, clock, AccountId(f"shop-{number}")) for number in range(6)]
    for each in shops * 2:
        await each.buyer_writes()
    everything = await feed.since(START)

    for place, event in enumerate(everything):
        assert await feed.since(event.position) == everything[place + 1 :]

    assert len(everything) == 12
    assert len({event.partition for event in everything}) > 1


async def test_a_follower_is_given_what_was_there_and_then_what_happens(
    shop: Shop, feed: EventFeed
) -> None:
    await shop.buyer_writes("first")
    following = feed.follow(START)

    [first] = await anext(following)
    waiting = asyncio.ensure_future(anext(following))
    await shop.buyer_writes("second")
    [second] = await waiting
    await following.aclose()

    assert (first.data["seq"], second.data["seq"]) == ("1", "2")


@pytest.mark.parametrize(
    "position", ["", "0-0", "nonsense", START + "_0-0", START[:-1], START[:-1] + "x", "-" * 47]
)
async def test_a_position_of_another_store_is_refused(feed: EventFeed, position: str) -> None:
    with pytest.raises(ValueError, match="no position"):
        await feed.since(position)


async def test_old_events_are_forgotten_and_the_rest_stays_in_order(
    shop: Shop, feed: EventFeed, clock: FakeClock
) -> None:
    for _ in range(30):
        await shop.receive(*(shop.arrival() for _ in range(10)))

    kept = await feed.trim(datetime(1970, 1, 2, tzinfo=UTC))
    forgotten = await feed.trim(datetime(2100, 1, 1, tzinfo=UTC))

    left = [int(event.data["seq"]) for event in await feed.since(START)]
    assert kept == 0
    assert forgotten >= 100
    assert left == list(range(forgotten + 1, 301))


async def test_a_stream_that_grows_faster_than_it_ages_is_bounded(shop: Shop) -> None:
    for number in range(300):
        await shop.buyer_writes(thread=f"t{number}")
    before = len(await shop.events())

    forgotten = await EventFeed(shop.database).trim(datetime(1970, 1, 2, tzinfo=UTC), most=100)

    left = len(await shop.events())
    assert forgotten == before - left
    assert 100 <= left < 300, "whole blocks of a hundred go at a time"
