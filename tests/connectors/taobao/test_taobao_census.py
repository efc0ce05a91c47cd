"""TOP's own lists: changed refunds from the last page to the first."""

from datetime import timedelta

import pytest

from connectors.base import Rejected, Unavailable
from connectors.feed import FeedEntry
from connectors.taobao import census as census_module
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock
from connectors.top.client import TopClient
from connectors.top.values import Row
from connectors.top.wire import Call
from responder.testing import FakeClock
from tests.connectors.taobao.lists import aside, compare, found, lacking_all, span, write

SECOND = timedelta(seconds=1)


async def test_refunds_of_many_pages_come_oldest_first(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock
) -> None:
    for number in range(45):
        write(mock, "refund", 1, number)
        clock.advance(SECOND)

    pages = await compare(connector, span(clock))

    assert [message.text for message in found(pages)] == [f"第{n}个" for n in range(45)]
    assert max(len(page.found.messages) for page in pages) == census_module.REFUNDS


async def test_a_refund_that_changes_again_meanwhile_is_not_lost(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock
) -> None:
    """Rows leave the list when they change: from the back, none is passed over."""
    for number in range(45):
        write(mock, "refund", 1, number)
        clock.advance(SECOND)
    when = span(clock)
    pages = [await connector.census(when, None, lacking_all)]
    while pages[-1].found.more:
        clock.advance(SECOND)
        mock.deliver([FeedEntry(buyer="买家9", order_id="2209", text="在吗")], via="refund")
        pages.append(await connector.census(when, pages[-1].found.cursor, lacking_all))

    texts = {message.text for message in found(pages)}
    assert texts >= {f"第{n}个" for n in range(45)} - {"第9个"}


async def test_events_are_not_touched(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock
) -> None:
    write(mock, "refund", 3)

    await compare(connector, span(clock))

    assert (mock.books.queue.waiting, mock.books.queue.unconfirmed) == (3, 3)


async def test_a_platform_that_is_down_is_unavailable(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock
) -> None:
    write(mock, "refund", 5)
    mock.faults.set({"refund_unavailable": 1})

    with pytest.raises(Unavailable):
        await compare(connector, span(clock))


@pytest.mark.parametrize("method", ["taobao.refund.messages.get", "taobao.refund.get"])
async def test_what_the_platform_refuses_to_show(
    mock: TaobaoMock,
    connector: TaobaoConnector,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
) -> None:
    """A thread that is refused needs a person; refused facts leave no words out."""
    write(mock, "refund", 3)
    refused = list(mock.books.refunds)[1]
    asking = TopClient.ask

    async def ask(self: TopClient, call: Call) -> Row:
        if call.method == method and call.params["refund_id"] == refused:
            raise Rejected("isv.refund-not-exist")
        return await asking(self, call)

    monkeypatch.setattr(TopClient, "ask", ask)
    pages = await compare(connector, span(clock))
    again = await compare(connector, span(clock), {f"missing-{refused}"})

    if method == "taobao.refund.get":
        assert (len(found(pages)), aside(pages)) == (3, [])
    else:
        assert [letter.id for letter in aside(pages)] == [f"missing-{refused}"]
        assert len(found(pages)) == 2
    assert aside(again) == []


async def test_rows_that_cannot_be_read_are_set_aside_once(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(mock, "refund", 1)
    write(mock, "chat", 1, 1)
    asking = TopClient.ask

    async def ask(self: TopClient, call: Call) -> Row:
        answer = await asking(self, call)
        for outer, inner in (("messages", "chat_message"), ("refund_messages", "refund_message")):
            listed = answer.get(outer)
            if isinstance(listed, dict) and isinstance(rows := listed.get(inner), list):
                for row in rows:
                    assert isinstance(row, dict)
                    row["created"] = "once"
        return answer

    monkeypatch.setattr(TopClient, "ask", ask)
    letters = aside(await compare(connector, span(clock)))

    assert len(letters) == 2
    assert aside(await compare(connector, span(clock), {one.id for one in letters})) == []
