"""A renewal runs to its end, whoever still waits for it."""

import asyncio

import pytest

from connectors.http import Response
from connectors.shared import Shared
from connectors.taobao.account import TopAccount
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock
from connectors.top.client import HttpTransport
from responder.testing import FakeClock
from tests.connectors.in_memory import OwnVault
from tests.connectors.taobao.renewing import Shop


class Slow:
    """Passes a renewal on, and its answer only when it is let go."""

    def __init__(self, account: TopAccount) -> None:
        self._way = HttpTransport(account)
        self.post, self.close = self._way.post, self._way.close
        self.came, self.go = asyncio.Event(), asyncio.Event()

    async def renew(self, form: bytes) -> Response:
        told = await self._way.renew(form)
        self.came.set()
        await self.go.wait()
        return told


async def test_a_renewal_goes_on_though_whoever_needed_it_has_given_up(
    mock: TaobaoMock, shop: Shop, clock: FakeClock
) -> None:
    mock.faults.set({"token_once": 1})
    account, vault = mock.account(renews=True), OwnVault()
    way = Slow(account)
    hasty = TaobaoConnector(account, now=clock.now, transport=way, shared=Shared(vault=vault))
    asking = asyncio.create_task(hasty.order("2201"))
    await way.came.wait()

    asking.cancel()
    await asyncio.wait([asking])
    way.go.set()
    await hasty.close()

    await shop(vault).fetch(None)
    assert (asking.cancelled(), mock.tokens.asked) == (True, 1)


class Surprising(Slow):
    """A way on which a renewal meets what nobody foresaw."""

    async def renew(self, form: bytes) -> Response:
        raise KeyError(len(form))


async def test_a_renewal_that_ends_in_a_surprise_is_told_of_and_closes_all_the_same(
    mock: TaobaoMock, clock: FakeClock
) -> None:
    account = mock.account(renews=True)
    way, shared = Surprising(account), Shared(vault=OwnVault())
    connector = TaobaoConnector(account, now=clock.now, transport=way, shared=shared)

    with pytest.raises(KeyError):
        await connector.fetch(None)

    await connector.close()
