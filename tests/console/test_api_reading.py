"""What the API tells of one conversation, of accounts, and of whoever asks."""

from datetime import timedelta

import pytest

from responder.domain.model import Fact, Kind
from responder.store.users import Role
from responder.testing import FakeClock
from tests.console.house import House
from tests.console.person import Person, problem
from tests.console.shops import ORDER

HOUR = timedelta(hours=1)


async def test_an_item_has_what_the_contract_names(house: House, ann: Person) -> None:
    await house.buyer_writes(order_ids=(ORDER,), subject="Inquiry")
    await house.draft()

    [item] = (await ann.json("/conversations"))["items"]

    names = (
        "id account marketplace buyer order_ids subject preview language intent state "
        "waiting_since due_at risk assignee tags flag draft updated_at"
    )
    assert set(names.split()) <= item.keys()
    assert item["buyer"] == "Jane"
    assert item["order_ids"] == [ORDER]
    assert item["state"] == "waiting"
    assert item["intent"] == "order_status"
    assert item["due_at"] == "2026-11-03T09:00:00.000Z"
    assert item["draft"].keys() == {"version", "source", "confidence", "findings"}


async def test_a_team_target_stands_beside_the_promise(
    house: House, ann: Person, clock: FakeClock
) -> None:
    with_target = await house.buyer_writes(thread="a", team_due_at=clock.now() + HOUR)
    without = await house.buyer_writes(thread="b")

    target = "2026-11-02T10:00:00.000Z"
    assert (await ann.json(f"/conversations/{with_target}"))["team_due_at"] == target
    assert (await ann.json(f"/conversations/{without}"))["team_due_at"] is None
    items = (await ann.json("/conversations"))["items"]
    assert {item["team_due_at"] for item in items} == {target, None}
    page = await ann.html(f"/c/{with_target}")
    assert "Team target" in page
    desk = {"HX-Target": "desk"}
    assert "Team target" not in await ann.html(f"/c/{without}", **desk)


async def test_a_conversation_has_its_thread_draft_order_and_notes(
    house: House, ann: Person
) -> None:
    one = await house.buyer_writes(attachments=({"name": "photo.jpg", "ref": "uid 7"},))
    facts = {"order.tracking_number": Fact(value="1Z999", source=f"order {ORDER}")}
    await house.draft(facts=facts, order={"status": "shipped"})
    await ann.act(one, "note", {"text": "She called, too"})

    whole = await ann.json(f"/conversations/{one}")

    [message] = whole["messages"]
    assert message["text"].startswith("Where is my parcel?")
    assert message["attachments"] == [{"name": "photo.jpg"}], "where it lies is our own business"
    assert whole["draft"]["text"]
    assert whole["order"] == {"status": "shipped"}
    assert whole["notes"][0]["text"] == "She called, too"
    assert whole["notes"][0]["by"] == "ann"
    assert {"facts", "options"} <= whole["draft"].keys()
    assert {"history", "team_due_at"} <= whole.keys()


@pytest.mark.parametrize("name", ["00-nobody", "nonsense", "99-0aa4565c0fb55a26d90f"])
async def test_a_conversation_that_is_not_there_is_not_found(ann: Person, name: str) -> None:
    response = await ann.get(f"/api/v1/conversations/{name}")

    assert await problem(response) == (404, "not_found")


async def test_notices_are_part_of_the_thread_but_notes_stand_apart(
    house: House, ann: Person
) -> None:
    one = await house.buyer_writes()
    await house.buyer_writes("A refund was issued", kind=Kind.NOTICE)
    await ann.act(one, "note", {"text": "for us"})

    whole = await ann.json(f"/conversations/{one}")

    assert [message["kind"] for message in whole["messages"]] == ["chat", "notice"]
    assert [note["text"] for note in whole["notes"]] == ["for us"]


async def test_accounts_tell_how_polling_goes(house: House, ann: Person) -> None:
    await house.buyer_writes()

    items = (await ann.json("/accounts"))["items"]

    amazon, taobao = items
    assert (amazon["id"], amazon["marketplace_id"]) == ("amazon-us", "ATVPDKIKX0DER")
    assert amazon["reachable"]
    assert (amazon["seen"], amazon["stored"], amazon["open"]) == (1, 1, 1)
    assert (amazon["known"], amazon["unaccounted"], amazon["recovered"]) == (0, 0, 0)
    assert (amazon["gap_since"], amazon["compared_until"]) == (None, None)
    assert amazon["caught_up_at"] == amazon["ok_at"]
    assert amazon["behind"] is None
    assert amazon["ok_at"] == "2026-11-02T09:00:00.000Z"
    assert (taobao["marketplace_id"], taobao["polled_at"], taobao["open"]) == (None, None, 0)


async def test_i_am_who_i_am(house: House) -> None:
    supervisor = await house.person("sue", Role.SUPERVISOR)

    assert await supervisor.json("/me") == {"name": "sue", "role": "supervisor"}


async def test_both_clocks_stand_in_the_list_and_in_the_thread(
    house: House, ann: Person, clock: FakeClock
) -> None:
    one = await house.buyer_writes(team_due_at=clock.now() - HOUR)

    for page in (await ann.html("/"), await ann.html(f"/c/{one}")):
        assert 'class="team team-late"' in page
        assert "overdue 1 h 0 min" in page


async def test_a_draft_proposes_that_no_reply_is_needed_and_a_person_confirms(
    house: House, ann: Person
) -> None:
    one = await house.buyer_writes("Thank you so much!")
    await house.draft()

    [item] = (await ann.json("/conversations"))["items"]
    assert (item["no_reply_proposed"], item["state"]) == ("thanks", "waiting")
    page = await ann.html(f"/c/{one}")
    assert "The buyer only says thank you." in page
    assert "No reply?" in await ann.html("/")
    newest = (await ann.json(f"/conversations/{one}"))["newest"]

    assert (await ann.act(one, "no-reply-needed", {"newest": newest})).status == 200

    assert (await ann.json(f"/conversations/{one}"))["state"] == "no_reply_needed"
    await house.buyer_writes("One more thing")
    again = await ann.json(f"/conversations/{one}")
    assert (again["state"], again["no_reply_proposed"]) == ("waiting", None)
    assert again["due_at"] is not None, "the clock runs again"
