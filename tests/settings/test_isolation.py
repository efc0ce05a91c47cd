"""Two accounts that would be seen as one are refused, each case in words that say what to do."""

import json
from pathlib import Path

import pytest

from responder.marketplaces import user_agent
from responder.settings import masked
from tests.settings.two_accounts import amazon, read, refused, taobao


def test_accounts_that_share_nothing_are_accepted(tmp_path: Path) -> None:
    text = amazon("us") + amazon("de") + taobao("one") + taobao("two")

    assert len(read(tmp_path, text).settings.accounts) == 4


@pytest.mark.parametrize(
    ("shared", "said"),
    [
        ({"imap": "both@in"}, "use the same IMAP mailbox; give each account a mailbox"),
        ({"smtp": "both@out"}, "use the same SMTP login; give each account a login"),
        ({"sender": "Both@shop.example"}, "use the same address in smtp.from; give each"),
        ({"token": "stolen"}, "use the same sp_api.refresh_token; each account has one of its own"),
        (
            {"proxy": "http://exit.example:3128"},
            "exit.example:3128; give each its own proxy, or say shared_exit = true in both",
        ),
        ({"more": 'user_agent = "mine/1.0"'}, "have the same user_agent; give each its own"),
    ],
)
def test_two_amazon_accounts_may_not_share(
    tmp_path: Path, shared: dict[str, str], said: str
) -> None:
    [problem] = refused(tmp_path, amazon("us", **shared) + amazon("de", **shared))

    assert problem.startswith("responder.toml: accounts 'us' and 'de' ")
    assert said in problem
    assert "stolen" not in problem


def test_an_address_is_the_same_whatever_name_stands_before_it(tmp_path: Path) -> None:
    accounts = amazon("us", sender="Ann <both@shop.example>") + amazon(
        "de", sender="Both@shop.example"
    )

    [problem] = refused(tmp_path, accounts)

    assert "use the same address in smtp.from" in problem


@pytest.mark.parametrize(
    "sender", ["Miller, Shop <a@shop.example>", "a@b@c", "@", "a b@shop.example,"]
)
def test_a_sender_that_is_not_one_address_is_refused(tmp_path: Path, sender: str) -> None:
    problems = refused(tmp_path, amazon("us", sender=sender))

    assert any("smtp.from" in one and "write one address" in one for one in problems)


@pytest.mark.parametrize(
    ("shared", "said"),
    [
        ({"session": "secret"}, "use the same top.session; one account is polled by one entry"),
        ({"group": "g"}, "use the same TMC group; one would take the other's events"),
        ({"more": ""}, "would both reach taobao from this machine"),
    ],
)
def test_two_taobao_accounts_may_not_share(
    tmp_path: Path, shared: dict[str, str], said: str
) -> None:
    [problem] = refused(tmp_path, taobao("one", **shared) + taobao("two", **shared))

    assert said in problem
    assert "secret" not in problem


@pytest.mark.parametrize(
    "proxies",
    [
        ("http://exit.example:3128", "http://EXIT.example:3128/"),
        ("http://exit.example:3128", "socks5://exit.example:3128"),
        ("http://one:x@exit.example:3128", "http://two:x@exit.example:3128"),
    ],
)
def test_one_proxy_in_two_spellings_is_one_exit(tmp_path: Path, proxies: tuple[str, str]) -> None:
    text = amazon("us", proxy=proxies[0]) + amazon("de", proxy=proxies[1])

    [problem] = refused(tmp_path, text)

    assert "would both reach amazon from exit.example:3128" in problem


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("exit.example", "exit.example."),
        ("127.0.0.1", "localhost"),
        ("[::1]", "localhost"),
        ("[2001:db8::1]", "[2001:0db8:0:0:0:0:0:1]"),
        ("192.0.2.1", "[::ffff:192.0.2.1]"),
    ],
)
def test_one_host_by_two_names_is_one_exit(tmp_path: Path, one: str, other: str) -> None:
    text = amazon("us", proxy=f"http://{one}:3128") + amazon("de", proxy=f"http://{other}:3128")

    [problem] = refused(tmp_path, text)

    assert "would both reach amazon from" in problem


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ({"imap": "both@in"}, {"imap": "Both@IN"}, "the same IMAP mailbox"),
        ({"smtp": "both@out"}, {"smtp": "both@Out"}, "the same SMTP login"),
        ({"sender": "One <a@b.example>"}, {"sender": "Two <A@b.example>"}, "in smtp.from"),
    ],
)
def test_one_mailbox_in_two_spellings_is_one(
    tmp_path: Path, one: dict[str, str], other: dict[str, str], said: str
) -> None:
    [problem] = refused(tmp_path, amazon("us", **one) + amazon("de", **other))

    assert said in problem


def test_one_mailbox_by_two_doors_of_its_server_is_one(tmp_path: Path) -> None:
    by_starttls = amazon("de", imap="both@in", smtp="both@out")
    by_starttls = by_starttls.replace("993", '143\ntls = "starttls"').replace("465", "587")
    by_starttls = by_starttls.replace("imap.example", "IMAP.example.")

    said = refused(tmp_path, amazon("us", imap="both@in", smtp="both@out") + by_starttls)

    assert [problem.partition("use the same ")[2].partition(";")[0] for problem in said] == [
        "IMAP mailbox",
        "SMTP login",
    ]


def test_both_must_agree_to_share_an_exit(tmp_path: Path) -> None:
    more = 'proxy = "http://exit.example:3128"\nshared_exit = true'
    one_says_so = taobao("one", more=more) + taobao("two", more=more.replace("true", "false"))

    assert len(refused(tmp_path, one_says_so)) == 1
    both = read(tmp_path, taobao("one", more=more) + taobao("two", more=more))
    assert len(both.settings.accounts) == 2


def test_accounts_of_two_marketplaces_may_leave_from_one_machine(tmp_path: Path) -> None:
    text = amazon("us").replace("proxy", "# proxy") + taobao("one", more="")

    assert len(read(tmp_path, text).settings.accounts) == 2


def test_an_account_without_a_proxy_beside_one_that_has_one_is_doubted_not_refused(
    tmp_path: Path,
) -> None:
    loaded = read(tmp_path, taobao("one") + taobao("two", more=""))

    [doubt] = [warning for warning in loaded.warnings if "no proxy" in warning]
    assert doubt == (
        "responder.toml: account 'two' has no proxy and reaches taobao from this machine, while "
        "'one' has one; add a proxy unless that is meant"
    )


@pytest.mark.parametrize(
    ("proxy", "said"),
    [
        ("ftp://exit.example:21", "written as http://HOST:PORT, https://HOST:PORT, socks5://"),
        ("http://exit.example", "a proxy needs a host and a port"),
        ("https://exit.example:3129", "use its http:// or socks5:// address"),
    ],
)
def test_a_proxy_that_cannot_carry_the_account_is_named(
    tmp_path: Path, proxy: str, said: str
) -> None:
    [problem] = refused(tmp_path, amazon("us", proxy=proxy))

    assert problem.startswith("responder.toml: accounts.us.proxy: ")
    assert said in problem


def test_every_account_has_a_user_agent_of_its_own_that_stays_and_tells_no_name(
    tmp_path: Path,
) -> None:
    text = taobao("one") + taobao("two") + amazon("us", more='user_agent = "mine/1.0"')

    first, second, third = (user_agent(one) for one in read(tmp_path, text).settings.accounts)

    assert first != second
    assert first == user_agent(read(tmp_path, text).settings.accounts[0])
    assert "one" not in first.partition("(")[2]
    assert third == "mine/1.0"


@pytest.mark.parametrize("line", ['marketplace = "etsy"', ""])
def test_a_marketplace_that_is_not_known_is_answered_with_those_that_are(
    tmp_path: Path, line: str
) -> None:
    found = refused(tmp_path, f'[[accounts]]\nid = "shop"\n{line}\n')

    [problem] = found
    assert problem.startswith('responder.toml: accounts.shop.marketplace: write one of "amazon"')
    assert '"taobao"' in problem
    assert '"ebay"' in problem


def test_settings_are_shown_under_the_keys_that_a_user_writes(tmp_path: Path) -> None:
    shown = masked(read(tmp_path, amazon("us")))

    [account] = shown["accounts"]
    assert account["smtp"]["from"] == "us@shop.example"
    assert '"sender"' not in json.dumps(shown)
