"""Dockerfile and docker-compose.yml fit the settings, the roles and the data they claim."""

import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from responder.app import DRAIN_TIMEOUT, ROLES
from responder.cli.serve import command as serve
from responder.settings.load import ConsoleTable, StoreTable

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return found


@pytest.fixture(scope="module")
def dockerfile() -> str:
    return (ROOT / "Dockerfile").read_text()


def test_the_store_survives_a_restart_and_forgets_nothing(compose: dict[str, Any]) -> None:
    words = compose["services"]["store"]["command"]
    options = dict(zip(words[1::2], words[2::2], strict=True))

    assert options["--appendonly"] == "yes"
    assert options["--maxmemory-policy"] == "noeviction"
    assert "store:/data" in compose["services"]["store"]["volumes"]
    assert "store" in compose["volumes"]


@pytest.mark.parametrize("name", ["responder", "worker"])
def test_services_run_commands_that_exist(compose: dict[str, Any], name: str) -> None:
    words = compose["services"][name]["command"]
    assert words[0] == "serve"

    context = serve.make_context("serve", list(words[1:]), resilient_parsing=False)

    assert set(context.params["roles"].split(",")) <= set(ROLES)
    assert str(context.params["directory"]) == "/config"


def test_the_second_worker_is_optional_and_has_no_console(compose: dict[str, Any]) -> None:
    worker = compose["services"]["worker"]

    assert worker["profiles"]
    assert "console" not in " ".join(worker["command"])


def test_ports_and_health_checks_are_the_settings_own(
    compose: dict[str, Any], dockerfile: str
) -> None:
    port = ConsoleTable().port

    assert compose["services"]["responder"]["ports"] == [f"127.0.0.1:{port}:{port}"]
    assert f"EXPOSE {port}" in dockerfile
    assert f":{port}/readyz" in " ".join(compose["services"]["responder"]["healthcheck"]["test"])
    assert f":{port}/healthz" in dockerfile
    assert compose["services"]["store"]["healthcheck"]["test"]


def test_a_stop_waits_for_the_drain(compose: dict[str, Any]) -> None:
    for name in ("responder", "worker"):
        grace = compose["services"][name]["stop_grace_period"]

        assert int(grace.removesuffix("s")) > DRAIN_TIMEOUT


def test_the_store_url_of_the_comment_is_one_the_settings_take() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    url = text.partition('url = "')[2].partition('"')[0]

    assert StoreTable(url=url).url == url


def test_the_image_installs_from_the_lock_and_runs_as_nobody_special(dockerfile: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())

    assert "--require-hashes -r requirements.lock" in dockerfile
    assert "USER responder" in dockerfile
    for copied in ("responder", "connectors", "config", "pyproject.toml", "LICENSE"):
        assert f"COPY {copied}" in dockerfile or copied in dockerfile
    assert list(project["project"]["scripts"]) == ["responder"]


def _goes_into_the_image(path: str) -> bool:
    """By .dockerignore: the last line that names a path, or a folder above it, decides."""
    parts = path.split("/")
    goes = True
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        pattern = line.removeprefix("!").split("/")
        above = parts[: len(pattern)]
        if len(above) == len(pattern) and all(map(fnmatch, above, pattern)):
            goes = line.startswith("!")
    return goes


def test_what_its_user_wrote_never_goes_into_the_image() -> None:
    for path in ("responder.toml", "secrets/mailbox", "shops/mine.toml", "shops/mine/faq.md"):
        assert not _goes_into_the_image(f"config/{path}"), path


def test_what_the_program_needs_goes_into_the_image() -> None:
    for path in (
        "demo/amazon.jsonl",
        "intents/en.toml",
        "proactive/en.toml",
        "rules/common.toml",
        "shops/example.toml",
        "shops/example/faq.md",
        "sla.toml",
        "templates/en/invoice.liquid",
    ):
        assert _goes_into_the_image(f"config/{path}"), path
    assert _goes_into_the_image("responder/app.py")


def test_every_lock_line_has_a_hash() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        pins = [line for line in text.splitlines() if "==" in line and not line.startswith("#")]

        assert pins
        assert all(line.endswith("\\") for line in pins), name
        assert "://" not in text


def test_the_make_targets_of_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in ("demo", "install", "test", "test-deps", "check", "bench"):
        assert f"\n{target}:" in makefile
