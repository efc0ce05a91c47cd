"""What agents do, and each way of being refused."""

from datetime import timedelta

import pytest

from responder.store.users import Role
from responder.testing import FakeClock
from tests.console.house import House, Person, problem


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


@pytest.mark.parametrize("text", ["   ", "\n"])
async def test_an_empty_text_is_not_sent(house: House, ann: Person, text: str) -> None:
    one = await house.buyer_writes()
    await house.draft()

    assert await problem(await ann.approve(one, text=text)) == (409, "empty_text")
    assert (await house.read(one)).state == "waiting"


async def test_a_text_that_breaks_a_rule_is_refused_with_its_findings(
    house: House, ann: Person
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    text = "Write to me at jane@shop.example"

    refused = await ann.approve(one, text=text)

    body = (await refused.json())["error"]
    assert (refused.status, body["code"]) == (422, "rule_violation")
    [finding] = body["details"]["findings"]
    assert (finding["rule"], finding["severity"]) == ("email", "block")
    assert text[finding["start"] : finding["end"]] == "jane@shop.example"
    assert finding["suggestion"]


async def test_only_a_supervisor_overrides_a_rule(house: House, ann: Person) -> None:
    sue = await house.person("sue", Role.SUPERVISOR)
    one = await house.buyer_writes()
    await house.draft()
    body = {"text": "Write to me at jane@shop.example", "override": "she asked for it"}

    assert await problem(await ann.approve(one, **body)) == (403, "forbidden")
    await ann.act(one, "release", {"token": await ann.claim(one)})
    assert (await sue.approve(one, **body)).status == 202


async def test_a_reply_that_is_too_long_for_its_thread_is_refused(
    house: House, ann: Person
) -> None:
    one = await house.buyer_writes(thread="refund-1")
    await house.draft()

    refused = await ann.approve(one, text="亲" * 140)

    assert await problem(refused) == (422, "rule_violation")


async def test_a_text_is_checked_while_it_is_typed(house: House, ann: Person) -> None:
    one = await house.buyer_writes()

    bad = await ann.act(one, "check", {"text": "😀 or jane@shop.example"})
    good = await ann.act(one, "check", {"text": "It arrives tomorrow."})

    found = {finding["rule"] for finding in (await bad.json())["findings"]}
    assert found == {"emoji", "email"}
    assert await good.json() == {"findings": []}


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


VERBS = {
    "claim": None,
    "heartbeat": {"token": "t"},
    "release": {"token": "t"},
    "approve": {"draft_version": 1, "text": "Hello", "token": "t"},
    "undo": None,
    "confirm": {"id": "a", "token": "t"},
    "decline": {"id": "a", "reason": "not like this"},
    "check": {"text": "Hello"},
    "reject": {},
    "redraft": {},
    "no-reply-needed": {},
    "snooze": {"until": None},
    "assign": {"assignee": "ann"},
    "note": {"text": "Hello"},
    "tags": {"add": ["vip"]},
    "escalate": {},
    "resolve-uncertain": {"outcome": "sent"},
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("name", ["00-0aa4565c0fb55a26d90f", "nonsense"])
async def test_nothing_can_be_done_to_what_is_not_there(ann: Person, verb: str, name: str) -> None:
    response = await ann.post(f"/conversations/{name}/{verb}", VERBS[verb])

    assert await problem(response) == (404, "not_found")


@pytest.mark.parametrize(
    "verb", ["undo", "confirm", "decline", "no-reply-needed", "resolve-uncertain"]
)
async def test_a_trainee_sends_nothing_and_stops_no_clock(house: House, verb: str) -> None:
    tim = await house.person("tim", Role.TRAINEE)
    one = await house.buyer_writes()
    await house.draft()

    assert await problem(await tim.act(one, verb, VERBS[verb])) == (403, "forbidden")
    assert (await tim.act(one, "note", {"text": "I would say …"})).status == 201


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("approve", {"draft_version": -1, "token": "t"}, "draft_version"),
        ("approve", {"draft_version": 1}, "token"),
        ("approve", {"draft_version": 1, "token": "t", "text": "x" * 20_001}, "text"),
        ("approve", {"draft_version": 1, "token": "t", "texts": "x"}, "texts"),
        ("heartbeat", {}, "token"),
        ("check", {"text": ""}, "text"),
        ("snooze", {"until": "2026-11-02T10:00:00"}, "until"),
        ("tags", {"flag": "pink"}, "flag"),
        ("tags", {"add": ["a,b"]}, "add.0"),
        ("note", None, "text"),
        ("resolve-uncertain", {"outcome": "perhaps"}, "outcome"),
    ],
)
async def test_a_body_that_does_not_fit_names_the_field(
    house: House, ann: Person, verb: str, body: object, field: str
) -> None:
    one = await house.buyer_writes()

    response = await ann.act(one, verb, body)

    error = (await response.json())["error"]
    assert (response.status, error["code"]) == (400, "invalid")
    assert field in error["details"]


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[]"])
async def test_a_body_that_is_no_json_is_refused(house: House, ann: Person, body: bytes) -> None:
    one = await house.buyer_writes()

    response = await house.client.post(
        f"/api/v1/conversations/{one}/note",
        data=body,
        headers={"Cookie": f"responder_session={ann.cookie}", "X-CSRF-Token": ann.csrf},
    )

    error = (await response.json())["error"]
    assert (response.status, error["code"]) == (400, "invalid")
    assert "body" in error["details"]
