"""INGEST: a page of messages and the cursor, in one step, each message once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from responder.domain.model import AccountId, Author, Kind
from responder.store.accounts import read_account
from responder.store.inbox import Aside, Ingested, ingest
from responder.store.threads import messages
from responder.testing import FakeClock
from tests.store.shop import Shop

MINUTE = timedelta(minutes=1)


async def test_the_same_message_is_stored_once(shop: Shop) -> None:
    first = await shop.receive(shop.arrival(name="m1"))
    second = await shop.receive(shop.arrival(name="m1"), shop.arrival(name="m2"))

    assert (first.messages, second.messages) == (1, 1)
    assert len(await messages(shop.database, shop.conversation())) == 2


async def test_a_message_twice_on_one_page_is_stored_once(shop: Shop) -> None:
    stored = await shop.receive(shop.arrival(name="m1"), shop.arrival(name="m1"))

    assert stored.messages == 1


async def test_the_same_page_again_changes_nothing_but_the_books(
    shop: Shop, clock: FakeClock
) -> None:
    page = shop.page(shop.arrival(), shop.arrival(Author.PLATFORM, kind=Kind.NOTICE))
    await shop.take_in(page)
    before = await shop.read(shop.conversation())
    events = await shop.events()
    clock.advance(MINUTE)

    again = await shop.take_in(page)

    assert again == Ingested(messages=0, aside=0)
    assert await shop.read(shop.conversation()) == before
    assert await shop.events() == events
    assert (await read_account(shop.database, shop.account)).seen == 4


async def test_one_message_id_in_two_accounts_is_two_messages(shop: Shop, clock: FakeClock) -> None:
    other = Shop(shop.database, clock, AccountId("amazon-de"))

    first = await shop.receive(shop.arrival(name="m1"))
    second = await other.receive(other.arrival(name="m1"))

    assert (first.messages, second.messages) == (1, 1)
    assert other.conversation() != shop.conversation()


async def test_a_page_under_a_lost_lease_changes_nothing_and_the_cursor_stays(
    shop: Shop, clock: FakeClock
) -> None:
    await shop.take_in(shop.page(cursor="7"))
    lost = await shop.poll()
    clock.advance(MINUTE)
    [held] = await shop.queues.poll.claim(1)
    keys, events = await shop.keys(), await shop.events()

    page = shop.page(shop.arrival(), cursor="8")
    stored = await ingest(shop.database, page, lost, next_poll=clock.now())

    assert stored is None
    assert await shop.keys() == keys
    assert await shop.events() == events
    assert (await read_account(shop.database, shop.account)).cursor == "7"
    assert await shop.queues.poll.done(held)


@pytest.mark.parametrize("stands", ["", "7"])
async def test_a_page_that_does_not_follow_what_the_store_has_changes_nothing(
    shop: Shop, clock: FakeClock, stands: str
) -> None:
    if stands:
        await shop.take_in(shop.page(cursor=stands))
    claim = await shop.poll()
    keys, events = await shop.keys(), await shop.events()

    # Page 8 was stored, and a store that lost its last second has forgotten it; 9 follows it.
    ahead = replace(shop.page(shop.arrival(), cursor="9"), after="8")
    lost = await ingest(shop.database, ahead, claim, next_poll=clock.now())
    unchanged = (await shop.keys(), await shop.events())
    following = replace(shop.page(shop.arrival(), cursor="8"), after=stands)
    stored = await ingest(shop.database, following, claim, next_poll=clock.now())

    assert lost is None
    assert unchanged == (keys, events)
    assert stored is not None
    assert (await read_account(shop.database, shop.account)).cursor == "8"


async def test_the_cursor_moves_with_the_messages(shop: Shop, clock: FakeClock) -> None:
    await shop.take_in(shop.page(shop.arrival(), cursor="uid:42"))

    book = await read_account(shop.database, shop.account)
    assert book.cursor == "uid:42"
    assert book.polled_at == book.ok_at == clock.now()


async def test_after_a_page_the_account_is_polled_again_when_it_was_said(
    shop: Shop, clock: FakeClock
) -> None:
    claim = await shop.poll()

    await ingest(shop.database, shop.page(), claim, next_poll=clock.now() + MINUTE)

    assert await shop.queues.poll.next_at() == clock.now() + MINUTE
    assert not await shop.queues.poll.done(claim)


async def test_the_lease_may_be_kept_for_the_next_page(shop: Shop, clock: FakeClock) -> None:
    claim = await shop.poll()
    lease_end = clock.now() + MINUTE

    await ingest(shop.database, shop.page(cursor="1"), claim, next_poll=lease_end, keep=True)
    second = await ingest(
        shop.database, shop.page(shop.arrival(), cursor="2"), claim, next_poll=lease_end
    )

    assert second == Ingested(messages=1, aside=0)
    assert (await read_account(shop.database, shop.account)).cursor == "2"


async def test_a_page_that_came_through_begins_the_tries_anew(shop: Shop, clock: FakeClock) -> None:
    await shop.poll()
    clock.advance(MINUTE)
    [second] = await shop.queues.poll.claim(1)

    await ingest(shop.database, shop.page(), second, next_poll=clock.now())

    [third] = await shop.queues.poll.claim(1)
    assert (second.tries, third.tries) == (2, 1)


async def test_the_books_tell_what_was_seen_from_what_was_stored(
    shop: Shop, clock: FakeClock
) -> None:
    aside = Aside(id="x", reason="no sender", ref="INBOX/9", at=clock.now())
    await shop.receive(shop.arrival(name="m1"))

    await shop.take_in(
        shop.page(shop.arrival(name="m1"), shop.arrival(name="m2"), aside=[aside], ignored=3)
    )

    book = await read_account(shop.database, shop.account)
    known_before = 1
    assert (book.seen, book.stored, book.ignored, book.set_aside) == (7, 2, 3, 1)
    assert book.seen == book.stored + known_before + book.ignored + book.set_aside


async def test_a_message_with_half_an_emoji_does_not_stop_the_page(shop: Shop) -> None:
    stored = await shop.receive(shop.arrival(text="thanks \ud83d", thread="\ud83d"))

    assert stored.messages == 1
    assert await shop.texts(shop.conversation("\ud83d")) == ["thanks ?"]


async def test_a_page_may_speak_of_many_conversations(shop: Shop) -> None:
    threads = [f"t{number}" for number in range(5)]

    stored = await shop.receive(*(shop.arrival(thread=thread) for thread in threads * 2))

    assert stored.messages == 10
    assert await shop.queues.draft.depth() == 5
    for thread in threads:
        assert (await shop.read(shop.conversation(thread))).newest == 2
