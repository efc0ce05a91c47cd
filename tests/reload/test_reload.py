"""The configuration is read anew while the daemon runs; one with mistakes changes nothing."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.fake import FakeConnector
from responder.domain.model import AccountId
from responder.drafting import Drafting
from responder.drafting import load as load_drafting
from responder.errors import ConfigError
from responder.proposing import read_drafting
from responder.reload import Reloader
from responder.settings import load, shipped_config
from responder.testing import FakeClock
from responder.workers.accounts import Account

HOUR = timedelta(hours=1)
TB = AccountId("tb")
ACCOUNTS = """
[[accounts]]
id = "tb"
marketplace = "taobao"
[accounts.top]
app_key = "12345678"
app_secret = "x"
session = "x"
"""
MAILBOX = """
[[accounts]]
id = "tb"
marketplace = "mailbox"
[accounts.mailbox]
[accounts.mailbox.imap]
host = "imap.example.com"
port = 993
username = "u"
password = "x"
[accounts.mailbox.smtp]
host = "smtp.example.com"
port = 465
username = "u"
password = "x"
from = "shop@example.com"
"""
PLAIN = '[taobao]\nrespond_within = "1h"\n'
WORDS = '[taobao.first_words]\nopen = {{ zh = "{}" }}\n'


@pytest.fixture(scope="module")
def drafting() -> Drafting:
    config = shipped_config()
    return load_drafting(config / "templates", config / "rules", config / "intents")


class Running:
    """A daemon as far as its configuration goes."""

    def __init__(self, directory: Path, drafting: Drafting) -> None:
        self.directory = directory
        self.replanned = 0
        (directory / "responder.toml").write_text(ACCOUNTS)
        self.says(PLAIN)
        loaded = load(directory)
        usual = loaded.promises[TB].usual
        self.accounts = {
            TB: Account(
                id=TB,
                marketplace="taobao",
                connector=FakeConnector(FakeClock().now),
                policy=usual,
                poll_seconds=1,
                language="zh",
            )
        }
        self.outlooks = {TB: loaded.outlooks[TB]}
        self.reloader = Reloader(
            loaded, self.accounts, self.outlooks, drafting=drafting, replan=self._replan
        )

    def says(self, sla: str) -> None:
        (self.directory / "sla.toml").write_text(sla)

    def _replan(self) -> None:
        self.replanned += 1


@pytest.fixture
def running(tmp_path: Path, drafting: Drafting) -> Running:
    return Running(tmp_path, drafting)


async def test_another_promise_holds_at_once_and_what_is_open_is_planned_anew(
    running: Running,
) -> None:
    running.says('[taobao]\nrespond_within = "2h"\n')

    done = await running.reloader.reload()

    assert (done.accounts, done.problems, done.needs_restart) == ((TB,), (), False)
    assert running.accounts[TB].policy.respond_within == 2 * HOUR
    assert running.replanned == 1


async def test_nothing_is_planned_anew_where_nothing_has_changed(running: Running) -> None:
    done = await running.reloader.reload()

    assert (done.accounts, running.replanned) == ((), 0)


async def test_a_file_with_mistakes_changes_nothing_and_says_what_is_wrong(
    running: Running,
) -> None:
    running.says('[taobao]\nrespond_within = "soon"\n')

    done = await running.reloader.reload()

    assert "taobao.respond_within: 'soon' is no duration" in done.problems[0]
    assert running.accounts[TB].policy.respond_within == HOUR
    running.says(PLAIN)
    assert (await running.reloader.reload()).problems == ()


async def test_other_shifts_and_targets_are_looked_ahead_by(running: Running) -> None:
    running.says(PLAIN + 'target_share = "80%"\n')

    assert (await running.reloader.reload()).accounts == (TB,)

    target = running.outlooks[TB].target
    assert target is not None
    assert target.percent == 80


async def test_an_account_more_or_less_waits_for_a_restart(running: Running) -> None:
    other = ACCOUNTS.replace('"tb"', '"new"').replace("12345678", "87654321")
    (running.directory / "responder.toml").write_text(other)

    done = await running.reloader.reload()

    assert done.needs_restart
    assert done.accounts == ()
    assert list(running.accounts) == [TB]


async def test_first_words_may_break_no_rule(running: Running, drafting: Drafting) -> None:
    running.says(PLAIN + WORDS.format("加我微信 abc12345 聊"))

    done = await running.reloader.reload()

    assert "taobao.first_words.open.zh: " in done.problems[0]
    assert "nobody approves what is said by itself" in done.problems[0]
    assert running.accounts[TB].policy.first_words is None
    with pytest.raises(ConfigError, match=r"first_words\.open\.zh"):
        read_drafting(load(running.directory))
    running.says(PLAIN + WORDS.format("您好，客服稍后回复您。"))
    assert (await running.reloader.reload()).problems == ()
    assert running.accounts[TB].policy.first_words is not None
    shutil.rmtree(running.directory)
    assert "there is no such directory" in (await running.reloader.reload()).problems[0]


async def test_a_shop_that_is_of_another_marketplace_now_keeps_its_promise_until_the_restart(
    running: Running,
) -> None:
    (running.directory / "responder.toml").write_text(MAILBOX)

    done = await running.reloader.reload()

    assert (done.accounts, done.problems, done.needs_restart) == ((), (), True)
    assert running.accounts[TB].policy.respond_within == HOUR
    assert running.replanned == 0
