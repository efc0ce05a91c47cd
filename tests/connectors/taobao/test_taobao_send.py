"""Replies arrive as they were written, and a trace tells what became of them."""

import pytest

from connectors.base import (
    Rejected,
    Reply,
    Trace,
    Unavailable,
)
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock
from connectors.top.values import Row, row
from connectors.top.wire import Call
from responder.testing import FakeClock
from tests.connectors.taobao.talk import drain, entries, messages, reply


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
    before = await connector.trace(reply(message), since)

    await connector.send(reply(message))

    assert before is Trace.ABSENT
    assert await connector.trace(reply(message), since) is Trace.SENT
    assert await connector.trace(reply(message, "other words", "r2"), since) is Trace.ABSENT
    assert await connector.trace(reply(message, name="r2"), since) is Trace.ABSENT


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
    assert await connector.trace(reply(message, "other", "r2"), clock.now()) is Trace.ABSENT


@pytest.mark.parametrize("via", ["chat", "refund"])
async def test_a_thread_without_end_is_not_known(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock, via: str
) -> None:
    mock.deliver(entries(4100, buyers=1), via="chat" if via == "chat" else "refund")
    thread = mock.books.delivered[0].thread
    lost = Reply(id="r", thread=thread, text="亲", reply_to={})

    assert await connector.trace(lost, clock.now()) is Trace.UNKNOWN


@pytest.mark.parametrize("via", ["chat", "refund"])
async def test_where_some_of_a_thread_cannot_be_read_nobody_knows_whether_a_reply_is_in_it(
    mock: TaobaoMock,
    connector: TaobaoConnector,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
    via: str,
) -> None:
    mock.deliver(entries(1), via="chat" if via == "chat" else "refund")
    [message] = messages((await drain(connector))[0])
    ask, rows = connector._client.ask, ("messages", "chat_message")
    if via == "refund":
        rows = ("refund_messages", "refund_message")

    async def with_a_broken_one(call: Call) -> Row:
        told = await ask(call)
        found = row(told, rows[0])[rows[1]]
        assert isinstance(found, list)
        found.append({"id": "77", "content": "亲，马上查"})
        return told

    monkeypatch.setattr(connector._client, "ask", with_a_broken_one)

    assert await connector.trace(reply(message), clock.now()) is Trace.UNKNOWN


async def test_a_refund_thread_that_shows_nothing_does_not_say_that_a_reply_is_absent(
    mock: TaobaoMock,
    connector: TaobaoConnector,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mock.deliver(entries(1), via="refund")
    [message] = messages((await drain(connector))[0])

    async def nothing(call: Call) -> Row:
        return {}

    monkeypatch.setattr(connector._client, "ask", nothing)

    assert await connector.trace(reply(message), clock.now()) is Trace.UNKNOWN


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
