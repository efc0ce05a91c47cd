"""``responder dead-letters`` as a shell sees it."""

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from responder.cli.dead_letters import command
from responder.cli.options import opened
from responder.settings import load
from responder.store.database import Database
from responder.store.dead_letters import bury
from responder.store.inbox import Aside
from responder.store.queues import Queues
from tests.store.shop import US, Shop

pytestmark = pytest.mark.process


@pytest.fixture
def config(tmp_path: Path) -> Path:
    directory = tmp_path / "config"
    directory.mkdir()
    text = f'[store]\nurl = "embedded:{tmp_path / "store"}"\n'
    (directory / "responder.toml").write_text(text)

    async def fill() -> None:
        async with opened(load(directory)) as database:
            await _bury_two(database)

    asyncio.run(fill())
    return directory


async def _bury_two(database: Database) -> None:
    shop = Shop(database, database.clock)
    queue = Queues(database).draft
    for thread in ("a", "b"):
        await shop.buyer_writes("my secret words", thread=thread)
    for claim in await queue.claim(10):
        await bury(database, queue, claim, "it failed 5 times: KeyError", None, account=US)


def run(config: Path, *arguments: str) -> Result:
    name, *rest = arguments
    return CliRunner().invoke(command, [name, "--config", str(config), *rest])


def listed(config: Path, *arguments: str) -> list[dict[str, str]]:
    items: list[dict[str, str]] = json.loads(run(config, "list", "--json", *arguments).stdout)[
        "items"
    ]
    return items


def test_they_are_listed_shown_replayed_and_dropped(config: Path) -> None:
    first, second = listed(config)
    assert first["reason"] == "it failed 5 times: KeyError"
    assert listed(config, "--kind", "alert") == []
    table = run(config, "list").stdout
    assert first["id"] in table
    assert "amazon-us" in table
    shown = run(config, "show", first["id"])
    assert "reason: it failed 5 times: KeyError" in shown.stdout
    assert "secret" not in table + shown.stdout
    assert json.loads(run(config, "show", first["id"], "--json").stdout)["kind"] == "draft"

    replayed = run(config, "replay", first["id"], "--by", "ann")
    dropped = run(config, "drop", "--account", "amazon-us", "--json")

    assert replayed.stdout == f"{first['id']}: replayed\n"
    assert json.loads(dropped.stdout) == {"items": [{"id": second["id"], "outcome": "dropped"}]}
    assert run(config, "list").stdout == "There are none.\n"
    assert run(config, "drop", "--all").stdout == "There are none.\n"


def test_a_message_of_an_account_that_is_taken_out_is_not_replayed_into_nothing(
    config: Path,
) -> None:
    asyncio.run(_set_aside(config))
    [letter] = listed(config, "--kind", "message")

    replayed = run(config, "replay", letter["id"])

    assert replayed.stdout == (
        f"{letter['id']}: left as it is: its account is not in the configuration\n"
    )
    assert listed(config, "--kind", "message") == [letter]


async def _set_aside(config: Path) -> None:
    async with opened(load(config)) as database:
        shop = Shop(database, database.clock)
        aside = Aside(id="mail-9", reason="odd", ref="INBOX/9", at=database.clock.now())
        await shop.take_in(shop.page(aside=[aside]))


@pytest.mark.parametrize("name", ["show", "replay", "drop"])
def test_a_letter_that_there_is_not_is_named(config: Path, name: str) -> None:
    done = run(config, name, "00/draft:nothing")

    assert done.exit_code == 1
    assert "there is no dead letter '00/draft:nothing'" in str(done.exception)


@pytest.mark.parametrize("arguments", [[], ["00/x", "--all"]])
def test_a_decision_names_one_letter_or_says_which(arguments: list[str], tmp_path: Path) -> None:
    done = CliRunner().invoke(command, ["replay", *arguments])

    assert done.exit_code == 2
    assert "name one LETTER, or say --kind, --account or --all" in done.output
