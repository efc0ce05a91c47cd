"""Mail servers that take access tokens, in the configuration: what is missing, what contradicts."""

import json
from pathlib import Path

import pytest

from connectors.access import access_of
from connectors.amazon.connector import AmazonConnector
from connectors.mail.tokens import OAuth
from responder.clock import SystemClock
from responder.marketplaces import connector_for
from responder.settings import Loaded, masked
from tests.settings.two_accounts import read, refused

PASSWORD = 'password = "x"\n'
GOOGLE = 'provider = "google"\nclient_id = "id"\nclient_secret = "s"\nrefresh_token = "long"\n'
MICROSOFT = 'provider = "microsoft"\nclient_id = "id"\nrefresh_token = "long"\n'


def mailbox(
    oauth: str | None, *, name: str = "shop", imap: str = "", smtp: str = "", amazon: bool = False
) -> str:
    table = "accounts" if amazon else "accounts.mailbox"
    kind = "amazon" if amazon else "mailbox"
    only = 'marketplace_id = "ATVPDKIKX0DER"' if amazon else ""
    return f"""
[[accounts]]
id = "{name}"
marketplace = "{kind}"
proxy = "http://{name}.example:3128"
{only}
[{table}.imap]
host = "imap.gmail.com"
port = 993
username = "{name}@shop.example"
{imap}
[{table}.smtp]
host = "smtp.gmail.com"
port = 465
username = "{name}@shop.example"
from = "{name}@shop.example"
{smtp}
""" + (f"[{table}.oauth]\n{oauth}" if oauth is not None else "")


def asked_with(loaded: Loaded) -> OAuth:
    """What the account's connector would ask a token URL with."""
    [account] = loaded.settings.accounts
    connector = connector_for(account, SystemClock().now)
    config = connector._config.oauth  # type: ignore[attr-defined]
    assert isinstance(config, OAuth)
    assert access_of(connector) is not None
    return config


@pytest.mark.parametrize("amazon", [False, True])
def test_a_provider_needs_no_address(tmp_path: Path, amazon: bool) -> None:
    google = asked_with(read(tmp_path, mailbox(GOOGLE, amazon=amazon)))
    microsoft = asked_with(read(tmp_path, mailbox(MICROSOFT, amazon=amazon)))
    tenant = asked_with(read(tmp_path, mailbox(MICROSOFT + 'tenant = "shop.example"')))

    assert google.token_url == "https://oauth2.googleapis.com/token"
    assert (google.client_secret, google.refresh_token, google.scope) == ("s", "long", "")
    assert google.proxy == "http://shop.example:3128"
    assert microsoft.token_url == "https://login.microsoftonline.com/common/oauth2/v2.0/token"
    assert "https://outlook.office.com/IMAP.AccessAsUser.All" in microsoft.scope
    assert tenant.token_url.startswith("https://login.microsoftonline.com/shop.example/")


@pytest.mark.parametrize("amazon", [False, True])
def test_secrets_are_read_from_files_and_the_environment_and_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, amazon: bool
) -> None:
    monkeypatch.setenv("CLIENT_SECRET", "out of the environment")
    (tmp_path / "refresh").write_text("out-of-a-file\n")
    secrets = 'client_secret = { env = "CLIENT_SECRET" }\nrefresh_token = { file = "refresh" }\n'
    oauth = 'provider = "google"\nclient_id = "id"\n' + secrets

    loaded = read(tmp_path, mailbox(oauth, amazon=amazon))

    config = asked_with(loaded)
    assert config.client_secret == "out of the environment"
    assert config.refresh_token == "out-of-a-file"
    shown = json.dumps(masked(loaded)) + repr(config)
    assert "out of the" not in shown
    assert "out-of-a" not in shown
    assert not [said for said in loaded.warnings if "plain" in said]


@pytest.mark.parametrize("amazon", [False, True])
@pytest.mark.parametrize(
    ("oauth", "imap", "smtp", "said"),
    [
        (GOOGLE, PASSWORD, "", "imap.password: imap logs in with the tokens of oauth; remove"),
        (GOOGLE, "", PASSWORD, "smtp.password: smtp logs in with the tokens of oauth; remove"),
        (None, PASSWORD, "", "smtp.password: this key is missing; Gmail and Microsoft 365 take no"),
        (None, "", PASSWORD, "imap.password: this key is missing"),
        (GOOGLE + 'servers = ["imap"]', "", "", "smtp.password: this key is missing"),
        (GOOGLE + "servers = []", "", "", "oauth.servers"),
        (GOOGLE.replace("google", "gmail"), "", "", "write one of 'google' or 'microsoft'"),
        (GOOGLE.replace('provider = "google"', ""), "", "", 'write "google" or "microsoft", or as'),
        (GOOGLE + 'token_url = "https://x.example/t"', "", "", "remove one of provider and token_"),
        (GOOGLE + 'tenant = "x"', "", "", 'tenant: only provider = "microsoft" has tenants'),
        (MICROSOFT + 'tenant = "a/b"', "", "", "oauth.tenant"),
        (GOOGLE.replace('client_secret = "s"', ""), "", "", "client_secret: Google wants one"),
        (GOOGLE.replace('"long"', '""'), "", "", "refresh_token: is empty"),
        (GOOGLE.replace('refresh_token = "long"', ""), "", "", "oauth.refresh_token: this key is"),
        (GOOGLE.replace('"long"', '{ env = "NOWHERE" }'), "", "", "NOWHERE is not set"),
        (GOOGLE + 'pasword = "x"', "", "", "oauth.pasword: this key is not known"),
    ],
)
def test_what_is_missing_or_contradicts_is_named(
    tmp_path: Path, oauth: str | None, imap: str, smtp: str, said: str, amazon: bool
) -> None:
    [problem] = refused(tmp_path, mailbox(oauth, imap=imap, smtp=smtp, amazon=amazon))

    assert said in problem
    assert "long" not in problem


@pytest.mark.parametrize(
    ("url", "is_taken"),
    [
        ("https://login.example/token", True),
        ("http://127.0.0.1:8080/token", True),
        ("http://login.example/token", False),
        ("https://", False),
        ("https://[::1/x", False),
        ("login.example/token", False),
    ],
)
def test_a_token_url_is_asked_over_tls(tmp_path: Path, url: str, is_taken: bool) -> None:
    text = mailbox(GOOGLE.replace('provider = "google"', f'token_url = "{url}"'))

    if is_taken:
        assert asked_with(read(tmp_path, text)).token_url == url
    else:
        assert "token_url: write an https:// address" in refused(tmp_path, text)[0]


def test_a_server_that_is_left_out_keeps_its_password(tmp_path: Path) -> None:
    text = mailbox(GOOGLE + 'servers = ["imap"]', smtp=PASSWORD, amazon=True)

    [account] = read(tmp_path, text).settings.accounts
    connector = connector_for(account, SystemClock().now)

    assert isinstance(connector, AmazonConnector)
    assert connector._outbox._config.password == "x"
    assert connector._outbox._config.bearer is None
    assert connector._mailbox._line._config.bearer is not None


def test_two_accounts_may_not_share_a_grant(tmp_path: Path) -> None:
    text = mailbox(GOOGLE, name="one") + mailbox(GOOGLE, name="two", amazon=True)

    [problem] = refused(tmp_path, text)

    assert "use the same oauth.refresh_token; a grant opens one mailbox" in problem
    assert "long" not in problem
