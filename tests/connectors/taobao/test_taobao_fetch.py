"""Chat and refunds arrive: in order, bounded, confirmed only when stored."""

from datetime import timedelta

import pytest

from connectors.base import (
    Author,
    RateLimited,
)
from connectors.feed import FeedEntry
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock
from connectors.taobao.position import Position, understood
from connectors.taobao.threads import RefundReader
from connectors.top.client import TopClient
from connectors.top.values import Row
from connectors.top.wire import Call
from responder.testing import FakeClock
from tests.connectors.taobao.talk import Connect, drain, entries, messages, reply


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
