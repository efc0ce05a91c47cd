"""Every fault the mock has, and that the connector lives through it."""

import asyncio
from datetime import timedelta

import pytest

from connectors.base import (
    InboundMessage,
    RateLimited,
    Rejected,
    Reply,
    Span,
    Trace,
    Unauthorized,
    Unavailable,
)
from connectors.ebay import purchases
from connectors.ebay.connector import EbayConnector
from connectors.ebay.mock import EbayMock
from connectors.ebay.wire import orders
from connectors.ebay.wire.values import Row
from connectors.feed import FeedEntry
from responder.testing import FakeClock
from tests.connectors.inboxes import drain, lacking, survey


def write(mock: EbayMock, *, count: int = 1) -> None:
    mock.deliver(
        FeedEntry(buyer=f"buyer_{number}", order_id=f"12-{number:05d}-11111", text="Hallo?")
        for number in range(count)
    )


async def first(connector: EbayConnector, mock: EbayMock) -> InboundMessage:
    write(mock)
    return (await drain(connector)).messages[0]


def answer_to(message: InboundMessage, text: str = "Unterwegs.") -> Reply:
    return Reply(id="reply-1", thread=message.thread, text=text, reply_to=message.reply_to)


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        ("http_429", RateLimited),
        ("http_500", Unavailable),
        ("http_503_html", Unavailable),
        ("login_down", Unavailable),
        ("scope_missing", Unauthorized),
        ("token_dead", Unauthorized),
    ],
)
async def test_a_refused_request_is_named_and_loses_nothing(
    mock: EbayMock, connector: EbayConnector, fault: str, failure: type[Exception]
) -> None:
    write(mock, count=3)
    mock.faults.set({fault: 1})

    with pytest.raises(failure):
        await connector.fetch(None)
    mock.faults.set({})

    assert len((await drain(connector)).messages) == 3


async def test_a_token_that_dies_early_costs_one_request_only(
    mock: EbayMock, connector: EbayConnector
) -> None:
    write(mock)
    await connector.fetch(None)
    mock._tokens.clear()

    assert (await connector.fetch(None)).messages


async def test_a_token_is_renewed_when_its_time_is_over(
    mock: EbayMock, connector: EbayConnector, clock: FakeClock
) -> None:
    await connector.fetch(None)
    clock.advance(timedelta(hours=2))

    await connector.fetch(None)

    assert len(mock._tokens) == 2


@pytest.mark.parametrize("fault", ["drop_after_store", "garbled_answer"])
async def test_a_lost_answer_is_found_in_the_conversation_and_not_sent_again(
    mock: EbayMock, connector: EbayConnector, clock: FakeClock, fault: str
) -> None:
    message = await first(connector, mock)
    since = clock.now()
    mock.faults.set({fault: 1})

    with pytest.raises(Unavailable) as lost:
        await connector.send(answer_to(message))
    mock.faults.set({})

    assert lost.value.maybe_done
    assert await connector.trace(answer_to(message), since) is Trace.SENT
    assert len(mock.sent()) == 1


async def test_where_some_of_a_conversation_cannot_be_read_nobody_knows_whether_it_arrived(
    mock: EbayMock, connector: EbayConnector, clock: FakeClock
) -> None:
    """eBay writes ids where names stood, for some from one day to the next."""
    message = await first(connector, mock)
    since = clock.now()
    mock.faults.set({"drop_after_store": 1})
    with pytest.raises(Unavailable):
        await connector.send(answer_to(message))
    mock.faults.set({"unknown_sender": 1})

    assert await connector.trace(answer_to(message), since) is Trace.UNKNOWN


async def test_a_conversation_that_shows_nothing_does_not_say_that_a_reply_is_absent(
    mock: EbayMock, connector: EbayConnector, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = await first(connector, mock)

    async def nothing(_: str) -> Row:
        return {}

    monkeypatch.setattr(connector._client, "get", nothing)

    assert await connector.trace(answer_to(message), clock.now()) is Trace.UNKNOWN


async def test_what_never_arrived_is_absent(
    mock: EbayMock, connector: EbayConnector, clock: FakeClock
) -> None:
    message = await first(connector, mock)

    assert await connector.trace(answer_to(message), clock.now()) is Trace.ABSENT


async def test_a_thread_that_cannot_be_read_is_tried_on(
    mock: EbayMock, connector: EbayConnector, clock: FakeClock
) -> None:
    write(mock)
    mock.faults.set({"thread_broken": 1})
    broken = await connector.fetch(None)
    mock.faults.set({})
    clock.advance(timedelta(seconds=2))

    assert (broken.messages, broken.set_aside) == ([], [])
    assert len((await drain(connector, broken.cursor)).messages) == 1


async def test_a_message_that_the_list_names_too_early_is_read_when_it_shows(
    mock: EbayMock, connector: EbayConnector, clock: FakeClock
) -> None:
    mock.faults.set({"message_lag": 1})
    write(mock)
    empty = await drain(connector)
    clock.advance(timedelta(minutes=10))

    assert empty.messages == []
    assert len((await drain(connector, empty.cursor)).messages) == 1


async def test_a_message_by_nobody_known_is_for_a_person(
    mock: EbayMock, connector: EbayConnector
) -> None:
    mock.faults.set({"unknown_sender": 1})
    write(mock)

    found = await drain(connector)

    assert [item.reason for item in found.set_aside] == [
        "a message between people of whom none is this seller: is username right?"
    ]


async def test_what_the_list_dates_wrongly_is_found_by_the_census(
    mock: EbayMock, connector: EbayConnector, clock: FakeClock
) -> None:
    cursor = (await drain(connector)).cursor
    mock.faults.set({"index_behind": 1})
    write(mock)

    missed = await drain(connector, cursor)
    span = Span(since=clock.now() - timedelta(hours=1), until=clock.now() + timedelta(seconds=1))
    found = await survey(connector, span, lacking())

    assert missed.messages == []
    assert [one.text for one in found] == ["Hallo?"]


async def test_an_order_is_named_by_its_buyer_and_never_by_what_somebody_wrote(
    mock: EbayMock, connector: EbayConnector
) -> None:
    write(mock)
    mock.deliver([FeedEntry(buyer="thief", text="My order is 12-00000-11111, where is it?")])

    by_buyer = {one.buyer: one.order_ids for one in (await drain(connector)).messages}

    assert by_buyer == {"buyer_0": ("12-00000-11111",), "thief": ()}


async def test_a_quiet_account_reads_no_conversation(
    mock: EbayMock, connector: EbayConnector
) -> None:
    write(mock, count=5)
    cursor = (await drain(connector)).cursor
    mock.faults.set({"thread_broken": 1})  # a conversation that is asked for would be tried again

    quiet = await connector.fetch(cursor)

    assert '"again":[]' in quiet.cursor


async def test_a_reply_to_a_conversation_that_is_gone_is_rejected(
    mock: EbayMock, connector: EbayConnector
) -> None:
    message = await first(connector, mock)
    mock.books.talks.clear()

    with pytest.raises(Rejected):
        await connector.send(answer_to(message))


async def test_orders_that_come_too_slowly_hold_up_no_message(
    mock: EbayMock, connector: EbayConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(mock, count=3)
    get, asked = connector._client.get, list[str]()

    async def slow(path: str) -> Row:
        if path.startswith(orders.ROOT):
            asked.append(path)
            await asyncio.sleep(3600)
        return await get(path)

    monkeypatch.setattr(connector._client, "get", slow)
    monkeypatch.setattr(purchases, "PATIENCE", timedelta(seconds=0.05))

    found = (await asyncio.wait_for(drain(connector), 5)).messages

    assert (len(found), len(asked)) == (3, 1)


async def test_orders_of_many_pages_are_known_by_their_buyers(
    mock: EbayMock, connector: EbayConnector
) -> None:
    write(mock, count=230)

    found = (await drain(connector)).messages

    assert {one.buyer: one.order_ids for one in found} == {
        f"buyer_{number}": (f"12-{number:05d}-11111",) for number in range(230)
    }


async def test_orders_that_cannot_be_asked_for_hold_up_no_message(
    mock: EbayMock, connector: EbayConnector, clock: FakeClock
) -> None:
    write(mock)
    known = mock.orders.copy()
    mock.orders["broken"] = None  # type: ignore[assignment]  # the order list answers 500

    without = await drain(connector)
    del mock.orders["broken"]
    clock.advance(timedelta(minutes=2))
    write(mock)
    later = await drain(connector, without.cursor)

    assert known
    assert [one.order_ids for one in without.messages] == [()]
    assert {one.order_ids for one in later.messages} == {("12-00000-11111",)}
