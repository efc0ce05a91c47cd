"""A refusal that names no reply comes while the answer to one is still waited for."""

from datetime import timedelta

from responder.domain.model import ConversationId, State
from responder.store.outbox import Verdict, attempt, outgoing
from responder.store.queue import Claim
from responder.testing import FakeClock
from tests.store.shop import UNDO, Shop

HOUR = timedelta(hours=1)


async def refused_on_its_way(shop: Shop, clock: FakeClock) -> tuple[ConversationId, Claim]:
    """A reply whose answer is still waited for when a mail says that the last one was refused."""
    conversation, _ = await shop.approved()
    clock.advance(UNDO)
    claim = await shop.take(shop.queues.outbox)
    await shop.attempt(claim)
    await shop.receive(shop.refusal(""))
    return conversation, claim


async def test_what_was_refused_on_its_way_answers_nothing(shop: Shop, clock: FakeClock) -> None:
    conversation, _ = await refused_on_its_way(shop, clock)
    before = await shop.read(conversation)
    reply = await outgoing(shop.database, conversation)
    assert reply is not None

    assert await shop.accept(conversation, reply, "R1") is State.WAITING

    one = await shop.read(conversation)
    assert (one.waiting_since, one.due_at) == (before.waiting_since, before.due_at)
    assert one.problem == "refused later by the marketplace"
    assert await shop.event_types(conversation) == [
        *["message", "draft_ready", "claimed", "approved", "sending"],
        *["message", "refused", "sent"],
    ]
    await shop.receive(shop.refusal("R1"), shop.refusal(""))
    assert (await shop.event_types(conversation)).count("refused") == 1
    assert await shop.queues.alert.depth() == 1


async def test_what_was_refused_on_its_way_does_not_leave_again(
    shop: Shop, clock: FakeClock
) -> None:
    _, claim = await refused_on_its_way(shop, clock)

    verdict, _ = await attempt(shop.database, claim, traced=True)

    assert verdict is Verdict.NEWER


async def test_a_person_who_finds_it_settles_what_was_refused_on_its_way(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, claim = await refused_on_its_way(shop, clock)
    await shop.lose_answer(claim)

    await shop.desk.resolve_uncertain(conversation, "sue", was_sent=True)

    one = await shop.read(conversation)
    assert (one.state, one.problem) == (State.ANSWERED, "")


async def test_a_second_refusal_without_a_name_is_about_the_reply_before(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, _ = await shop.approved()
    clock.advance(UNDO)
    first = await shop.attempt(await shop.take(shop.queues.outbox))
    await shop.accept(conversation, first, "R1")
    clock.advance(HOUR)
    await shop.buyer_writes("and now?")
    await shop.draft()
    await shop.approve(conversation, "Other words.")
    clock.advance(UNDO)
    second = await shop.attempt(await shop.take(shop.queues.outbox))

    await shop.receive(shop.refusal(""), shop.refusal(""))
    await shop.accept(conversation, second, "R2")

    keys = shop.partition.conversation(conversation)
    assert len(await shop.database.ranked(keys.owed, 0, -1)) == 2
