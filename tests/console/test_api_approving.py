"""A draft is approved and taken back over the API, and each way of being refused."""

from datetime import timedelta

from responder.store.users import Role
from responder.testing import FakeClock
from tests.console.house import House
from tests.console.person import Person, problem


async def test_an_approved_draft_is_sent_as_it_was_shown(
    house: House, ann: Person, clock: FakeClock
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    draft = (await ann.json(f"/conversations/{one}"))["draft"]

    response = await ann.approve(one)

    answer = await response.json()
    assert response.status == 202
    assert answer["reply_id"]
    assert answer["undo_until"] == "2026-11-02T09:00:05.000Z"
    assert await house.outgoing_text(one) == draft["text"]
    clock.advance(timedelta(seconds=6))
    await house.send()
    whole = await ann.json(f"/conversations/{one}")
    assert whole["state"] == "answered"
    assert whole["messages"][-1]["approved_by"] == "ann"
    assert whole["reply"] is None


async def test_an_edited_text_is_sent_instead_of_the_draft(house: House, ann: Person) -> None:
    one = await house.buyer_writes()
    await house.draft()

    await ann.approve(one, text="It arrives tomorrow, dear Jane.")

    assert await house.outgoing_text(one) == "It arrives tomorrow, dear Jane."


async def test_an_approval_is_taken_back_while_it_is_held(
    house: House, ann: Person, clock: FakeClock
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await ann.approve(one, text="Oops")

    response = await ann.act(one, "undo")

    assert response.status == 200
    whole = await ann.json(f"/conversations/{one}")
    assert (whole["state"], whole["held"], whole["reply"]) == ("waiting", "Oops", None)
    clock.advance(timedelta(minutes=1))
    await house.send()
    assert await house.texts(one) == ["Where is my parcel? It has not arrived."]


async def test_only_the_approver_or_a_supervisor_takes_an_approval_back(
    house: House, ann: Person
) -> None:
    bob = await house.person("bob")
    sue = await house.person("sue", Role.SUPERVISOR)
    one = await house.buyer_writes()
    await house.draft()
    await ann.approve(one, text="Oops")

    refused = await bob.act(one, "undo")
    said = await refused.json()
    taken_back = await sue.act(one, "undo")

    assert await problem(refused) == (403, "not_yours")
    assert said["error"]["message"].startswith("ann approved this: ask them, a supervisor")
    assert taken_back.status == 200
    assert (await ann.json(f"/conversations/{one}"))["held"] == "Oops"


async def test_what_has_left_cannot_be_taken_back(
    house: House, ann: Person, clock: FakeClock
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await ann.approve(one)
    clock.advance(timedelta(seconds=6))
    await house.send()

    assert await problem(await ann.act(one, "undo")) == (409, "gone")


async def test_nothing_is_approved_without_a_claim(house: House, ann: Person) -> None:
    one = await house.buyer_writes()
    await house.draft()

    refused = await ann.approve(one, token="guessed")

    assert await problem(refused) == (409, "not_claimed")
    assert (await house.read(one)).state == "waiting"


async def test_a_draft_that_was_replaced_is_not_approved(house: House, ann: Person) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await ann.act(one, "redraft", {})
    await house.draft()

    for body in ({}, {"text": "My own words"}):
        refused = await ann.approve(one, draft_version=1, **body)
        assert await problem(refused) == (409, "stale_draft")


async def test_nothing_is_approved_that_has_not_seen_the_newest_message(
    house: House, ann: Person
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await house.buyer_writes("And please change my address!")

    for body in ({}, {"text": "My own words"}):
        refused = await ann.approve(one, draft_version=1, **body)
        assert await problem(refused) == (409, "newer_message")


async def test_nobody_approves_twice(house: House, ann: Person) -> None:
    bob = await house.person("bob")
    one = await house.buyer_writes()
    await house.draft()
    await ann.approve(one)

    refused = await bob.approve(one, draft_version=1, text="Me too")

    assert await problem(refused) == (409, "wrong_state")


async def test_a_draft_that_a_store_has_numbered_again_is_not_the_one_that_was_read(
    house: House, ann: Person, clock: FakeClock
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    read = (await ann.json(f"/conversations/{one}"))["draft"]
    partition = house.database.partitions.of_conversation(one)
    await house.database.redis.hset(partition.conversation(one).conversation, "draft_version", "0")
    clock.advance(timedelta(seconds=1))
    await house.queues.draft.schedule(partition, {one: clock.now()})
    await house.draft()
    again = (await ann.json(f"/conversations/{one}"))["draft"]

    refused = await ann.approve(one, draft_made_at=read["made_at"])

    assert again["version"] == read["version"]
    assert await problem(refused) == (409, "stale_draft")
    assert (await ann.approve(one, draft_made_at=again["made_at"])).status == 202
