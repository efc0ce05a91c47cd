"""The demo's configuration, written where a person can read and change it."""

import os
from collections.abc import Mapping
from pathlib import Path

from connectors.amazon.mock import AmazonMock
from connectors.taobao.mock import TaobaoMock

TEMPLATE = """\
# Written by `responder demo` at every start; the mock marketplaces it names run beside it.

[store]
url = "embedded:{store}"

[console]
host = "127.0.0.1"
port = {port}

[[accounts]]
id = "amazon-demo"
marketplace = "amazon"
marketplace_id = "ATVPDKIKX0DER"
poll_every = "1s"
[accounts.imap]
host = "{amazon.imap.host}"
port = {amazon.imap.port}
tls = "none"
username = "{amazon.imap.username}"
password = {{ file = "secrets/mailbox" }}
[accounts.smtp]
host = "{amazon.smtp.host}"
port = {amazon.smtp.port}
tls = "none"
username = "{amazon.smtp.username}"
password = {{ file = "secrets/mailbox" }}
from = "{amazon.smtp.sender}"
[accounts.sp_api]
endpoint = "{amazon.sp_api.endpoint}"
lwa_endpoint = "{amazon.sp_api.lwa_endpoint}"
client_id = "{amazon.sp_api.client_id}"
client_secret = {{ file = "secrets/sp-api-client" }}
refresh_token = {{ file = "secrets/sp-api-refresh-token" }}

[[accounts]]
id = "taobao-demo"
marketplace = "taobao"
poll_every = "500ms"
[accounts.top]
gateway = "{taobao.gateway}"
app_key = "{taobao.app_key}"
app_secret = {{ file = "secrets/top-app" }}
session = {{ file = "secrets/top-session" }}
sign_method = "{taobao.sign_method}"
chat = true
"""

# Buyers of the demo write at any hour: the shop's clock does not rest at night.
SLA = """\
[taobao]
respond_within = "3m"
warn_at = ["50%", "1m"]
named_warn_at = ["24h", "4h", "1h"]
calendar = "always"

# Nobody approves these; try them: `kill -HUP` has this file read anew.
# [taobao.first_words]
# open = { zh = "您好，消息已收到，客服会尽快回复您。" }
# night = { zh = "您好，客服已下班，明早九点后回复您。" }

# The team means to be quicker than Amazon's 24 hours, and works from nine to six.
[amazon]
respond_within = "24h"
warn_at = ["50%", "4h", "1h"]
target_share = "90%"
[amazon.team]
respond_within = "4h"
calendar = "office"

[shifts]
calendar = "office"

[calendars.office]
zone = "Asia/Shanghai"
hours = { daily = ["09:00-18:00"] }
"""


def write_config(
    directory: Path, *, store: Path, port: int, amazon: AmazonMock, taobao: TaobaoMock
) -> None:
    """Write ``responder.toml``, ``sla.toml`` and the mocks' secrets into ``directory``."""
    mailbox, shop = amazon.account(), taobao.account()
    assert mailbox.sp_api is not None
    text = TEMPLATE.format(store=store, port=port, amazon=mailbox, taobao=shop)
    write_private(directory / "responder.toml", text)
    write_private(directory / "sla.toml", SLA)
    _write_secrets(
        directory / "secrets",
        {
            "mailbox": mailbox.imap.password,
            "sp-api-client": mailbox.sp_api.client_secret,
            "sp-api-refresh-token": mailbox.sp_api.refresh_token,
            "top-app": shop.app_secret,
            "top-session": shop.session,
        },
    )


def _write_secrets(directory: Path, secrets: Mapping[str, str]) -> None:
    for name, secret in secrets.items():
        write_private(directory / name, secret + "\n")


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)
