"""The send ledger: what each of the last replies had answered is owed again when it is refused."""

from datetime import timedelta
from itertools import permutations

import pytest

from responder.domain.model import ConversationId, State
from responder.domain.sla import SlaPolicy
from responder.store.outbox import Outgoing, Verdict, attempt, outgoing
from responder.store.owed import read_owed
from responder.store.replan import replan
from responder.testing import FakeClock
from tests.store.shop import UNDO, Shop

HOUR = timedelta(hours=1)
REPLIES = ("first", "second", "third")


async def on_the_wire(shop: Shop, clock: FakeClock, text: str) -> Outgoing:
    """The buyer writes; a reply of this text is approved and leaves."""
    conversation = await shop.buyer_writes(f"about the {text}")
    await shop.draft()
    await shop.approve(conversation, text)
    clock.advance(UNDO)
    return await shop.attempt(await shop.take(shop.queues.outbox))


async def answered(shop: Shop, clock: FakeClock, *texts: str) -> ConversationId:
    """Messages of the buyer an hour apart, each answered by a reply of its own."""
    for text in texts:
        await shop.accept(shop.conversation(), await on_the_wire(shop, clock, text), f"R-{text}")
        clock.advance(HOUR)
    return shop.conversation()


async def owed(shop: Shop) -> list[str]:
    """The buyer's messages that nobody has answered."""
    keys = shop.partition.conversation(shop.conversation())
    members = await shop.database.ranked(keys.owed, 0, -1)
    texts = await shop.texts(shop.conversation())
    numbers = [read_owed(member, 0).seq for member in members]
    return [texts[number - 1].removeprefix("about the ") for number in numbers]


@pytest.mark.parametrize("order", list(permutations(REPLIES)))
async def test_refusals_in_any_order_owe_exactly_what_each_reply_had_answered(
    shop: Shop, clock: FakeClock, order: tuple[str, ...]
) -> None:
    start = clock.now()
    conversation = await answered(shop, clock, *REPLIES)

    for count, refused in enumerate(order, start=1):
        await shop.receive(shop.refusal(f"R-{refused}"))

        assert await owed(shop) == [text for text in REPLIES if text in order[:count]]

    one = await shop.read(conversation)
    assert (one.state, one.waiting_since) == (State.WAITING, start)


async def test_a_later_reply_does_not_answer_what_an_earlier_one_was_believed_to_have_answered(
    shop: Shop, clock: FakeClock
) -> None:
    start = clock.now()
    conversation = await answered(shop, clock, "first", "second")

    await shop.receive(shop.refusal("R-first"))

    one = await shop.read(conversation)
    assert (one.state, one.waiting_since) == (State.WAITING, start)
    assert await owed(shop) == ["first"]


async def test_a_reply_under_way_does_not_answer_what_is_refused_meanwhile(
    shop: Shop, clock: FakeClock
) -> None:
    conversation = await answered(shop, clock, "first")
    reply = await on_the_wire(shop, clock, "second")
    await shop.receive(shop.refusal("R-first"))

    state = await shop.accept(conversation, reply, "R-second")

    assert state is State.WAITING
    assert await owed(shop) == ["first"]


async def test_a_reply_that_was_approved_after_the_refusal_answers_for_both(
    shop: Shop, clock: FakeClock
) -> None:
    await answered(shop, clock, "first")
    await shop.receive(shop.refusal("R-first"))
    await answered(shop, clock, "second")
    none = await owed(shop)

    await shop.receive(shop.refusal("R-second"))

    assert none == []
    assert await owed(shop) == ["first", "second"]


async def test_a_reply_under_way_that_did_not_arrive_is_not_sent_again_after_a_refusal(
    shop: Shop, clock: FakeClock
) -> None:
    await answered(shop, clock, "first")
    await on_the_wire(shop, clock, "second")
    await shop.receive(shop.refusal("R-first"))
    clock.advance(HOUR)

    verdict, _ = await attempt(shop.database, await shop.take(shop.queues.outbox), traced=True)

    assert verdict is Verdict.NEWER


async def test_what_was_answered_elsewhere_stays_answered_when_the_reply_is_refused(
    shop: Shop, clock: FakeClock
) -> None:
    start = clock.now()
    await shop.buyer_writes("about the first")
    clock.advance(HOUR)
    await shop.accept(shop.conversation(), await on_the_wire(shop, clock, "second"), "R1")
    await shop.seller_answers_elsewhere("by phone", at=start + HOUR / 2)

    await shop.receive(shop.refusal("R1"))

    assert await owed(shop) == ["second"]


@pytest.mark.parametrize("again", ["R-first", "id"])
async def test_a_reply_that_is_refused_by_mail_and_bounced_too_is_refused_once(
    shop: Shop, clock: FakeClock, again: str
) -> None:
    reply = await on_the_wire(shop, clock, "first")
    conversation = shop.conversation()
    await shop.accept(conversation, reply, "R-first")
    await answered(shop, clock, "second")
    await shop.receive(shop.refusal("R-first"))
    await shop.desk.no_reply_needed(conversation, "ann")

    await shop.receive(shop.refusal(reply.id if again == "id" else again))

    assert await owed(shop) == []
    assert (await shop.read(conversation)).state is State.NO_REPLY_NEEDED


@pytest.mark.parametrize(("later", "known"), [(15, True), (16, False)])
async def test_the_last_sixteen_replies_can_be_refused(
    shop: Shop, clock: FakeClock, later: int, *, known: bool
) -> None:
    await answered(shop, clock, "first", *(f"number {number}" for number in range(later)))

    await shop.receive(shop.refusal("R-first"))

    assert await owed(shop) == (["first"] if known else [])


# Refusals that name no reply


async def test_a_refusal_without_a_name_is_about_the_last_reply_that_left_before_it(
    shop: Shop, clock: FakeClock
) -> None:
    await answered(shop, clock, "first")
    between = clock.now() - HOUR / 2
    await answered(shop, clock, "second")

    await shop.receive(shop.refusal("", at=between))
    early = await owed(shop)
    await shop.receive(shop.refusal(""))

    assert early == ["first"]
    assert await owed(shop) == ["first", "second"]


async def test_two_refusals_without_a_name_are_about_one_reply(
    shop: Shop, clock: FakeClock
) -> None:
    await answered(shop, clock, "first", "second")

    await shop.receive(shop.refusal(""), shop.refusal(""))

    assert await owed(shop) == ["second"]


async def test_a_refusal_without_a_name_from_before_any_reply_is_about_the_first(
    shop: Shop, clock: FakeClock
) -> None:
    """The clock of who sent it may have been ahead: a needless look costs less than a buyer."""
    before = clock.now() - HOUR
    await answered(shop, clock, "first", "second")

    await shop.receive(shop.refusal("", at=before), shop.refusal("", at=before))

    assert await owed(shop) == ["first"]


async def test_a_refusal_without_a_name_settles_an_uncertain_reply(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, _ = await shop.approved("Tomorrow.")
    clock.advance(UNDO)
    claim = await shop.take(shop.queues.outbox)
    await shop.attempt(claim)
    await shop.lose_answer(claim)

    await shop.receive(shop.refusal(""))

    one = await shop.read(conversation)
    assert (one.state, one.held) == (State.WAITING, "Tomorrow.")
    assert await outgoing(shop.database, conversation) is None


async def test_a_refusal_without_a_name_from_before_the_approval_leaves_it_uncertain(
    shop: Shop, clock: FakeClock
) -> None:
    await answered(shop, clock, "first")
    before = clock.now() - HOUR / 2
    await on_the_wire(shop, clock, "second")
    clock.advance(HOUR)
    await shop.lose_answer(await shop.take(shop.queues.outbox))

    await shop.receive(shop.refusal("", at=before))

    assert (await shop.read(shop.conversation())).state is State.UNCERTAIN
    assert await owed(shop) == ["first", "second"]


async def test_a_refusal_without_a_name_takes_back_no_reply_whose_answer_may_still_come(
    shop: Shop, clock: FakeClock
) -> None:
    """It stays on its way; whether it was taken or not, the buyer is owed an answer still."""
    reply = await on_the_wire(shop, clock, "first")

    await shop.receive(shop.refusal(""))
    under_way = await outgoing(shop.database, shop.conversation())

    assert under_way is not None
    assert (under_way.id, under_way.state) == (reply.id, "sending")
    assert await shop.accept(shop.conversation(), reply) is State.WAITING
    assert await owed(shop) == ["first"]


async def test_a_reply_answers_what_was_promised_otherwise_since_its_approval(
    shop: Shop, clock: FakeClock
) -> None:
    reply = await on_the_wire(shop, clock, "first")
    conversation = shop.conversation()
    short = SlaPolicy("short", HOUR)

    replanned = await replan(
        shop.database, shop.partition, [await shop.read(conversation)], lambda _: short
    )
    await shop.accept(conversation, reply, "R-first")
    answered = await owed(shop)
    await shop.receive(shop.refusal("R-first"))

    assert replanned == {conversation}
    assert answered == []
    assert await owed(shop) == ["first"]
