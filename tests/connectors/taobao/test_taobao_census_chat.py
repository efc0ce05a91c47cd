"""TOP's own lists: chat, by its time."""

from datetime import timedelta

from connectors.feed import FeedEntry
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock
from responder.testing import FakeClock
from tests.connectors.taobao.conftest import Connect
from tests.connectors.taobao.lists import compare, found, span, write

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


async def test_a_thread_is_read_to_its_end(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock
) -> None:
    for number in range(130):
        mock.deliver([FeedEntry(buyer="李四", order_id="2201", text=f"{number}")], via="refund")
        clock.advance(SECOND)

    assert len(found(await compare(connector, span(clock)))) == 130


async def test_a_long_chat_is_gone_through_page_by_page(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock
) -> None:
    write(mock, "chat", 250)

    pages = await compare(connector, span(clock))

    assert len(found(pages)) == 250
    assert len(pages) == 3


async def test_what_is_younger_than_the_span_ends_the_chat(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock
) -> None:
    write(mock, "chat", 5)
    when = span(clock)
    clock.advance(HOUR)
    write(mock, "chat", 500, 5)

    pages = await compare(connector, when)

    assert (len(found(pages)), len(pages)) == (5, 3)


async def test_a_shop_without_chat_never_asks_for_it(
    mock: TaobaoMock, connect: Connect, clock: FakeClock
) -> None:
    write(mock, "chat", 3)
    write(mock, "refund", 3, 3)

    pages = await compare(connect(mock.account(chat=False)), span(clock))

    assert {message.thread.partition(":")[0] for message in found(pages)} == {"refund"}
