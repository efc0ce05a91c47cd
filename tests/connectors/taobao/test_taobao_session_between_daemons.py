"""Several processes that share a session renew it once."""

import asyncio

import pytest

from connectors.base import Unavailable
from connectors.taobao.mock import TaobaoMock
from responder.domain.model import AccountId
from responder.store.database import Database
from responder.store.vaults import LEASE, AccountVault
from responder.testing import FakeClock
from tests.connectors.in_memory import OwnVault
from tests.connectors.taobao.renewing import Shop, known


async def test_two_daemons_renew_it_once_and_both_use_the_new_one(
    mock: TaobaoMock, shop: Shop, database: Database
) -> None:
    mock.faults.set({"token_once": 1})
    one, two = (shop(AccountVault(database, AccountId("shop"))) for _ in range(2))

    for _ in range(3):
        await asyncio.gather(one.fetch(None), two.fetch(None), return_exceptions=True)

    await one.fetch(None)
    await two.fetch(None)
    assert mock.tokens.asked == 1
    assert one.access == two.access


async def test_while_another_daemon_renews_it_a_dead_session_is_waited_for(
    mock: TaobaoMock, shop: Shop, database: Database, clock: FakeClock
) -> None:
    other = AccountVault(database, AccountId("shop"))
    assert await other.begin()
    connector = shop(AccountVault(database, AccountId("shop")), known(mock))
    mock.tokens.dead.add(mock.keys.session)

    with pytest.raises(Unavailable, match="another process"):
        await connector.fetch(None)
    clock.advance(LEASE)
    await connector.fetch(None)

    assert mock.tokens.asked == 1, "whoever began it has died"


class Overtaken(OwnVault):
    """A vault into which another process puts a new session just before ours begins."""

    theirs = ""

    async def begin(self) -> str:
        self.text = self.theirs
        return await super().begin()


async def test_a_session_that_another_daemon_renewed_a_moment_ago_is_not_renewed_again(
    mock: TaobaoMock, shop: Shop
) -> None:
    first, vault = OwnVault(), Overtaken()
    mock.faults.set({"token_once": 1})
    await shop(first).fetch(None)
    vault.theirs = first.text

    late = shop(vault)
    await late.fetch(None)

    assert (mock.tokens.asked, late.access.trouble) == (1, "")
    assert await vault.begin(), "and it is held up no longer"
