"""Watching at the proxies: nothing of one account ever leaves by another's exit, or directly.

Two Amazon and two Taobao accounts, each with a proxy of its own. The names in the configuration
lead nowhere (``.invalid``) or to a door that notes who comes directly; only the proxies know where
the marketplaces really are.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random

import aiohttp
import pytest

from connectors.amazon.mock import AmazonMock
from connectors.feed import FeedEntry
from connectors.taobao.mock import TaobaoMock
from connectors.top.mock_gateway import Keys
from tests.exits.proxy import Address, Fault, RecordingProxy
from tests.integration.api import Api, approve_all
from tests.integration.processes import Process, make_token, until
from tests.ports import free_ports

BUSY = 2.0  # seconds that a busy machine may take more at any time
LEASES = 150.0  # seconds: what a killed daemon held comes back when its leases end

pytestmark = [pytest.mark.process, pytest.mark.timeout(600)]

AMAZON, TAOBAO = ("amazon-us", "amazon-de"), ("taobao-one", "taobao-two")
NAMES = (*AMAZON, *TAOBAO)
API: Address = ("api.amazon.invalid", 80)
GATEWAY: Address = ("gateway.taobao.invalid", 80)

AMAZON_TABLE = """
[[accounts]]
id = "{name}"
marketplace = "amazon"
marketplace_id = "ATVPDKIKX0DER"
poll_every = "200ms"
proxy = "{proxy}"
user_agent = "agent-of-{name}/1.0"
[accounts.imap]
host = "127.0.0.1"
port = {imap}
tls = "none"
username = "seller"
password = {{ file = "mail" }}
[accounts.smtp]
host = "127.0.0.1"
port = {smtp}
tls = "none"
username = "seller"
password = {{ file = "mail" }}
from = "{name}@shop.example"
[accounts.sp_api]
endpoint = "http://api.amazon.invalid"
lwa_endpoint = "http://lwa.{name}.invalid"
client_id = "{api.client_id}"
client_secret = "{api.client_secret}"
refresh_token = "{api.refresh_token}"
"""

TAOBAO_TABLE = """
[[accounts]]
id = "{name}"
marketplace = "taobao"
poll_every = "200ms"
proxy = "{proxy}"
[accounts.top]
gateway = "http://gateway.taobao.invalid/router/rest"
app_key = "{shop.app_key}"
app_secret = "{shop.app_secret}"
session = "{shop.session}"
chat = true
"""


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Watched:
    """Four marketplaces, four proxies, one daemon, and a door for whoever comes directly."""

    console: Api
    daemon: Process
    mocks: Mapping[str, AmazonMock | TaobaoMock]
    proxies: Mapping[str, RecordingProxy]
    came_directly: list[str] = field(default_factory=list)
    written: dict[str, int] = field(default_factory=lambda: dict.fromkeys(NAMES, 0))

    async def start_daemon(self) -> None:
        await self.daemon.start()
        await until(self.console.answers, "the daemon", by=[self.daemon])

    def buyers_write(self, count: int = 3, names: tuple[str, ...] = NAMES) -> None:
        for name in names:
            for _ in range(count):
                self._one(name)

    def _one(self, name: str) -> None:
        number = self.written[name] = self.written[name] + 1
        mock = self.mocks[name]
        if isinstance(mock, AmazonMock):
            order = f"112-{number:07d}-{1 + AMAZON.index(name):07d}"
            mock.add([FeedEntry(buyer=f"buyer {number}", order_id=order, text="Where is it?")])
        else:
            mock.deliver([FeedEntry(buyer=f"买家{number}", order_id=None, text="快递到哪了")])

    def accepted(self, name: str) -> int:
        mock = self.mocks[name]
        return len(mock.books.accepted if isinstance(mock, AmazonMock) else mock.books.sent)

    def passed(self, name: str) -> tuple[int, int]:
        """Replies that its marketplace has, and requests that its exit has seen."""
        return self.accepted(name), len(self.proxies[name].seen)

    async def all_answered(self, names: tuple[str, ...] = NAMES) -> None:
        await until(partial(self._answered, names), f"all replies of {', '.join(names)}", LEASES)

    async def seconds_to_answer(self, names: tuple[str, ...]) -> float:
        """From buyers' messages to the marketplaces' yes, approvals included."""
        began = asyncio.get_running_loop().time()
        self.buyers_write(names=names)
        await self.all_answered(names)
        return asyncio.get_running_loop().time() - began

    async def _answered(self, names: tuple[str, ...]) -> bool:
        await approve_all(self.console)
        return all(self.accepted(name) == self.written[name] for name in names)


@asynccontextmanager
async def watched(directory: Path) -> AsyncIterator[Watched]:
    async with AsyncExitStack() as stack:
        port, doors = free_ports(1), free_ports(4)
        mocks: dict[str, AmazonMock | TaobaoMock] = {}
        proxies, tables = {}, []
        for place, name in enumerate(AMAZON):
            sender = f"{name}@shop.example"
            shop = await stack.enter_async_context(
                AmazonMock(now=now, dice=Random(place), sender=sender)
            )
            imap, smtp = doors + 2 * place, doors + 2 * place + 1
            routes = {
                ("127.0.0.1", imap): ("127.0.0.1", shop.imap_port),
                ("127.0.0.1", smtp): ("127.0.0.1", shop.smtp_port),
                API: ("127.0.0.1", shop.http_port),
                (f"lwa.{name}.invalid", 80): ("127.0.0.1", shop.http_port),
            }
            proxies[name] = await stack.enter_async_context(RecordingProxy(routes, cookie=name))
            mocks[name] = shop
            url = proxies[name].url()
            api = shop.account().sp_api
            tables.append(AMAZON_TABLE.format(name=name, proxy=url, imap=imap, smtp=smtp, api=api))
        for place, name in enumerate(TAOBAO):
            taobao = await stack.enter_async_context(
                TaobaoMock(
                    now=now,
                    seed=place,
                    keys=Keys(app_key=str(12345678 + place), session=f"session-of-{name}"),
                )
            )
            proxies[name] = await stack.enter_async_context(
                RecordingProxy({GATEWAY: ("127.0.0.1", taobao.port)}, cookie=name)
            )
            mocks[name] = taobao
            url = proxies[name].url("socks5" if name == "taobao-two" else "http")
            tables.append(TAOBAO_TABLE.format(name=name, proxy=url, shop=taobao.account()))
        config = directory / "config"
        config.mkdir()
        (config / "mail").write_text("mock-password")
        store = f'[store]\nurl = "embedded:{directory / "store"}"\n'
        console = f'[console]\nport = {port}\nundo = "0s"\n'
        (config / "responder.toml").write_text(store + console + "".join(tables))
        session = await stack.enter_async_context(
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20))
        )
        found = Watched(
            Api(session, f"http://127.0.0.1:{port}"),
            Process(["serve", "--config", str(config)], directory / "daemon.log", directory),
            mocks,
            proxies,
        )
        for door in range(doors, doors + 4):
            await stack.enter_async_context(await _door(door, found.came_directly))
        found.console.token = await make_token(config, directory)
        try:
            yield found
        finally:
            if found.daemon.process is not None:
                await found.daemon.stop()


async def _door(port: int, came: list[str]) -> asyncio.Server:
    """Where the mail servers seem to be: whoever knocks here did not go through a proxy."""

    async def note(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(f"somebody came directly to port {port}")
        writer.close()

    return await asyncio.start_server(note, "127.0.0.1", port)


def assert_nothing_has_crossed(here: Watched) -> None:
    assert here.came_directly == []
    for name, proxy in here.proxies.items():
        assert proxy.strangers == [], "only the account's own places are asked for"
        assert proxy.seen, f"{name} has used its exit"
        plain = [seen for seen in proxy.seen if seen.method not in {"CONNECT", "SOCKS5"}]
        said = b"".join(seen.said for seen in proxy.seen)
        cookies = {seen.cookie for seen in plain} - {""}
        agents = {seen.user_agent for seen in plain}
        if name != "taobao-two":  # SOCKS5 shows no requests, only what was said
            assert cookies == {f"exit={name}"}, "its own cookies come back, and no others"
            assert len(agents) == 1
        for other in NAMES:
            if other != name:
                assert f"{other}@".encode() not in said
                assert f"session-of-{other}".encode() not in said
                assert f"agent-of-{other}" not in agents
                assert f"agent-of-{other}".encode() not in said
        own = f"<{name}@shop.example>" if name in AMAZON else f"session-of-{name}"
        assert own.encode() in said, "it was really looked at"
    first, second = (
        {seen.user_agent for seen in here.proxies[name].seen if seen.user_agent}
        for name in ("amazon-us", "taobao-one")
    )
    assert not first & second


async def test_no_account_ever_leaves_by_anothers_exit_whatever_happens(tmp_path: Path) -> None:
    sick, well = ("amazon-us", "taobao-one"), ("amazon-de", "taobao-two")
    async with watched(tmp_path) as here:
        here.buyers_write()
        await here.start_daemon()
        await here.all_answered()
        alone = await here.seconds_to_answer(well)

        # An exit of each kind is away, over a crash: its account stands still, the others do not.
        for name in sick:
            await here.proxies[name].stop()
        before = {name: here.passed(name) for name in sick}
        here.buyers_write(names=sick)
        beside = await here.seconds_to_answer(well)
        assert beside < 2 * alone + BUSY, "the others are not slowed"
        await here.daemon.kill()
        await here.start_daemon()
        here.buyers_write(names=well)
        await here.all_answered(well)
        assert {name: here.passed(name) for name in sick} == before
        for name in sick:
            await here.proxies[name].start()
        await here.all_answered()

        # Proxies that refuse the login, fail and crawl, and a daemon that starts among them.
        faults: dict[str, Fault] = {"amazon-de": "407", "taobao-one": "502", "amazon-us": "slow"}
        for name, fault in faults.items():
            here.proxies[name].fault = fault
        here.buyers_write(2)
        await here.all_answered(("taobao-two", "amazon-us"))
        assert await here.daemon.stop() == 0
        await here.start_daemon()
        for name in faults:
            here.proxies[name].fault = ""
        await here.all_answered()

        assert_nothing_has_crossed(here)
        assert await here.daemon.stop() == 0
