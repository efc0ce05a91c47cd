"""May the reply leave now? The attempt is written down before it does."""

from responder.domain.states import Change
from responder.store.outbox import Return, Verdict, attempt, outgoing, returned, try_later
from responder.store.queue import Claim
from responder.testing import FakeClock
from tests.store.in_hand import LEASE, ready
from tests.store.shop import Shop


async def verdict_of(shop: Shop, claim: Claim, *, traced: bool = False) -> Verdict:
    verdict, _ = await attempt(shop.database, claim, traced=traced)
    return verdict


async def test_the_attempt_is_written_down_before_the_reply_leaves(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, claim = await ready(shop, clock)

    verdict, reply = await attempt(shop.database, claim)

    assert verdict is Verdict.GO
    assert reply is not None
    assert (reply.state, reply.attempts, reply.first_attempt_at) == ("sending", 1, clock.now())
    assert await outgoing(shop.database, conversation) == reply
    assert (await shop.event_types(conversation))[-1] == "sending"


async def test_a_reply_that_may_have_left_is_looked_for_first(shop: Shop, clock: FakeClock) -> None:
    _, crashed = await ready(shop, clock)
    await shop.attempt(crashed)
    clock.advance(LEASE)
    claim = await shop.take(shop.queues.outbox)

    assert await verdict_of(shop, claim) is Verdict.TRACE
    assert await verdict_of(shop, claim) is Verdict.TRACE


async def test_a_reply_that_surely_did_not_arrive_is_sent_once_more(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, crashed = await ready(shop, clock)
    first = await shop.attempt(crashed)
    clock.advance(LEASE)
    claim = await shop.take(shop.queues.outbox)

    again = await shop.attempt(claim, traced=True)

    assert (again.attempts, again.first_attempt_at) == (2, first.first_attempt_at)
    assert (await shop.event_types(conversation)).count("sending") == 2


async def test_a_worker_that_lost_its_lease_may_not_send(shop: Shop, clock: FakeClock) -> None:
    _, lost = await ready(shop, clock)
    clock.advance(LEASE)
    claim = await shop.take(shop.queues.outbox)

    assert await attempt(shop.database, lost) == (Verdict.LOST, None)
    assert await verdict_of(shop, claim) is Verdict.GO


async def test_a_withdrawn_reply_may_not_be_sent(shop: Shop, clock: FakeClock) -> None:
    conversation, claim = await ready(shop, clock)
    await shop.desk.withdraw(conversation, "ann")

    assert await verdict_of(shop, claim) is Verdict.LOST


async def test_an_item_without_a_reply_is_forgotten(shop: Shop, clock: FakeClock) -> None:
    conversation = await shop.buyer_writes()
    await shop.queues.outbox.schedule(shop.partition, {conversation: clock.now()})
    claim = await shop.take(shop.queues.outbox)

    assert await attempt(shop.database, claim) == (Verdict.GONE, None)
    assert await shop.queues.outbox.depth() == 0


async def test_an_uncertain_reply_is_not_sent_by_a_worker(shop: Shop, clock: FakeClock) -> None:
    conversation, claim = await ready(shop, clock)
    await shop.attempt(claim)
    await shop.lose_answer(claim)
    await shop.queues.outbox.schedule(shop.partition, {conversation: clock.now()})

    stray = await shop.take(shop.queues.outbox)

    assert await verdict_of(shop, stray) is Verdict.GONE


async def test_a_reply_that_the_buyer_overtook_while_it_was_looked_for_is_not_sent_again(
    shop: Shop, clock: FakeClock
) -> None:
    _, crashed = await ready(shop, clock)
    await shop.attempt(crashed)
    await shop.buyer_writes("Cancel it!")
    clock.advance(LEASE)
    claim = await shop.take(shop.queues.outbox)

    assert await verdict_of(shop, claim) is Verdict.TRACE
    assert await verdict_of(shop, claim, traced=True) is Verdict.NEWER


async def test_a_reply_to_what_was_answered_elsewhere_meanwhile_is_not_sent_again(
    shop: Shop, clock: FakeClock
) -> None:
    _, crashed = await ready(shop, clock)
    await shop.attempt(crashed)
    await shop.seller_answers_elsewhere("I called her", at=clock.now())
    clock.advance(LEASE)
    claim = await shop.take(shop.queues.outbox)

    assert await verdict_of(shop, claim, traced=True) is Verdict.NEWER


async def test_a_reply_that_was_overtaken_after_it_was_put_off_is_not_sent(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, claim = await ready(shop, clock)
    reply = await shop.attempt(claim)
    await shop.buyer_writes("Cancel it!")
    await try_later(shop.database, claim, clock.now())
    claim = await shop.take(shop.queues.outbox)

    verdict, reply_now = await attempt(shop.database, claim)
    assert verdict is Verdict.NEWER
    assert reply_now is not None
    back = Return(
        change=Change.HELD, reply_state=reply_now.state, why="newer", reply_id=reply.id, claim=claim
    )
    assert await returned(shop.database, conversation, back) == ("ok",)
    assert (await shop.read(conversation)).held == "Tomorrow."
