"""Whoever runs a command is named, also where the machine has no name for them."""

import os
import pwd

import pytest

from responder.cli.dead_letters import login
from tests.as_user import as_user

NAMELESS = 54_321  # as a container may have its user


def test_a_user_without_a_name_is_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)

    own = pwd.getpwuid(os.getuid()).pw_name

    with as_user(NAMELESS):
        nameless = os.getuid() == NAMELESS
        found = login()

    assert found == (f"user {NAMELESS}" if nameless else own)


def test_a_user_with_a_name_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "ann")

    assert login() == "ann"
