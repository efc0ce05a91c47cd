"""The mock's methods: what they take, and what they refuse."""

import json
from datetime import timedelta

import aiohttp
import pytest

from connectors.feed import FeedEntry
from connectors.taobao.mock import TaobaoMock
from connectors.top.values import stamp
from responder.testing import FakeClock
from tests.connectors.taobao.gateway import ask, code, signed


async def test_parameters_are_checked(
    mock: TaobaoMock, clock: FakeClock, http: aiohttp.ClientSession
) -> None:
    mock.deliver([FeedEntry(buyer="a", order_id="1", text="b")], via="refund")
    mock.deliver([FeedEntry(buyer="a", text="b")])
    [refund], [chat] = mock.books.refunds, mock.books.chats
    ids = ",".join("1" * 201)
    wrong: list[tuple[int, str, dict[str, str]]] = [
        (40, "taobao.tmc.messages.confirm", {}),
        (41, "taobao.tmc.messages.confirm", {"s_message_ids": ids}),
        (41, "taobao.tmc.messages.consume", {"quantity": "201"}),
        (41, "taobao.tmc.group.add", {"group_name": "default_shop"}),
        (41, "taobao.tmc.queue.get", {"group_name": "nobody"}),
        (15, "taobao.refund.get", {"fields": "id", "refund_id": "404"}),
        (40, "taobao.refund.message.add", {"refund_id": refund, "content": "x"}),
        (41, "taobao.refund.message.add", {"refund_id": refund, "content": "字" * 134}),
        (41, "taobao.refunds.receive.get", {"start_modified": "x", "end_modified": "y"}),
        (15, "responder.chat.message.send", {"chat_id": "404", "content": "x"}),
        (41, "responder.chat.message.send", {"chat_id": chat, "content": "字" * 2001}),
        (41, "taobao.trade.memo.update", {"tid": "1", "memo": "x", "flag": "7"}),
        (565, "taobao.trade.memo.update", {"tid": "1", "memo": "字" * 334}),
        (15, "taobao.trade.fullinfo.get", {"fields": "tid", "tid": "404"}),
    ]

    for expected, method, params in wrong:
        assert await code(http, mock, signed(mock, clock, method, **params)) == expected, method


@pytest.mark.parametrize(
    ("image", "kind"), [(b"BM not an image of TOP's", 3), (b"GIF8" + b"0" * 512_000, 3)]
)
async def test_an_image_must_be_one_and_not_too_large(
    mock: TaobaoMock,
    clock: FakeClock,
    http: aiohttp.ClientSession,
    image: bytes,
    kind: int,
) -> None:
    mock.deliver([FeedEntry(buyer="a", order_id="1", text="b")], via="refund")
    [refund] = mock.books.refunds
    form = aiohttp.FormData()
    add = signed(mock, clock, "taobao.refund.message.add", refund_id=refund, content="x")
    for name, value in add.items():
        form.add_field(name, value)
    form.add_field("image", image, filename="a.gif", content_type="image/gif")

    async with http.post(f"{mock.url}/router/rest", data=form) as answer:
        told = json.loads(await answer.read())

    assert told["error_response"]["code"] == kind


async def test_a_memo_is_added_once_and_updated_often(
    mock: TaobaoMock, clock: FakeClock, http: aiohttp.ClientSession
) -> None:
    mock.deliver([FeedEntry(buyer="a", order_id="1", text="b")])
    add = signed(mock, clock, "taobao.trade.memo.add", tid="1", memo="x", flag="1")
    update = signed(mock, clock, "taobao.trade.memo.update", tid="1", flag="2")

    assert "trade_memo_add_response" in await ask(http, mock, add)
    assert await code(http, mock, add) == 566
    assert "trade_memo_update_response" in await ask(http, mock, update)
    assert (mock.books.orders["1"].memo, mock.books.orders["1"].flag) == ("x", 2)


async def test_trades_are_listed_newest_first_within_a_day(
    mock: TaobaoMock, clock: FakeClock, http: aiohttp.ClientSession
) -> None:
    mock.deliver([FeedEntry(buyer="a", order_id=str(n), text="b") for n in range(60)])
    created = sorted(order.created for order in mock.books.orders.values())
    start, end = stamp(created[0]), stamp(created[0] + timedelta(days=1))
    method = "taobao.trades.sold.increment.get"

    good = signed(mock, clock, method, start_modified=start, end_modified=end)
    told = (await ask(http, mock, good))["trades_sold_increment_get_response"]
    too_long = signed(mock, clock, method, start_modified=start, end_modified=stamp(clock.now()))

    times = [trade["modified"] for trade in told["trades"]["trade"]]
    assert times == sorted(times, reverse=True)
    assert told["total_results"] >= 1
    assert await code(http, mock, too_long) == 41


async def test_groups_and_topics_are_kept(
    mock: TaobaoMock, clock: FakeClock, http: aiohttp.ClientSession
) -> None:
    await ask(http, mock, signed(mock, clock, "taobao.tmc.group.add", group_name="shop"))
    permit = signed(mock, clock, "taobao.tmc.user.permit", topics="a,b")
    await ask(http, mock, permit)

    told = await ask(http, mock, signed(mock, clock, "taobao.tmc.user.get", nick="x"))

    user = told["tmc_user_get_response"]["tmc_user"]
    assert user["topics"] == {"string": ["a", "b"]}
    assert user["group_name"] == "shop"
    queue = signed(mock, clock, "taobao.tmc.queue.get", group_name="shop")
    assert "tmc_queue_get_response" in await ask(http, mock, queue)
