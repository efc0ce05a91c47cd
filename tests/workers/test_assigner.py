"""Sharing the work among the agents who are here."""

from dataclasses import replace
from datetime import timedelta

import pytest

from responder.domain.routing import Skills
from responder.store import remarks
from responder.store.counting import Counting
from responder.store.presence import Presence
from responder.store.users import Role, User, Users
from responder.testing import FakeClock
from responder.workers.assigner import LOOK_EVERY, Assigner, Rules
from tests.store.shop import Shop


@pytest.fixture
def shop(database: object, clock: FakeClock) -> Shop:
    return Shop(database, clock)  # type: ignore[arg-type]


class Team:
    """Agents, and whoever shares the work out among them."""

    def __init__(self, shop: Shop, clock: FakeClock) -> None:
        self.shop, self.clock = shop, clock
        self.users, self.presence = Users(shop.database), Presence(shop.database)

    async def comes(self, name: str, role: Role = Role.AGENT, **skills: object) -> None:
        own = Skills(**skills)  # type: ignore[arg-type]
        await self.users.put(User(name=name, role=role, password="x", skills=own))
        await self.presence.look(name, None)

    async def share(self, *, everything: bool = True, limit: int = 5) -> None:
        rules = Rules(everything=everything, limit=limit)
        counting = Counting(self.shop.database)
        assigner = Assigner(self.shop.database, counting, rules=rules, clock=self.clock)
        assert not await assigner.run_once()
        assert await assigner.next_at() == self.clock.now() + LOOK_EVERY

    async def assignees(self, *threads: str) -> list[str]:
        found = [await self.shop.read(self.shop.conversation(thread)) for thread in threads]
        return [one.assignee for one in found]


@pytest.fixture
def team(shop: Shop, clock: FakeClock) -> Team:
    return Team(shop, clock)


async def messages(shop: Shop, *threads: str) -> None:
    """Each from a buyer of its own, but those whose thread begins with Jane's name."""
    for thread in threads:
        arrival = shop.arrival(thread=thread)
        if not thread.startswith("jane"):
            arrival = replace(arrival, buyer=thread, buyer_id=thread)
        await shop.receive(arrival)
        await shop.draft()


async def test_work_goes_round_among_those_who_are_here(team: Team, shop: Shop) -> None:
    await messages(shop, "a", "b", "c", "d")
    await team.comes("ann")
    await team.comes("bob")
    await team.comes("sue", Role.SUPERVISOR)

    await team.share()

    assert sorted(await team.assignees("a", "b", "c", "d")) == ["ann", "ann", "bob", "bob"]


async def test_nobody_gets_more_than_the_limit(team: Team, shop: Shop) -> None:
    await messages(shop, "a", "b", "c", "d")
    await team.comes("ann")
    await team.comes("bob", limit=1)

    await team.share(limit=2)

    assert sorted(await team.assignees("a", "b", "c", "d")) == ["", "ann", "ann", "bob"]


async def test_without_anybody_here_nothing_is_given(
    team: Team, shop: Shop, clock: FakeClock
) -> None:
    await messages(shop, "a")
    await team.comes("ann")
    clock.advance(timedelta(minutes=5))

    await team.share()

    assert await team.assignees("a") == [""]


async def test_what_no_drafter_has_seen_waits(team: Team, shop: Shop) -> None:
    await shop.buyer_writes(thread="a")
    await team.comes("ann")

    await team.share()

    assert await team.assignees("a") == [""]


async def test_what_somebody_has_is_left_alone(team: Team, shop: Shop) -> None:
    await messages(shop, "a", "b")
    await team.comes("ann")
    await shop.desk.claim(shop.conversation("a"), "bob")
    await remarks.annotate(
        shop.database, shop.conversation("b"), "bob", "assigned", {"assignee": "bob"}
    )

    await team.share()

    assert await team.assignees("a", "b") == ["", "bob"]


async def test_a_buyer_keeps_the_agent_also_where_only_known_buyers_are_given(
    team: Team, shop: Shop
) -> None:
    await messages(shop, "jane's old", "jane's new", "stranger")
    old = shop.conversation("jane's old")
    await remarks.annotate(shop.database, old, "bob", "assigned", {"assignee": "bob"})
    await team.comes("ann")
    await team.comes("bob")

    await team.share(everything=False)

    assert await team.assignees("jane's new", "stranger") == ["bob", ""]


async def test_what_is_at_risk_goes_from_who_is_gone_to_who_is_here(team: Team, shop: Shop) -> None:
    await messages(shop, "calm", "risky")
    for thread in ("calm", "risky"):
        one = shop.conversation(thread)
        await remarks.annotate(shop.database, one, "bob", "assigned", {"assignee": "bob"})
    await remarks.annotate(
        shop.database, shop.conversation("risky"), "x", "risk", {"risk": "at_risk"}
    )
    await team.comes("ann")

    await team.share()

    assert await team.assignees("calm", "risky") == ["bob", "ann"]
