"""A secret that stands in the file itself is named with its account, and not shown."""

from pathlib import Path

import pytest

from responder.settings import load

TWO_SHOPS = """
[[accounts]]
id = "tb"
marketplace = "taobao"
proxy = "http://one.example:3128"
[accounts.top]
app_key = "12345678"
app_secret = "open-1"
session = { env = "SESSION" }

[[accounts]]
id = "shop-de"
marketplace = "ebay"
proxy = "http://two.example:3128"
[accounts.ebay]
username = "shop"
client_id = "app"
client_secret = { env = "SESSION" }
refresh_token = "open-2"

[[accounts]]
id = "us"
marketplace = "amazon"
marketplace_id = "ATVPDKIKX0DER"
proxy = "http://three.example:3128"
[accounts.oauth]
provider = "google"
client_id = "app"
client_secret = "open-3"
refresh_token = { env = "SESSION" }
[accounts.imap]
host = "imap.example"
port = 993
username = "us"
[accounts.smtp]
host = "smtp.example"
port = 465
username = "us"
from = "us@example.com"

[[alerts]]
urls = [{ env = "CHANNEL" }, "json://open-4.example"]
[[alerts]]
name = "boss"
urls = [{ env = "CHANNEL" }]
heartbeat = "https://open-5.example"
"""


def test_each_secret_in_plain_is_named_with_file_and_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SESSION", "hidden")
    monkeypatch.setenv("CHANNEL", "json://hidden.example")
    path = tmp_path / "responder.toml"
    path.write_text(TWO_SHOPS)

    warnings = [one for one in load(tmp_path).warnings if "in plain" in one]

    assert [one.split(" is written")[0] for one in warnings] == [
        "responder.toml: accounts.tb.top.app_secret",
        "responder.toml: accounts.shop-de.ebay.refresh_token",
        "responder.toml: accounts.us.oauth.client_secret",
        "responder.toml: alerts.0.urls.1",
        "responder.toml: alerts.1.heartbeat",
    ]
    assert "open-" not in "".join(warnings)
