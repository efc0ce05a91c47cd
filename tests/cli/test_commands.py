"""Commands as a shell sees them: output, exit codes, errors that say what to do."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from responder.cli.main import COMMANDS
from responder.demo.place import alone_in
from responder.settings import shipped_config

pytestmark = pytest.mark.process


def responder(*arguments: str, cwd: Path, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "responder", *arguments],
        cwd=cwd, capture_output=True, text=True, check=False, timeout=60, input=typed,
    )  # fmt: skip


@pytest.fixture
def config(tmp_path: Path) -> Path:
    directory = tmp_path / "config"
    directory.mkdir()
    text = f'[store]\nurl = "embedded:{tmp_path / "store"}"\n'
    (directory / "responder.toml").write_text(text)
    return directory


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_explains_itself(name: str, tmp_path: Path) -> None:
    done = responder(name, "--help", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"Usage: responder {name}")


def test_check_prints_resolved_settings_and_counts_templates(config: Path) -> None:
    done = responder("check", "--config", str(config), "--json", "--connect", cwd=config.parent)

    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout)
    assert shown["settings"]["console"]["port"] == 8080
    assert shown["connect"]["store"]["ok"] is True


@pytest.mark.parametrize("command", ["check", "serve", "status"])
def test_a_bad_configuration_ends_with_2_and_names_the_key(command: str, config: Path) -> None:
    (config / "responder.toml").write_text("[store]\nurll = 1\n")

    done = responder(command, "--config", str(config), cwd=config.parent)

    assert done.returncode == 2
    assert "responder.toml: store.urll: this key is not known" in done.stderr
    assert "Traceback" not in done.stderr


def test_check_says_that_there_is_no_shop_yet(config: Path) -> None:
    done = responder("check", "--config", str(config), cwd=config.parent)

    assert done.returncode == 0, done.stderr
    assert "It names no shop yet: write an [[accounts]] table" in done.stdout


def test_an_unknown_template_variable_is_named_with_file_and_line(config: Path) -> None:
    for part in ("rules", "intents"):
        (config / part).symlink_to(shipped_config() / part)
    folder = config / "templates" / "en"
    folder.mkdir(parents=True)
    (folder / "mine.liquid").write_text(
        '+++\npurpose = "where is it"\nintent = "order_status"\n+++\n\n'
        "Your parcel is with {{ order.carier }}.\n"
    )

    done = responder("check", "--config", str(config), cwd=config.parent)

    assert done.returncode == 2
    assert "mine.liquid" in done.stderr
    assert "order.carier" in done.stderr
    assert "order.carrier" in done.stderr, "the known variables are listed"


def test_a_language_model_that_does_not_answer_is_named(config: Path) -> None:
    table = '[llm]\nendpoint = "http://127.0.0.1:9/v1"\nmodel = "m"\nkey = "s3cret"\n'
    (config / "responder.toml").write_text((config / "responder.toml").read_text() + table)

    done = responder("check", "--config", str(config), "--connect", cwd=config.parent)

    assert done.returncode == 1
    assert "FAIL  llm: http://127.0.0.1:9/v1: unavailable" in done.stdout
    assert "tried, and it failed: llm" in done.stderr
    assert "s3cret" not in done.stdout + done.stderr


def test_a_channel_that_does_not_parse_is_named(config: Path) -> None:
    text = (config / "responder.toml").read_text() + '[[alerts]]\nurls = ["nonsense"]\n'
    (config / "responder.toml").write_text(text)

    done = responder("check", "--config", str(config), cwd=config.parent)

    assert done.returncode == 2
    assert "alerts.0.urls.0: no channel has this form" in done.stderr


def test_users_and_tokens(config: Path) -> None:
    where = ("--config", str(config))

    added = responder("user", "add", "ann", "--role", "agent", "--password", "-", *where,
                      cwd=config.parent)  # fmt: skip
    listed = responder("user", "list", "--json", *where, cwd=config.parent)
    token = responder("token", "add", "robot", "--role", "admin", "--expires", "90d", "--json",
                      *where, cwd=config.parent)  # fmt: skip
    removed = responder("user", "remove", "ann", *where, cwd=config.parent)
    again = responder("user", "remove", "ann", *where, cwd=config.parent)

    assert "ann may log in as agent. Password: " in added.stdout
    assert json.loads(listed.stdout)["items"] == [{"name": "ann", "role": "agent"}]
    made = json.loads(token.stdout)
    assert len(made["token"]) > 30
    assert made["expires_at"].endswith("Z")
    assert removed.returncode == 0
    assert (again.returncode, again.stderr) == (1, "responder: there is no user 'ann'\n")


def test_where_nobody_can_type_a_password_one_is_piped_in(config: Path) -> None:
    add = ("user", "add", "ann", "--role", "agent", "--config", str(config))

    nobody = responder(*add, cwd=config.parent)
    short = responder(*add, cwd=config.parent, typed="too short\n")
    piped = responder(*add, cwd=config.parent, typed="a long enough word\n")

    assert nobody.returncode == 1
    assert "nobody is there to type a password: pipe one in" in nobody.stderr
    assert "Traceback" not in nobody.stderr
    assert short.returncode == 1
    assert "a password of 10 characters or more" in short.stderr
    assert (piped.stdout, piped.stderr) == ("ann may log in as agent.\n", "")


def test_status_of_an_empty_store(config: Path) -> None:
    done = responder("status", "--json", "--config", str(config), cwd=config.parent)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["open"] == 0
    queues = {"poll", "draft", "watch", "outbox", "alert", "census", "greet", "improve"}
    assert set(json.loads(done.stdout)["queues"]) == queues


@pytest.mark.parametrize("what", ["user", "token"])
def test_nobody_new_is_given_a_name_that_reads_like_another(config: Path, what: str) -> None:
    more = ("--password", "correct horse") if what == "user" else ()
    where = ("--config", str(config))

    done = responder(what, "add", "ann ", "--role", "agent", *more, *where, cwd=config.parent)

    assert done.returncode == 1
    assert "neither begins nor ends with a blank" in done.stderr


def test_reports_are_a_table_json_or_csv(config: Path) -> None:
    where = ("--config", str(config))

    shown = responder("report", "waited", *where, cwd=config.parent)
    told = responder("report", "waited", "--json", *where, cwd=config.parent)
    taken = responder("report", "waited", "--csv", *where, cwd=config.parent)

    assert shown.returncode == told.returncode == taken.returncode == 0, shown.stderr
    assert shown.stdout.split()[:2] == ["below_minutes", "messages"]
    first = {"below_minutes": 1, "messages": 0}
    assert json.loads(told.stdout)["items"][0] == first
    assert taken.stdout.splitlines()[:2] == ["below_minutes,messages", "1,0"]


def test_a_report_that_cannot_be_made_says_why(config: Path) -> None:
    where = ("--config", str(config))

    no_day = responder("report", "sla", "--from", "monday", *where, cwd=config.parent)
    no_report = responder("report", "sales", *where, cwd=config.parent)
    both = responder("report", "sla", "--json", "--csv", *where, cwd=config.parent)

    assert (no_day.returncode, no_report.returncode, both.returncode) == (2, 2, 2)
    assert "--json and --csv" in both.stderr
    assert "from 'monday' is no day; write 2026-11-22" in no_day.stderr
    assert "waited" in no_report.stderr


def test_a_store_that_does_not_answer_is_named_without_its_password(config: Path) -> None:
    (config / "responder.toml").write_text('[store]\nurl = "redis://:hidden@127.0.0.1:9/0"\n')

    done = responder("status", "--config", str(config), cwd=config.parent)

    assert done.returncode == 1
    assert "the store at redis://127.0.0.1:9/0 does not answer" in done.stderr
    assert "hidden" not in done.stderr


@pytest.mark.parametrize(
    ("feed", "said"),
    [
        ('{"buyer": "x"}\n', ":1: text"),
        ('{"buyer": "x", "text": "a"}\nnot json\n', ":2"),
        ('{"buyer": "x", "text": "a", "colour": 1}\n', "colour"),
    ],
)
def test_a_bad_feed_names_line_and_field(feed: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "feed.jsonl").write_text(feed)

    done = responder("mock", "amazon", "--port", "0", "--feed", "feed.jsonl", cwd=tmp_path)

    assert done.returncode == 1
    assert "feed.jsonl" in done.stderr
    assert said in done.stderr


def test_unknown_faults_and_roles_are_named(config: Path, tmp_path: Path) -> None:
    (tmp_path / "faults.toml").write_text("meteor = 1\n")

    faults = responder("mock", "taobao", "--port", "0", "--faults", "faults.toml", cwd=tmp_path)
    roles = responder("serve", "--config", str(config), "--roles", "poll,dance", cwd=tmp_path)

    assert "meteor: no such fault; known are" in faults.stderr
    assert "choose among poll, draft, watch, send, console" in roles.stderr


def test_a_second_demo_on_the_same_data_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    data = tmp_path / "demo"

    with alone_in(data):
        before = sorted(data.iterdir())
        done = responder("demo", "--port", "9000", "--data", str(data), cwd=tmp_path)

    assert done.returncode == 1
    assert f"another demo is running in {data}: stop it first" in done.stderr
    assert sorted(data.iterdir()) == before


def test_a_demo_says_when_its_directory_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    done = responder("demo", "--data", str(tmp_path / "file" / "demo"), cwd=tmp_path)

    assert done.returncode == 1
    assert "cannot be used (Not a directory): choose another --data" in done.stderr


@pytest.mark.parametrize("name", [(), ("queue",)])
def test_an_option_of_another_benchmark_is_refused(name: tuple[str, ...], tmp_path: Path) -> None:
    done = responder("bench", *name, "--messages", "10", cwd=tmp_path)

    assert done.returncode == 1
    assert "--messages belongs to the benchmark pipeline" in done.stderr
