"""What an approval does: one reply, under an id of its own, that waits for the undo window."""

from datetime import timedelta

from responder.domain.model import State
from responder.store.outbox import outgoing
from responder.testing import FakeClock
from tests.store.shop import UNDO, Shop


async def test_an_approved_reply_waits_in_the_outbox_for_the_undo_window(
    shop: Shop, clock: FakeClock
) -> None:
    conversation = await shop.drafted()

    reply_id = await shop.approve(conversation, "Tomorrow.", agent="ann")

    one = await shop.read(conversation)
    assert (one.state, one.holder) == (State.APPROVED, "")
    assert await shop.queues.outbox.next_at() == clock.now() + UNDO
    reply = await outgoing(shop.database, conversation)
    assert reply is not None
    assert (reply.id, reply.text, reply.by, reply.answers) == (reply_id, "Tomorrow.", "ann", 1)
    assert (reply.state, reply.attempts, reply.first_attempt_at) == ("queued", 0, None)
    assert reply.approved_at == clock.now()


async def test_an_approval_keeps_the_clock_running(shop: Shop) -> None:
    conversation = await shop.drafted()
    before = await shop.read(conversation)
    watching = await shop.queues.watch.next_at()

    await shop.approve(conversation)

    one = await shop.read(conversation)
    assert (one.waiting_since, one.due_at) == (before.waiting_since, before.due_at)
    assert await shop.places(conversation) == {State.APPROVED: before.due_at}
    assert await shop.queues.watch.next_at() == watching


async def test_an_approval_says_who_why_and_which_reply(shop: Shop) -> None:
    conversation = await shop.drafted()
    lease = await shop.lease(conversation)

    reply_id = await shop.desk.approve(
        conversation, "ann", lease.token, version=1, text="x", override="the buyer asked for it"
    )

    event = (await shop.events())[-1]
    assert event.type == "approved"
    assert dict(event.data) == {
        "by": "ann",
        "reply": reply_id,
        "override": "the buyer asked for it",
        "asked_by": "",
    }


async def test_approving_twice_is_one_reply(shop: Shop) -> None:
    conversation = await shop.drafted()
    lease = await shop.lease(conversation)

    first = await shop.desk.approve(conversation, "ann", lease.token, version=1, text="Tomorrow.")
    second = await shop.desk.approve(conversation, "ann", lease.token, version=1, text="Tomorrow. ")

    assert first == second
    assert (await shop.event_types(conversation)).count("approved") == 1


async def test_own_words_may_be_approved_where_there_is_no_draft(shop: Shop) -> None:
    conversation = await shop.buyer_writes()
    lease = await shop.lease(conversation)

    await shop.desk.approve(conversation, "ann", lease.token, version=0, text="Soon.", newest=1)

    reply = await outgoing(shop.database, conversation)
    assert reply is not None
    assert (reply.text, reply.answers) == ("Soon.", 1)


async def test_own_words_may_be_approved_after_the_draft_was_rejected(shop: Shop) -> None:
    conversation = await shop.drafted()
    lease = await shop.lease(conversation)
    await shop.desk.reject(conversation, "ann", version=1, again=False, why="wrong order")

    await shop.desk.approve(conversation, "ann", lease.token, version=2, text="Soon.")

    assert (await shop.read(conversation)).state is State.APPROVED


async def test_half_an_emoji_in_an_approved_text_is_no_trouble(shop: Shop) -> None:
    conversation = await shop.drafted()

    await shop.approve(conversation, "thanks \ud83d")

    reply = await outgoing(shop.database, conversation)
    assert reply is not None
    assert reply.text == "thanks ?"


async def test_the_id_of_a_reply_is_never_used_again(shop: Shop, clock: FakeClock) -> None:
    conversation = await shop.drafted()
    first = await shop.approve(conversation)
    await shop.desk.withdraw(conversation, "ann")
    second = await shop.approve(conversation)
    for key in shop.partition.conversation(conversation):
        await shop.database.redis.delete(key)
    clock.advance(timedelta(days=30))
    await shop.buyer_writes("Hello again")
    await shop.draft()

    third = await shop.approve(conversation)

    assert len({first, second, third}) == 3
    assert all(reply.rpartition(".")[0] == conversation for reply in (first, second, third))


async def test_a_store_that_lost_its_last_writes_gives_no_id_twice(shop: Shop) -> None:
    conversation = await shop.drafted()
    redis = shop.database.redis
    before = {key: await redis.dump(key) or b"" for key in await shop.keys()}
    lost = await shop.approve(conversation)
    await redis.delete(*await shop.keys())
    for key, value in before.items():
        await redis.restore(key, 0, value)

    again = await shop.approve(conversation)

    assert again != lost
