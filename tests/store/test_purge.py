"""What is closed and old is forgotten, and nothing of it stays behind."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from responder.domain.model import State
from responder.domain.states import CLOSED
from responder.store import purge, remarks
from responder.store.accounts import forget_seen, read_account
from responder.store.channels import REFUSED_FORGOTTEN
from responder.store.events import EventFeed
from responder.store.listing import count
from responder.store.notices import read_notice
from responder.store.purge import purge_closed
from responder.testing import FakeClock
from tests.store.lives import answer, busy_life
from tests.store.shop import Shop

DAY = timedelta(days=1)
Life = Callable[[Shop, FakeClock], Awaitable[None]]


async def answered_and_purged(shop: Shop, clock: FakeClock) -> None:
    await answer(shop, clock)
    clock.advance(DAY)
    await purge_closed(shop.database, CLOSED, clock.now())


@pytest.mark.parametrize("life", [answer, busy_life])
async def test_after_everything_is_purged_no_key_is_left(
    shop: Shop, clock: FakeClock, redis: Redis, life: Life
) -> None:
    await life(shop, clock)
    poll = await shop.poll()
    await shop.queues.poll.done(poll)
    clock.advance(DAY)

    purged = await purge_closed(shop.database, CLOSED, clock.now())
    await forget_seen(shop.database, clock.now())

    assert purged == 1
    assert await shop.keys() == {shop.partition.account(shop.account)}
    assert (await redis.ttl(shop.partition.account(shop.account))) == -1
    assert (await shop.event_types(shop.conversation()))[-1] == "purged"


async def test_what_was_closed_lately_stays(shop: Shop, clock: FakeClock) -> None:
    await answer(shop, clock, "old")
    clock.advance(DAY)
    await answer(shop, clock, "new")

    purged = await purge_closed(shop.database, CLOSED, clock.now() - timedelta(seconds=1))

    assert purged == 1
    assert await count(shop.database, [State.ANSWERED]) == 1
    assert (await shop.read(shop.conversation("new"))).state is State.ANSWERED


async def test_what_is_open_is_never_purged(shop: Shop, clock: FakeClock) -> None:
    conversation = await shop.buyer_writes()
    clock.advance(30 * DAY)

    purged = await purge_closed(shop.database, list(State), clock.now())

    assert purged == 0
    assert (await shop.read(conversation)).state is State.WAITING


async def test_what_was_touched_since_it_was_closed_stays(shop: Shop, clock: FakeClock) -> None:
    await answer(shop, clock)
    closed_at = clock.now()
    clock.advance(DAY)
    await remarks.annotate(shop.database, shop.conversation(), "ann", "tags", {"tags": "vip"})

    assert await purge_closed(shop.database, CLOSED, closed_at) == 0
    assert (await shop.read(shop.conversation())).tags == ("vip",)


async def test_more_than_one_chunk_is_purged(shop: Shop, clock: FakeClock) -> None:
    notices = [
        replace(shop.arrival(thread=f"t{number}"), plan=None) for number in range(purge.CHUNK + 1)
    ]
    await shop.receive(*notices)

    purged = await purge_closed(shop.database, CLOSED, clock.now())

    assert purged == purge.CHUNK + 1
    assert await count(shop.database, list(State)) == 0


async def test_a_crowd_that_was_touched_since_keeps_nothing_else_from_being_forgotten(
    shop: Shop, clock: FakeClock
) -> None:
    crowd = [f"t{number}" for number in range(purge.CHUNK)]
    await shop.receive(*(replace(shop.arrival(thread=one), plan=None) for one in crowd))
    clock.advance(timedelta(minutes=1))
    await shop.receive(replace(shop.arrival(thread="other"), plan=None))
    closed_at = clock.now()
    clock.advance(DAY)
    for one in crowd:
        await remarks.annotate(
            shop.database, shop.conversation(one), "ann", "tags", {"tags": "vip"}
        )

    purged = await purge_closed(shop.database, CLOSED, closed_at)

    assert purged == 1
    assert await count(shop.database, list(State)) == purge.CHUNK


async def test_a_thread_that_lives_again_begins_anew(shop: Shop, clock: FakeClock) -> None:
    await answered_and_purged(shop, clock)
    position = await EventFeed(shop.database).end()

    conversation = await shop.buyer_writes("Hello again")

    one = await shop.read(conversation)
    assert (one.state, one.newest, one.draft_version) == (State.WAITING, 1, 0)
    assert await shop.event_types(conversation, position) == ["message"]


async def test_a_copy_of_a_reply_that_comes_after_the_purge_does_not_bring_the_thread_back(
    shop: Shop, clock: FakeClock
) -> None:
    await answer(shop, clock)
    sent_at = clock.now()
    clock.advance(DAY)
    await purge_closed(shop.database, CLOSED, clock.now())

    stored = await shop.receive(shop.our_own("It comes tomorrow.", name="copy-1", at=sent_at))

    assert stored.messages == 0
    assert await count(shop.database, list(State)) == 0
    books = await read_account(shop.database, shop.account)
    assert (books.seen, books.stored, books.known, books.unaccounted) == (2, 1, 1, 0)


async def test_the_same_words_said_again_after_the_purge_are_somebody_elses_answer(
    shop: Shop, clock: FakeClock
) -> None:
    await answered_and_purged(shop, clock)
    clock.advance(DAY)
    conversation = await shop.buyer_writes("Where is the other one?", at=clock.now() - DAY / 2)

    await shop.receive(shop.our_own("It comes tomorrow.", name="typed", at=clock.now()))

    assert (await shop.read(conversation)).state is State.ANSWERED


async def test_an_older_message_that_comes_after_the_purge_stays_answered(
    shop: Shop, clock: FakeClock
) -> None:
    written_at = clock.now()
    clock.advance(timedelta(minutes=5))
    await shop.receive(shop.our_own("Here you are.", at=clock.now()))
    clock.advance(DAY)
    await purge_closed(shop.database, CLOSED, clock.now())

    await shop.receive(shop.arrival(text="Where is it?", at=written_at))

    assert (await shop.read(shop.conversation())).state is State.ANSWERED
    clock.advance(timedelta(minutes=5))
    await shop.receive(shop.arrival(text="I wrote before that", name="2", at=written_at))
    assert (await shop.read(shop.conversation())).state is State.ANSWERED


async def test_a_refusal_that_comes_after_the_purge_is_told_of(
    shop: Shop, clock: FakeClock
) -> None:
    await answered_and_purged(shop, clock)

    await shop.receive(shop.refusal("R-t", at=clock.now()))

    [told] = [await read_notice(shop.database, one) for one in await shop.queues.alert.claim(10)]
    assert told is not None
    assert (told.kind, told.conversation) == ("send_refused", shop.conversation())
    assert (await shop.event_types(shop.conversation()))[-2:] == ["message", "refused"]
    assert (await shop.read(shop.conversation())).problem == REFUSED_FORGOTTEN


async def test_each_refusal_that_comes_after_the_purge_is_told_of(
    shop: Shop, clock: FakeClock
) -> None:
    await answered_and_purged(shop, clock)

    for _ in range(2):
        await shop.receive(shop.refusal("R-t", at=clock.now()))

    assert await shop.queues.alert.depth() == 2


async def test_what_was_refused_before_the_purge_is_not_told_of_again(
    shop: Shop, clock: FakeClock
) -> None:
    await answer(shop, clock)
    await shop.receive(shop.refusal("R-t", at=clock.now()))
    await shop.lease(shop.conversation())
    await shop.desk.no_reply_needed(shop.conversation(), "ann")
    clock.advance(DAY)
    await purge_closed(shop.database, CLOSED, clock.now())

    await shop.receive(shop.refusal("R-t", at=clock.now()))

    assert await shop.queues.alert.depth() == 1
