"""An approval is taken back while its reply waits, by whoever gave it."""

import pytest

from responder.domain.model import State
from responder.errors import Conflict
from responder.testing import FakeClock
from tests.store.shop import UNDO, Shop


async def test_a_colleagues_approval_stays_unless_one_may_withdraw_anybodys(shop: Shop) -> None:
    conversation = await shop.drafted()
    await shop.approve(conversation, agent="ann")

    with pytest.raises(Conflict, match="ann approved this") as refused:
        await shop.desk.withdraw(conversation, "bob")
    still = await shop.read(conversation)
    await shop.desk.withdraw(conversation, "sue", of_anybody=True)

    assert (refused.value.code, refused.value.details) == ("not_yours", {"now": "ann"})
    assert still.state is State.APPROVED
    assert (await shop.read(conversation)).state is State.WAITING
    assert (await shop.events())[-1].data["by"] == "sue"


async def test_an_approval_is_withdrawn_while_it_waits(shop: Shop) -> None:
    conversation = await shop.drafted()
    await shop.approve(conversation, "Tomorrow.")

    await shop.desk.withdraw(conversation, "ann")

    one = await shop.read(conversation)
    assert (one.state, one.held, one.problem) == (State.WAITING, "Tomorrow.", "")
    assert await shop.places(conversation) == {State.WAITING: one.due_at}
    assert one.draft is not None
    assert await shop.queues.outbox.depth() == 0
    assert (await shop.event_types(conversation))[-1] == "withdrawn"
    assert await shop.approve(conversation, "Today.")


async def test_a_reply_that_is_leaving_is_not_withdrawn(shop: Shop, clock: FakeClock) -> None:
    conversation, _ = await shop.approved()
    clock.advance(UNDO)
    await shop.attempt(await shop.take(shop.queues.outbox))

    with pytest.raises(Conflict) as refusal:
        await shop.desk.withdraw(conversation, "ann")

    assert (refusal.value.code, refusal.value.details) == ("wrong_state", {"now": "sending"})


async def test_there_is_nothing_to_withdraw_without_an_approval(shop: Shop) -> None:
    conversation = await shop.drafted()

    with pytest.raises(Conflict) as refusal:
        await shop.desk.withdraw(conversation, "ann")

    assert refusal.value.code == "gone"
