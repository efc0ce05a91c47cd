"""A mock tells how to be let in, so that a real configuration can be tried against it."""

from datetime import UTC, datetime
from pathlib import Path
from random import Random

from connectors.amazon.mock import AmazonMock
from connectors.faults import Faults
from connectors.plugin import MockPlace
from connectors.registry import installed
from connectors.taobao.mock import TaobaoMock
from responder.cli.mock import logins

NOW = datetime(2026, 11, 23, tzinfo=UTC)


async def test_amazons_mock_tells_each_tables_login(tmp_path: Path) -> None:
    mock = AmazonMock(now=lambda: NOW, dice=Random(1), journal=tmp_path / "books")
    await mock.start()
    try:
        told = list(logins(mock.account()))
    finally:
        await mock.stop()

    assert [line.partition(":")[0] for line in told] == ["imap", "smtp", "sp_api"]
    assert f'port = {mock.imap_port}, username = "seller", password = "mock-password"' in told[0]
    assert 'from = "support@shop.example"' in told[1]
    assert f'endpoint = "{mock.url}"' in told[2]
    assert all(f"{key} = " in told[2] for key in ("client_id", "client_secret", "refresh_token"))


async def test_taobaos_mock_tells_key_secret_and_session() -> None:
    mock = TaobaoMock(now=lambda: NOW, port=0, seed=1)
    await mock.start()
    try:
        [told] = logins(mock.account())
    finally:
        await mock.stop()

    assert f'gateway = "{mock.url}/router/rest"' in told
    assert all(f"{key} = " in told for key in ("app_key", "app_secret", "session"))


async def test_every_mock_that_comes_with_the_program_tells_something() -> None:
    for plugin in installed().plugins.values():
        assert plugin.mock is not None
        faults = Faults(plugin.faults, Random(1))
        mock = plugin.mock(MockPlace(now=lambda: NOW, port=0, journal=None, faults=faults, seed=1))
        await mock.start()
        try:
            told = "\n".join(logins(mock.account()))  # type: ignore[attr-defined]
        finally:
            await mock.stop()

        assert "secret = " in told or "password = " in told, plugin.name
