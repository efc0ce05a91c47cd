import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.base import Cursor, Rejected, Trace
from connectors.feed import FeedEntry
from connectors.order_desk import Audience, Occasion, OrderNote, order_desk
from connectors.order_feed import OrderEntry
from connectors.taobao import trade
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock
from connectors.taobao.order_desk import TaobaoOrderDesk
from connectors.top.values import Row, Value
from responder.testing import FakeClock

TRADE = "390000000000000001"
NOTE = OrderNote(
    id="n1", order_id=TRADE, occasion=Occasion.QUANTITY, channel="memo", text="暂缓发货"
)


@pytest.fixture
async def shop(clock: FakeClock) -> AsyncIterator[TaobaoMock]:
    async with TaobaoMock(now=clock.now) as mock:
        mock.place(OrderEntry(order_id=TRADE, buyer="小王", quantity=60))
        yield mock


@pytest.fixture
async def desk(shop: TaobaoMock, clock: FakeClock) -> AsyncIterator[TaobaoOrderDesk]:
    connector = TaobaoConnector(shop.account(), now=clock.now)
    assert order_desk(connector) is connector.orders
    yield connector.orders
    await connector.close()


async def sweep(desk: TaobaoOrderDesk, cursor: Cursor | None) -> tuple[list[str], Cursor]:
    """Every span up to now; the same cursor gives the same."""
    seen: list[str] = []
    while True:
        page = await desk.changed(cursor)
        assert await desk.changed(cursor) == page
        seen += [one.id for one in page.orders]
        cursor = page.cursor
        if not page.more:
            return seen, cursor


async def test_every_change_is_read_from_the_last_page_to_the_first(
    shop: TaobaoMock, desk: TaobaoOrderDesk, clock: FakeClock
) -> None:
    for number in range(250):
        clock.advance(timedelta(seconds=1))
        shop.place(OrderEntry(order_id=f"{391000000000000000 + number}"))

    seen, cursor = await sweep(desk, None)

    assert len(set(seen)) == 251
    assert set(seen) == set(shop.books.orders)
    clock.advance(timedelta(hours=5))
    shop.place(OrderEntry(order_id=TRADE, status="shipped"))
    later, _ = await sweep(desk, cursor)
    assert TRADE in later


@pytest.mark.parametrize("cursor", ["nonsense", "2026-11-20T09:00:00"])
async def test_a_cursor_of_another_kind_begins_anew(desk: TaobaoOrderDesk, cursor: str) -> None:
    seen, _ = await sweep(desk, Cursor(cursor))

    assert TRADE in seen


async def test_changes_are_read_that_came_while_a_clock_was_ahead(
    shop: TaobaoMock, desk: TaobaoOrderDesk, clock: FakeClock
) -> None:
    ahead = Cursor((clock.now() + timedelta(hours=1)).isoformat())

    seen, _ = await sweep(desk, ahead)

    assert seen == [TRADE]


async def test_an_order_that_is_not_there_is_none(desk: TaobaoOrderDesk) -> None:
    assert await desk.look("1") is None


async def test_a_memo_is_written_below_what_stands_there_and_once(
    shop: TaobaoMock, desk: TaobaoOrderDesk, clock: FakeClock
) -> None:
    shop.books.write_memo(TRADE, "老客户", 3)
    absent = await desk.told(NOTE, clock.now())

    await desk.tell(NOTE)
    await desk.tell(NOTE)

    order = shop.books.orders[TRADE]
    assert (order.memo, order.flag) == ("老客户\n暂缓发货", 3), "a colleague's flag stays"
    assert (absent, await desk.told(NOTE, clock.now())) == (Trace.ABSENT, Trace.SENT)


async def test_a_memo_that_would_be_too_long_is_refused_and_nothing_is_lost(
    shop: TaobaoMock, desk: TaobaoOrderDesk
) -> None:
    shop.books.write_memo(TRADE, "长" * 330, 0)

    with pytest.raises(Rejected, match="1003 bytes"):
        await desk.tell(NOTE)

    assert shop.books.orders[TRADE].memo == "长" * 330


async def test_two_memos_at_once_are_both_there(shop: TaobaoMock, desk: TaobaoOrderDesk) -> None:
    other = replace(NOTE, id="n2", text="地址存疑，先问买家")

    await asyncio.gather(desk.tell(NOTE), desk.tell(other))

    memo = shop.books.orders[TRADE].memo
    assert NOTE.text in memo
    assert other.text in memo


@pytest.mark.parametrize(
    ("occasion", "channel"),
    [
        (Occasion.UNPAID, "memo"),
        (Occasion.ADDRESS, "memo"),
        (Occasion.QUANTITY, "memo"),
        (Occasion.DELAYED, "memo"),
        (Occasion.DELIVERED, None),
    ],
)
async def test_it_goes_onto_the_order_or_nowhere(
    desk: TaobaoOrderDesk, occasion: Occasion, channel: str | None
) -> None:
    order = await desk.look(TRADE)
    assert order is not None

    route = await desk.route(order, occasion)

    assert (route.channel if route else None) == channel


def refund_is(shop: TaobaoMock, status: str) -> None:
    shop.deliver([FeedEntry(buyer="小王", order_id=TRADE, text="怎么还没发货")], via="refund")
    shop.books.orders[TRADE].refund_status = status


@pytest.mark.parametrize("occasion", Occasion)
@pytest.mark.parametrize(
    "status", ["WAIT_SELLER_AGREE", "SELLER_REFUSE_BUYER", "CLOSED", "SUCCESS"]
)
async def test_only_a_delay_is_told_to_a_buyer_and_only_where_his_refund_is_open(
    shop: TaobaoMock, desk: TaobaoOrderDesk, status: str, occasion: Occasion
) -> None:
    refund_is(shop, status)
    order = await desk.look(TRADE)
    assert order is not None

    route = await desk.route(order, occasion)

    is_open = status not in {"CLOSED", "SUCCESS"}
    to_buyer = route is not None and route.audience is Audience.BUYER
    assert to_buyer == (occasion is Occasion.DELAYED and is_open)
    if to_buyer:
        assert route is not None
        [refund] = shop.books.refunds
        assert route.channel == f"refund:{refund}:onsale"
        assert (route.most, route.in_bytes, route.comes_back) == (400, True, True)


async def test_a_refund_that_is_gone_when_it_is_looked_at_leaves_the_memo(
    shop: TaobaoMock, desk: TaobaoOrderDesk
) -> None:
    refund_is(shop, "WAIT_SELLER_AGREE")
    order = await desk.look(TRADE)
    assert order is not None
    shop.books.refunds.clear()

    route = await desk.route(order, Occasion.DELAYED)

    assert route is not None
    assert route.channel == "memo"


async def test_words_in_a_thread_are_looked_up_there(
    shop: TaobaoMock, desk: TaobaoOrderDesk, clock: FakeClock
) -> None:
    refund_is(shop, "WAIT_SELLER_AGREE")
    [refund] = shop.books.refunds
    note = replace(NOTE, channel=f"refund:{refund}:onsale", text="包裹晚到，非常抱歉")
    since = clock.now()
    absent = await desk.told(note, since)

    receipt = await desk.tell(note)

    assert (absent, await desk.told(note, since)) == (Trace.ABSENT, Trace.SENT)
    assert [one.id for one in shop.books.sent] == [receipt.id]
    assert shop.books.orders[TRADE].memo == ""
    with pytest.raises(Rejected, match="takes 400"):
        await desk.tell(replace(note, text="晚" * 200))


def test_a_trade_without_an_address_raises_no_doubt_and_one_without_a_number_does() -> None:
    bare: Row = {"trade": {"tid": "1", "orders": {"order": []}}}
    odd: Row = {
        "tid": "1",
        "receiver_name": "张三",
        "receiver_address": "长安街",
        "receiver_city": "杭州市",
        "receiver_zip": "310000",
    }
    masked: Row = {**odd, "receiver_address": "长安街**号", "receiver_name": "张**"}

    told: list[Row] = [bare, {"trade": odd}, {"trade": masked}]
    found = [trade.order(one) for one in told]

    assert [one.doubts for one in found if one] == [
        (), ("the street has no house number",), (),
    ]  # fmt: skip


def test_a_list_with_rows_that_are_no_orders_keeps_the_others() -> None:
    rows: list[Value] = [{"tid": "2"}, {"nothing": "here"}, {"tid": "1"}]

    found, total = trade.orders({"trades": {"trade": rows}, "total_results": "3"})

    assert ([one.id for one in found], total) == (["1", "2"], 3)
    assert trade.memo({}) == ("", 0)
