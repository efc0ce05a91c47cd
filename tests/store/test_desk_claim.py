"""A conversation is in one agent's hands: claimed, renewed, released, taken over."""

from datetime import timedelta

import pytest

from responder.domain.model import Token
from responder.errors import Conflict
from responder.testing import FakeClock
from tests.store.shop import AGENT_LEASE, Shop

MINUTE = timedelta(minutes=1)

# Claims


async def test_one_agent_has_a_conversation_alone(shop: Shop, clock: FakeClock) -> None:
    conversation = await shop.buyer_writes()
    lease = await shop.desk.claim(conversation, "ann")

    with pytest.raises(Conflict) as refusal:
        await shop.desk.claim(conversation, "bob")

    assert (refusal.value.code, refusal.value.details["holder"]) == ("already_claimed", "ann")
    one = await shop.read(conversation)
    assert (one.holder, one.holder_until) == ("ann", clock.now() + AGENT_LEASE)
    assert lease.expires_at == clock.now() + AGENT_LEASE


async def test_a_claim_ends_by_itself(shop: Shop, clock: FakeClock) -> None:
    conversation = await shop.buyer_writes()
    await shop.desk.claim(conversation, "ann")

    clock.advance(AGENT_LEASE)

    one = await shop.read(conversation)
    assert (one.holder, one.holder_until) == ("", None)
    await shop.desk.claim(conversation, "bob")
    assert (await shop.read(conversation)).holder == "bob"


async def test_a_claim_by_a_clock_that_was_ahead_keeps_nobody_out(
    shop: Shop, clock: FakeClock
) -> None:
    """Who holds it and is there renews it."""
    conversation = await shop.buyer_writes()
    clock.advance(timedelta(hours=1))
    lease = await shop.desk.claim(conversation, "ann")
    clock.advance(timedelta(hours=-1))
    await shop.desk.renew(conversation, "ann", lease.token)
    with pytest.raises(Conflict):
        await shop.desk.claim(conversation, "bob")
    clock.advance(timedelta(hours=1))
    await shop.desk.claim(conversation, "ann")
    clock.advance(timedelta(hours=-1))

    await shop.desk.claim(conversation, "bob")

    assert (await shop.read(conversation)).holder == "bob"


async def test_an_agent_who_claims_again_has_one_valid_token(shop: Shop) -> None:
    conversation = await shop.buyer_writes()
    first = await shop.desk.claim(conversation, "ann")
    second = await shop.desk.claim(conversation, "ann")

    with pytest.raises(Conflict, match="not held"):
        await shop.desk.release(conversation, first.token)
    await shop.desk.release(conversation, second.token)

    assert (await shop.read(conversation)).holder == ""


async def test_a_claim_is_renewed_with_its_token(shop: Shop, clock: FakeClock) -> None:
    conversation = await shop.buyer_writes()
    lease = await shop.desk.claim(conversation, "ann")
    clock.advance(AGENT_LEASE - MINUTE)

    renewed = await shop.desk.renew(conversation, "ann", lease.token)

    assert renewed.token == lease.token
    assert (await shop.read(conversation)).holder_until == clock.now() + AGENT_LEASE
    assert (await shop.event_types(conversation)).count("claimed") == 1


@pytest.mark.parametrize("case", ["expired", "another token", "never claimed"])
async def test_a_lost_claim_is_not_renewed(shop: Shop, clock: FakeClock, case: str) -> None:
    conversation = await shop.buyer_writes()
    token = Token("made up")
    if case != "never claimed":
        token = (await shop.desk.claim(conversation, "ann")).token
    if case == "expired":
        clock.advance(AGENT_LEASE)
    if case == "another token":
        token = Token("made up")

    with pytest.raises(Conflict) as refusal:
        await shop.desk.renew(conversation, "ann", token)

    assert refusal.value.code == "not_claimed"


async def test_claiming_and_releasing_leave_events(shop: Shop) -> None:
    conversation = await shop.buyer_writes()
    lease = await shop.desk.claim(conversation, "ann")

    await shop.desk.release(conversation, lease.token)

    events = [event for event in await shop.events() if event.type in {"claimed", "released"}]
    assert [(event.type, event.data["by"]) for event in events] == [
        ("claimed", "ann"),
        ("released", "ann"),
    ]


# Approving


async def test_what_is_taken_over_is_lost_to_who_had_it(shop: Shop) -> None:
    one = await shop.drafted()
    ann = await shop.desk.claim(one, "ann")

    sue = await shop.desk.take_over(one, "sue")

    conversation = await shop.read(one)
    assert (conversation.holder, conversation.holder_until) == ("sue", sue.expires_at)
    with pytest.raises(Conflict) as refused:
        await shop.desk.approve(one, "ann", ann.token, version=1, text="Dear Jane")
    assert (refused.value.code, refused.value.details) == ("not_claimed", {"holder": "sue"})
    claimed = [event.data for event in await shop.events() if event.type == "claimed"]
    assert [(told["by"], told["from"]) for told in claimed] == [("ann", ""), ("sue", "ann")]
    with pytest.raises(Conflict, match="not held"):
        await shop.desk.renew(one, "ann", ann.token)
