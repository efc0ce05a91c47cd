"""A mailbox whose grant was revoked: a person hears of it while its token still works."""

from dataclasses import replace
from datetime import timedelta

from connectors.mailbox.connector import MailboxConnector
from connectors.mailbox.mock import MailboxMock
from responder.store.accounts import read_account
from responder.store.vaults import AccountVault
from responder.workers.access import Watch
from tests.workers.conftest import ACCOUNT, Service


async def test_a_revoked_grant_raises_a_warning_before_the_inbox_stops(service: Service) -> None:
    clock, database = service.clock, service.database
    async with MailboxMock(now=clock.now) as mock:
        vault = AccountVault(database, ACCOUNT)
        connector = MailboxConnector(mock.account(oauth=True), now=clock.now, vault=vault)
        account = replace(service.accounts[ACCOUNT], connector=connector)
        watch = Watch(database, clock)
        await connector.fetch(None)
        await watch.look(account)
        mock.faults.set({"oauth_refused": 1})
        clock.advance(timedelta(minutes=41))

        await connector.fetch(None)
        await watch.look(account)
        await service.work("alert")

        await connector.close()
        [notice] = service.channels.told
        assert (notice.kind, notice.account) == ("account_warning", ACCOUNT)
        assert "the renewal was refused (invalid_grant)" in notice.reason
        book = await read_account(database, ACCOUNT)
        assert book.access is not None
        assert book.access["problem"] == "the renewal was refused (invalid_grant)"
        sealed = await vault.read()
        assert sealed
        assert "mock-" not in sealed
