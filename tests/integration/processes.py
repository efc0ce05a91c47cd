"""Real processes for tests: marketplaces in a box and the daemon, on free loopback ports."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import aiohttp

from responder.store.embedded import find_server
from tests.integration.api import Api
from tests.ports import free_ports

START_TIMEOUT = 60.0
STOP_TIMEOUT = 40.0  # the daemon's own: 30 s for work under way, 10 s for its store


async def until(
    truth: Callable[[], Awaitable[bool]],
    what: str,
    seconds: float = START_TIMEOUT,
    *,
    by: Sequence["Process"] = (),
) -> None:
    """Wait until ``truth()``; a failure says what was waited for.

    It is ``by`` these processes: when one has ended, that is a failure at once, with its words.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while True:
        with suppress(AssertionError):  # an answer that is refused on the way may come later
            if await truth():
                return
        ended = any(one.has_ended for one in by)
        if ended or loop.time() >= end:
            said = "".join(f"\n{one.said[-2000:]}" for one in by)
            waited = "" if ended else f"{seconds:.0f} s "
            raise AssertionError(f"waited {waited}in vain for: {what}{said}")
        await asyncio.sleep(0.05)


class Process:
    """A ``responder`` command of its own."""

    def __init__(self, arguments: Sequence[str], log: Path, cwd: Path) -> None:
        self._arguments = list(arguments)
        self._log = log
        self._cwd = cwd
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with self._log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "responder", *self._arguments,
                stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log, cwd=self._cwd,
                env=os.environ | {"PYTHONUNBUFFERED": "1"},
            )  # fmt: skip

    async def kill(self) -> None:
        """``kill -9``."""
        assert self.process is not None
        self.process.kill()
        await self.process.wait()

    async def stop(self) -> int:
        """SIGTERM, and the exit code. One that does not end is killed, and tells what it said."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(self.process.wait(), STOP_TIMEOUT)
            except asyncio.TimeoutError:
                await self.kill()
                raise AssertionError(f"SIGTERM did not end it\n{self.said[-2000:]}") from None
        assert self.process.returncode is not None
        return self.process.returncode

    @property
    def has_ended(self) -> bool:
        """It was started and runs no more."""
        return self.process is not None and self.process.returncode is not None

    @property
    def said(self) -> str:
        return self._log.read_text(errors="replace")


class Server:
    """A store of the user's own: a server on TCP that can be killed and started again."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir()
        self._directory = directory
        self._port = free_ports(1)
        self._process: asyncio.subprocess.Process | None = None
        self.url = f"redis://127.0.0.1:{self._port}/0"

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            find_server(), "--port", str(self._port), "--bind", "127.0.0.1",
            "--dir", str(self._directory), "--appendonly", "yes", "--appendfsync", "everysec",
            "--save", "",
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip

    async def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        await self._process.wait()


@dataclass(slots=True)
class World:
    """Both marketplaces, one daemon, and ways to talk to them."""

    directory: Path
    port: int
    amazon: Api
    taobao: Api
    console: Api
    mocks: list[Process]
    daemon: Process

    async def start_daemon(self) -> None:
        await self.daemon.start()
        await until(self.console.answers, "the daemon", by=[self.daemon])


@asynccontextmanager
async def world(
    directory: Path, *, feeds: dict[str, Path] | None = None, store: str = ""
) -> AsyncIterator[World]:
    """Mocks that keep their books, and a daemon that is not started yet.

    ``store`` is its URL; an embedded one by default.
    """
    port = free_ports(8)
    mocks = [
        _mock(directory, "amazon", port + 1, feeds),
        _mock(directory, "taobao", port + 5, feeds),
    ]
    config = directory / "config"
    write_config(config, store or f"embedded:{directory / 'store'}", port)
    daemon = Process(["serve", "--config", str(config)], directory / "daemon.log", directory)
    timeout = aiohttp.ClientTimeout(total=20)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        found = World(
            directory,
            port,
            Api(session, f"http://127.0.0.1:{port + 1}"),
            Api(session, f"http://127.0.0.1:{port + 5}"),
            Api(session, f"http://127.0.0.1:{port}"),
            mocks,
            daemon,
        )
        try:
            for mock in mocks:
                await mock.start()
            for api in (found.amazon, found.taobao):
                await until(partial(_up, api), "a marketplace", by=mocks)
            found.console.token = await make_token(config, directory)
            yield found
        finally:
            for process in (daemon, *mocks):
                if process.process is not None:
                    await process.stop()


async def _up(api: Api) -> bool:
    return (await api.call("GET", "/_mock/sent"))[0] == 200


def _mock(directory: Path, name: str, port: int, feeds: dict[str, Path] | None) -> Process:
    feed = ["--feed", str(feeds[name])] if feeds else []
    state = str(directory / f"{name}.jsonl")
    arguments = ["mock", name, "--port", str(port), "--state", state, *feed]
    return Process(arguments, directory / f"{name}.log", directory)


async def make_token(config: Path, cwd: Path) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "responder", "token", "add", "tester", "--role", "admin",
        "--config", str(config),
        stdout=asyncio.subprocess.PIPE, cwd=cwd,
    )  # fmt: skip
    out, _ = await process.communicate()
    assert process.returncode == 0
    return out.decode().strip()


def write_config(config: Path, store: str, port: int) -> None:
    config.mkdir(parents=True)
    (config / "secret").write_text("mock-password")
    (config / "responder.toml").write_text(
        f"""
        [store]
        url = "{store}"
        [console]
        port = {port}
        undo = "0s"
        [[accounts]]
        id = "amazon-us"
        marketplace = "amazon"
        marketplace_id = "ATVPDKIKX0DER"
        poll_every = "200ms"
        [accounts.imap]
        host = "127.0.0.1"
        port = {port + 2}
        tls = "none"
        username = "seller"
        password = {{ file = "secret" }}
        [accounts.smtp]
        host = "127.0.0.1"
        port = {port + 3}
        tls = "none"
        username = "seller"
        password = {{ file = "secret" }}
        from = "support@shop.example"
        [[accounts]]
        id = "taobao-main"
        marketplace = "taobao"
        poll_every = "200ms"
        [accounts.top]
        gateway = "http://127.0.0.1:{port + 5}/router/rest"
        app_key = "12345678"
        app_secret = "helloworld"
        session = "mock-session"
        chat = true
        """
    )
