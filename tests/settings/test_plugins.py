"""Marketplaces from the registry, and those that other packages bring by entry point."""

import json
import subprocess
import sys
from datetime import timedelta
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from connectors.ebay.connector import EbayConnector
from connectors.registry import GROUP, registered
from responder.clock import SystemClock
from responder.errors import ConfigError
from responder.marketplaces import connector_for, language_of
from responder.settings import load, masked
from responder.settings.load import Loaded

EBAY = """
[[accounts]]
id = "{name}"
marketplace = "ebay"
{more}
[accounts.ebay]
username = "{name}"
client_id = "app"
client_secret = {{ env = "EBAY_SECRET" }}
refresh_token = "token of {name}"
"""
SHOP = '''
"""A marketplace of somebody else's."""

from pydantic import SecretStr

from connectors.fake import FakeConnector
from connectors.plugin import Options, Plugin


class ShopOptions(Options):
    key: SecretStr


PLUGIN = Plugin(
    name="corner_shop",
    title="The corner shop",
    options=ShopOptions,
    connect=lambda options, place: FakeConnector(place.now),
    own=lambda options: {"corner_shop.key": (options.key.get_secret_value(),)},
)
BROKEN = "no plugin"
TAKEN = Plugin(
    name="ebay",
    title="x",
    options=ShopOptions,
    connect=PLUGIN.connect,
    own=PLUGIN.own,
)
'''


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EBAY_SECRET", "from-the-environment")
    return tmp_path


def read(directory: Path, text: str) -> Loaded:
    (directory / "responder.toml").write_text(text)
    return load(directory)


def problems(directory: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        read(directory, text)
    return [problem.removeprefix(f"{directory}/") for problem in raised.value.problems]


async def test_an_account_s_own_table_becomes_its_connector(directory: Path) -> None:
    loaded = read(directory, EBAY.format(name="shop", more=""))
    [account] = loaded.settings.accounts

    connector = connector_for(account, SystemClock().now)

    assert isinstance(connector, EbayConnector)
    assert language_of(account) == "en"
    assert account.poll_every == timedelta(seconds=30)
    assert loaded.promises["shop"].usual.name == "ebay"
    await connector.close()


def test_its_secrets_are_read_and_never_shown(directory: Path) -> None:
    loaded = read(directory, EBAY.format(name="shop", more=""))

    shown = json.dumps(masked(loaded))

    assert "from-the-environment" not in shown + repr(loaded.settings)
    assert "token of shop" not in shown
    assert '"client_id": "app"' in shown
    assert any("refresh_token is written down in plain" in one for one in loaded.warnings)


def test_every_problem_of_its_table_is_named(directory: Path) -> None:
    text = EBAY.format(name="shop", more="") + 'colour = "red"\nendpoint = "ftp://x"\n'

    address, key = problems(directory, text)

    assert address.startswith("responder.toml: accounts.shop.ebay.endpoint: String should match")
    where = "responder.toml: accounts.shop.ebay.colour"
    assert key.startswith(f"{where}: this key is not known; there are username, client_id")


def test_a_secret_that_is_not_there_is_named(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EBAY_SECRET")

    [problem] = problems(directory, EBAY.format(name="shop", more=""))

    assert "ebay.client_secret: the environment variable EBAY_SECRET is not set" in problem


def test_two_accounts_share_neither_a_token_nor_an_exit(directory: Path) -> None:
    first = EBAY.format(name="one", more="")
    second = EBAY.format(name="two", more="").replace("token of two", "token of one")

    found = problems(directory, first + second)

    assert any("use the same ebay.refresh_token" in one for one in found)
    assert any("would both reach ebay from this machine" in one for one in found)


def test_an_entry_point_adds_a_marketplace_and_a_bad_one_spoils_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "corner_shop_plugin.py").write_text(SHOP)
    monkeypatch.syspath_prepend(tmp_path)
    points = [
        EntryPoint("corner_shop", "corner_shop_plugin:PLUGIN", GROUP),
        EntryPoint("b", "corner_shop_plugin:BROKEN", GROUP),
        EntryPoint("c", "corner_shop_plugin:TAKEN", GROUP),
        EntryPoint("d", "there_is_no_such_module:X", GROUP),
    ]

    found = registered(points)

    assert found.plugins["corner_shop"].title == "The corner shop"
    assert found.plugins["ebay"].title == "eBay"
    assert found.broken["b"].endswith("is no connectors.plugin.Plugin")
    assert found.broken["c"] == "there is already a marketplace 'ebay'"
    assert "cannot be loaded: ModuleNotFoundError" in found.broken["d"]


def test_an_installed_package_brings_its_marketplace_with_it(tmp_path: Path) -> None:
    site, config = tmp_path / "site", tmp_path / "config"
    info = site / "corner_shop-1.0.dist-info"
    info.mkdir(parents=True)
    config.mkdir()
    (site / "corner_shop_plugin.py").write_text(SHOP)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: corner-shop\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        f"[{GROUP}]\ncorner_shop = corner_shop_plugin:PLUGIN\nlost = nowhere:PLUGIN\n"
    )
    (config / "responder.toml").write_text(
        '[[accounts]]\nid = "corner"\nmarketplace = "corner_shop"\nsla = "mailbox"\n'
        '[accounts.corner_shop]\nkey = { file = "key" }\n'
    )
    (config / "key").write_text("hidden\n")

    done = subprocess.run(
        [sys.executable, "-m", "responder", "check", "--config", str(config), "--json"],
        env={"PYTHONPATH": str(site), "PATH": ""},
        capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2],
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    [account] = json.loads(done.stdout)["settings"]["accounts"]
    assert account["corner_shop"] == {"key": "********"}
    assert "hidden" not in done.stdout
    assert "connector 'lost' of another package is left out" in done.stderr
