"""``responder learn``, ``make-template`` and ``bench drafts`` as a shell sees them."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from responder.cli import bench, learn, make_template
from responder.cli.options import opened
from responder.domain.lessons import Lesson
from responder.domain.model import AccountId, ConversationId
from responder.settings import load
from responder.store.desk import Desk
from responder.store.lessons import Teaching
from tests.drafting.learned.lessons import shop
from tests.store.shop import AGENT_LEASE, Shop

pytestmark = pytest.mark.process
SHOP = AccountId("taobao-main")
ACCOUNT = """
[[accounts]]
id = "taobao-main"
marketplace = "taobao"
[accounts.top]
gateway = "http://127.0.0.1:9/router/rest"
app_key = "12345678"
app_secret = { env = "NOT_SET_ANYWHERE" }
session = { env = "NOT_SET_ANYWHERE" }
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NOT_SET_ANYWHERE", "x")
    directory = tmp_path / "config"
    directory.mkdir()
    text = f'[store]\nurl = "embedded:{tmp_path / "store"}"\nfsync = "everysec"\n{ACCOUNT}'
    (directory / "responder.toml").write_text(text)
    return directory


def taught(config: Path, lessons: Sequence[Lesson]) -> ConversationId:
    """Approve a reply for each of ``lessons``; the last conversation."""

    async def fill() -> ConversationId:
        async with opened(load(config)) as database:
            house = Shop(database, database.clock, SHOP)
            desk = Desk(database, lease=AGENT_LEASE, undo=AGENT_LEASE)
            conversation = ConversationId("")
            for place, lesson in enumerate(lessons):
                conversation = await house.buyer_writes(lesson.text, thread=f"t{place}")
                await house.draft()
                lease = await house.lease(conversation)
                await desk.approve(
                    conversation,
                    "ann",
                    lease.token,
                    version=1,
                    text="Your wombat is late.",
                    teaching=Teaching(
                        account=SHOP,
                        text=lesson.text,
                        language="en",
                        predicted=lesson.predicted,
                        confirmed=lesson.confirmed,
                        template="template:en/unknown",
                        distance=12,
                        length=48,
                    ),
                )
            return conversation

    return asyncio.run(fill())


def run(config: Path, *arguments: str) -> Result:
    return CliRunner().invoke(learn.command, ["--config", str(config), *arguments])


def test_a_shop_learns_when_it_pays_and_only_when_told_to(config: Path) -> None:
    taught(config, shop(110))

    [report] = json.loads(run(config, "--json").stdout)

    assert (report["account"], report["lessons"], report["better"]) == (SHOP, 110, True)
    assert report["model"]["accuracy"] > report["rules"]["accuracy"]
    assert (report["in_use"], report["models"]) == (None, [])

    applied = run(config, "--apply")
    assert "0001" in applied.stdout
    assert "more often than the rules" in applied.stdout
    assert run(config, "--use", "rules", "--account", SHOP).exit_code == 0
    [later] = json.loads(run(config, "--json").stdout)
    assert (later["in_use"], later["models"]) == (None, ["0001"])
    assert run(config, "--use", "0001", "--account", SHOP).exit_code == 0


def test_too_little_is_said_in_words_and_edits_are_listed(config: Path) -> None:
    taught(config, shop(2))

    [report] = json.loads(run(config, "--json").stdout)
    [row] = json.loads(run(config, "--edits", "--json").stdout)

    assert not report["better"]
    assert report["verdict"].startswith("2 confirmed messages are too few")
    assert (row["template"], row["approved"], row["share"]) == ("template:en/unknown", 2, 0.25)
    assert "25%" in run(config, "--edits").stdout


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["--account", "nobody"], "there is no account 'nobody'; there are taobao-main"),
        (["--use", "0001"], "--use needs --account"),
        (["--use", "0007", "--account", SHOP], "has no model '0007'; there are none"),
    ],
)
def test_a_wrong_wish_is_told(config: Path, arguments: list[str], what: str) -> None:
    result = run(config, *arguments)

    assert what in str(result.exception)


def test_an_answer_becomes_a_template_in_the_configuration(config: Path) -> None:
    conversation = taught(config, shop(1))
    arguments = [conversation, "--config", str(config), "--name", "ours", "--purpose", "Wombats"]

    made = CliRunner().invoke(make_template.command, [*arguments, "--intent", "order_status"])
    again = CliRunner().invoke(make_template.command, [*arguments, "--intent", "order_status"])

    file = config / "templates" / "en" / "ours.liquid"
    assert f"{file}: used from the next start" in made.stdout
    assert file.read_text().endswith("+++\nYour wombat is late.\n")
    assert "exists: choose another name" in str(again.exception)


def bench_drafts(*arguments: str) -> Result:
    return CliRunner().invoke(bench.command, ["drafts", *arguments])


def labelled(path: Path, lessons: Sequence[Lesson]) -> str:
    rows = [{"text": one.text, "language": "en", "intent": one.confirmed} for one in lessons]
    path.write_text("\n".join(map(json.dumps, rows)))
    return str(path)


def test_a_file_is_measured_before_and_after_learning(tmp_path: Path) -> None:
    data = labelled(tmp_path / "data.jsonl", shop(60)[20:])
    labels = labelled(tmp_path / "labels.jsonl", shop(120))

    result = bench_drafts("--data", data, "--labels", labels, "--json")

    told = json.loads(result.stdout)
    before, after = (
        told["nothing_learned"]["intent"]["all"],
        told["after_learning"]["intent"]["all"],
    )
    assert after["accuracy_in_scope"] > before["accuracy_in_scope"] + 0.3
    assert told["after_learning"]["back_test"]["would_be_used"]
    assert told["nothing_learned"]["cpu_ms"]["median"] > 0
    assert told["resident_mb"]["most"] > 10
    table = bench_drafts("--data", data, "--labels", labels, "--errors", "1").stdout
    assert "after learning from 120 messages" in table


def test_bad_rows_are_named_and_a_file_without_a_good_one_is_refused(tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"text": "x", "intent": "nonsense"}\n')

    result = bench_drafts("--data", str(bad))

    assert f"{bad}:1: intent 'nonsense' is not one of" in result.stderr
    assert "has no usable row" in str(result.exception)


@pytest.mark.parametrize(
    "arguments", [["drafts"], ["queue", "--data", __file__]], ids=["no data", "data for another"]
)
def test_options_that_do_not_belong_are_refused(arguments: list[str]) -> None:
    result = CliRunner().invoke(bench.command, arguments)

    assert "--data" in str(result.exception)
