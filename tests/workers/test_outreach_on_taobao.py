"""Words about Taobao's orders: for colleagues, or to the buyer where a refund is open."""

from datetime import timedelta

import pytest

from connectors.base import Unavailable
from connectors.feed import FeedEntry
from connectors.order_desk import OrderNote
from connectors.order_feed import OrderEntry
from connectors.taobao.order_desk import TaobaoOrderDesk
from responder.domain.outreach import Standing
from responder.store.outreach import Move, Outreach, move
from responder.store.queues import Queues
from responder.store.threads import messages
from responder.workers.attempts import VISIBLE_AFTER
from responder.workers.outreach_sender import AFTER_ANOTHER
from tests.workers.outreach_shops import EVERY, TRADE, Shops


async def test_an_unpaid_trade_is_noted_for_colleagues_after_twelve_hours(shops: Shops) -> None:
    shops.taobao.place(OrderEntry(order_id=TRADE, status="unpaid"))
    await shops.later(timedelta(hours=11))
    assert await shops.standing() == []

    await shops.later(timedelta(hours=2))
    one = await shops.only(Standing.PROPOSED)
    await shops.approve(one)
    await shops.later(timedelta(0))

    await shops.only(Standing.SENT)
    order = shops.taobao.books.orders[TRADE]
    assert (one.channel, order.memo, order.flag) == ("memo", "未付款，请提醒买家。", 2)


async def test_a_large_trade_is_held_by_memo_and_flag_and_keeps_what_stood_there(
    shops: Shops,
) -> None:
    shops.taobao.place(OrderEntry(order_id=TRADE, quantity=60))
    shops.taobao.books.write_memo(TRADE, "老客户", 0)
    await shops.later(EVERY)
    await shops.approve(await shops.only(Standing.PROPOSED))

    await shops.later(timedelta(0))

    order = shops.taobao.books.orders[TRADE]
    assert order.memo == "老客户\n暂缓发货：单品60件，请先与买家确认数量。"
    assert order.flag == 1


async def late(shops: Shops) -> Outreach:
    """A parcel is late, its buyer asks in the refund thread, and words to him are approved."""
    shops.taobao.place(OrderEntry(order_id=TRADE, buyer="小王"))
    shops.taobao.deliver(
        [FeedEntry(buyer="小王", order_id=TRADE, text="怎么还没发货")], via="refund"
    )
    await shops.later(EVERY)
    await shops.later(timedelta(hours=48))
    one = await shops.only(Standing.PROPOSED)
    await shops.read_inbox()
    await shops.approve(one)
    return one


async def test_a_delay_is_told_in_the_open_refund_and_the_buyers_question_stays_owed(
    shops: Shops,
) -> None:
    one = await late(shops)
    [before] = await shops.waiting()

    await shops.later(timedelta(minutes=1))
    await shops.read_inbox()
    await shops.take_census()

    await shops.only(Standing.SENT)
    [sent] = shops.taobao.books.sent
    assert (sent.text, sent.via, one.audience) == (one.text, "refund", "buyer")
    assert shops.taobao.books.orders[TRADE].memo == ""
    [after] = await shops.waiting()
    assert (after.waiting_since, after.due_at) == (before.waiting_since, before.due_at)
    told = await messages(shops.database, after.id)
    assert [(one.author, one.kind) for one in told] == [("buyer", "chat"), ("seller", "notice")]


async def test_a_delay_that_does_not_show_is_told_again_only_when_it_would(
    shops: Shops, monkeypatch: pytest.MonkeyPatch
) -> None:
    await late(shops)
    tell, tried = TaobaoOrderDesk.tell, []

    async def lose(_: TaobaoOrderDesk, __: OrderNote) -> None:
        tried.append(shops.clock.now())
        raise Unavailable("the line broke", maybe_done=True)

    monkeypatch.setattr(TaobaoOrderDesk, "tell", lose)
    await shops.later(timedelta(0))
    await shops.later(VISIBLE_AFTER - timedelta(seconds=1))
    await shops.only(Standing.SENDING)
    monkeypatch.setattr(TaobaoOrderDesk, "tell", tell)
    for _ in range(4):
        await shops.later(timedelta(minutes=1))

    await shops.only(Standing.SENT)
    assert (len(tried), len(shops.taobao.books.sent)) == (1, 1)


async def test_a_delay_whose_answers_are_lost_time_after_time_is_left_to_a_person(
    shops: Shops, monkeypatch: pytest.MonkeyPatch
) -> None:
    await late(shops)

    async def lose(_: TaobaoOrderDesk, __: OrderNote) -> None:
        raise Unavailable("the line broke", maybe_done=True)

    monkeypatch.setattr(TaobaoOrderDesk, "tell", lose)
    for _ in range(30):
        await shops.later(timedelta(hours=1))

    assert "cannot say" in (await shops.only(Standing.UNCERTAIN)).reason


async def test_a_delay_whose_answer_is_lost_is_found_in_the_thread_and_stops_no_clock(
    shops: Shops,
) -> None:
    await late(shops)
    shops.taobao.faults.set({"isp_timeout_after_store": 1})
    await shops.later(timedelta(minutes=1))
    shops.taobao.faults.set({})
    await shops.read_inbox()
    await shops.later(timedelta(minutes=5))
    await shops.read_inbox()

    await shops.only(Standing.SENT)
    assert len(shops.taobao.books.sent) == 1
    assert len(await shops.waiting()) == 1


async def test_a_colleagues_own_answer_in_that_thread_is_one(shops: Shops) -> None:
    await late(shops)
    await shops.later(timedelta(minutes=1))
    [refund] = shops.taobao.books.refunds
    now = shops.clock.now()
    shops.taobao.books.answer(refund, "refund", "今天就发货", "", now)
    await shops.read_inbox()

    assert await shops.waiting() == []


async def test_two_notes_on_one_order_are_written_one_after_the_other(shops: Shops) -> None:
    """Each reads what stands there and writes it back: of two at once, one would be lost."""
    shops.taobao.place(OrderEntry(order_id=TRADE, quantity=60, street="Long Road"))
    await shops.later(EVERY)
    first, second = await shops.standing(Standing.PROPOSED)
    queue = Queues(shops.database).outreach
    await shops.approve(first)
    [claim] = await queue.claim(1)  # by another daemon
    begun = Move(before=Standing.APPROVED, after=Standing.SENDING, queue="held")
    assert await move(shops.database, first.id, begun, claim) == "ok"
    await shops.approve(second)

    await shops.later(timedelta(seconds=1))
    assert [one.id for one in await shops.standing(Standing.APPROVED)] == [second.id]
    sent = Move(before=Standing.SENDING, after=Standing.SENT)
    assert await move(shops.database, first.id, sent, claim) == "ok"
    await shops.later(AFTER_ANOTHER)

    assert {one.id for one in await shops.standing(Standing.SENT)} == {first.id, second.id}
    assert second.text in shops.taobao.books.orders[TRADE].memo
    assert await shops.database.redis.hlen(claim.partition.leaving) == 0


async def test_a_note_that_may_stand_on_its_order_is_looked_for(shops: Shops) -> None:
    """The order may change before the next try: then nobody would know of what stands there."""
    shops.taobao.place(OrderEntry(order_id=TRADE, quantity=60))
    await shops.later(EVERY)
    await shops.approve(await shops.only(Standing.PROPOSED))
    shops.taobao.faults.set({"isp_timeout_after_store": 1})

    await shops.later(timedelta(0))

    await shops.only(Standing.SENT)
