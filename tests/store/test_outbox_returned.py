"""A reply that did not arrive comes back with its words and the reason."""

from datetime import timedelta

import pytest

from responder.domain.model import State
from responder.domain.states import Change
from responder.store.outbox import Return, returned
from responder.testing import FakeClock
from tests.store.in_hand import LEASE, ready
from tests.store.shop import UNDO, Shop

HOUR = timedelta(hours=1)


async def test_a_reply_that_comes_back_leaves_the_drafter_at_its_work(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, claim = await ready(shop, clock)
    await shop.attempt(claim)
    await shop.lose_answer(claim)
    await shop.buyer_writes("Hello?")
    drafting = await shop.take(shop.queues.draft)

    await shop.desk.resolve_uncertain(conversation, "sue", was_sent=False)

    assert await shop.places(conversation) == {State.WAITING: clock.now() - UNDO + 24 * HOUR}
    assert await shop.queues.draft.claim(10) == []
    assert await shop.queues.draft.done(drafting)


async def test_a_refused_reply_comes_back_with_the_reason(shop: Shop, clock: FakeClock) -> None:
    start = clock.now()
    conversation, claim = await ready(shop, clock)
    reply = await shop.attempt(claim)
    back = Return(
        change=Change.REFUSED,
        reply_state="sending",
        why="HTTP 400: forbidden word",
        reply_id=reply.id,
        claim=claim,
        notice=shop.notice("send_refused", "refused-1"),
    )

    assert await returned(shop.database, conversation, back) == ("ok",)

    one = await shop.read(conversation)
    assert (one.state, one.waiting_since, one.held, one.problem) == (
        State.WAITING,
        start,
        "Tomorrow.",
        "refused: HTTP 400: forbidden word",
    )
    assert await shop.queues.outbox.depth() == 0
    assert await shop.queues.draft.depth() == 1
    assert (await shop.take(shop.queues.alert)).item == "refused-1"
    assert (await shop.event_types(conversation))[-1] == "refused"


@pytest.mark.parametrize("case", ["lost lease", "another reply", "another state", "no reply"])
async def test_a_reply_that_is_not_the_workers_does_not_come_back(
    shop: Shop, clock: FakeClock, case: str
) -> None:
    conversation, claim = await ready(shop, clock)
    reply = await shop.attempt(claim)
    if case == "lost lease":
        clock.advance(LEASE)
        await shop.take(shop.queues.outbox)
    if case == "no reply":
        await shop.accept(conversation, reply)
    back = Return(
        change=Change.REFUSED,
        reply_state="queued" if case == "another state" else "sending",
        why="no",
        reply_id=None if case == "another reply" else reply.id,
        claim=claim,
    )
    if case == "another reply":
        back = Return(
            change=Change.REFUSED, reply_state="sending", why="no", reply_id=reply.id, claim=claim
        )
        await shop.accept(conversation, reply)
        await shop.buyer_writes("And now?")
        await shop.draft()
        await shop.approve(conversation)

    answer = await returned(shop.database, conversation, back)

    assert answer == (("wrong_state", "sending") if case == "another state" else ("gone",))
    assert (await shop.read(conversation)).problem == ""


async def test_the_problem_of_the_last_try_is_forgotten_with_the_next_approval(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, claim = await ready(shop, clock)
    reply = await shop.attempt(claim)
    back = Return(
        change=Change.REFUSED, reply_state="sending", why="no", reply_id=reply.id, claim=claim
    )
    await returned(shop.database, conversation, back)
    await shop.draft()

    await shop.approve(conversation, "Other words.")

    one = await shop.read(conversation)
    assert (one.held, one.problem) == ("", "")
