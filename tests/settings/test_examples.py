"""The tables that the first steps offer: filled in, each is an account."""

import tomllib
from typing import Any

import pytest

from responder.domain.advice import Trial
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


def tried(text: str) -> list[str]:
    """What somebody reads who tries ``text``."""
    account, problems = read_account(text)
    assert account is None
    return [str(one) for one in problems]


@pytest.mark.parametrize("title", examples())
def test_an_example_as_it_is_offered_only_asks_to_be_filled_in(title: str) -> None:
    account, problems = read_account(examples()[title])

    assert {one.says for one in problems} <= {Trial.EMPTY}
    assert all(one.about["key"] for one in problems)
    assert account is not None or problems


def test_the_ports_of_mail_are_the_usual_ones_in_an_example() -> None:
    [table] = tomllib.loads(examples()["Mailbox"])["accounts"]

    assert (table["mailbox"]["imap"]["port"], table["mailbox"]["smtp"]["port"]) == (993, 465)


def test_nothing_to_try_is_said_so() -> None:
    nothing = ["nothing to try yet: choose an example above, and fill it in"]

    assert tried("") == tried("accounts = []") == nothing


def test_a_wrong_port_names_the_usual_ones() -> None:
    amazon = examples()["Amazon"].replace("993", "0").replace('password = ""', 'password = "x"')

    [said] = tried(amazon)
    assert said.startswith("accounts.amazon-us.imap.port: write the server's port, usually 993")


def test_what_is_no_table_or_names_a_file_is_said_in_words() -> None:
    assert tried("a = ")[0].startswith("this cannot be read as TOML: ")
    assert tried('[[accounts]]\npassword = { env = "X" }')[0].startswith(
        "write the secrets in plain"
    )
    assert "accounts.x.colour: this key is not known" in tried(
        '[[accounts]]\nid = "x"\ncolour = 1\nmarketplace = "amazon"'
    )
