"""A session that cannot be renewed stands in nobody's way."""

import pytest

from connectors.grant import Grant
from connectors.session import Sessions
from connectors.vault import OwnVault
from responder.testing import FakeClock


async def test_a_renewal_that_fails_as_nobody_foresaw_lets_another_begin(clock: FakeClock) -> None:
    async def broken(_: Grant) -> Grant:
        raise ArithmeticError

    vault = OwnVault()
    first = Grant(session="", refresh_token="one-that-renews")
    sessions = Sessions(first, clock.now, broken, vault, secret="a secret")

    with pytest.raises(ArithmeticError):
        await sessions.current()

    assert await vault.begin()
