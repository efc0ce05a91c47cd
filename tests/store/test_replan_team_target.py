"""A team's own target comes and goes with what is owed, and with the promise."""

from dataclasses import replace
from datetime import timedelta

from responder.testing import FakeClock
from tests.store.promises import SHORT, plan_by
from tests.store.shop import UNDO, Shop

HOUR = timedelta(hours=1)


async def test_a_team_target_goes_with_the_answer(shop: Shop) -> None:
    name = await shop.buyer_writes()
    await plan_by(shop, SHORT, name)

    await shop.seller_answers_elsewhere()

    one = await shop.read(name)
    assert (one.due_at, one.team_due_at) == (None, None)


async def test_a_team_target_comes_with_the_message_and_goes_when_no_reply_is_needed(
    shop: Shop, clock: FakeClock
) -> None:
    team_due_at = clock.now() + HOUR
    await shop.receive(replace(shop.arrival(), team_due_at=team_due_at))
    name = shop.conversation()
    assert (await shop.read(name)).team_due_at == team_due_at

    await shop.desk.no_reply_needed(name, "ann")

    assert (await shop.read(name)).team_due_at is None


async def test_a_message_that_came_while_the_reply_was_sent_has_its_own_team_target(
    shop: Shop, clock: FakeClock
) -> None:
    name, _ = await shop.approved()
    clock.advance(UNDO)
    reply = await shop.attempt(await shop.take(shop.queues.outbox))
    clock.advance(HOUR)
    target = clock.now() + 3 * HOUR
    await shop.receive(replace(shop.arrival(text="And the invoice?"), team_due_at=target))

    await shop.accept(name, reply)

    assert (await shop.read(name)).team_due_at == target


async def test_a_team_target_that_is_taken_out_is_forgotten(shop: Shop) -> None:
    name = await shop.buyer_writes()
    await plan_by(shop, SHORT, name)

    await plan_by(shop, replace(SHORT, team=None), name)

    assert (await shop.read(name)).team_due_at is None
