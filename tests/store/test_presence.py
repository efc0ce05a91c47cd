"""Who is here, and what they look at."""

from datetime import timedelta

import pytest

from responder.domain.model import ConversationId
from responder.store.presence import GONE_AFTER, PASSED_ON_FOR, Presence
from responder.testing import FakeClock
from tests.store.shop import Shop


@pytest.fixture
def presence(shop: Shop) -> Presence:
    return Presence(shop.database)


async def test_somebody_is_here_until_nothing_is_heard_of_them(
    presence: Presence, shop: Shop, clock: FakeClock
) -> None:
    one = await shop.buyer_writes()
    await presence.look("ann", one)
    await presence.look("bob", None)

    here = await presence.here()

    assert {name: seat.looking for name, seat in here.items()} == {"ann": one, "bob": None}
    clock.advance(GONE_AFTER)
    await presence.look("bob", None)
    assert set(await presence.here()) == {"bob"}


async def test_colleagues_are_told_once_of_each_change(presence: Presence, shop: Shop) -> None:
    first, second = await shop.buyer_writes(), await shop.buyer_writes(thread="u")

    await presence.look("ann", first)
    await presence.look("ann", first)
    await presence.look("ann", second)
    await presence.leave("ann")
    await presence.leave("ann")

    told = [
        (event.conversation, event.type, event.data["by"])
        for event in await shop.events()
        if event.type.startswith("look")
    ]
    assert sorted(told) == sorted(
        [
            (first, "looking", "ann"),
            (first, "looked_away", "ann"),
            (second, "looking", "ann"),
            (second, "looked_away", "ann"),
        ]
    )
    assert await presence.here() == {}


@pytest.mark.parametrize("name", ["nonsense", "00-abc"])
async def test_looking_at_what_does_not_exist_does_no_harm(
    presence: Presence, shop: Shop, name: str
) -> None:
    await presence.look("ann", ConversationId(name))

    assert await shop.events() == []


async def test_what_is_passed_on_is_remembered_for_hours(
    presence: Presence, clock: FakeClock
) -> None:
    await presence.pass_on("ann", ConversationId("00-a"))
    clock.advance(timedelta(hours=1))
    await presence.pass_on("ann", ConversationId("00-b"))

    assert await presence.passed_on("ann") == {"00-a", "00-b"}
    assert await presence.passed_on("bob") == frozenset()
    clock.advance(PASSED_ON_FOR - timedelta(minutes=30))
    assert await presence.passed_on("ann") == {"00-b"}


async def test_turns_are_remembered(presence: Presence, clock: FakeClock) -> None:
    await presence.given("ann")

    assert await presence.turns() == {"ann": clock.now()}
