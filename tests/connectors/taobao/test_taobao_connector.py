"""The connector against the mock, over real sockets."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from connectors.base import (
    Author,
    Batch,
    Cursor,
    InboundMessage,
    OrderStatus,
    RateLimited,
    Rejected,
    Reply,
    Trace,
    Unauthorized,
    Unavailable,
)
from connectors.feed import FeedEntry
from connectors.readback import VISIBLE_AFTER
from connectors.taobao.account import TopAccount
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock
from connectors.taobao.mock_tmc import SELLER
from connectors.taobao.position import Position, understood
from connectors.taobao.seller import confirmed
from connectors.taobao.threads import RefundReader
from connectors.top.client import TopClient
from connectors.top.sign import SignMethod
from connectors.top.values import Row
from connectors.top.wire import Call
from responder.testing import FakeClock

Connect = Callable[[TopAccount], TaobaoConnector]


def entries(count: int, *, buyers: int = 10**6, orders: bool = True) -> list[FeedEntry]:
    return [
        FeedEntry(
            buyer=f"买家{number % buyers}",
            order_id=f"{2200000000 + number % buyers}" if orders else None,
            text=f"你好 {number}",
        )
        for number in range(count)
    ]


def reply(message: InboundMessage, text: str = "亲，马上查", name: str = "reply-1") -> Reply:
    return Reply(id=name, thread=message.thread, text=text, reply_to=message.reply_to)


async def drain(
    connector: TaobaoConnector, cursor: Cursor | None = None
) -> tuple[list[Batch], Cursor]:
    """Fetch and acknowledge until there is no more."""
    batches = [await connector.fetch(cursor)]
    await connector.acknowledge(batches[-1])
    while batches[-1].more:
        batches.append(await connector.fetch(batches[-1].cursor))
        await connector.acknowledge(batches[-1])
    return batches, batches[-1].cursor


def messages(batches: list[Batch]) -> list[InboundMessage]:
    return [message for batch in batches for message in batch.messages]


# ------------------------------------------------------------------ fetching


async def test_chat_arrives_in_order_with_the_marketplaces_own_moment(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock
) -> None:
    written = clock.now() - timedelta(milliseconds=1500)
    told = {"buyer": "李四", "text": "在吗", "at": written.isoformat()}
    mock.deliver([FeedEntry.model_validate(told), *entries(2, orders=False)])

    batch = await connector.fetch(None)

    assert [message.text for message in batch.messages] == ["在吗", "你好 0", "你好 1"]
    first = batch.messages[0]
    assert (first.sent_at, first.author, first.buyer) == (written, Author.BUYER, "李四")
    assert not batch.more
    assert [one.id for one in mock.books.delivered] == [one.id for one in batch.messages]
    assert [one.thread for one in mock.books.delivered] == [one.thread for one in batch.messages]


async def test_a_refund_thread_arrives_with_its_order_and_the_official_deadline(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock
) -> None:
    photo = FeedEntry.model_validate(
        {"buyer": "李四", "order_id": "2201", "text": "裂了", "attachments": ["crack.jpg"]}
    )
    mock.deliver([photo], via="refund")

    batch = await connector.fetch(None)

    [message] = batch.messages
    [refund] = mock.books.refunds.values()
    assert message.thread == f"refund:{refund.id}:{refund.phase}"
    assert message.order_ids == ("2201",)
    assert message.due_at == refund.created + refund.order.deadline
    assert message.attachments[0].name == "crack.jpg"


async def test_events_are_confirmed_only_by_acknowledge(
    mock: TaobaoMock, connector: TaobaoConnector
) -> None:
    mock.deliver(entries(3), via="refund")

    batch = await connector.fetch(None)

    assert mock.books.queue.unconfirmed == 3
    await connector.acknowledge(batch)
    assert mock.books.queue.unconfirmed == 0


async def test_the_same_cursor_gives_the_same_messages(
    mock: TaobaoMock, connector: TaobaoConnector
) -> None:
    _, cursor = await drain(connector)
    mock.deliver(entries(3), via="refund")
    mock.deliver(entries(3), via="chat")

    first = await connector.fetch(cursor)
    again = await connector.fetch(cursor)

    assert len(first.messages) == 6
    assert again == first
    assert (await connector.fetch(first.cursor)).messages == []


async def test_another_process_gets_unconfirmed_events_again_after_five_minutes(
    mock: TaobaoMock, connector: TaobaoConnector, connect: Connect, clock: FakeClock
) -> None:
    _, cursor = await drain(connector)
    mock.deliver(entries(2), via="refund")
    lost = await connector.fetch(cursor)
    other = connect(mock.account())
    assert (await other.fetch(cursor)).messages == []

    clock.advance(timedelta(minutes=5))

    assert (await other.fetch(cursor)).messages == lost.messages


async def test_a_batch_is_bounded_and_nothing_is_lost_in_many(
    mock: TaobaoMock, connector: TaobaoConnector
) -> None:
    mock.deliver(entries(400), via="chat")
    mock.deliver(entries(260, buyers=130), via="refund")

    batches, _ = await drain(connector)

    assert max(len(batch.messages) for batch in batches) <= 200
    assert {message.id for message in messages(batches)} == {
        post.id for post in mock.books.delivered
    }
    assert mock.books.queue.unconfirmed == 0


async def test_a_thread_longer_than_a_batch_arrives_whole(
    mock: TaobaoMock, connector: TaobaoConnector
) -> None:
    mock.deliver(entries(350, buyers=1), via="refund")

    batches, _ = await drain(connector)

    assert len({message.id for message in messages(batches)}) == 350
    assert max(len(batch.messages) for batch in batches) <= 200
    assert mock.books.queue.unconfirmed == 0


async def test_a_batch_is_bounded_with_long_threads_beside_a_busy_chat(
    mock: TaobaoMock, connector: TaobaoConnector
) -> None:
    mock.deliver(entries(250), via="chat")
    mock.deliver(entries(600, buyers=8), via="refund")

    batches, _ = await drain(connector)

    assert max(len(batch.messages) for batch in batches) <= 200
    assert len({message.id for message in messages(batches)}) == 850


async def test_a_thread_comes_oldest_first_though_top_lists_it_newest_first(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock
) -> None:
    for _ in range(3):
        mock.deliver(entries(2, buyers=1), via="refund")
        clock.advance(timedelta(seconds=1))

    batch = await connector.fetch(None)

    assert [one.id for one in batch.messages] == [post.id for post in mock.books.delivered]


async def test_the_next_cursor_does_not_give_the_same_events_again(
    mock: TaobaoMock, connector: TaobaoConnector
) -> None:
    _, cursor = await drain(connector)
    mock.deliver(entries(1), via="refund")

    first = await connector.fetch(cursor)

    assert len(first.messages) == 1
    assert (await connector.fetch(first.cursor)).messages == []


async def test_chat_does_not_wait_for_many_refunds(
    mock: TaobaoMock, connector: TaobaoConnector
) -> None:
    mock.deliver(entries(50), via="refund")
    mock.deliver(entries(1), via="chat")

    batch = await connector.fetch(None)

    assert len(batch.messages) == 1 + 8
    assert batch.more
    assert len(understood(batch.cursor).unread) == 42


async def test_without_chat_only_refunds_are_read(mock: TaobaoMock, connect: Connect) -> None:
    mock.deliver(entries(1), via="chat")
    mock.deliver(entries(1), via="refund")

    batch = await connect(mock.account(chat=False)).fetch(None)

    assert [message.thread.partition(":")[0] for message in batch.messages] == ["refund"]


async def test_after_a_day_of_silence_all_changed_refunds_are_looked_at(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock
) -> None:
    _, cursor = await drain(connector)
    mock.deliver(entries(120), via="refund")
    clock.advance(timedelta(hours=30))  # TMC has forgotten by now

    batches, cursor = await drain(connector, cursor)

    assert len(messages(batches)) == 120
    assert messages((await drain(connector, cursor))[0]) == []


async def test_an_hour_without_news_changes_little_in_the_cursor(
    connector: TaobaoConnector, clock: FakeClock
) -> None:
    _, cursor = await drain(connector)
    assert (await connector.fetch(cursor)).cursor == cursor

    clock.advance(timedelta(hours=1))

    assert understood((await connector.fetch(cursor)).cursor).turn == understood(cursor).turn


async def test_our_own_reply_comes_back_as_the_sellers_under_its_receipt(
    mock: TaobaoMock, connector: TaobaoConnector
) -> None:
    mock.deliver(entries(1), via="refund")
    mock.deliver(entries(1), via="chat")
    batches, cursor = await drain(connector)
    receipts = [
        await connector.send(reply(message, name=message.thread)) for message in messages(batches)
    ]

    batches, _ = await drain(connector, cursor)

    by_shop = [one for one in messages(batches) if one.author is Author.SELLER]
    assert {one.id for one in by_shop} == {receipt.id for receipt in receipts}


async def test_at_most_eight_requests_are_under_way(mock: TaobaoMock, clock: FakeClock) -> None:
    class Counting(TopClient):
        now = most = 0

        async def ask(self, call: Call) -> Row:
            self.now += 1
            self.most = max(self.most, self.now)
            try:
                return await super().ask(call)
            finally:
                self.now -= 1

    mock.deliver(entries(30), via="refund")
    client = Counting(mock.account(), clock.now)

    found, _ = await RefundReader(client, mock.account(), clock.now).harvest(
        None, Position(), room=200, looks=60
    )
    await client.close()

    assert len(found.messages) == 30
    assert 1 < client.most <= 8


async def test_a_limit_in_the_middle_keeps_what_was_read_and_is_raised_next(
    clock: FakeClock, connect: Connect
) -> None:
    shop = TaobaoMock(now=clock.now, daily_quota=12)
    await shop.start()
    connector = connect(shop.account())
    shop.deliver(entries(20), via="refund")

    part = await connector.fetch(None)
    assert 0 < len(part.messages) < 20
    with pytest.raises(RateLimited) as limited:
        await connector.fetch(part.cursor)
    shop.gateway.daily_quota = None
    rest, _ = await drain(connector, part.cursor)
    await shop.stop()

    ids = {one.id for one in [*part.messages, *messages(rest)]}
    assert ids == {post.id for post in shop.books.delivered}
    assert limited.value.retry_after > timedelta(hours=1), "until the day turns in China"


async def test_a_limit_before_anything_was_read_is_raised_and_loses_no_event(
    clock: FakeClock, connect: Connect
) -> None:
    shop = TaobaoMock(now=clock.now, daily_quota=3)
    await shop.start()
    connector = connect(shop.account())
    shop.deliver(entries(1), via="refund")

    with pytest.raises(RateLimited):
        await connector.fetch(None)
    shop.gateway.daily_quota = None
    batches, _ = await drain(connector)
    await shop.stop()

    assert len({one.id for one in messages(batches)}) == 1


# ------------------------------------------------------------------ sending and tracing


@pytest.mark.parametrize("via", ["chat", "refund"])
@pytest.mark.parametrize("text", ["亲，您好😀 100% ok&=+", '<b>&amp; "it\'s" 行\n二行', "字" * 133])
async def test_a_reply_arrives_as_it_was_written(
    mock: TaobaoMock, connector: TaobaoConnector, via: str, text: str
) -> None:
    mock.deliver(entries(1), via="chat" if via == "chat" else "refund")
    [message] = messages((await drain(connector))[0])

    receipt = await connector.send(reply(message, text))

    [post] = mock.books.sent
    assert (post.text, post.id, post.thread) == (text, receipt.id, message.thread)
    assert post.client_id == ("reply-1" if via == "chat" else "")


async def test_a_text_over_the_limit_never_leaves(
    mock: TaobaoMock, connector: TaobaoConnector
) -> None:
    mock.deliver(entries(1), via="refund")
    [message] = messages((await drain(connector))[0])

    with pytest.raises(Rejected, match="402 bytes"):
        await connector.send(reply(message, "字" * 134))

    assert mock.books.sent == []


async def test_a_thread_that_the_marketplace_does_not_know_is_rejected(
    connector: TaobaoConnector,
) -> None:
    for thread in ("chat:99", "refund:99:onsale"):
        with pytest.raises(Rejected):
            await connector.send(Reply(id="r", thread=thread, text="亲", reply_to={}))


@pytest.mark.parametrize("via", ["chat", "refund"])
async def test_a_trace_tells_sent_from_absent(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock, via: str
) -> None:
    mock.deliver(entries(130, buyers=1), via="chat" if via == "chat" else "refund")
    message = messages((await drain(connector))[0])[0]
    since = clock.now()
    clock.advance(VISIBLE_AFTER)
    before = await connector.trace(reply(message), since)

    await connector.send(reply(message))

    assert before is Trace.ABSENT
    assert await connector.trace(reply(message), since) is Trace.SENT
    assert await connector.trace(reply(message, "other words", "r2"), since) is Trace.ABSENT
    assert await connector.trace(reply(message, name="r2"), since) is Trace.ABSENT


async def test_what_a_refund_thread_does_not_show_yet_is_not_called_absent(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock
) -> None:
    """TOP may store a message after it has said that it timed out, and show it later still."""
    mock.deliver(entries(1), via="refund")
    message = messages((await drain(connector))[0])[0]
    since = clock.now()
    early = await connector.trace(reply(message), since)
    clock.advance(VISIBLE_AFTER)
    in_time = await connector.trace(reply(message), since)
    mock.faults.set({"http_502_html": 1})
    with pytest.raises(Unavailable):
        await connector.send(reply(message))
    mock.faults.set({})

    assert (early, in_time) == (Trace.UNKNOWN, Trace.ABSENT)
    assert await connector.trace(reply(message), since) is Trace.UNKNOWN, "tried again just now"


@pytest.mark.parametrize("via", ["chat", "refund"])
async def test_a_trace_looks_through_a_busy_thread(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock, via: str
) -> None:
    mock.deliver(entries(1), via="chat" if via == "chat" else "refund")
    message = messages((await drain(connector))[0])[0]
    if via == "chat":
        mock.deliver(entries(250, buyers=1), via="chat")
    await connector.send(reply(message))
    if via == "refund":
        mock.deliver(entries(250, buyers=1), via="refund")

    assert await connector.trace(reply(message), clock.now()) is Trace.SENT
    old = clock.now() - VISIBLE_AFTER
    assert await connector.trace(reply(message, "other", "r2"), old) is Trace.ABSENT


@pytest.mark.parametrize("via", ["chat", "refund"])
async def test_a_thread_without_end_is_not_known(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock, via: str
) -> None:
    mock.deliver(entries(4100, buyers=1), via="chat" if via == "chat" else "refund")
    thread = mock.books.delivered[0].thread
    lost = Reply(id="r", thread=thread, text="亲", reply_to={})

    assert await connector.trace(lost, clock.now()) is Trace.UNKNOWN


# ------------------------------------------------------------------ orders, memo, check


async def test_an_order_is_told_with_its_refund(
    mock: TaobaoMock, connector: TaobaoConnector
) -> None:
    mock.deliver(entries(1), via="refund")
    mock.deliver([FeedEntry(buyer="李四", order_id="2201", text="到哪了")], via="chat")
    facts = mock.books.orders["2200000000"]

    order = await connector.order("2200000000")
    plain = await connector.order("2201")

    assert order is not None
    assert (order.total, order.refund_amount) == (facts.payment, facts.payment)
    assert order.refund_status == facts.refund_status
    assert order.items[0].title == facts.title
    assert order.status in {OrderStatus.UNSHIPPED, OrderStatus.SHIPPED, OrderStatus.DELIVERED}
    assert plain is not None
    assert (plain.refund_status, plain.refund_amount) == ("", "")


async def test_an_unknown_order_is_none(connector: TaobaoConnector) -> None:
    assert await connector.order("404") is None


async def test_a_refund_that_vanished_leaves_the_order_without_an_amount(
    mock: TaobaoMock, connector: TaobaoConnector
) -> None:
    mock.deliver(entries(1), via="refund")
    [refund] = mock.books.refunds.values()
    mock.books.refunds["elsewhere"] = mock.books.refunds.pop(refund.id)

    order = await connector.order("2200000000")

    assert order is not None
    assert order.refund_amount == ""


async def test_a_memo_and_a_flag_are_set_and_emptied(
    mock: TaobaoMock, connector: TaobaoConnector
) -> None:
    mock.deliver(entries(1))
    order = mock.books.orders["2200000000"]

    await connector.set_memo(order.tid, "发顺丰", 3)
    assert (order.memo, order.flag) == ("发顺丰", 3)
    await connector.set_memo(order.tid, "", 0)
    assert (order.memo, order.flag) == ("", 0)


@pytest.mark.parametrize(("memo", "flag"), [("字" * 334, 1), ("发顺丰", 6)])
async def test_a_memo_that_top_would_refuse_is_rejected(
    connector: TaobaoConnector, memo: str, flag: int
) -> None:
    with pytest.raises(Rejected):
        await connector.set_memo("1", memo, flag)


async def test_check_says_what_answered_and_takes_nothing(
    mock: TaobaoMock, connector: TaobaoConnector, connect: Connect
) -> None:
    mock.deliver(entries(2), via="refund")

    line = await connector.check()

    assert line == (
        "TOP ok: 2 refunds changed in a day, 2 TMC messages waiting, chat (our extension) answers, "
        "a session whose end nobody has told; a person renews it"
    )
    assert "chat off" in await connect(mock.account(chat=False)).check()
    assert mock.books.queue.waiting == 2


async def test_check_asks_top_whose_session_it_is_where_a_seller_is_named(
    mock: TaobaoMock, connect: Connect
) -> None:
    for name in SELLER:
        shop = connect(replace(mock.account(), seller=name))
        assert "seller is who the session belongs to" in await shop.check()
    misspelt = connect(replace(mock.account(), seller="mock_shpo"))

    with pytest.raises(Rejected, match="belongs to '123456789' or 'mock_shop'"):
        await misspelt.check()


async def test_an_app_that_may_not_ask_whose_session_it_is_passes_the_check(
    mock: TaobaoMock, connect: Connect
) -> None:
    mock.gateway.forbidden.add("taobao.user.seller.get")

    line = await connect(replace(mock.account(), seller="mock_shpo")).check()

    assert "seller not compared with the session (TOP code 11" in line


async def test_an_answer_that_names_nobody_proves_nothing() -> None:
    class Silent:
        async def ask(self, _: Call) -> Row:
            return {}

    said = await confirmed(cast("TopClient", Silent()), "mock_shop")

    assert said == "seller not compared with the session: TOP named nobody"


# ------------------------------------------------------------------ the way in


@pytest.mark.parametrize("method", list(SignMethod))
async def test_every_sign_method_is_let_in(
    mock: TaobaoMock, connect: Connect, method: SignMethod
) -> None:
    assert await connect(replace(mock.account(), sign_method=method)).check()


@pytest.mark.parametrize(
    "wrong", [{"session": "dead"}, {"app_secret": "wrong"}, {"app_key": "87654321"}]
)
async def test_wrong_keys_are_unauthorized(
    mock: TaobaoMock, connect: Connect, wrong: dict[str, str]
) -> None:
    account = mock.account()
    connector = connect(
        TopAccount(
            gateway=account.gateway,
            app_key=wrong.get("app_key", account.app_key),
            app_secret=wrong.get("app_secret", account.app_secret),
            session=wrong.get("session", account.session),
        )
    )

    for attempt in (connector.fetch(None), connector.check(), connector.order("1")):
        with pytest.raises(Unauthorized):
            await attempt


async def test_a_clock_that_is_off_is_said_so(mock: TaobaoMock, clock: FakeClock) -> None:
    slow = TaobaoConnector(mock.account(), now=lambda: clock.now() - timedelta(minutes=11))

    with pytest.raises(Unavailable, match="clock"):
        await slow.fetch(None)

    await slow.close()


async def test_a_group_that_does_not_exist_is_rejected(mock: TaobaoMock, connect: Connect) -> None:
    connector = connect(replace(mock.account(), group_name="shop"))

    with pytest.raises(Rejected):
        await connector.fetch(None)
    mock.books.add_group("shop")
    assert (await connector.fetch(None)).messages == []


async def test_a_gateway_that_is_not_there_has_done_nothing(connect: Connect) -> None:
    nowhere = TopAccount(
        app_key="1", app_secret="2", session="3", gateway="http://127.0.0.1:1/router/rest"
    )

    with pytest.raises(Unavailable) as caught:
        await connect(nowhere).fetch(None)

    assert not caught.value.maybe_done


async def test_a_good_answer_without_an_id_may_be_done(
    mock: TaobaoMock, connector: TaobaoConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    mock.deliver(entries(1), via="chat")
    [message] = messages((await drain(connector))[0])

    async def silent(call: Call) -> Row:
        return {}

    monkeypatch.setattr(connector._client, "ask", silent)

    with pytest.raises(Unavailable) as caught:
        await connector.send(reply(message))

    assert caught.value.maybe_done
