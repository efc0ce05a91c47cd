"""Approving on the page brings what comes next; it is refused as the API refuses."""

from typing import Any

from responder.console.auth import COOKIE
from responder.domain.model import ConversationId
from responder.store.users import Role
from tests.console.house import House
from tests.console.person import Person, problem


async def two(house: House) -> tuple[ConversationId, ConversationId]:
    first = await house.buyer_writes(thread="a")
    second = await house.buyer_writes("And mine? <b>", thread="b", buyer="Bea")
    await house.draft()
    return first, second


async def approve(who: Person, one: ConversationId, then: str, **body: Any) -> Any:
    path = f"/c/{one}/approve?view=mine&then={then}"
    headers = {"X-CSRF-Token": who.csrf, "Cookie": f"{COOKIE}={who.cookie}"}
    return await who.client.post(path, json={"draft_version": 1} | body, headers=headers)


async def test_the_answer_brings_the_next_conversation(house: House, ann: Person) -> None:
    first, second = await two(house)

    response = await approve(ann, first, second)
    told = await response.json()

    assert response.status == 202
    assert told["reply_id"].startswith(first)
    assert f'data-id="{second}"' in told["shown"]
    assert "And mine? &lt;b&gt;" in told["shown"]
    assert 'href="/?view=mine"' in told["shown"], "the way back is to the list that was left"
    assert (await house.read(first)).state == "approved"


async def test_without_a_next_nothing_is_brought(house: House, ann: Person) -> None:
    first, second = await two(house)

    for one, then in ((first, ""), (second, "00-0aa4565c0fb55a26d90f")):
        assert (await (await approve(ann, one, then)).json())["shown"] is None


async def test_no_claim_is_needed_where_nobody_is_in_it(house: House, ann: Person) -> None:
    first, second = await two(house)
    await house.claim(first, "ann")
    await house.claim(second, "bob")

    assert (await approve(ann, first, second)).status == 202
    assert await problem(await approve(ann, second, first)) == (409, "already_claimed")
    assert (await house.read(second)).state == "waiting"


async def test_a_claim_that_was_lost_is_told_of(house: House, ann: Person) -> None:
    first, second = await two(house)

    refused = await problem(await approve(ann, first, second, token="lost"))

    assert refused == (409, "not_claimed")


async def test_a_trainee_asks_in_the_same_way(house: House) -> None:
    first, second = await two(house)
    tim = await house.person("tim", Role.TRAINEE)

    told = await (await approve(tim, first, second)).json()

    assert told["second_yes"]["why"] == "trainee"
    assert f'data-id="{second}"' in told["shown"]


async def test_a_broken_rule_brings_nothing(house: House, ann: Person) -> None:
    first, second = await two(house)

    response = await approve(ann, first, second, text="Write to me@corner.example please.")

    assert await problem(response) == (422, "rule_violation")
    assert "shown" not in await response.json()


async def test_whoever_sees_the_prepared_reply_may_write_another_without_a_claim(
    house: House, ann: Person
) -> None:
    first, second = await two(house)
    tim = await house.person("tim", Role.TRAINEE)
    told = await (await approve(tim, first, second)).json()
    seen = told["second_yes"]["id"]

    unseen = await approve(ann, first, second, text="It comes on Monday.")
    chosen = await approve(ann, first, second, text="It comes on Monday.", instead_of=seen)

    assert await problem(unseen) == (409, "stale_ask")
    assert chosen.status == 202
    assert await house.outgoing_text(first) == "It comes on Monday."
