"""A draft is thrown away, and another made where it is asked for."""

import pytest

from responder.errors import Conflict
from responder.testing import FakeClock
from tests.store.shop import AGENT_LEASE, Shop


async def test_what_was_rejected_cannot_be_approved(shop: Shop) -> None:
    conversation = await shop.drafted()
    lease = await shop.lease(conversation)

    with pytest.raises(Conflict, match="not held"):
        await shop.desk.reject(conversation, "bob", version=1, again=False, why="wrong order")
    await shop.desk.reject(conversation, "ann", version=1, again=False, why="wrong order")

    one = await shop.read(conversation)
    assert (one.draft, one.draft_version) == (None, 2)
    assert await shop.queues.draft.depth() == 0
    with pytest.raises(Conflict) as refusal:
        await shop.desk.approve(conversation, "ann", lease.token, version=1, text="x")
    assert refusal.value.code == "stale_draft"
    event = (await shop.events())[-1]
    assert (event.type, event.data["reason"]) == ("draft_rejected", "wrong order")


async def test_another_draft_is_made_when_it_is_asked_for(shop: Shop) -> None:
    conversation = await shop.drafted()

    await shop.desk.reject(conversation, "ann", version=None, again=True, why="")

    assert await shop.draft("better") == 1
    one = await shop.read(conversation)
    assert one.draft is not None
    assert one.draft.proposal.text == "better"


async def test_a_draft_that_is_being_made_is_made_anew_when_it_is_asked_for(shop: Shop) -> None:
    conversation = await shop.buyer_writes()
    stale = await shop.take(shop.queues.draft)

    await shop.desk.reject(conversation, "ann", version=None, again=True, why="")

    assert not await shop.queues.draft.done(stale)
    assert (await shop.take(shop.queues.draft)).tries == 1


@pytest.mark.parametrize("drafts", [0, 1])
async def test_the_wrong_version_is_not_rejected(shop: Shop, drafts: int) -> None:
    conversation = await shop.buyer_writes()
    if drafts:
        await shop.draft()

    with pytest.raises(Conflict) as refusal:
        await shop.desk.reject(conversation, "ann", version=7, again=True, why="")

    assert (refusal.value.code, refusal.value.details) == ("stale_draft", {"now": str(drafts)})


async def test_a_draft_in_somebody_elses_hands_is_not_rejected(
    shop: Shop, clock: FakeClock
) -> None:
    conversation = await shop.drafted()
    await shop.lease(conversation, "bob")

    with pytest.raises(Conflict) as refusal:
        await shop.desk.reject(conversation, "ann", version=1, again=True, why="")

    assert (refusal.value.code, refusal.value.details) == ("not_claimed", {"holder": "bob"})
    clock.advance(AGENT_LEASE)
    await shop.desk.reject(conversation, "ann", version=1, again=True, why="")


async def test_a_draft_that_was_approved_is_not_rejected(shop: Shop) -> None:
    conversation = await shop.drafted()
    await shop.approve(conversation)

    with pytest.raises(Conflict) as refusal:
        await shop.desk.reject(conversation, "ann", version=1, again=True, why="")

    assert (refusal.value.code, refusal.value.details) == ("wrong_state", {"now": "approved"})
