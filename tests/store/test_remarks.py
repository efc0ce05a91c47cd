"""Words of colleagues about a conversation: whose it is, its tags, its flag, notes."""

import asyncio
from datetime import timedelta

from responder.domain.model import Author, Kind
from responder.store import remarks
from responder.store.threads import messages
from responder.testing import FakeClock
from tests.store.shop import Shop

# Approving


async def test_what_is_given_to_one_is_not_given_to_another(shop: Shop) -> None:
    one = await shop.drafted()

    given = [
        await remarks.assign_if_free(shop.database, one, "ann", by=""),
        await remarks.assign_if_free(shop.database, one, "bob", by=""),
        await remarks.assign_if_free(shop.database, one, "bob", by="sue", whose="ann"),
    ]

    assert given == [True, False, True]
    assert (await shop.read(one)).assignee == "bob"
    told = [event.data for event in await shop.events() if event.type == "assigned"]
    assert [(each["by"], each["assignee"]) for each in told] == [("", "ann"), ("sue", "bob")]


async def test_what_somebody_has_just_claimed_is_given_to_nobody_else(
    shop: Shop, clock: FakeClock
) -> None:
    """The rules of the team had read it as free a moment before."""
    one = await shop.drafted()
    await shop.desk.claim(one, "ann")

    to_another = await remarks.assign_if_free(shop.database, one, "bob", by="")
    assignee = (await shop.read(one)).assignee
    to_herself = await remarks.assign_if_free(shop.database, one, "ann", by="ann")
    clock.advance(timedelta(hours=1))
    when_she_has_gone = await remarks.assign_if_free(shop.database, one, "bob", by="", whose="ann")

    assert (to_another, assignee, to_herself, when_she_has_gone) == (False, "", True, True)


# Words of colleagues


async def test_people_say_things_about_a_conversation_and_take_them_back(shop: Shop) -> None:
    conversation = await shop.buyer_writes()

    await remarks.annotate(
        shop.database, conversation, "ann", "tags", {"tags": "vip,late", "flag": "red"}
    )
    tagged = await shop.read(conversation)
    await remarks.annotate(shop.database, conversation, "ann", "tags", {"tags": "vip", "flag": ""})
    changed = await shop.read(conversation)
    key = shop.partition.conversation(conversation).conversation

    assert (tagged.tags, tagged.flag) == (("vip", "late"), "red")
    assert (changed.tags, changed.flag) == (("vip",), "")
    assert not await shop.database.redis.hexists(key, "flag")
    assert (await shop.event_types(conversation)).count("tags") == 2


async def test_two_people_tag_at_once_and_neither_loses_a_tag(shop: Shop) -> None:
    conversation = await shop.buyer_writes()

    told = await asyncio.gather(
        *(
            remarks.tag(shop.database, conversation, "ann", add=[f"tag {number}"])
            for number in range(10)
        )
    )

    one = await shop.read(conversation)
    assert set(one.tags) == {f"tag {number}" for number in range(10)}
    assert sorted(map(len, told)) == list(range(1, 11))
    assert (await shop.event_types(conversation)).count("tagged") == 10


async def test_tags_keep_their_order_and_a_flag_stays_until_it_is_changed(shop: Shop) -> None:
    conversation = await shop.buyer_writes()
    key = shop.partition.conversation(conversation).conversation

    added = await remarks.tag(
        shop.database, conversation, "ann", add=["vip", "late", "vip"], flag="red"
    )
    changed = await remarks.tag(
        shop.database, conversation, "bob", add=["big", "new"], remove=["vip", "new"]
    )
    flagged = await shop.read(conversation)
    gone = await remarks.tag(shop.database, conversation, "bob", remove=["late", "big"], flag="")

    assert (added, changed, gone) == (("vip", "late"), ("late", "big"), ())
    assert (flagged.tags, flagged.flag) == (("late", "big"), "red")
    assert await shop.database.redis.hmget(key, "tags", "flag") == [None, None]


async def test_a_note_lies_in_the_thread_and_changes_nothing_else(
    shop: Shop, clock: FakeClock
) -> None:
    conversation = await shop.drafted()
    before = await shop.read(conversation)

    await remarks.note(shop.database, conversation, "ann", "Asked the warehouse.")

    [_, note] = await messages(shop.database, conversation)
    assert (note.author, note.kind, note.text, note.approved_by) == (
        Author.SELLER,
        Kind.NOTE,
        "Asked the warehouse.",
        "ann",
    )
    assert await shop.read(conversation) == before
    assert (await shop.event_types(conversation))[-1] == "note"
