"""Real processes, a real store and both marketplaces, with a line between any two of them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import aiohttp

from tests.chaos.line import Line
from tests.chaos.store_server import Fsync, StoreServer
from tests.integration.api import Api
from tests.integration.processes import Process, make_token, until
from tests.ports import free_ports

START = 120.0  # seconds on a machine that has much else to do
PAUSE = 0.3  # before a daemon that ended by itself is started again
CONFIG = """
[store]
url = "redis://127.0.0.1:{store}/0"
[console]
port = {console}
undo = "0s"
[[accounts]]
id = "amazon-us"
marketplace = "amazon"
marketplace_id = "ATVPDKIKX0DER"
poll_every = "500ms"
[accounts.imap]
host = "127.0.0.1"
port = {imap}
tls = "none"
username = "seller"
password = {{ file = "secret" }}
[accounts.smtp]
host = "127.0.0.1"
port = {smtp}
tls = "none"
username = "seller"
password = {{ file = "secret" }}
from = "support@shop.example"
[accounts.sp_api]
endpoint = "http://127.0.0.1:{orders}"
lwa_endpoint = "http://127.0.0.1:{orders}"
client_id = "amzn1.application-oa2-client.mock"
client_secret = "mock-client-secret"
refresh_token = "Atzr|mock-refresh-token"
[[accounts]]
id = "taobao-main"
marketplace = "taobao"
poll_every = "500ms"
[accounts.top]
gateway = "http://127.0.0.1:{taobao}/router/rest"
app_key = "12345678"
app_secret = "helloworld"
session = "mock-session"
chat = true
"""


class Daemon:
    """One process of the service, started again when it ends, as a service manager does."""

    def __init__(self, roles: str, config: Path, directory: Path) -> None:
        self.roles = roles
        self.ends: list[int] = []  # exit codes that nobody asked for
        self._log = directory / f"daemon-{roles.replace(',', '-')}.log"
        self._config, self._directory = config, directory
        arguments = ["serve", "--config", str(config), "--roles", roles]
        self._process = Process(arguments, self._log, directory)
        self._asked_to_end = False
        self._came = False
        self._read_from = 0

    def anew(self, roles: str = "") -> "Daemon":
        """The same (or with other roles), to be started again after it was stopped."""
        found = Daemon(roles or self.roles, self._config, self._directory)
        found.ends = self.ends
        return found

    async def run(self) -> None:
        """Keep it running until ``stop``."""
        while not self._asked_to_end:
            self._came = False
            self._read_from = self._log.stat().st_size if self._log.exists() else 0
            await self._process.start()
            assert self._process.process is not None
            code = await self._process.process.wait()
            if code == -9 or self._asked_to_end:
                continue
            self.ends.append(code)
            await asyncio.sleep(PAUSE)

    def kill(self) -> bool:
        """``kill -9``; False where there was nothing to kill."""
        process = self._process.process
        if process is None or process.returncode is not None:
            return False
        process.kill()
        return True

    async def stop(self) -> int:
        """SIGTERM, and the exit code."""
        self._asked_to_end = True
        return await self._process.stop() if self._process.process else 0

    @property
    def pid(self) -> int:
        assert self._process.process is not None
        return self._process.process.pid

    @property
    def ready(self) -> bool:
        """Whether it has come to work since it was last started, and still lives."""
        process = self._process.process
        if process is None or process.returncode is not None:
            return False
        self._came = self._came or "daemon.ready" in self.said
        return self._came

    @property
    def said(self) -> str:
        """What it has said since it was last started."""
        if not self._log.exists():
            return ""
        with self._log.open("rb") as log:
            log.seek(self._read_from)
            return log.read().decode(errors="replace")


@dataclass(slots=True)
class Town:
    """Everything, and ways to talk to it. Its lines carry what the daemons say, nothing else."""

    directory: Path
    amazon: Api
    taobao: Api
    console: Api
    store: StoreServer
    lines: dict[str, Line]
    mocks: dict[str, Process]
    daemons: list[Daemon]
    tasks: asyncio.TaskGroup
    _at_work: list[asyncio.Task[None]] = field(default_factory=list)

    async def open(self) -> None:
        """Start every daemon and wait until all are at work."""
        self._at_work = [self.tasks.create_task(daemon.run()) for daemon in self.daemons]
        await until(self.everybody_works, "all daemons to be ready", START)

    async def everybody_works(self) -> bool:
        return all(daemon.ready for daemon in self.daemons) and await self.console.answers()

    async def close(self) -> list[int]:
        """Drain every daemon; their exit codes."""
        codes = await asyncio.gather(*(daemon.stop() for daemon in self.daemons))
        for task in self._at_work:
            await task
        return codes

    @property
    def markets(self) -> dict[str, Api]:
        """Each account's marketplace."""
        return {"amazon-us": self.amazon, "taobao-main": self.taobao}


@asynccontextmanager
async def town(
    directory: Path,
    *,
    roles: Sequence[str],
    faults: dict[str, Path] | None = None,
    fsync: Fsync = "always",
    config: str = CONFIG,
) -> AsyncIterator[Town]:
    """A town whose daemons are not started yet. ``config`` may name further tables."""
    first = free_ports(11)
    amazon, taobao, console, store = first, first + 3, first + 4, first + 5
    behind = {
        "store": store,
        "imap": amazon + 1,
        "smtp": amazon + 2,
        "orders": amazon,
        "taobao": taobao,
    }
    mocks = {
        name: _mock(directory, name, port, faults or {})
        for name, port in (("amazon", amazon), ("taobao", taobao))
    }
    async with AsyncExitStack() as stack:
        timeout = aiohttp.ClientTimeout(total=20)
        session = await stack.enter_async_context(aiohttp.ClientSession(timeout=timeout))
        lines = {
            name: Line(port, asyncio.sleep, listen=listen)
            for listen, (name, port) in enumerate(behind.items(), start=store + 1)
        }
        for line in lines.values():
            await line.open()
            stack.push_async_callback(line.close)
        server = StoreServer(directory / "server", store, fsync)
        stack.push_async_callback(server.stop)
        await server.start()
        for mock in mocks.values():
            await mock.start()
            stack.push_async_callback(mock.stop)
        ports = {name: line.port for name, line in lines.items()} | {"console": console}
        place = _write_config(directory / "config", config.format(**ports))
        found = Town(
            directory,
            _api(session, amazon),
            _api(session, taobao),
            _api(session, console),
            server,
            lines,
            mocks,
            [Daemon(each, place, directory) for each in roles],
            await stack.enter_async_context(asyncio.TaskGroup()),
        )
        stack.push_async_callback(found.close)
        for api in found.markets.values():
            await until(partial(_up, api), "a marketplace", START, by=list(mocks.values()))
        found.console.token = await make_token(place, directory)
        yield found


def _api(session: aiohttp.ClientSession, port: int) -> Api:
    return Api(session, f"http://127.0.0.1:{port}")


async def _up(api: Api) -> bool:
    return (await api.call("GET", "/_mock/faults"))[0] == 200


def _mock(directory: Path, name: str, port: int, faults: dict[str, Path]) -> Process:
    given = ["--faults", str(faults[name])] if name in faults else []
    state = str(directory / f"{name}.jsonl")
    arguments = ["mock", name, "--port", str(port), "--state", state, *given]
    return Process(arguments, directory / f"{name}.log", directory)


def _write_config(place: Path, text: str) -> Path:
    place.mkdir()
    (place / "secret").write_text("mock-password")
    (place / "responder.toml").write_text(text)
    return place
