"""Whoever runs a command is named, also where the machine has no name for them."""

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from responder.cli.dead_letters import login

NAMELESS = 54_321


@contextmanager
def as_nameless() -> Iterator[None]:
    """As the user that a container runs under, where the tests run as root."""
    if os.getuid() != 0:
        yield
        return
    os.setresuid(NAMELESS, NAMELESS, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


def test_a_user_without_a_name_is_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)

    own = pwd.getpwuid(os.getuid()).pw_name

    with as_nameless():
        nameless = os.getuid() == NAMELESS
        found = login()

    assert found == (f"user {NAMELESS}" if nameless else own)


def test_a_user_with_a_name_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "ann")

    assert login() == "ann"
