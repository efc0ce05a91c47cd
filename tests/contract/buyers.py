"""The mocks' own side: what buyers write and what they got; and reading a whole inbox."""

from collections.abc import Mapping
from typing import Any

import aiohttp
import pytest

from connectors.base import Author, Batch, Connector, Cursor, InboundMessage, Kind
from tests.contract.harness import Harness


class Buyers:
    """The mock's own side: what buyers write, and what they got."""

    def __init__(self, market: Harness, http: aiohttp.ClientSession) -> None:
        self._market = market
        self._http = http

    async def write(self, count: int, first: int = 0) -> list[str]:
        """Have ``count`` buyers write one message each; returns the texts."""
        entries = [self._market.entry(number) for number in range(first, first + count)]
        url = f"{self._market.url}/_mock/messages"
        async with self._http.post(url, json=entries) as answer:
            assert answer.status in {200, 201}, await answer.text()
        return [entry["text"] for entry in entries]

    async def got(self) -> list[dict[str, Any]]:
        async with self._http.get(f"{self._market.url}/_mock/sent") as answer:
            replies: list[dict[str, Any]] = await answer.json()
            return replies

    async def faults(self, rates: Mapping[str, float]) -> None:
        async with self._http.put(f"{self._market.url}/_mock/faults", json=dict(rates)) as answer:
            assert answer.status == 200, await answer.text()


async def read_all(connector: Connector, cursor: Cursor | None = None) -> list[Batch]:
    """Every page from ``cursor`` on, acknowledged as the service does it."""
    pages = []
    for _ in range(100):
        page = await connector.fetch(cursor)
        await connector.acknowledge(page)
        pages.append(page)
        if not page.more:
            return pages
        cursor = page.cursor
    pytest.fail("the inbox never ends")


def chat(pages: list[Batch]) -> list[InboundMessage]:
    return [
        message
        for page in pages
        for message in page.messages
        if message.author is Author.BUYER and message.kind is Kind.CHAT
    ]
