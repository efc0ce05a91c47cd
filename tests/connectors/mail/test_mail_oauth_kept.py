"""Access tokens of a mailbox between processes: renewed by one, kept sealed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.base import Unavailable
from connectors.mail.mock_oauth import CLIENT_SECRET, REFRESH_TOKEN
from connectors.mail.tokens import Tokens
from connectors.seal import unseal
from connectors.vault import OwnVault
from tests.connectors.mail.conftest import Shop
from tests.connectors.mail.letters import looked

MINUTE = timedelta(minutes=1)


async def test_two_processes_renew_a_token_that_rotates_once_and_both_use_it(shop: Shop) -> None:
    shop.mock.faults.set({"oauth_once": 1})
    one, two = shop.process(), shop.process()
    for minutes in (0, 41, 41):
        shop.clock.advance(minutes * MINUTE)
        await looked(one)
        await looked(two)

    assert shop.mock.provider.asked == 3

    restarted = shop.process()
    await restarted.fetch(None)
    assert shop.mock.provider.asked == 3, "it finds what was kept"


async def test_while_another_process_gets_the_first_token_this_one_waits(shop: Shop) -> None:
    assert await shop.vault.begin()
    connector = shop.process()

    with pytest.raises(Unavailable, match="another process is getting an access token"):
        await connector.fetch(None)

    assert shop.mock.provider.asked == 0


async def test_what_is_kept_is_sealed(shop: Shop) -> None:
    vault = OwnVault()
    shop.mock.faults.set({"oauth_once": 1})

    await shop.process(vault).fetch(None)

    assert "mock-refresh" in unseal(vault.text, CLIENT_SECRET)
    assert "mock-" not in vault.text


async def test_what_a_public_client_keeps_is_sealed_under_its_first_token(shop: Shop) -> None:
    oauth = replace(shop.mock.provider.config(shop.mock.url), client_secret="")
    vault = OwnVault()
    shop.mock.provider.client_secret = None

    tokens = Tokens(oauth, shop.clock.now, vault)
    await tokens.current()

    await tokens.close()
    assert "mock-access" in unseal(vault.text, REFRESH_TOKEN)
