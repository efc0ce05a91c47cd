"""Reading conversations and their threads."""

from dataclasses import replace
from datetime import timedelta

import pytest

from responder.domain.model import ConversationId
from responder.errors import Unknown
from responder.store.conversations import accounts_of, of_the_same_buyer, read, read_many
from responder.store.threads import messages, threads
from responder.testing import FakeClock
from tests.store.shop import Shop

NOBODY = ConversationId("03-0123456789abcdef0123")


@pytest.mark.parametrize(
    "name", [NOBODY, "nonsense", "", "99-abc", "3-abc", "03-", "03-a:b", "٠٣-abc"]
)
async def test_what_does_not_exist_cannot_be_read(shop: Shop, name: str) -> None:
    with pytest.raises(Unknown):
        await read(shop.database, ConversationId(name))


async def test_several_are_read_in_the_order_asked_for(shop: Shop) -> None:
    a, b = await shop.buyer_writes(thread="a"), await shop.buyer_writes(thread="b")

    found = await read_many(shop.database, [b, NOBODY, ConversationId("nonsense"), a])

    assert [one.id for one in found] == [b, a]


async def test_none_are_read_when_none_are_asked_for(shop: Shop) -> None:
    assert await read_many(shop.database, []) == []


async def test_messages_are_numbered_by_their_place_in_the_thread(shop: Shop) -> None:
    conversation = await shop.buyer_writes("one")
    for text in ("two", "three"):
        await shop.buyer_writes(text)

    whole = await messages(shop.database, conversation)
    tail = await messages(shop.database, conversation, last=2)

    assert [(one.seq, one.text) for one in whole] == [(1, "one"), (2, "two"), (3, "three")]
    assert tail == whole[1:]


async def test_a_tail_longer_than_the_thread_is_the_thread(shop: Shop) -> None:
    conversation = await shop.buyer_writes()

    assert await messages(shop.database, conversation, last=9) == await messages(
        shop.database, conversation
    )


async def test_a_message_is_read_as_it_was_stored(shop: Shop) -> None:
    wrote_at = shop.clock.now() - timedelta(milliseconds=1)
    arrival = shop.arrival(text="Größe? 尺码 👍", at=wrote_at)
    await shop.receive(arrival)

    [message] = await messages(shop.database, shop.conversation())

    assert (message.id, message.text) == (arrival.message.id, "Größe? 尺码 👍")
    assert (message.sent_at, message.stored_at) == (wrote_at, shop.clock.now())


async def test_the_ends_of_several_threads_are_read_at_once(shop: Shop) -> None:
    a = await shop.buyer_writes("a1", thread="a")
    await shop.buyer_writes("a2", thread="a")
    await shop.buyer_writes("a3", thread="a")
    b = await shop.buyer_writes("b1", thread="b")

    found = await threads(shop.database, [a, b, NOBODY], last=2)

    assert [[(one.seq, one.text) for one in thread] for thread in found] == [
        [(2, "a2"), (3, "a3")],
        [(1, "b1")],
        [],
    ]


async def test_a_buyers_other_conversations_are_found_the_latest_first(
    shop: Shop, clock: FakeClock
) -> None:
    for thread in ("a", "b", "c", "a"):
        await shop.buyer_writes(thread=thread)
        clock.advance(timedelta(minutes=1))
    stranger = replace(shop.arrival(thread="stranger"), buyer_id="tom-2")
    nameless = [replace(shop.arrival(thread=f"x{number}"), buyer_id="") for number in (1, 2)]
    await shop.receive(stranger, *nameless)

    async def others(thread: str, limit: int = 20) -> list[str]:
        one = await shop.read(shop.conversation(thread))
        return [other.thread for other in await of_the_same_buyer(shop.database, one, limit)]

    assert await others("b") == ["a", "c"]
    assert await others("b", limit=1) == ["a"]
    assert await others("a", limit=1) == ["c"]
    assert await others("stranger") == await others("x1") == []


async def test_whose_conversations_are_is_read_at_once(shop: Shop) -> None:
    known = await shop.buyer_writes()
    unknown = shop.conversation("nobody")

    assert await accounts_of(shop.database, [unknown, known]) == [None, shop.account]
