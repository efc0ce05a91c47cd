"""A new session outlives a store that is closed, has lost its last write, or has lost all."""

from datetime import timedelta

from connectors.session import LOOK_AGAIN
from connectors.taobao.mock import TaobaoMock
from responder.domain.model import AccountId
from responder.store.database import Database
from responder.store.vaults import AccountVault
from responder.testing import FakeClock
from tests.connectors.in_memory import OwnVault
from tests.connectors.taobao.renewing import Shop


class Stubborn(OwnVault):
    """A vault that cannot be written to for a while."""

    closed = True

    def lease_is_over(self) -> None:
        self._holder = ""

    async def keep(self, text: str, token: str) -> bool | None:
        return None if self.closed else await super().keep(text, token)


async def test_a_session_that_could_not_be_kept_is_kept_as_soon_as_the_store_is_back(
    mock: TaobaoMock, shop: Shop
) -> None:
    vault = Stubborn()
    connector = shop(vault)
    mock.faults.set({"token_once": 1})
    await connector.fetch(None)
    empty = vault.text

    vault.closed = False
    await connector.fetch(None)

    assert (empty, mock.tokens.asked) == ("", 1)
    await shop(vault).fetch(None)
    assert mock.tokens.asked == 1


async def test_a_store_that_came_back_without_its_last_write_is_given_the_new_session_again(
    mock: TaobaoMock, shop: Shop, database: Database, clock: FakeClock
) -> None:
    mock.faults.set({"token_once": 1})
    mock.tokens.levels = {}
    vault = AccountVault(database, AccountId("shop"))
    connector = shop(vault)
    await connector.fetch(None)
    first = await vault.read() or ""
    clock.advance(timedelta(days=21))
    await connector.fetch(None)

    await vault.keep(first, await vault.begin())
    clock.advance(LOOK_AGAIN)
    await connector.fetch(None)

    await shop(AccountVault(database, AccountId("shop"))).fetch(None)
    assert mock.tokens.asked == 2


async def test_a_store_that_has_lost_all_is_given_the_session_again(
    mock: TaobaoMock, shop: Shop, clock: FakeClock
) -> None:
    mock.faults.set({"token_once": 1})
    vault = OwnVault()
    connector = shop(vault)
    await connector.fetch(None)

    vault.text = ""
    clock.advance(LOOK_AGAIN)
    await connector.fetch(None)

    await shop(vault).fetch(None)
    assert mock.tokens.asked == 1


async def test_a_new_session_outlives_another_daemon_that_failed_to_renew_before_it_was_kept(
    mock: TaobaoMock, shop: Shop
) -> None:
    vault = Stubborn()
    mock.faults.set({"token_once": 1})
    mock.tokens.levels = {}
    connector = shop(vault)
    await connector.fetch(None)

    vault.closed = False
    vault.lease_is_over()
    await vault.give_up(await vault.begin())
    await connector.fetch(None)

    await shop(vault).fetch(None)
    assert mock.tokens.asked == 1
