"""An approval is refused without the claim, and of anything but what lies there now."""

import pytest

from responder.domain.model import State, Token
from responder.errors import Conflict
from responder.testing import FakeClock
from tests.store.shop import AGENT_LEASE, Shop


@pytest.mark.parametrize(
    ("agent", "version", "text"),
    [("bob", 1, "Tomorrow."), ("ann", 2, "Tomorrow."), ("ann", 1, "Today.")],
)
async def test_approving_something_else_is_not_the_same_approval(
    shop: Shop, agent: str, version: int, text: str
) -> None:
    conversation = await shop.drafted()
    lease = await shop.lease(conversation)
    await shop.desk.approve(conversation, "ann", lease.token, version=1, text="Tomorrow.")

    with pytest.raises(Conflict) as refusal:
        await shop.desk.approve(conversation, agent, lease.token, version=version, text=text)

    assert refusal.value.code == "not_claimed"


async def test_an_approval_needs_the_claim(shop: Shop) -> None:
    conversation = await shop.drafted()
    await shop.lease(conversation, "bob")

    with pytest.raises(Conflict) as refusal:
        await shop.desk.approve(conversation, "ann", Token("made up"), version=1, text="x")

    assert (refusal.value.code, refusal.value.details) == ("not_claimed", {"holder": "bob"})


async def test_an_approval_under_a_claim_that_has_ended_is_refused(
    shop: Shop, clock: FakeClock
) -> None:
    conversation = await shop.drafted()
    lease = await shop.lease(conversation)
    clock.advance(AGENT_LEASE)

    with pytest.raises(Conflict) as refusal:
        await shop.desk.approve(conversation, "ann", lease.token, version=1, text="x")

    assert (refusal.value.code, refusal.value.details) == ("not_claimed", {})
    assert (await shop.read(conversation)).state is State.WAITING


@pytest.mark.parametrize("version", [0, 2])
async def test_an_approval_of_another_version_is_refused(shop: Shop, version: int) -> None:
    conversation = await shop.drafted()
    lease = await shop.lease(conversation)

    with pytest.raises(Conflict) as refusal:
        await shop.desk.approve(conversation, "ann", lease.token, version=version, text="x")

    assert (refusal.value.code, refusal.value.details) == ("stale_draft", {"now": "1"})


async def test_an_approval_where_there_is_no_draft_is_refused(shop: Shop) -> None:
    conversation = await shop.buyer_writes()
    lease = await shop.lease(conversation)

    with pytest.raises(Conflict) as refusal:
        await shop.desk.approve(conversation, "ann", lease.token, version=0, text="x")

    assert (refusal.value.code, refusal.value.details) == ("stale_draft", {"now": "0"})


async def test_an_approval_that_has_not_seen_the_newest_message_is_refused(shop: Shop) -> None:
    conversation = await shop.drafted()
    lease = await shop.lease(conversation)
    await shop.buyer_writes("Cancel it!")

    with pytest.raises(Conflict) as refusal:
        await shop.desk.approve(conversation, "ann", lease.token, version=1, text="x")

    assert (refusal.value.code, refusal.value.details) == ("newer_message", {"now": "2"})
    assert await shop.queues.outbox.depth() == 0


async def test_own_words_of_who_has_not_read_the_newest_message_are_refused(shop: Shop) -> None:
    conversation = await shop.buyer_writes()
    await shop.buyer_writes("Cancel it!")
    lease = await shop.lease(conversation)

    with pytest.raises(Conflict) as refusal:
        await shop.desk.approve(conversation, "ann", lease.token, version=0, text="x", newest=1)

    assert (refusal.value.code, refusal.value.details) == ("newer_message", {"now": "2"})


async def test_an_approval_of_what_is_not_waiting_is_refused(shop: Shop, clock: FakeClock) -> None:
    conversation = await shop.drafted()
    await shop.seller_answers_elsewhere()
    lease = await shop.lease(conversation)

    with pytest.raises(Conflict, match="answered") as refusal:
        await shop.desk.approve(conversation, "ann", lease.token, version=1, text="x")

    assert (refusal.value.code, refusal.value.details) == ("wrong_state", {"now": "answered"})
