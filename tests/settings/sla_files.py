"""A configuration whose ``sla.toml`` a test writes, and what is said about it."""

from pathlib import Path

import pytest

from responder.errors import ConfigError
from responder.settings import Loaded, load

ACCOUNTS = """
[[accounts]]
id = "amazon-us"
marketplace = "amazon"
marketplace_id = "ATVPDKIKX0DER"
{amazon}
[accounts.imap]
host = "imap.example"
port = 993
username = "seller"
password = "x"
[accounts.smtp]
host = "smtp.example"
port = 465
username = "seller"
password = "x"
from = "shop@shop.example"

[[accounts]]
id = "tb"
marketplace = "taobao"
{taobao}
[accounts.top]
app_key = "12345678"
app_secret = "x"
session = "x"
"""
OFFICE = """
[calendars.office]
zone = "Europe/Berlin"
hours = { mon-fri = ["09:00-12:00", "13:00-18:00"], sat = ["22:00-02:00"] }
"""
PLAIN = '[gold]\nrespond_within = "1h"\n'


def read(directory: Path, sla: str, *, amazon: str = "", taobao: str = "") -> Loaded:
    text = ACCOUNTS.format(amazon=amazon, taobao=taobao)
    (directory / "responder.toml").write_text(text)
    (directory / "sla.toml").write_text(sla)
    return load(directory)


def problems(directory: Path, sla: str, **accounts: str) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        read(directory, sla, **accounts)
    start = f"{directory / 'sla.toml'}: "
    assert all(problem.startswith(start) for problem in raised.value.problems)
    return [problem.removeprefix(start) for problem in raised.value.problems]


def warnings(loaded: Loaded) -> list[str]:
    return [warning for warning in loaded.warnings if warning.startswith("sla.toml")]


# What is refused


def calendar(text: str) -> str:
    return PLAIN + 'calendar = "office"\n[calendars.office]\n' + text


# Looking ahead

CHINA = """
[calendars.office]
zone = "Asia/Shanghai"
hours = { mon-fri = ["09:00-18:00"], sat = ["10:00-12:00"] }
holidays = "CN"
"""
