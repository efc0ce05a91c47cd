"""INGEST: what a conversation learns from its messages, and which conversation is meant."""

from dataclasses import replace

import pytest

from responder.domain.model import AccountId, Author, ConversationId, Kind
from tests.store.shop import Shop


async def test_orders_and_the_first_subject_are_gathered_over_messages(shop: Shop) -> None:
    first = replace(shop.arrival(), subject="", order_ids=("A-1", "A-2"))
    second = replace(shop.arrival(), subject="Order A-2", order_ids=("A-2", "A-3"))
    third = replace(shop.arrival(), subject="Re: Order A-2", order_ids=("A-3", "A-3"))

    await shop.receive(first, second)
    await shop.receive(third)

    one = await shop.read(shop.conversation())
    assert one.order_ids == ("A-1", "A-2", "A-3")
    assert one.subject == "Order A-2"


async def test_a_conversation_is_answered_to_where_the_newest_message_says(shop: Shop) -> None:
    await shop.receive(replace(shop.arrival(), reply_to={"to": "a@relay"}))
    await shop.receive(replace(shop.arrival(), reply_to={"to": "b@relay"}))

    assert (await shop.read(shop.conversation())).reply_to == {"to": "b@relay"}


async def test_the_language_that_the_marketplace_names_is_kept(shop: Shop) -> None:
    named = shop.arrival()
    await shop.receive(replace(named, message=replace(named.message, language="de")))
    await shop.receive(shop.arrival())

    assert (await shop.read(shop.conversation())).language == "de"


async def test_each_message_leaves_an_event_that_says_who_wrote(shop: Shop) -> None:
    await shop.receive(shop.arrival(), shop.arrival(Author.PLATFORM, kind=Kind.NOTICE))

    events = await shop.events()

    assert [(e.type, e.data["seq"], e.data["author"]) for e in events] == [
        ("message", "1", "buyer"),
        ("message", "2", "platform"),
    ]
    assert {event.conversation for event in events} == {shop.conversation()}


async def test_a_message_may_name_its_conversation(shop: Shop) -> None:
    conversation = await shop.buyer_writes(thread="known")

    await shop.receive(
        replace(shop.arrival(text="more", thread="unknown"), conversation=conversation)
    )

    assert await shop.texts(conversation) == ["Where is my parcel?", "more"]


@pytest.mark.parametrize("named", ["20251101", "99-abc", "15-abc"])
async def test_a_name_that_is_no_conversation_of_the_account_is_passed_over(
    shop: Shop, named: str
) -> None:
    assert shop.partition.number != 15

    await shop.receive(replace(shop.arrival(), conversation=ConversationId(named)))

    assert await shop.texts(shop.conversation()) == ["Where is my parcel?"]


async def test_a_message_comes_into_no_conversation_of_another_account(shop: Shop) -> None:
    """A mail may name what it likes: a buyer of two shops knows names of both."""
    theirs = await shop.buyer_writes()
    names = (AccountId(f"other-{number}") for number in range(1000))
    place = shop.database.partitions.of_account
    other = Shop(
        shop.database, shop.clock, account=next(n for n in names if place(n) is shop.partition)
    )

    await other.receive(replace(other.refusal("R"), conversation=theirs))

    assert await shop.texts(theirs) == ["Where is my parcel?"]
    assert await other.texts(other.conversation()) == ["not delivered"]
