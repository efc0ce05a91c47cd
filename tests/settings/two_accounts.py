"""A configuration of an Amazon and a Taobao account, and what is refused of it."""

from pathlib import Path

import pytest

from responder.errors import ConfigError
from responder.settings import Loaded, load

AMAZON = """
[[accounts]]
id = "{id}"
marketplace = "amazon"
marketplace_id = "ATVPDKIKX0DER"
proxy = "{proxy}"
{more}
[accounts.imap]
host = "imap.example"
port = 993
username = "{imap}"
password = "x"
[accounts.smtp]
host = "smtp.example"
port = 465
username = "{smtp}"
password = "x"
from = "{sender}"
[accounts.sp_api]
endpoint = "https://api.example"
client_id = "the app of the seller"
client_secret = "x"
refresh_token = "{token}"
"""
TAOBAO = """
[[accounts]]
id = "{id}"
marketplace = "taobao"
{more}
[accounts.top]
app_key = "{app}"
app_secret = "x"
session = "{session}"
group_name = "{group}"
"""


def amazon(name: str, **changes: str) -> str:
    own = {
        "id": name,
        "proxy": f"http://{name}.example:3128",
        "imap": f"{name}@in",
        "smtp": f"{name}@out",
        "sender": f"{name}@shop.example",
        "token": f"token of {name}",
        "more": "",
    }
    return AMAZON.format(**own | changes)


def taobao(name: str, **changes: str) -> str:
    own = {
        "id": name,
        "app": "12345678",
        "session": f"session of {name}",
        "group": name,
        "more": f'proxy = "http://{name}.example:3128"',
    }
    return TAOBAO.format(**own | changes)


def read(directory: Path, text: str) -> Loaded:
    (directory / "responder.toml").write_text(text)
    return load(directory)


def refused(directory: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        read(directory, text)
    return [problem.removeprefix(f"{directory}/") for problem in raised.value.problems]
