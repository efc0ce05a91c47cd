"""From an order to words that leave once: the workers, before marketplaces in a box."""

import asyncio
from datetime import timedelta

import pytest

from connectors.amazon.order_desk import AmazonOrderDesk
from connectors.amazon.wire import messages
from connectors.base import Receipt, Rejected, Trace, Unavailable
from connectors.order_feed import OrderEntry
from responder.domain.outreach import Occasion, Standing
from responder.store.outreach import Move, decide, move, orders_cursor
from responder.store.queues import Queues
from responder.workers.attempts import VISIBLE_AFTER
from tests.workers.outreach_shops import AMAZON, EVERY, ORDER, Shops


async def test_an_unusual_quantity_is_asked_about_once_it_is_approved(shops: Shops) -> None:
    shops.amazon.place(OrderEntry(order_id=ORDER, quantity=40))
    await shops.later(EVERY)
    one = await shops.only(Standing.PROPOSED)
    assert (one.occasion, one.channel, one.audience) == (
        Occasion.QUANTITY, "confirmOrderDetails", "buyer",
    )  # fmt: skip
    assert "40" in one.text
    assert shops.said() == [], "nothing leaves without a person"

    await shops.approve(one)
    await shops.later(timedelta(0))

    await shops.only(Standing.SENT)
    assert [(told["action"], told["text"]) for told in shops.said()] == [
        ("confirmOrderDetails", one.text)
    ]


async def test_it_is_once_for_an_order_and_an_occasion_over_daemons_and_restarts(
    shops: Shops,
) -> None:
    await shops.daemon()
    shops.amazon.place(OrderEntry(order_id=ORDER, quantity=40))
    await shops.later(EVERY)
    [one] = await shops.standing()
    await shops.approve(one)
    await asyncio.gather(*(daemon.work() for daemon in shops.daemons))
    shops.daemons.clear()  # everything in memory is gone
    await shops.daemon()
    shops.amazon.place(OrderEntry(order_id=ORDER, quantity=41))

    for _ in range(6):
        await shops.later(EVERY)

    await shops.only(Standing.SENT)
    assert len(shops.said()) == 1


async def test_a_doubtful_address_names_no_part_of_it(shops: Shops) -> None:
    shops.amazon.place(OrderEntry(order_id=ORDER, street="Nowhere Lane"))

    await shops.later(EVERY)

    one = await shops.only(Standing.PROPOSED)
    assert (one.occasion, one.channel) == (Occasion.ADDRESS, "confirmDeliveryDetails")
    assert "Nowhere" not in one.text


async def test_time_alone_brings_a_delay_and_the_delivery_takes_it_back(shops: Shops) -> None:
    due = shops.clock.now() + timedelta(days=3)
    entry = OrderEntry(order_id=ORDER, status="shipped", at=shops.clock.now(), deliver_by=due)
    shops.amazon.place(entry)
    await shops.later(EVERY)
    assert await shops.standing() == []

    await shops.later(timedelta(days=3))
    late = await shops.only(Standing.PROPOSED)
    shops.amazon.place(entry.model_copy(update={"status": "delivered"}))
    await shops.later(EVERY)

    assert late.occasion is Occasion.DELAYED
    by_state = {one.occasion: one.state for one in await shops.standing()}
    assert by_state[Occasion.DELAYED] is Standing.DROPPED


async def test_what_was_approved_and_is_so_no_more_does_not_leave(shops: Shops) -> None:
    shops.amazon.place(OrderEntry(order_id=ORDER, quantity=40))
    await shops.later(EVERY)
    await shops.approve(await shops.only(Standing.PROPOSED))
    shops.amazon.place(OrderEntry(order_id=ORDER, quantity=40, status="shipped"))

    await shops.later(timedelta(0))

    one = await shops.only(Standing.DROPPED)
    assert one.reason == "the order gives no occasion for it any more"
    assert shops.said() == []


async def test_a_delivered_order_is_asked_for_a_review_in_amazons_words(shops: Shops) -> None:
    shops.amazon.place(OrderEntry(order_id=ORDER, status="delivered"))
    await shops.later(EVERY)
    one = await shops.only(Standing.PROPOSED)
    assert (one.channel, one.is_free, one.text) == ("productReviewAndSellerFeedback", False, "")

    await shops.approve(one)
    await shops.later(timedelta(0))

    await shops.only(Standing.SENT)
    assert [told["action"] for told in shops.said()] == ["productReviewAndSellerFeedback"]


async def test_a_lost_answer_is_a_persons_to_decide_and_nothing_leaves_twice(
    shops: Shops,
) -> None:
    shops.amazon.place(OrderEntry(order_id=ORDER, quantity=40))
    await shops.later(EVERY)
    await shops.approve(await shops.only(Standing.PROPOSED))
    shops.amazon.faults.set({"message_lost": 1})

    await shops.later(timedelta(seconds=1))
    await shops.later(VISIBLE_AFTER - timedelta(seconds=5))
    await shops.only(Standing.SENDING)
    for _ in range(4):
        await shops.later(timedelta(minutes=5))

    await shops.only(Standing.UNCERTAIN)
    assert len(shops.said()) == 1


async def test_a_worker_that_died_in_mid_send_leaves_it_to_be_looked_up(shops: Shops) -> None:
    shops.amazon.place(OrderEntry(order_id=ORDER, quantity=40))
    await shops.later(EVERY)
    one = await shops.only(Standing.PROPOSED)
    await shops.approve(one)
    [claim] = await Queues(shops.database).outreach.claim(1)
    begun = Move(before=Standing.APPROVED, after=Standing.SENDING, queue="held")
    assert await move(shops.database, one.id, begun, claim) == "ok"

    for _ in range(2):  # whoever attempted it may only have another clock
        await shops.later(timedelta(minutes=5))

    await shops.only(Standing.UNCERTAIN)
    assert shops.said() == []


async def test_what_amazon_does_not_allow_any_more_goes_back_with_the_reason(
    shops: Shops,
) -> None:
    shops.amazon.place(OrderEntry(order_id=ORDER, quantity=40))
    await shops.later(EVERY)
    await shops.approve(await shops.only(Standing.PROPOSED))
    shops.amazon.faults.set({"action_gone": 1})

    await shops.later(timedelta(0))

    assert "does not allow" in (await shops.only(Standing.REFUSED)).reason


async def test_an_outage_is_waited_for(shops: Shops) -> None:
    shops.amazon.place(OrderEntry(order_id=ORDER, quantity=40))
    shops.amazon.faults.set({"http_503": 1})
    await shops.later(EVERY)
    assert await shops.standing() == []
    shops.amazon.faults.set({})

    await shops.later(timedelta(minutes=2))
    await shops.approve(await shops.only(Standing.PROPOSED))
    shops.amazon.faults.set({"http_503": 1})
    await shops.later(timedelta(seconds=1))
    await shops.only(Standing.APPROVED)
    shops.amazon.faults.set({})
    await shops.later(timedelta(hours=1))

    await shops.only(Standing.SENT)
    assert len(shops.said()) == 1


async def test_words_that_break_a_rule_do_not_leave(shops: Shops) -> None:
    shops.amazon.place(OrderEntry(order_id=ORDER, quantity=40))
    await shops.later(EVERY)
    one = await shops.only(Standing.PROPOSED)
    text = "Write to me at seller@example.com or see https://shop.example"
    how = Move(
        before=Standing.PROPOSED, after=Standing.APPROVED, queue=shops.clock.now(),
        changes={"by": "ann", "text": text},
    )  # fmt: skip
    await decide(shops.database, one.id, how)

    await shops.later(timedelta(0))

    assert "rules" in (await shops.only(Standing.REFUSED)).reason
    assert shops.said() == []


async def test_what_an_order_cannot_be_asked_for_holds_up_no_page(
    shops: Shops, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More orders than the quota lets through, and none of them open for a message yet."""
    monkeypatch.setattr(messages, "actions", lambda _: frozenset())
    for number in range(30):
        order_id = f"111-2223334-{5_556_000 + number}"
        at = shops.clock.now() - timedelta(hours=13)
        shops.amazon.place(OrderEntry(order_id=order_id, status="delivered", at=at))

    for _ in range(6):
        await shops.later(EVERY)

    assert await orders_cursor(shops.database, AMAZON) is not None


async def test_what_nobody_can_look_up_is_left_to_a_person(
    shops: Shops, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def tell(_: AmazonOrderDesk, __: object) -> Receipt:
        raise Unavailable("the answer was lost", maybe_done=True)

    async def told(_: AmazonOrderDesk, __: object, ___: object) -> Trace:
        raise Rejected("no such thing")

    monkeypatch.setattr(AmazonOrderDesk, "tell", tell)
    monkeypatch.setattr(AmazonOrderDesk, "told", told)
    shops.amazon.place(OrderEntry(order_id=ORDER, quantity=40))
    await shops.later(EVERY)
    await shops.approve(await shops.only(Standing.PROPOSED))

    await shops.later(timedelta(0))
    await shops.only(Standing.SENDING)
    await shops.later(VISIBLE_AFTER)

    assert (await shops.only(Standing.UNCERTAIN)).order_id == ORDER
