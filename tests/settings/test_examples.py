"""The tables that the first steps offer: filled in, each is an account."""

import tomllib
from typing import Any

import pytest

from responder.settings import read_account
from responder.settings.examples import examples

FILLED = {"app_key": "1234", "from": "shop@example.com", "port": 993}


def fill(table: dict[str, Any]) -> dict[str, Any]:
    """Everything that is empty, filled in as a person would."""
    return {
        name: fill(value) if isinstance(value, dict) else value or FILLED.get(name, "x")
        for name, value in table.items()
    }


def written(table: dict[str, Any], name: str = "") -> str:
    """An account as TOML: plain values first, then the tables in it."""
    plain = [f"{key} = {value!r}" for key, value in table.items() if not isinstance(value, dict)]
    inner = [
        f"[{name}{key}]\n" + written(value, f"{name}{key}.")
        for key, value in table.items()
        if isinstance(value, dict)
    ]
    return "\n".join([*plain, *inner])


@pytest.mark.parametrize("title", examples())
def test_an_example_that_is_filled_in_is_an_account(title: str) -> None:
    [table] = tomllib.loads(examples()[title])["accounts"]

    account, problems = read_account(
        "[[accounts]]\n" + written(fill(table), "accounts.").replace("'", '"')
    )

    assert problems == []
    assert account is not None


def test_every_marketplace_that_comes_with_the_program_has_one() -> None:
    assert list(examples()) == ["Amazon", "Taobao", "AliExpress", "eBay", "Mailbox"]
