"""What one person may not decide alone waits for another's yes, and nothing leaves before it."""

from datetime import timedelta

import pytest

from responder.domain.model import Author
from responder.store.users import Role
from responder.testing import FakeClock
from tests.console.house import House
from tests.console.person import Person, problem
from tests.console.second_yes import confirm

WHY = "Offer the replacement first."


async def test_what_a_trainee_approves_waits_for_an_agent(
    house: House, tim: Person, ann: Person, clock: FakeClock
) -> None:
    one = await house.buyer_writes()
    await house.draft()

    answer = await (await tim.approve(one, text="It comes on Friday.")).json()

    assert answer["reply_id"] is None
    assert answer["second_yes"]["why"] == "trainee"
    clock.advance(timedelta(minutes=1))
    await house.send()
    whole = await ann.json(f"/conversations/{one}")
    assert (whole["state"], whole["reply"], whole["holder"]) == ("waiting", None, None)
    assert whole["second_yes"]["by"] == "tim"
    assert whole["asked_text"] == "It comes on Friday."
    assert [item["id"] for item in (await ann.json("/conversations?view=second_yes"))["items"]]
    assert (await ann.json("/counts"))["second_yes"] == 1


async def test_the_second_yes_sends_exactly_what_was_prepared(
    house: House, tim: Person, ann: Person, clock: FakeClock
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await tim.approve(one, text="It comes on Friday.")

    assert await confirm(ann, one) == (202, "")

    clock.advance(timedelta(seconds=6))
    await house.send()
    whole = await ann.json(f"/conversations/{one}")
    assert (whole["state"], whole["messages"][-1]["text"]) == ("answered", "It comes on Friday.")
    assert whole["messages"][-1]["approved_by"] == "ann"
    assert whole["second_yes"] is None


async def test_a_yes_does_not_wait_until_the_trainee_has_left(
    house: House, tim: Person, ann: Person
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await tim.approve(one, text="It comes on Friday.")
    asked = (await ann.json(f"/conversations/{one}"))["second_yes"]["id"]
    await tim.claim(one)

    response = await ann.act(one, "confirm", {"id": asked})

    assert response.status == 202
    assert await house.outgoing_text(one) == "It comes on Friday."


async def test_a_yes_is_refused_while_a_third_person_answers(
    house: House, tim: Person, ann: Person, sue: Person
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await tim.approve(one)
    asked = (await ann.json(f"/conversations/{one}"))["second_yes"]["id"]
    await sue.claim(one)

    response = await ann.act(one, "confirm", {"id": asked})

    assert await problem(response) == (409, "already_claimed")
    assert await house.outgoing_text(one) == ""


async def test_a_trainee_cannot_agree(house: House, tim: Person) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await tim.approve(one)

    assert await confirm(tim, one) == (403, "forbidden")
    assert await house.outgoing_text(one) == ""


async def test_a_no_gives_the_words_back_with_the_reason(
    house: House, tim: Person, ann: Person
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await tim.approve(one, text="It comes on Friday.")
    asked = (await ann.json(f"/conversations/{one}"))["second_yes"]["id"]

    response = await ann.act(one, "decline", {"id": asked, "reason": WHY})

    assert response.status == 200
    whole = await tim.json(f"/conversations/{one}")
    assert (whole["second_yes"], whole["held"]) == (None, "It comes on Friday.")
    assert [(note["by"], note["text"]) for note in whole["notes"]] == [("ann", WHY)]


async def test_what_was_asked_lapses_when_the_buyer_writes_again(
    house: House, tim: Person, ann: Person, clock: FakeClock
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await tim.approve(one, text="It comes on Friday.")
    asked = (await ann.json(f"/conversations/{one}"))["second_yes"]["id"]
    clock.advance(timedelta(seconds=1))
    await house.buyer_writes("Never mind, it is here.")

    body = {"id": asked, "token": await ann.claim(one)}
    assert await problem(await ann.act(one, "confirm", body)) == (409, "stale_ask")
    whole = await ann.json(f"/conversations/{one}")
    assert (whole["second_yes"], whole["held"]) == (None, "It comes on Friday.")


async def test_what_was_asked_again_is_not_what_was_read(
    house: House, tim: Person, ann: Person
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await tim.approve(one, text="It comes on Friday.")
    first = (await ann.json(f"/conversations/{one}"))["second_yes"]["id"]
    await tim.approve(one, text="It comes on Monday.")

    body = {"id": first, "token": await ann.claim(one)}
    assert await problem(await ann.act(one, "confirm", body)) == (409, "stale_ask")
    assert await house.outgoing_text(one) == ""


async def test_an_agent_answers_instead_of_agreeing(house: House, tim: Person, ann: Person) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await tim.approve(one, text="It comes on Friday.")
    seen = (await ann.json(f"/conversations/{one}"))["second_yes"]["id"]

    await ann.approve(one, text="It comes on Monday.", instead_of=seen)

    assert await house.outgoing_text(one) == "It comes on Monday."
    assert (await ann.json(f"/conversations/{one}"))["second_yes"] is None


@pytest.mark.parametrize("seen", [None, "an older one"])
async def test_nobody_passes_over_unseen_what_a_colleague_has_prepared_not_even_with_a_claim(
    house: House, tim: Person, ann: Person, seen: str | None
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await tim.approve(one, text="It comes on Friday.")
    asked = (await ann.json(f"/conversations/{one}"))["second_yes"]["id"]
    body = {"instead_of": seen} if seen else {}

    response = await ann.approve(one, text="It comes on Monday.", **body)

    assert await problem(response) == (409, "stale_ask")
    assert (await response.json())["error"]["details"] == {"id": asked, "by": "tim"}
    assert await house.outgoing_text(one) == ""
    assert (await ann.json(f"/conversations/{one}"))["second_yes"]["id"] == asked


async def test_a_second_trainee_does_not_replace_unseen_what_the_first_has_prepared(
    house: House, tim: Person
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await tim.approve(one, text="It comes on Friday.")
    tom = await house.person("tom", Role.TRAINEE)

    assert await problem(await tom.approve(one, text="Soon.")) == (409, "stale_ask")

    assert (await tom.json(f"/conversations/{one}"))["asked_text"] == "It comes on Friday."


async def test_a_gap_is_never_sent_not_even_by_a_supervisor(house: House, sue: Person) -> None:
    one = await house.buyer_writes()
    await house.draft()

    response = await sue.approve(one, text="Send it to ⟦address⟧.", override="it is urgent")

    assert await problem(response) == (422, "rule_violation")
    [finding] = (await response.json())["error"]["details"]["findings"]
    assert finding["rule"] == "gap"


async def test_who_agrees_may_not_pass_over_a_rule(house: House, tim: Person, ann: Person) -> None:
    one = await house.buyer_writes()
    await house.draft()
    assert await problem(await tim.approve(one, text="Write to help@shop.com")) == (
        422,
        "rule_violation",
    )
    assert await problem(
        await tim.approve(one, text="Write to help@shop.com", override="they asked")
    ) == (403, "forbidden")
    assert (await ann.json(f"/conversations/{one}"))["second_yes"] is None


async def test_a_reply_of_ours_does_not_lapse_by_itself(
    house: House, tim: Person, ann: Person, clock: FakeClock
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await tim.approve(one, text="It comes on Friday.")
    await house.seller_writes("Answered from the app.")

    whole = await ann.json(f"/conversations/{one}")

    assert (whole["state"], whole["second_yes"]) == ("answered", None)
    assert whole["messages"][-1]["author"] == Author.SELLER
