"""What else agents do with a conversation over the API: claim, reject, snooze, hand over, tag."""

from datetime import timedelta

import pytest

from responder.testing import FakeClock
from tests.console.house import House
from tests.console.person import Person, problem


async def test_a_conversation_belongs_to_one_agent_at_a_time(
    house: House, ann: Person, clock: FakeClock
) -> None:
    bob = await house.person("bob")
    one = await house.buyer_writes()
    await house.draft()
    token = await ann.claim(one)

    refused = await bob.act(one, "claim")

    body = (await refused.json())["error"]
    assert (refused.status, body["code"]) == (409, "already_claimed")
    assert body["details"]["holder"] == "ann"
    assert (await ann.act(one, "heartbeat", {"token": token})).status == 200
    assert (await ann.act(one, "release", {"token": token})).status == 200
    assert (await bob.act(one, "claim")).status == 200
    assert await problem(await ann.act(one, "heartbeat", {"token": token})) == (409, "not_claimed")


async def test_a_claim_ends_by_itself(house: House, ann: Person, clock: FakeClock) -> None:
    bob = await house.person("bob")
    one = await house.buyer_writes()
    await house.draft()
    token = await ann.claim(one)
    clock.advance(timedelta(minutes=4))

    assert (await ann.json(f"/conversations/{one}"))["holder"] is None
    assert await problem(await ann.approve(one, token=token)) == (409, "not_claimed")
    assert (await bob.act(one, "claim")).status == 200


async def test_a_rejected_draft_is_gone_and_another_can_be_asked_for(
    house: House, ann: Person
) -> None:
    one = await house.buyer_writes()
    await house.draft()

    rejected = await ann.act(one, "reject", {"draft_version": 1, "reason": "wrong order"})

    assert rejected.status == 200
    assert (await ann.json(f"/conversations/{one}"))["draft"] is None
    assert await problem(await ann.act(one, "reject", {"draft_version": 1})) == (409, "stale_draft")
    assert (await ann.act(one, "redraft", {})).status == 202
    await house.draft()
    assert (await ann.json(f"/conversations/{one}"))["draft"]["version"] > 1


async def test_no_reply_needed_stops_the_clock_until_the_buyer_writes(
    house: House, ann: Person
) -> None:
    one = await house.buyer_writes("Thanks!")

    response = await ann.act(one, "no-reply-needed", {"newest": 1})

    assert response.status == 200
    assert (await ann.json(f"/conversations/{one}"))["due_at"] is None
    await house.buyer_writes("One more thing")
    assert (await ann.json(f"/conversations/{one}"))["due_at"] is not None


async def test_no_reply_needed_is_refused_for_what_was_not_read(house: House, ann: Person) -> None:
    bob = await house.person("bob")
    one = await house.buyer_writes("Thanks!")
    await house.buyer_writes("But where is it?")

    refused = await ann.act(one, "no-reply-needed", {"newest": 1})
    await house.claim(one, "bob")

    assert await problem(refused) == (409, "newer_message")
    assert await problem(await ann.act(one, "no-reply-needed", {})) == (409, "not_claimed")
    assert (await bob.act(one, "no-reply-needed", {})).status == 200


@pytest.mark.parametrize(
    ("outcome", "state", "sent"), [("sent", "answered", 1), ("not_sent", "waiting", 0)]
)
async def test_a_person_says_what_became_of_an_uncertain_reply(
    house: House, ann: Person, clock: FakeClock, outcome: str, state: str, sent: int
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await ann.approve(one, text="It is on its way.")
    clock.advance(timedelta(seconds=6))
    await house.lose_answer()

    response = await ann.act(one, "resolve-uncertain", {"outcome": outcome})

    assert response.status == 200
    assert (await house.read(one)).state == state
    assert (await house.texts(one)).count("It is on its way.") == sent
    again = await ann.act(one, "resolve-uncertain", {"outcome": outcome})
    assert await problem(again) == (409, "gone")


@pytest.mark.parametrize("outcome", ["sent", "not_sent"])
async def test_what_was_said_of_one_uncertain_reply_is_not_said_of_the_next(
    house: House, ann: Person, clock: FakeClock, outcome: str
) -> None:
    one, shown = await house.buyer_writes(), []
    await house.draft()
    for _ in range(2):
        await ann.approve(one, text="It is on its way.")
        clock.advance(timedelta(seconds=6))
        await house.lose_answer()
        reply = (await ann.json(f"/conversations/{one}"))["reply"]["id"]
        shown.append({"outcome": outcome, "reply_id": reply})
        if len(shown) == 1:
            await ann.act(one, "resolve-uncertain", {"outcome": "not_sent"})
            await house.draft()

    again = await ann.act(one, "resolve-uncertain", shown[0])

    assert await problem(again) == (409, "gone")
    assert (await house.read(one)).state == "uncertain"
    assert (await ann.act(one, "resolve-uncertain", shown[1])).status == 200


async def test_an_undo_takes_back_the_approval_that_it_was_offered_for(
    house: House, ann: Person
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    first = await (await ann.approve(one, text="Yesterday.")).json()
    await ann.act(one, "undo", {"reply_id": first["reply_id"]})
    second = await (await ann.approve(one, text="Tomorrow.")).json()

    again = await ann.act(one, "undo", {"reply_id": first["reply_id"]})

    assert await problem(again) == (409, "gone")
    assert await house.outgoing_text(one) == "Tomorrow."
    assert (await ann.act(one, "undo", {"reply_id": second["reply_id"]})).status == 200


async def test_snoozing_ends_before_the_deadline(
    house: House, ann: Person, clock: FakeClock
) -> None:
    one = await house.buyer_writes()
    soon, late = clock.now() + timedelta(hours=1), clock.now() + timedelta(hours=24)

    assert (await ann.act(one, "snooze", {"until": soon.isoformat()})).status == 200
    assert (await house.read(one)).snoozed_until == soon
    refused = await ann.act(one, "snooze", {"until": late.isoformat()})
    assert await problem(refused) == (409, "too_late")
    assert (await ann.act(one, "snooze", {"until": None})).status == 200
    assert (await house.read(one)).snoozed_until is None


async def test_a_handover_carries_a_note_and_goes_to_somebody_who_exists(
    house: House, ann: Person
) -> None:
    one = await house.buyer_writes()
    await house.hire("bob")

    await ann.act(one, "assign", {"assignee": "bob", "note": "he knows the carrier"})

    whole = await ann.json(f"/conversations/{one}")
    assert whole["assignee"] == "bob"
    assert whole["notes"][0]["text"] == "he knows the carrier"
    await ann.act(one, "assign", {"assignee": None})
    assert (await house.read(one)).assignee == ""
    nobody = await ann.act(one, "assign", {"assignee": "nobody"})
    assert await problem(nobody) == (400, "invalid")


async def test_tags_and_flag_are_added_and_removed(house: House, ann: Person) -> None:
    one = await house.buyer_writes()

    added = await ann.act(one, "tags", {"add": ["vip", "late"], "flag": "red"})
    removed = await ann.act(one, "tags", {"remove": ["late"], "flag": ""})

    assert await added.json() == {"tags": ["vip", "late"]}
    assert await removed.json() == {"tags": ["vip"]}
    assert (await house.read(one)).flag == ""


async def test_a_supervisor_is_asked_to_decide(house: House, ann: Person) -> None:
    one = await house.buyer_writes()

    await ann.act(one, "escalate", {"reason": "wants 80 % back"})

    assert (await ann.json(f"/conversations/{one}"))["escalated"] == "wants 80 % back"


async def test_a_conversation_bears_no_more_tags_than_a_list_can_show(
    house: House, ann: Person
) -> None:
    one = await house.buyer_writes()

    all_at_once = await ann.act(one, "tags", {"add": [f"t{place}" for place in range(9_000)]})
    full = await ann.act(one, "tags", {"add": [f"t{place}" for place in range(50)]})
    more = await ann.act(one, "tags", {"add": ["one more"], "flag": "red"})
    other = await ann.act(one, "tags", {"add": ["one more"], "remove": ["t7"]})

    assert await problem(all_at_once) == (400, "invalid")
    assert (full.status, other.status) == (200, 200)
    assert await problem(more) == (409, "too_many_tags")
    assert (await house.read(one)).flag == ""
    assert len((await house.read(one)).tags) == 50


async def test_what_has_no_deadline_is_not_snoozed_beyond_the_calendar(
    house: House, ann: Person
) -> None:
    one = await house.buyer_writes("Thanks!")
    await ann.act(one, "no-reply-needed", {})

    refused = await ann.act(one, "snooze", {"until": "9999-12-31T23:59:59-12:00"})

    assert await problem(refused) == (400, "invalid")
    assert (await ann.get(f"/c/{one}")).status == 200
