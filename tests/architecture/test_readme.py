"""The README says only what is so."""

import re
from pathlib import Path

import pytest

from responder.cli.main import COMMANDS

ROOT = Path(__file__).parents[2]
READMES = [
    ROOT / "README.md",
    *(ROOT / "responder").rglob("README.md"),
    *(ROOT / "connectors").rglob("README.md"),
]


@pytest.mark.parametrize("readme", READMES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_file(readme: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", readme.read_text(encoding="utf-8"))

    assert [link for link in links if not (readme.parent / link).exists()] == []


def test_every_test_that_backs_a_promise_exists() -> None:
    named = re.findall(r"`(tests/[\w/.]+)", (ROOT / "README.md").read_text(encoding="utf-8"))

    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_command_is_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")

    assert [name for name in COMMANDS if f"responder {name}" not in text] == []
