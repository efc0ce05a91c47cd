"""Refund threads that TOP never shows hold up no other thread."""

from contextlib import suppress
from datetime import timedelta

import pytest

from connectors.base import Unavailable
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock
from connectors.top.errors import TopError, failure
from connectors.top.values import Row
from connectors.top.wire import Call
from responder.testing import FakeClock
from tests.connectors.taobao.talk import drain, entries, messages


async def test_refunds_that_stay_broken_hold_up_no_news(
    mock: TaobaoMock,
    connector: TaobaoConnector,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, cursor = await drain(connector)
    ask = connector._client.ask
    broken: set[str] = set()

    async def sick(call: Call) -> Row:
        if call.params.get("refund_id") in broken:
            raise failure(
                TopError(code="15", sub_code="isp.top-remote-unknown-error"), writes=False
            )
        return await ask(call)

    monkeypatch.setattr(connector._client, "ask", sick)
    for number in range(9):
        clock.advance(timedelta(seconds=1))
        mock.deliver(entries(number + 1)[-1:], via="refund")
        broken |= set(mock.books.refunds)
        cursor = (await connector.fetch(cursor)).cursor

    told: set[str] = set()
    read: set[str] = set()
    for minute in range(100):
        clock.advance(timedelta(minutes=1))
        if minute % 30 == 0:
            mock.deliver(entries(20 + minute)[-1:], via="refund")
        batches, cursor = await drain(connector, cursor)
        read |= {one.text for one in messages(batches)}
        told |= {item.id for batch in batches for item in batch.set_aside}

    assert read == {f"你好 {20 + minute - 1}" for minute in (0, 30, 60, 90)}
    assert told == {f"missing-{one}" for one in broken}


async def test_refunds_that_are_broken_from_the_first_look_hold_up_no_news_for_ever(
    mock: TaobaoMock, connector: TaobaoConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, cursor = await drain(connector)
    ask = connector._client.ask
    mock.deliver(entries(5), via="refund")
    broken = set(list(mock.books.refunds)[:4])

    async def sick(call: Call) -> Row:
        if call.params.get("refund_id") in broken:
            raise failure(TopError(code="15", sub_code="isp.unknown"), writes=False)
        return await ask(call)

    monkeypatch.setattr(connector._client, "ask", sick)
    read: list[str] = []
    for _ in range(3):
        with suppress(Unavailable):
            found = await connector.fetch(cursor)
            cursor = found.cursor
            read += [one.text for one in found.messages]

    assert read == ["你好 4"]
