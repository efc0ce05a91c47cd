"""Reading whole inboxes, for the tests of every connector."""

from collections.abc import Collection, Sequence
from typing import Protocol

import pytest

from connectors.base import Batch, Connector, Cursor, InboundMessage, Missing, SetAside, Span


class Fetcher(Protocol):
    async def fetch(self, cursor: Cursor | None) -> Batch: ...


def lacking(*known: str) -> Missing:
    async def missing(ids: Sequence[str]) -> Collection[str]:
        return [one for one in ids if one not in known]

    return missing


async def drain(inbox: Fetcher, cursor: Cursor | None = None) -> Batch:
    """Every page from ``cursor`` on, as one batch."""
    messages: list[InboundMessage] = []
    aside: list[SetAside] = []
    for _ in range(200):
        page = await inbox.fetch(cursor)
        assert page.counted == page.accounted, "something was lost on the way"
        messages += page.messages
        aside += page.set_aside
        cursor = page.cursor
        if not page.more:
            return Batch(messages=messages, set_aside=aside, cursor=cursor)
    pytest.fail("the inbox never ends")


async def survey(connector: Connector, span: Span, missing: Missing) -> list[InboundMessage]:
    """Every page of a census."""
    found: list[InboundMessage] = []
    cursor: Cursor | None = None
    for _ in range(200):
        page = await connector.census(span, cursor, missing)
        found += page.found.messages
        cursor = page.found.cursor
        if not page.found.more:
            return found
    pytest.fail("the census never ends")
