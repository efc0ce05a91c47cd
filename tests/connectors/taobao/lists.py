"""TOP's own lists, gone through by a census, and what was found in them."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from connectors.base import Census, InboundMessage, SetAside, Span
from connectors.feed import FeedEntry
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock
from connectors.taobao.mock_threads import Via
from responder.testing import FakeClock

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def write(mock: TaobaoMock, via: Via, count: int, first: int = 0) -> None:
    mock.deliver(
        [
            FeedEntry(buyer=f"买家{number}", order_id=f"{2200 + number}", text=f"第{number}个")
            for number in range(first, first + count)
        ],
        via=via,
    )


def span(clock: FakeClock) -> Span:
    return Span(since=clock.now() - 24 * HOUR, until=clock.now() + SECOND)


async def compare(
    connector: TaobaoConnector, when: Span, known: Collection[str] = ()
) -> list[Census]:
    async def missing(ids: Sequence[str]) -> Collection[str]:
        return [one for one in ids if one not in known]

    pages = [await connector.census(when, None, missing)]
    while pages[-1].found.more:
        pages.append(await connector.census(when, pages[-1].found.cursor, missing))
    return pages


def found(pages: list[Census]) -> list[InboundMessage]:
    return [message for page in pages for message in page.found.messages]


def aside(pages: list[Census]) -> list[SetAside]:
    return [one for page in pages for one in page.found.set_aside]


async def lacking_all(ids: Sequence[str]) -> Collection[str]:
    return ids
