"""Presence, the next conversation, taking over."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from responder.domain.model import ConversationId
from responder.domain.routing import Skills
from responder.store.users import Role, User
from responder.testing import FakeClock
from tests.console.house import House
from tests.console.person import Person, problem
from tests.console.shops import TAOBAO


async def next_of(person: Person, **body: Any) -> str | None:
    response = await person.post("/next", body)
    assert response.status == 200, await response.text()
    found = (await response.json())["id"]
    return str(found) if found else None


async def three(house: House, clock: FakeClock) -> list[ConversationId]:
    """Conversations, the first due first."""
    return [
        await house.buyer_writes(thread=f"t{hour}", due_at=clock.now() + timedelta(hours=hour))
        for hour in (1, 2, 3)
    ]


async def test_next_is_the_most_urgent_and_it_is_claimed(
    house: House, ann: Person, clock: FakeClock
) -> None:
    first, second, third = await three(house, clock)
    bob = await house.person("bob")

    assert [await next_of(ann), await next_of(bob)] == [first, second]
    assert (await house.read(first)).holder == "ann"
    assert await next_of(ann, skip=first) == third
    assert await next_of(bob, skip=second) is None, "it was passed on, the others are taken"


async def test_what_a_colleague_looks_at_or_has_is_not_offered_while_they_are_here(
    house: House, ann: Person, clock: FakeClock
) -> None:
    first, second, third = await three(house, clock)
    bob = await house.person("bob")
    await bob.post("/presence", {"looking": first})
    await ann.act(second, "assign", {"assignee": "bob"})

    assert await next_of(ann) == third
    clock.advance(timedelta(minutes=5))
    assert await next_of(ann) == first


async def test_next_keeps_to_skills_and_leaves_the_snoozed_alone(
    house: House, ann: Person, clock: FakeClock
) -> None:
    first, second, _ = await three(house, clock)
    chinese = await house.buyer_writes(
        "在吗", thread="zh", account=TAOBAO, due_at=clock.now() + timedelta(minutes=3)
    )
    user = await house.services.users.get("ann")
    assert user is not None
    await house.services.users.put(replace(user, skills=Skills(accounts=("amazon-us",))))
    await ann.act(first, "snooze", {"until": (clock.now() + timedelta(minutes=30)).isoformat()})

    assert await next_of(ann) == second
    await ann.act(chinese, "assign", {"assignee": "ann"})
    assert await next_of(ann, skip=second) == chinese, "what was given by hand comes anyway"


async def test_in_guided_mode_passing_on_needs_a_reason(
    house: House, ann: Person, clock: FakeClock
) -> None:
    first, second, _ = await three(house, clock)
    object.__setattr__(house.services, "guided", True)
    assert await next_of(ann) == first

    refused = await ann.post("/next", {"skip": first})

    assert await problem(refused) == (409, "reason_needed")
    assert await next_of(ann, skip=first, reason="needs the warehouse") == second
    assert (await house.texts(first))[-1] == "needs the warehouse"


async def test_presence_says_who_is_here(house: House, ann: Person) -> None:
    one = await house.buyer_writes()
    bob = await house.person("bob")
    await ann.post("/presence", {"looking": one})

    response = await bob.post("/presence", {})

    items = (await response.json())["items"]
    assert sorted(items, key=lambda item: str(item["name"])) == [
        {"name": "ann", "looking": one},
        {"name": "bob", "looking": None},
    ]
    assert "ann looks at it too" in await bob.html(f"/c/{one}")
    await ann.post("/presence", {"gone": True})
    assert "looks at it too" not in await bob.html(f"/c/{one}")


async def test_a_supervisor_takes_over_and_the_agent_cannot_send_any_more(
    house: House, ann: Person
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    token = await ann.claim(one)
    sue = await house.person("sue", Role.SUPERVISOR)

    refused = await ann.act(one, "take-over")
    taken = await sue.act(one, "take-over")
    too_late = await ann.approve(one, token=token)

    assert await problem(refused) == (403, "forbidden")
    assert taken.status == 200
    assert await problem(too_late) == (409, "not_claimed")
    assert (await house.read(one)).assignee == "sue"
    mine = (await taken.json())["token"]
    assert (await sue.approve(one, token=mine)).status == 202


@pytest.mark.parametrize("body", [{"looking": "x" * 65}, {"gone": "perhaps"}, {"away": True}])
async def test_presence_of_nonsense_is_refused(ann: Person, body: Any) -> None:
    assert await problem(await ann.post("/presence", body)) == (400, "invalid")


async def test_who_answers_first_keeps_the_buyer(house: House, ann: Person) -> None:
    one = await house.buyer_writes()
    await house.draft()

    await ann.approve(one)

    assert (await house.read(one)).assignee == "ann"
    assert isinstance(await house.services.users.get("ann"), User)
