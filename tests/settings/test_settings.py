"""Every problem of a configuration is named: file, key, what is wrong, what is allowed."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from responder.domain.sla import Share
from responder.errors import ConfigError
from responder.settings import load, masked, shipped_config
from responder.settings.accounts import AmazonAccount

AMAZON = """
[[accounts]]
id = "amazon-us"
marketplace = "amazon"
marketplace_id = "ATVPDKIKX0DER"
{more}
[accounts.imap]
host = "imap.example"
port = 993
username = "seller"
password = {{ env = "SHOP_PASSWORD" }}
[accounts.smtp]
host = "smtp.example"
port = 465
username = "seller"
password = {{ file = "smtp-password" }}
from = "shop@shop.example"
"""

TAOBAO = """
[[accounts]]
id = "{name}"
marketplace = "taobao"
{more}
[accounts.top]
app_key = "12345678"
app_secret = "literal-secret"
session = "session-of-{name}"
group_name = "{group}"
"""


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHOP_PASSWORD", "from-the-environment")
    (tmp_path / "smtp-password").write_text("from-a-file\n")
    return tmp_path


def problems(directory: Path, responder: str, sla: str | None = None) -> list[str]:
    (directory / "responder.toml").write_text(responder)
    if sla is not None:
        (directory / "sla.toml").write_text(sla)
    with pytest.raises(ConfigError) as raised:
        load(directory)
    return [problem.removeprefix(f"{directory}/") for problem in raised.value.problems]


def test_the_configuration_that_comes_with_the_program_is_fine() -> None:
    loaded = load(shipped_config())

    assert loaded.warnings == ()
    assert loaded.policies["amazon"].respond_within == timedelta(hours=24)
    assert loaded.policies["amazon"].warnings == (
        Share(50),
        timedelta(hours=4),
        timedelta(hours=1),
    )
    assert loaded.policies["taobao"].respond_within == timedelta(minutes=3)


def test_secrets_come_from_environment_and_files_and_are_never_shown(directory: Path) -> None:
    text = AMAZON.format(more='proxy = "http://user:hidden@exit.example:3128"')
    text += '[store]\nurl = "redis://:hidden@store.example"\n'
    text += '[history]\nurl = "postgresql://user:hidden@store.example/history"\n'
    (directory / "responder.toml").write_text(text)

    loaded = load(directory)

    [account] = loaded.settings.accounts
    assert isinstance(account, AmazonAccount)
    assert account.imap.password is not None
    assert account.smtp.password is not None
    assert account.imap.password.get_secret_value() == "from-the-environment"
    assert account.smtp.password.get_secret_value() == "from-a-file"
    shown = json.dumps(masked(loaded)) + repr(loaded)
    assert "exit.example:3128" in shown
    for secret in ("from-the-environment", "from-a-file", "hidden"):
        assert secret not in shown


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://:hidden@store:1/0?password=hidden", "redis://********@store:1/0?********"),
        ("redis://store:1/0?password=hidden", "redis://store:1/0?********"),
        ("redis://store:1/0", "redis://store:1/0"),
        ("embedded:data", "embedded:data"),
    ],
)
def test_a_password_is_shown_nowhere_in_an_address(directory: Path, url: str, shown: str) -> None:
    (directory / "responder.toml").write_text(f'[store]\nurl = "{url}"\n')

    assert masked(load(directory))["store"]["url"] == shown


def test_the_mark_that_some_editors_begin_a_file_with_is_no_mistake(directory: Path) -> None:
    (directory / "responder.toml").write_text("[console]\nport = 9000\n", encoding="utf-8-sig")

    assert load(directory).settings.console.port == 9000


def test_every_setting_can_be_printed(directory: Path) -> None:
    (directory / "responder.toml").write_text('[drafting]\nmodels = "data/models"\n')

    shown = json.loads(json.dumps(masked(load(directory))))

    assert shown["drafting"]["models"] == "data/models"


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ('[store]\nkeep_closed = "999999d"', "store.keep_closed: '999999d' is too long"),
        ('[console]\nundo = "99999999999d"', 'is too long; write at most "73000d"'),
        ('[console]\nclaim_for = "0s"', 'claim_for: write a duration that is longer than "0s"'),
        ('[console]\nsession_for = "0ms"', "console.session_for: write a duration that is longer"),
    ],
)
def test_durations_are_such_that_can_be_counted_with(
    directory: Path, setting: str, said: str
) -> None:
    assert said in "\n".join(problems(directory, setting))


def test_a_literal_secret_is_accepted_with_a_warning(directory: Path) -> None:
    (directory / "responder.toml").write_text(TAOBAO.format(name="tb", more="", group=""))

    loaded = load(directory)

    assert any("app_secret is written down in plain" in warning for warning in loaded.warnings)
    assert "literal-secret" not in "".join(loaded.warnings)


def test_every_problem_is_named_at_once(directory: Path) -> None:
    text = """
    [store]
    url = "mysql://x"
    speed = "fast"
    [console]
    port = 99999
    undo = "five seconds"
    [[accounts]]
    id = "a"
    marketplace = "amazon"
    [accounts.imap]
    host = "imap.example"
    port = 143
    tls = "none"
    username = "u"
    password = { env = "NOT_SET_ANYWHERE" }
    [[accounts]]
    id = "B!"
    marketplace = "wish"
    [[alerts]]
    urls = []
    at = ["sometimes"]
    """

    found = "\n".join(problems(directory, text))

    for line in (
        "responder.toml: store.url: write one of embedded:DIRECTORY, redis://",
        "responder.toml: store.speed: this key is not known; there are url, partitions",
        "responder.toml: console.port:",
        "responder.toml: console.undo: 'five seconds' is no duration; write e.g. \"30s\"",
        "responder.toml: accounts.a.marketplace_id: this key is missing",
        "responder.toml: accounts.a.imap.password: the environment variable NOT_SET_ANYWHERE",
        "responder.toml: accounts.a.smtp: this key is missing",
        "responder.toml: accounts.B!.marketplace: ",
        "responder.toml: alerts.0.urls:",
        "responder.toml: alerts.0.at.0: write one of 'at_risk', 'critical'",
    ):
        assert line in found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[x]\nrespond_within = "1h"\nwarn_at = ["2h"]', "x: warn_at must lie between"),
        ('[x]\nrespond_within = "1h"\nwarn_at = ["10m", "30m"]', "earliest first"),
        ('[x]\nrespond_within = "1h"\nwarn_at = ["soon"]', "write a share"),
        ('[x]\nrespond_within = "0s"', "must be positive"),
        (
            '[x]\nrespond_within = "1h"\ncalendar = "weekdays"',
            "x.calendar: there is no calendar 'weekdays'",
        ),
        ("[x]\nanswer_in = 1", "x.answer_in: this key is not known; there are respond_within"),
        ("not toml", "sla.toml: is not TOML"),
    ],
)
def test_a_policy_that_makes_no_sense_is_named(directory: Path, text: str, said: str) -> None:
    found = problems(directory, "", text)

    assert any(problem.startswith("sla.toml: ") and said in problem for problem in found), found


def test_mail_in_the_clear_is_allowed_on_loopback_only(directory: Path) -> None:
    text = AMAZON.format(more="").replace("port = 993", 'port = 143\ntls = "none"')

    found = problems(directory, text)

    assert any("allowed on loopback only" in problem for problem in found)


@pytest.mark.parametrize("more", ["", 'proxy = "http://exit.example:3128"'])
def test_two_accounts_of_one_marketplace_may_not_share_an_exit(directory: Path, more: str) -> None:
    text = TAOBAO.format(name="one", more=more, group="one")
    text += TAOBAO.format(name="two", more=more, group="two")

    found = problems(directory, text)

    assert any("'one' and 'two' would both reach taobao from" in problem for problem in found)


def test_an_exit_may_be_shared_when_both_say_so(directory: Path) -> None:
    text = TAOBAO.format(name="one", more="shared_exit = true", group="one")
    text += TAOBAO.format(name="two", more="shared_exit = true", group="two")
    (directory / "responder.toml").write_text(text)

    assert len(load(directory).settings.accounts) == 2


def test_two_accounts_may_not_share_an_id_a_login_or_an_event_queue(directory: Path) -> None:
    text = TAOBAO.format(name="one", more="shared_exit = true", group="same")
    text += TAOBAO.format(name="one", more="shared_exit = true", group="same")

    found = "\n".join(problems(directory, text))

    assert "the id 'one' is used twice" in found
    assert "use the same TMC group" in found


def test_an_unknown_policy_and_an_unknown_account_are_named(directory: Path) -> None:
    text = TAOBAO.format(name="one", more='sla = "gold"', group="")
    text += '[[alerts]]\nurls = ["json://127.0.0.1:1"]\naccounts = ["two"]\n'

    found = "\n".join(problems(directory, text))

    assert "accounts.one.sla: there is no policy 'gold'" in found
    assert "alerts.0.accounts: there is no account 'two'; there are *, one" in found


def test_a_directory_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such directory"):
        load(tmp_path / "nowhere")


def test_the_history_table_of_the_contract_is_accepted_and_said_to_be_unused(
    directory: Path,
) -> None:
    (directory / "responder.toml").write_text('[history]\nurl = "sqlite:data/history.db"\n')

    assert any("history.url" in warning for warning in load(directory).warnings)


@pytest.mark.parametrize(
    ("store", "drafting", "place"),
    [
        ("embedded:somewhere", "", "somewhere/models"),
        ("redis://store:6379/0", "", "data/models"),
        ("embedded:somewhere", '[drafting]\nmodels = "elsewhere"', "elsewhere"),
    ],
)
def test_what_shops_have_learned_lies_beside_the_store_or_where_it_is_told(
    tmp_path: Path, store: str, drafting: str, place: str
) -> None:
    (tmp_path / "responder.toml").write_text(f'[store]\nurl = "{store}"\n{drafting}\n')

    assert load(tmp_path).settings.models == Path(place)
