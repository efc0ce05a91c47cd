"""A Taobao or AliExpress shop's session in the configuration: what is missing, what contradicts."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.access import access_of
from responder.clock import SystemClock
from responder.marketplaces import connector_for
from responder.settings import masked
from responder.settings.accounts import PluginAccount, TaobaoAccount
from tests.settings.two_accounts import read, refused, taobao

RENEWS = 'refresh_token = "long"\n'
ALIEXPRESS = """
[[accounts]]
id = "ali"
marketplace = "aliexpress"
[accounts.aliexpress]
app_key = "1"
app_secret = "x"
session = "y"
seller_id = "me"
"""


def shop(name: str, top: str = "", **changes: str) -> str:
    return taobao(name, **changes) + top


def test_a_refresh_token_is_used_where_the_gateway_says(tmp_path: Path) -> None:
    sandbox = 'gateway = "http://gw.api.tbsandbox.com/router/rest"\n'
    one, two = read(
        tmp_path, shop("one", RENEWS) + shop("two", sandbox + 'refresh_token = "other"\n')
    ).settings.accounts

    assert isinstance(one, TaobaoAccount)
    assert isinstance(two, TaobaoAccount)
    assert one.top.renewed_at == "https://oauth.taobao.com/token"
    assert two.top.renewed_at == "https://oauth.tbsandbox.com/token"
    assert one.top.renewed_by == "long"


def test_it_is_read_from_the_environment_and_from_files_and_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REFRESH", "out of the environment")
    (tmp_path / "refresh").write_text("out of a file\n")
    aliexpress = ALIEXPRESS + 'refresh_token = { file = "refresh" }\n'
    loaded = read(
        tmp_path,
        shop(
            "one",
            'refresh_token = { env = "REFRESH" }\nsession_until = 2026-12-22T09:00:00+08:00\n',
        )
        + aliexpress,
    )

    top, ali = loaded.settings.accounts
    assert isinstance(top, TaobaoAccount)
    assert isinstance(ali, PluginAccount)
    assert top.top.renewed_by == "out of the environment"
    assert ali.options.model_dump()["refresh_token"].get_secret_value() == "out of a file"
    assert top.top.session_until == datetime(2026, 12, 22, 1, tzinfo=UTC)
    shown = json.dumps(masked(loaded))
    assert "2026-12-22T09:00:00+08:00" in shown
    assert "out of" not in shown
    for account in loaded.settings.accounts:
        assert access_of(connector_for(account, SystemClock().now)) is not None


@pytest.mark.parametrize(
    ("top", "said"),
    [
        ('oauth = "https://oauth.taobao.com/token"', "oauth: there is no refresh_token"),
        (
            RENEWS + 'gateway = "https://top.example/router/rest"',
            "oauth: where the sessions of this gateway are renewed is not known",
        ),
        ('refresh_token = "session of one"', "refresh_token: it is the session itself"),
        (RENEWS + 'oauth = "oauth.taobao.com"', "oauth"),
        ("session_until = 2026-12-22T09:00:00", "session_until"),
        ("daily_calls = 5", "daily_calls"),
        ('refresh_token = { env = "NOT_SET_ANYWHERE" }', "NOT_SET_ANYWHERE is not set"),
    ],
)
def test_what_is_missing_or_contradicts_is_named(tmp_path: Path, top: str, said: str) -> None:
    [problem] = refused(tmp_path, shop("one", top))

    assert said in problem


def test_an_aliexpress_session_is_no_refresh_token(tmp_path: Path) -> None:
    [problem] = refused(
        tmp_path,
        ALIEXPRESS + 'refresh_token = "y"\n',
    )

    assert "refresh_token: it is the session itself" in problem


def test_two_shops_may_not_share_a_refresh_token(tmp_path: Path) -> None:
    [problem] = refused(tmp_path, shop("one", RENEWS) + shop("two", RENEWS))

    assert "use the same top.refresh_token; each shop has one of its own" in problem
    assert "long" not in problem


def test_shops_of_one_group_say_who_they_are(tmp_path: Path) -> None:
    group = {"group": "g"}
    one, two = (shop(name, f'seller = "{name}"\n', **group) for name in ("one", "two"))

    assert len(read(tmp_path, one + two).settings.accounts) == 2
    for other in (shop("two", **group), shop("two", 'seller = "one"\n', **group)):
        [problem] = refused(tmp_path, one + other)
        assert "say in each which shop it is (seller: its user id or nick)" in problem


def test_a_seller_of_a_group_that_nobody_else_reads_is_doubted(tmp_path: Path) -> None:
    alone = read(tmp_path, shop("one", 'seller = "mine"\n') + shop("two"))

    [doubt] = [said for said in alone.warnings if "seller" in said]
    assert "account 'one' says seller = 'mine', but no other account reads its TMC group" in doubt
    assert not [said for said in read(tmp_path, shop("one")).warnings if "seller" in said]


@pytest.mark.parametrize(
    ("seller", "is_doubted"),
    [
        ("Mock Shop", True),
        ("mockshop", True),
        ("mock_shp", True),
        ("mock_shopp", True),
        ("mock-shop", True),
        ("mockshoq", False),
        ("another", False),
        ("m", False),
    ],
)
def test_two_sellers_of_a_group_that_differ_by_a_letter_are_doubted(
    tmp_path: Path, seller: str, is_doubted: bool
) -> None:
    one = shop("one", 'seller = "mock_shop"\n', group="g")
    two = shop("two", f'seller = "{seller}"\n', group="g")

    doubts = [said for said in read(tmp_path, one + two).warnings if "seller" in said]

    assert len(doubts) == is_doubted
    assert all("differ by a letter: is one misspelt?" in said for said in doubts)


def test_sellers_of_two_groups_may_be_alike(tmp_path: Path) -> None:
    shops = {"one": ("shop1", "g"), "two": ("other", "g"), "six": ("shop2", "h"), "ten": ("x", "h")}
    text = "".join(
        shop(name, f'seller = "{seller}"\n', group=group) for name, (seller, group) in shops.items()
    )

    assert not [said for said in read(tmp_path, text).warnings if "seller" in said]


def test_shops_of_one_app_count_the_same_calls(tmp_path: Path) -> None:
    one, two = shop("one", "daily_calls = 5000\n"), shop("two", "daily_calls = 5000\n")

    assert len(read(tmp_path, one + two).settings.accounts) == 2
    [problem] = refused(tmp_path, one + shop("two"))
    assert "write the same daily_calls in both" in problem


def aliexpress(name: str, calls: str = "", app: str = "1") -> str:
    return (
        ALIEXPRESS.replace('"ali"', f'"{name}"\nproxy = "http://{name}.example:3128"')
        .replace('"y"', f'"session of {name}"')
        .replace('"me"', f'"{name}"')
        .replace('app_key = "1"', f'app_key = "{app}"')
        + calls
    )


def test_aliexpress_shops_of_one_app_count_the_same_calls(tmp_path: Path) -> None:
    one = aliexpress("one", "daily_calls = 5000\n")

    for other in (aliexpress("two", "daily_calls = 5000\n"), aliexpress("two", app="2")):
        assert len(read(tmp_path, one + other).settings.accounts) == 2
    for other in (aliexpress("two"), aliexpress("two", "daily_calls = 4000\n")):
        [problem] = refused(tmp_path, one + other)
        assert "accounts 'one' and 'two' share an app" in problem
        assert "write the same daily_calls in both" in problem


def test_an_app_is_one_whichever_of_tops_marketplaces_it_serves(tmp_path: Path) -> None:
    [problem] = refused(
        tmp_path, aliexpress("ali", "daily_calls = 5000\n", app="12345678") + shop("tao")
    )

    assert "accounts 'ali' and 'tao' share an app" in problem


@pytest.mark.parametrize(
    "door", ["https://gw.api.taobao.com/router/rest", "https://api.taobao.com/router/rest"]
)
def test_another_door_of_the_same_platform_leads_to_the_same_app_and_group(
    tmp_path: Path, door: str
) -> None:
    two = shop("two", f'gateway = "{door}"\ndaily_calls = 5000\n', group="default")

    queue, calls = refused(tmp_path, shop("one", group="") + two)

    assert "use the same TMC group" in queue
    assert "write the same daily_calls in both" in calls
