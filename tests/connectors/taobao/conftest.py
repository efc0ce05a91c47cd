"""A mock shop on a free port, and connectors that talk to it over real sockets."""

from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest

from connectors.shared import Shared
from connectors.taobao.account import TopAccount
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock
from connectors.vault import Vault
from responder.testing import FakeClock
from tests.connectors.in_memory import OwnVault
from tests.connectors.taobao.renewing import Shop

Connect = Callable[[TopAccount], TaobaoConnector]


@pytest.fixture
async def mock(clock: FakeClock) -> AsyncIterator[TaobaoMock]:
    async with TaobaoMock(now=clock.now) as shop:
        yield shop


@pytest.fixture
async def connect(clock: FakeClock) -> AsyncIterator[Connect]:
    """Makes a connector for an account and closes it at the end."""
    made: list[TaobaoConnector] = []

    def make(account: TopAccount) -> TaobaoConnector:
        made.append(TaobaoConnector(account, now=clock.now))
        return made[-1]

    yield make
    for connector in made:
        await connector.close()


@pytest.fixture
def connector(mock: TaobaoMock, connect: Connect) -> TaobaoConnector:
    return connect(mock.account())


@pytest.fixture
async def shop(mock: TaobaoMock, clock: FakeClock) -> AsyncIterator[Shop]:
    """Makes a connector that may renew, with a vault of its own or one that is given."""
    made: list[TaobaoConnector] = []

    def make(vault: Vault | None = None, account: TopAccount | None = None) -> TaobaoConnector:
        account = account or mock.account(renews=True)
        shared = Shared(vault=vault or OwnVault())
        made.append(TaobaoConnector(account, now=clock.now, shared=shared))
        return made[-1]

    yield make
    for connector in made:
        await connector.close()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session
