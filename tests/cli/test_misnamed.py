"""What is misnamed on the command line or in the configuration is called that."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from responder.cli.main import group
from responder.errors import StoreUnusable

SHOP = """
[[accounts]]
id = "tb"
marketplace = "taobao"
[accounts.top]
app_key = "12345678"
app_secret = "x"
session = "x"
"""


def letters_of(account: str, directory: Path, store: Path) -> Result:
    (directory / "responder.toml").write_text(f'[store]\nurl = "embedded:{store}"\n{SHOP}')
    asked = ["dead-letters", "list", "--config", str(directory), "--account", account]
    return CliRunner().invoke(group, asked)


@pytest.mark.process
def test_dead_letters_of_an_account_that_does_not_exist_are_not_none(tmp_path: Path) -> None:
    misspelt = letters_of("tv", tmp_path, tmp_path / "store")
    known = letters_of("tb", tmp_path, tmp_path / "store")

    assert misspelt.exit_code == 2
    assert "there is no account 'tv'; there are tb" in misspelt.output
    assert (known.exit_code, "There are none." in known.output) == (0, True)


@pytest.mark.parametrize("below", ["", "below"])
def test_a_store_that_would_lie_in_a_file_is_told_of(tmp_path: Path, below: str) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("mine")

    asked = letters_of("tb", tmp_path, file / below)

    assert isinstance(asked.exception, StoreUnusable)
    assert f"{file / below} cannot be written to: it is, or lies in, a file" in str(asked.exception)


def test_fewer_conversations_than_none_cannot_be_listed() -> None:
    asked = CliRunner().invoke(group, ["status", "--limit", "-1"])

    assert asked.exit_code == 2
    assert "-1 is not in the range" in asked.output
