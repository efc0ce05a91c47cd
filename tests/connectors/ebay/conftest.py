"""A mock account on a free port, and a connector that talks to it over real sockets."""

from collections.abc import AsyncIterator

import pytest

from connectors.ebay.connector import EbayConnector
from connectors.ebay.mock import EbayMock
from responder.testing import FakeClock


@pytest.fixture
async def mock(clock: FakeClock) -> AsyncIterator[EbayMock]:
    async with EbayMock(now=clock.now) as box:
        yield box


@pytest.fixture
async def connector(mock: EbayMock, clock: FakeClock) -> AsyncIterator[EbayConnector]:
    made = EbayConnector(mock.account(), now=clock.now)
    yield made
    await made.close()
