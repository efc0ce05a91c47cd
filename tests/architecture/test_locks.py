"""The lock files hold on every Python that is promised, not only on the one that made them."""

import re
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==[^ ]+(?: ; (.+?))? \\$", re.MULTILINE)
PYTHONS = ("3.11.0", "3.11.2", "3.11.9", "3.12.0", "3.13.0")


def _environment(python: str) -> dict[str, str]:
    return {
        "python_version": python.rpartition(".")[0],
        "python_full_version": python,
        "extra": "",
    }


def _locked(lock: str, environment: dict[str, str]) -> set[str]:
    """The names that the lock installs there."""
    lines = PINNED.findall((ROOT / lock).read_text(encoding="utf-8"))
    assert lines, f"{lock} pins nothing that is understood here"
    return {
        canonicalize_name(name)
        for name, marker in lines
        if not marker or Requirement(f"{name}; {marker}").marker.evaluate(environment)  # type: ignore[union-attr]
    }


def _needs(name: str, environment: dict[str, str]) -> set[str]:
    try:
        wanted = [Requirement(line) for line in requires(name) or ()]
    except PackageNotFoundError:  # locked for another Python or system than this one
        return set()
    return {
        canonicalize_name(one.name)
        for one in wanted
        if one.marker is None or one.marker.evaluate(environment)
    }


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
@pytest.mark.parametrize("python", PYTHONS)
def test_a_lock_names_whatever_its_packages_need_on_that_python(python: str, lock: str) -> None:
    environment = _environment(python)
    locked = _locked(lock, environment)

    missing = {need: name for name in locked for need in _needs(name, environment) - locked}

    assert not missing, f"make lock ({missing})"
