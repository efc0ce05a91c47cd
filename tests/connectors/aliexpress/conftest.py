"""A mock shop on a free port, and a connector that talks to it over real sockets."""

from collections.abc import AsyncIterator

import pytest

from connectors.aliexpress.connector import AliexpressConnector
from connectors.aliexpress.mock import AliexpressMock
from responder.testing import FakeClock


@pytest.fixture
async def mock(clock: FakeClock) -> AsyncIterator[AliexpressMock]:
    async with AliexpressMock(now=clock.now) as shop:
        yield shop


@pytest.fixture
async def connector(mock: AliexpressMock, clock: FakeClock) -> AsyncIterator[AliexpressConnector]:
    made = AliexpressConnector(mock.account(), now=clock.now)
    yield made
    await made.close()
