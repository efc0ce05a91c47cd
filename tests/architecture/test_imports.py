"""The house: imports go one way, the domain is pure, time comes in by one door."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CLOCK_USERS = {"responder/clock.py", "responder/app.py", "responder/testing.py"}


def modules(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_the_contracts_between_packages_are_kept() -> None:
    found = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize("path", list(modules("responder/domain")), ids=lambda path: path.name)
def test_the_domain_imports_the_standard_library_only(path: Path) -> None:
    roots = {
        name.partition(".")[0] for name in imported(path) if not name.startswith("responder.domain")
    }

    assert roots <= sys.stdlib_module_names


def test_time_has_one_door() -> None:
    """ruff's banned-api says so for what it can see; this sees the rest."""
    doors = [
        str(path.relative_to(ROOT))
        for path in modules("responder", "connectors")
        if str(path.relative_to(ROOT)) not in CLOCK_USERS
        and any(
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and (node.value.id, node.attr)
            in {("datetime", "now"), ("datetime", "utcnow"), ("time", "time"), ("asyncio", "sleep")}
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        )
    ]

    assert doors == []


def test_only_settings_read_the_environment() -> None:
    readers = [
        str(path.relative_to(ROOT))
        for path in modules("responder", "connectors")
        if re.search(r"os\.environ|getenv", path.read_text(encoding="utf-8"))
    ]

    assert readers == ["responder/settings/values.py"]


def test_keys_are_named_in_one_file() -> None:
    elsewhere = [
        path.name
        for path in modules("responder/store", "responder/workers", "responder/console")
        if path.name != "keys.py" and '"mr:' in path.read_text(encoding="utf-8")
    ]

    assert elsewhere == []


def test_no_worker_opens_a_group_of_tasks_in_its_own_round() -> None:
    """Before Python 3.13 a group that failed leaves its task marked as cancelled: see repeat()."""
    groups = [
        path.name
        for path in modules("responder/workers")
        if "TaskGroup(" in path.read_text(encoding="utf-8")
    ]

    assert groups == []
