"""An Amazon in a box and a connector that talks to it, over real sockets."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
import pytest

from connectors.amazon.config import AmazonConfig
from connectors.amazon.connector import AmazonConnector
from connectors.amazon.mock import AmazonMock
from connectors.base import Batch, Cursor, InboundMessage, Reply
from connectors.feed import FeedEntry
from tests.connectors.amazon.callers import Caller

ORDER = "111-1111111-1111111"


class World:
    """A mock, a clock, and connectors. Everything is closed at the end."""

    def __init__(self, journal: Path, **facts: Any) -> None:
        self.at = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
        self.stack = AsyncExitStack()
        self.mock = AmazonMock(now=self.now, dice=Random(7), journal=journal, **facts)

    def now(self) -> datetime:
        return self.at

    def advance(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    def connector(self, config: AmazonConfig | None = None, **facts: Any) -> AmazonConnector:
        made = AmazonConnector(config or self.mock.account(), self.now, **facts)
        self.stack.push_async_callback(made.close)
        return made

    def write(self, count: int = 1, **changes: Any) -> list[str]:
        entries = [
            FeedEntry(
                **{
                    "buyer": f"Buyer {number}",
                    "order_id": f"111-{number:07d}-7654321",
                    "text": f"Question {number}",
                    **changes,
                }
            )
            for number in range(count)
        ]
        return self.mock.add(entries)

    def faults(self, **rates: float) -> None:
        self.mock.faults.set(rates)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    made = World(tmp_path / "mock.jsonl")
    async with made.stack:
        await made.stack.enter_async_context(made.mock)
        yield made


@pytest.fixture
async def world_with_sent_folder(tmp_path: Path) -> AsyncIterator[World]:
    made = World(tmp_path / "mock.jsonl", sent_folder=True)
    async with made.stack:
        await made.stack.enter_async_context(made.mock)
        yield made


async def drain(connector: AmazonConnector, cursor: Cursor | None = None) -> list[Batch]:
    """Every page from ``cursor`` on."""
    pages = [await connector.fetch(cursor)]
    while pages[-1].more:
        pages.append(await connector.fetch(pages[-1].cursor))
    return pages


def answer(message: InboundMessage, reply_id: str = "reply-1", text: str = "Soon.") -> Reply:
    return Reply(
        id=reply_id,
        thread=message.thread,
        text=text,
        reply_to=message.reply_to,
        order_ids=message.order_ids,
    )


@pytest.fixture
async def caller(world: World) -> AsyncIterator[Caller]:
    async with aiohttp.ClientSession() as session:
        yield Caller(world.mock.url, session)
