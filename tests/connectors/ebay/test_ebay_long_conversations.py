"""Conversations of several pages."""

from datetime import timedelta

import pytest

from connectors.ebay.connector import EbayConnector
from connectors.ebay.mock import EbayMock
from connectors.ebay.wire.values import Row
from connectors.feed import FeedEntry
from responder.testing import FakeClock
from tests.connectors.inboxes import drain


async def test_a_long_conversation_is_read_to_its_end(
    mock: EbayMock, connector: EbayConnector, clock: FakeClock
) -> None:
    for number in range(120):
        clock.advance(timedelta(seconds=1))
        mock.deliver([FeedEntry(buyer="talker", text=f"{number}")])

    found = (await drain(connector)).messages

    assert [one.text for one in found] == [str(number) for number in range(120)]


async def test_a_conversation_whose_length_nobody_tells_is_read_to_its_end(
    mock: EbayMock,
    connector: EbayConnector,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    get = connector._client.get

    async def without_total(path: str) -> Row:
        answer = await get(path)
        return {name: told for name, told in answer.items() if name != "total"}

    monkeypatch.setattr(connector._client, "get", without_total)
    for number in range(120):
        clock.advance(timedelta(seconds=1))
        mock.deliver([FeedEntry(buyer="talker", text=f"{number}")])

    assert len((await drain(connector)).messages) == 120
