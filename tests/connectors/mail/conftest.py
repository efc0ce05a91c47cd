"""A shop's mailbox whose provider takes access tokens, and connectors that log in with them."""

from collections.abc import AsyncIterator

import pytest

from connectors.mailbox.connector import MailboxConnector
from connectors.mailbox.mock import MailboxMock
from connectors.vault import OwnVault, Vault
from responder.testing import FakeClock


class Shop:
    """Makes connectors, each as another process would, with one vault or one that is given."""

    def __init__(self, mock: MailboxMock, clock: FakeClock) -> None:
        self.mock = mock
        self.clock = clock
        self.vault: Vault = OwnVault()
        self.made: list[MailboxConnector] = []

    def process(self, vault: Vault | None = None) -> MailboxConnector:
        account = self.mock.account(oauth=True)
        made = MailboxConnector(account, now=self.clock.now, vault=vault or self.vault)
        self.made.append(made)
        return made


@pytest.fixture
async def shop(clock: FakeClock) -> AsyncIterator[Shop]:
    async with MailboxMock(now=clock.now) as mock:
        shop = Shop(mock, clock)
        yield shop
        for one in shop.made:
            await one.close()
