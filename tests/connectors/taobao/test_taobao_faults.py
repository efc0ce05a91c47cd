"""Every fault the mock has, and that the connector lives through it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from connectors.base import (
    Batch,
    Cursor,
    InboundMessage,
    RateLimited,
    Reply,
    Span,
    Trace,
    Unauthorized,
    Unavailable,
)
from connectors.feed import FeedEntry
from connectors.taobao.account import TopAccount
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock
from connectors.taobao.mock_threads import Via
from responder.testing import FakeClock
from tests.connectors.inboxes import lacking, survey

Connect = Callable[[TopAccount], TaobaoConnector]
BOTH: list[Via] = ["chat", "refund"]


def write(mock: TaobaoMock, via: Via, *, count: int = 1) -> None:
    mock.deliver(
        [
            FeedEntry(buyer=f"买家{number}", order_id=f"{2200 + number}", text="在吗")
            for number in range(count)
        ],
        via=via,
    )


async def drain(connector: TaobaoConnector, cursor: Cursor | None = None) -> list[Batch]:
    batches = [await connector.fetch(cursor)]
    await connector.acknowledge(batches[-1])
    while batches[-1].more:
        batches.append(await connector.fetch(batches[-1].cursor))
        await connector.acknowledge(batches[-1])
    return batches


def messages(batches: list[Batch]) -> list[InboundMessage]:
    return [message for batch in batches for message in batch.messages]


def reply(thread: str) -> Reply:
    return Reply(id="reply-1", thread=thread, text="亲，马上查😀", reply_to={})


async def test_a_ban_says_how_long_and_passes(mock: TaobaoMock, connector: TaobaoConnector) -> None:
    write(mock, "chat")
    mock.faults.set({"code_7_ban": 1})

    with pytest.raises(RateLimited) as caught:
        await connector.fetch(None)
    mock.faults.set({})

    assert timedelta(seconds=1) <= caught.value.retry_after <= timedelta(seconds=71)
    assert len(messages(await drain(connector))) == 1


@pytest.mark.parametrize("fault", ["bad_signature", "session_expired"])
async def test_refused_credentials_lose_no_message(
    mock: TaobaoMock, connector: TaobaoConnector, fault: str
) -> None:
    write(mock, "refund")
    mock.faults.set({fault: 1})

    with pytest.raises(Unauthorized):
        await connector.fetch(None)
    mock.faults.set({})

    assert len({one.id for one in messages(await drain(connector))}) == 1


async def test_one_refund_that_cannot_be_read_does_not_hold_up_the_shop(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock
) -> None:
    write(mock, "refund")
    write(mock, "chat")
    mock.faults.set({"refund_unavailable": 1})

    batch = await connector.fetch(None)
    assert [message.thread[:4] for message in batch.messages] == ["chat"]
    assert (batch.receipts, batch.more) == ([], False)
    mock.faults.set({})
    clock.advance(timedelta(seconds=2))

    assert len(messages(await drain(connector, batch.cursor))) == 1
    assert mock.books.queue.unconfirmed == 0


async def test_one_refund_that_cannot_be_read_is_no_outage(
    mock: TaobaoMock, connector: TaobaoConnector
) -> None:
    write(mock, "refund")
    mock.faults.set({"refund_unavailable": 1})

    batch = await connector.fetch(None)

    assert batch.seen == 0
    assert not batch.more


async def test_refunds_that_are_all_down_are_an_outage_and_chat_goes_on(
    mock: TaobaoMock, connector: TaobaoConnector
) -> None:
    write(mock, "refund", count=9)
    mock.faults.set({"refund_unavailable": 1})

    with pytest.raises(Unavailable):
        await connector.fetch(None)
    write(mock, "chat")
    batch = await connector.fetch(None)
    assert len(batch.messages) == 1
    mock.faults.set({})

    assert len({one.id for one in messages(await drain(connector))}) == 10


@pytest.mark.parametrize("via", BOTH)
async def test_html_from_the_gateway_is_unavailable_and_a_send_may_be_done(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock, via: Via
) -> None:
    write(mock, via)
    [message] = messages(await drain(connector))
    mock.faults.set({"http_502_html": 1})

    with pytest.raises(Unavailable) as asked:
        await connector.fetch(None)
    with pytest.raises(Unavailable) as sent:
        await connector.send(reply(message.thread))
    mock.faults.set({})

    assert (asked.value.maybe_done, sent.value.maybe_done) == (False, True)
    assert await connector.trace(reply(message.thread), clock.now()) is Trace.ABSENT


@pytest.mark.parametrize("fault", ["isp_timeout_after_store", "drop_after_store"])
@pytest.mark.parametrize("via", BOTH)
async def test_a_lost_answer_is_found_by_looking_and_the_buyer_gets_one_reply(
    mock: TaobaoMock, connect: Connect, clock: FakeClock, via: Via, fault: str
) -> None:
    write(mock, via)
    [message] = messages(await drain(connect(mock.account())))
    mock.faults.set({fault: 1})
    since = clock.now()

    with pytest.raises(Unavailable) as caught:
        await connect(mock.account()).send(reply(message.thread))
    mock.faults.set({})

    assert caught.value.maybe_done
    assert await connect(mock.account()).trace(reply(message.thread), since) is Trace.SENT
    assert len(mock.books.sent) == 1


async def test_an_event_that_comes_again_gives_the_same_ids(
    mock: TaobaoMock, connector: TaobaoConnector
) -> None:
    write(mock, "refund", count=3)
    first = await drain(connector)
    mock.faults.set({"tmc_redeliver": 1})

    again = await connector.fetch(first[-1].cursor)

    assert len(again.messages) == 1
    assert again.messages[0].id in {message.id for message in messages(first)}


@pytest.mark.parametrize("fault", ["tmc_broken_content", "refund_missing"])
async def test_what_cannot_become_a_message_goes_to_a_person_once(
    mock: TaobaoMock, connector: TaobaoConnector, fault: str
) -> None:
    mock.faults.set({fault: 1})
    write(mock, "refund")

    batches = await drain(connector)
    after = await drain(connector, batches[-1].cursor)

    assert len(messages(batches)) == 1
    [aside] = [item for batch in batches for item in batch.set_aside]
    assert "refund" in aside.reason
    assert mock.books.queue.unconfirmed == 0
    assert after[0].seen == 0


async def test_an_unknown_topic_is_counted_and_confirmed(
    mock: TaobaoMock, connector: TaobaoConnector
) -> None:
    mock.faults.set({"tmc_unknown_topic": 1})
    write(mock, "refund")

    batches = await drain(connector)

    assert sum(batch.ignored for batch in batches) == 1
    assert len(messages(batches)) == 1
    assert mock.books.queue.unconfirmed == 0


async def test_a_message_that_lags_behind_its_event_arrives_and_is_confirmed_then(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock
) -> None:
    mock.faults.set({"refund_lag": 1})
    write(mock, "refund")

    early = await drain(connector)
    assert messages(early) == []
    assert mock.books.queue.unconfirmed == 1
    clock.advance(timedelta(seconds=31))
    late = await drain(connector, early[-1].cursor)

    assert len(messages(late)) == 1
    assert mock.books.queue.unconfirmed == 0


async def test_a_lagging_thread_is_not_asked_for_at_every_poll(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock
) -> None:
    mock.faults.set({"refund_lag": 1})
    write(mock, "refund")
    early = await drain(connector)

    at_once = await connector.fetch(early[-1].cursor)

    assert not at_once.more
    assert at_once.cursor == early[-1].cursor


@pytest.mark.parametrize(
    "fault",
    ["xml_instead_of_json", "single_as_object", "numbers_as_strings", "trailing_comment"],
)
async def test_an_oddly_written_answer_says_the_same(
    mock: TaobaoMock, connect: Connect, clock: FakeClock, fault: str
) -> None:
    write(mock, "refund")
    write(mock, "chat", count=2)
    plain, odd = connect(mock.account()), connect(mock.account())
    expected = await plain.fetch(None)
    order = await plain.order("2200")
    clock.advance(timedelta(minutes=5))
    mock.faults.set({fault: 1})

    told = await odd.fetch(None)

    assert told.messages == expected.messages
    assert await odd.order("2200") == order
    assert (await odd.send(reply(told.messages[0].thread))).id
    assert await odd.check()
    await odd.acknowledge(told)
    assert mock.books.queue.unconfirmed == 0


async def test_everything_at_once_loses_nothing_and_sends_nothing_twice(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock
) -> None:
    mock.faults.set(dict.fromkeys(mock.faults.rates, 0.1) | {"seed": 11})
    write(mock, "refund", count=30)
    write(mock, "chat", count=60)
    seen: dict[str, InboundMessage] = {}
    cursor: Cursor | None = None

    for _ in range(300):
        clock.advance(timedelta(seconds=20))
        try:
            batch = await connector.fetch(cursor)
            seen.update((message.id, message) for message in batch.messages)
            cursor = batch.cursor
            await connector.acknowledge(batch)
        except (RateLimited, Unauthorized, Unavailable):
            continue

    # What no event tells of and what chat shows out of order is the census' to find.
    mock.faults.set({})
    span = Span(since=clock.now() - timedelta(hours=3), until=clock.now())
    found = await survey(connector, span, lacking(*seen))
    delivered = {post.id for post in mock.books.delivered}
    assert len(seen) > 70
    assert seen.keys() | {message.id for message in found} == delivered
