"""A reply that may have arrived is sent again by no worker; a person decides."""

from responder.domain.model import State
from responder.store.notices import read_notice
from responder.testing import FakeClock
from tests.store.in_hand import LEASE, ready
from tests.store.shop import Shop


async def test_after_silence_a_person_decides(shop: Shop, clock: FakeClock) -> None:
    start = clock.now()
    conversation, claim = await ready(shop, clock)
    await shop.attempt(claim)

    assert await shop.lose_answer(claim)

    one = await shop.read(conversation)
    assert (one.state, one.waiting_since, one.problem) == (State.UNCERTAIN, start, "no answer")
    assert await shop.places(conversation) == {State.UNCERTAIN: one.due_at}
    assert await shop.queues.outbox.depth() == 0
    notice = await read_notice(shop.database, await shop.take(shop.queues.alert))
    assert notice is not None
    assert notice.kind == "send_uncertain"
    assert (await shop.event_types(conversation))[-1] == "uncertain"


async def test_only_an_attempt_can_become_uncertain(shop: Shop, clock: FakeClock) -> None:
    conversation, claim = await ready(shop, clock)

    assert not await shop.lose_answer(claim)

    assert (await shop.read(conversation)).state is State.APPROVED
    assert await shop.queues.alert.depth() == 0


async def test_a_worker_that_lost_its_lease_cannot_call_the_reply_uncertain(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, lost = await ready(shop, clock)
    await shop.attempt(lost)
    clock.advance(LEASE)
    await shop.take(shop.queues.outbox)

    assert not await shop.lose_answer(lost)
    assert (await shop.read(conversation)).state is State.APPROVED


async def test_a_buyer_who_writes_leaves_an_uncertain_reply_to_the_person(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, claim = await ready(shop, clock)
    await shop.attempt(claim)
    await shop.lose_answer(claim)

    await shop.buyer_writes("Hello?")

    assert (await shop.read(conversation)).state is State.UNCERTAIN
    await shop.desk.resolve_uncertain(conversation, "sue", was_sent=True)
    one = await shop.read(conversation)
    assert (one.state, one.waiting_since) == (State.WAITING, clock.now())


async def test_an_uncertain_reply_to_what_was_answered_elsewhere_closes_when_it_was_not_sent(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, claim = await ready(shop, clock)
    await shop.attempt(claim)
    await shop.seller_answers_elsewhere("I called her", at=clock.now())
    assert await shop.lose_answer(claim)

    await shop.desk.resolve_uncertain(conversation, "sue", was_sent=False)

    assert (await shop.read(conversation)).state is State.ANSWERED
    assert await shop.queues.draft.depth() == 0
