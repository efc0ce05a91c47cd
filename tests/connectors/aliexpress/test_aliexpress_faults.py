"""Every fault the mock has, and that the connector lives through it."""

from datetime import timedelta
from pathlib import Path

import pytest

from connectors.aliexpress.connector import AliexpressConnector
from connectors.aliexpress.mock import AliexpressMock
from connectors.base import (
    InboundMessage,
    RateLimited,
    Receipt,
    Rejected,
    Reply,
    Span,
    Trace,
    Unauthorized,
    Unavailable,
)
from connectors.feed import FeedEntry
from responder.testing import FakeClock
from tests.connectors.inboxes import drain, lacking, survey


def write(mock: AliexpressMock, *, count: int = 1) -> None:
    mock.deliver(
        FeedEntry(buyer=f"buyer {number}", order_id=f"81{number:014d}", text="Hello?")
        for number in range(count)
    )


async def first(connector: AliexpressConnector, mock: AliexpressMock) -> InboundMessage:
    write(mock)
    return (await drain(connector)).messages[0]


def answer_to(message: InboundMessage, reply_id: str = "reply-1") -> Reply:
    return Reply(id=reply_id, thread=message.thread, text="On its way.", reply_to=message.reply_to)


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        ("code_7_ban", RateLimited),
        ("bad_signature", Unauthorized),
        ("session_expired", Unauthorized),
        ("http_502_html", Unavailable),
    ],
)
async def test_a_refused_request_is_named_and_loses_nothing(
    mock: AliexpressMock, connector: AliexpressConnector, fault: str, failure: type[Exception]
) -> None:
    write(mock, count=3)
    mock.faults.set({fault: 1})

    with pytest.raises(failure):
        await connector.fetch(None)
    mock.faults.set({})

    assert len((await drain(connector)).messages) == 3


@pytest.mark.parametrize(
    "odd", ["xml_instead_of_json", "single_as_object", "numbers_as_strings", "trailing_comment"]
)
async def test_an_answer_in_another_manner_says_the_same(
    mock: AliexpressMock, connector: AliexpressConnector, odd: str
) -> None:
    message = await first(connector, mock)
    mock.faults.set({odd: 1})

    assert (await drain(connector)).messages == [message]
    assert await connector.order(message.order_ids[0]) is not None
    assert (await connector.send(answer_to(message))).id == "reply-1"


@pytest.mark.parametrize("fault", ["isp_timeout_after_store", "drop_after_store"])
async def test_a_lost_answer_is_found_in_the_channel_and_not_sent_again(
    mock: AliexpressMock, connector: AliexpressConnector, clock: FakeClock, fault: str
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


async def test_the_same_words_sent_before_are_no_trace(
    mock: AliexpressMock, connector: AliexpressConnector, clock: FakeClock
) -> None:
    message = await first(connector, mock)
    earlier = await connector.send(answer_to(message, "reply-0"))
    clock.advance(timedelta(seconds=31))
    again = Reply(
        id="reply-1",
        thread=message.thread,
        text="On its way.",
        reply_to=message.reply_to,
        earlier=(Receipt(id=earlier.id, accepted_at=earlier.accepted_at),),
    )
    since = clock.now()

    before = await connector.trace(again, since)
    await connector.send(again)

    assert (before, await connector.trace(again, since)) == (Trace.ABSENT, Trace.SENT)


async def test_a_refusal_inside_a_good_answer_goes_to_a_person(
    mock: AliexpressMock, connector: AliexpressConnector
) -> None:
    message = await first(connector, mock)
    mock.faults.set({"refused_inside": 1})

    with pytest.raises(Rejected):
        await connector.send(answer_to(message))

    assert mock.sent() == []


async def test_a_channel_that_cannot_be_read_is_tried_on(
    mock: AliexpressMock, connector: AliexpressConnector, clock: FakeClock
) -> None:
    write(mock)
    mock.faults.set({"channel_broken": 1})
    broken = await connector.fetch(None)
    mock.faults.set({})
    clock.advance(timedelta(seconds=2))

    assert broken.messages == []
    assert len((await drain(connector, broken.cursor)).messages) == 1


async def test_a_message_that_the_list_names_too_early_is_read_when_it_shows(
    mock: AliexpressMock, connector: AliexpressConnector, clock: FakeClock
) -> None:
    mock.faults.set({"message_lag": 1})
    write(mock)
    empty = await drain(connector)
    clock.advance(timedelta(minutes=10))

    assert empty.messages == []
    assert len((await drain(connector, empty.cursor)).messages) == 1


async def test_a_message_of_which_nobody_knows_the_author_is_for_a_person(
    mock: AliexpressMock, connector: AliexpressConnector
) -> None:
    mock.faults.set({"buyer_unnamed": 1})
    write(mock)

    found = await drain(connector)

    assert (found.messages, len(found.set_aside)) == ([], 1)


async def test_what_the_list_dates_wrongly_is_found_by_the_census(
    mock: AliexpressMock, connector: AliexpressConnector, clock: FakeClock
) -> None:
    cursor = (await drain(connector)).cursor
    mock.faults.set({"index_behind": 1})
    write(mock)

    missed = await drain(connector, cursor)
    span = Span(since=clock.now() - timedelta(hours=1), until=clock.now() + timedelta(seconds=1))
    found = await survey(connector, span, lacking())

    assert missed.messages == []
    assert [one.text for one in found] == ["Hello?"]


async def test_a_list_without_a_total_is_read_to_its_end(
    mock: AliexpressMock, connector: AliexpressConnector, clock: FakeClock
) -> None:
    for number in range(230):
        clock.advance(timedelta(seconds=1))
        mock.deliver([FeedEntry(buyer=f"buyer {number}", text=f"{number}")])

    found = await drain(connector)

    assert [one.text for one in found.messages] == [str(number) for number in range(230)]


async def test_ranks_and_states_can_be_set_and_read(
    mock: AliexpressMock, connector: AliexpressConnector, clock: FakeClock
) -> None:
    message = await first(connector, mock)

    await connector.set_rank(message.thread, "orange")
    await connector.set_processed(message.thread, dealt_with=True)

    span = Span(since=clock.now() - timedelta(hours=1), until=clock.now())
    marks = (await connector.marks(span))[message.thread]
    assert (marks.rank, marks.is_dealt_with) == ("orange", True)


async def test_a_long_channel_is_read_to_its_end(
    mock: AliexpressMock, connector: AliexpressConnector, clock: FakeClock
) -> None:
    for number in range(230):
        clock.advance(timedelta(seconds=1))
        mock.deliver([FeedEntry(buyer="talker", text=f"{number}")])

    found = (await drain(connector)).messages

    assert [one.text for one in found] == [str(number) for number in range(230)]


async def test_books_survive_a_kill(clock: FakeClock, tmp_path: Path) -> None:
    journal = tmp_path / "aliexpress.jsonl"
    async with AliexpressMock(now=clock.now, journal=journal) as mock:
        write(mock, count=3)
        before = mock.delivered()

    async with AliexpressMock(now=clock.now, journal=journal) as mock:
        assert mock.delivered() == before
