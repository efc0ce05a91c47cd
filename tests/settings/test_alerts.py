"""``[[alerts]]``: what is right becomes channels, what is wrong is named."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from responder.alerts.hearts import Heart
from responder.clock import SystemClock
from responder.errors import ConfigError
from responder.notification import channels, console_url, hearts, tables
from responder.settings import Loaded, load, masked

SHOP = """
[[accounts]]
id = "taobao-main"
marketplace = "taobao"
[accounts.top]
app_key = "1"
app_secret = "x"
session = "y"
"""
HOOK = 'urls = ["https://desk.example/hook"]\nsecret = "sixteen letters or more"\n'
DING = 'urls = ["dingtalk://token"]\n'


def written(directory: Path, *alerts: str, more: str = "") -> Loaded:
    tables_ = "".join(f"[[alerts]]\n{alert}\n" for alert in alerts)
    (directory / "responder.toml").write_text(more + SHOP + tables_)
    return load(directory)


def problems(directory: Path, *alerts: str, more: str = "") -> str:
    with pytest.raises(ConfigError) as found:
        channels(written(directory, *alerts, more=more), SystemClock(), b"")
    return "\n".join(found.value.problems)


def test_everything_that_can_be_said_becomes_a_channel(tmp_path: Path) -> None:
    loaded = written(
        tmp_path,
        HOOK
        + """
        name = "night"
        at = ["critical", "breached"]
        accounts = ["taobao-main"]
        teams = ["after-sale"]
        language = "zh"
        zone = "Asia/Shanghai"
        merge = "2m"
        quiet_hours = "22:00-08:00"
        quiet_except = ["breached"]
        escalate_after = "10m"
        escalate_to = "boss"
        heartbeat = "https://hc-ping.com/uuid"
        """,
        DING + 'name = "boss"\nquiet_hours = { sat-sun = ["00:00-24:00"] }',
        more="""
        [[teams]]
        name = "after-sale"
        members = ["ann"]
        accounts = ["taobao-main"]
        """,
    )

    told = channels(loaded, SystemClock(), b"key")

    night, boss = told.rules["night"], told.rules["boss"]
    assert night.kinds == {"critical", "breached"}
    assert (night.language, night.merge) == ("zh", timedelta(minutes=2))
    assert (night.escalate_after, night.escalate_to) == (timedelta(minutes=10), "boss")
    midnight_in_china = datetime(2026, 11, 2, 16, tzinfo=UTC)
    assert night.quiet is not None
    assert boss.quiet is not None
    assert night.quiet.holds("critical", midnight_in_china) is not None
    assert night.quiet.holds("breached", midnight_in_china) is None
    assert boss.quiet.end(datetime(2026, 11, 7, 12, tzinfo=UTC)) == datetime(
        2026, 11, 9, tzinfo=UTC
    )
    assert [team.name for team in told.teams] == ["after-sale"]
    assert hearts(loaded) == [
        Heart(
            name="night",
            url="https://hc-ping.com/uuid",
            every=timedelta(minutes=1),
            channels=("night",),
        )
    ]


def test_each_url_is_a_channel_and_the_old_form_still_holds(tmp_path: Path) -> None:
    loaded = written(
        tmp_path,
        'urls = ["dingtalk://token", "json://127.0.0.1:1"]\nat = ["breached"]\naccounts = ["*"]',
    )

    told = channels(loaded, SystemClock(), b"")

    assert list(told.rules) == ["alerts_0.0", "alerts_0.1"]
    assert tables(loaded) == {"alerts_0.0": "alerts_0", "alerts_0.1": "alerts_0"}


def test_no_secret_is_shown(tmp_path: Path) -> None:
    loaded = written(tmp_path, HOOK + 'heartbeat = "https://hc-ping.com/uuid"')

    shown = str(masked(loaded))

    assert "sixteen" not in shown
    assert "hc-ping" not in shown
    assert "desk.example" not in shown


@pytest.mark.parametrize(
    ("alert", "said"),
    [
        ('urls = ["nonsense"]', "alerts.0.urls.0: no channel has this form"),
        ('urls = ["dingtalk://"]', "alerts.0.urls.0: no channel has this form"),
        ('urls = ["https://desk.example/hook"]', "alerts.0.secret: the webhook urls.0 needs one"),
        (HOOK.replace("sixteen letters or more", "short"), "alerts.0.secret: the webhook urls.0"),
        (HOOK.replace("sixteen letters or more", "whsec_no base64 at all"), "write base64 behind"),
        (DING + 'escalate_to = "x"', "escalate_after and escalate_to belong together"),
        (DING + 'escalate_after = "5m"', "escalate_after and escalate_to belong together"),
        (
            DING + 'escalate_after = "5m"\nescalate_to = "x"',
            "alerts.0.escalate_to: there is no channel 'x'; there are alerts_0",
        ),
        (
            DING + 'name = "a"\nescalate_after = "5m"\nescalate_to = "a"',
            "alerts.a.escalate_to: it goes in a circle: a → a",
        ),
        (DING + 'quiet_hours = "25:00-08:00"', "quiet_hours: "),
        (DING + 'quiet_hours = "at night"', "are no hours"),
        (DING + 'quiet_hours = "00:00-24:00"', "the whole week is quiet"),
        (DING + 'quiet_hours = ["08:00-12:00", "11:00-13:00"]', "overlap"),
        (DING + 'quiet_hours = { caturday = ["08:00-12:00"] }', "names no days"),
        (DING + 'zone = "Mars/Phobos"', "alerts.0.zone: 'Mars/Phobos' is no time zone"),
        (DING + 'quiet_except = ["loud"]', "alerts.0.quiet_except.0: write one of"),
        (DING + 'merge = "2h"', "merge: at most an hour"),
        (DING + 'merge = "soon"', "is no duration"),
        (DING + 'name = "Two Words"', "alerts.0.name"),
        (DING + 'language = "tlh"', "alerts.0.language: write one of 'en' or 'zh'"),
        (DING + 'teams = ["night"]', "alerts.0.teams: there is no team 'night'; there are *"),
        (DING + 'accounts = ["x"]', "alerts.0.accounts: there is no account 'x'"),
        (DING + 'heartbeat = "hc-ping.com"', "heartbeat: write the http:// or https:// address"),
        (DING + 'heartbeat_every = "1s"', "heartbeat_every: ten seconds or more"),
        (DING + 'loudness = "11"', "alerts.0.loudness: this key is not known"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, alert: str, said: str) -> None:
    assert said in problems(tmp_path, alert)


def test_tables_that_do_not_fit_together_are_named(tmp_path: Path) -> None:
    a, b, c = (
        DING + f'name = "{name}"\nescalate_after = "5m"\nescalate_to = "{to}"'
        for name, to in (("a", "b"), ("b", "c"), ("c", "a"))
    )

    assert problems(tmp_path, a, b, c).count("circle") == 1
    assert "two tables have this name" in problems(
        tmp_path, DING + 'name = "a"', DING + 'name = "a"'
    )
    teams = '[[teams]]\nname = "t"\naccounts = ["x"]\n[[teams]]\nname = "t"\n'
    found = problems(tmp_path, DING, more=teams)
    assert "teams.0.accounts: there is no account 'x'" in found
    assert "teams.t.name: two teams have it" in found


def test_an_account_of_which_nobody_would_be_told_is_warned_of(tmp_path: Path) -> None:
    quiet = written(tmp_path, DING + 'at = ["at_risk"]')
    told = written(tmp_path, DING)

    assert any("when a reply of taobao-main is late" in one for one in quiet.warnings)
    assert not any("when a reply of" in one for one in told.warnings)


def test_an_account_of_no_team_that_a_channel_tells_is_warned_of(tmp_path: Path) -> None:
    theirs = DING + 'teams = ["after"]'
    members, all_of_it = (
        written(tmp_path, theirs, more=f'[[teams]]\nname = "after"\n{what}')
        for what in ('members = ["ann"]', 'accounts = ["taobao-main"]')
    )

    assert any("when a reply of taobao-main is late" in one for one in members.warnings)
    assert not any("when a reply of taobao-main" in one for one in all_of_it.warnings)


def test_a_shop_without_any_channel_is_warned_of(tmp_path: Path) -> None:
    mute, told = written(tmp_path), written(tmp_path, DING)

    assert any("no [[alerts]] table" in one for one in mute.warnings)
    assert not any("no [[alerts]] table" in one for one in told.warnings)


def test_links_lead_where_people_reach_the_console(tmp_path: Path) -> None:
    inside = written(tmp_path)
    outside = written(tmp_path, more='[console]\npublic_url = "https://desk.example/"\n')

    assert console_url(inside) == "http://127.0.0.1:8080"
    assert console_url(outside) == "https://desk.example"
