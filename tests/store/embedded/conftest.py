"""Fixtures of the embedded server's tests."""

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def script(tmp_path: Path) -> Callable[[str], str]:
    """A program in place of the server."""

    def write(body: str, name: str = "server") -> str:
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)
        return str(path)

    return write
