"""Real processes for tests: marketplaces in a box and the daemon, on free loopback ports."""

import asyncio
import io
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp

from responder.store.embedded import find_server
from tests.ports import free_ports

START_TIMEOUT = 60.0


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
        """SIGTERM, and the exit code."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(40):
                await self.process.wait()
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
class Api:
    """A caller of an HTTP API."""

    session: aiohttp.ClientSession
    root: str
    token: str = ""

    async def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """The status and the JSON of an answer; 0 when nobody answers."""
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            data = io.BytesIO(json.dumps(body).encode()) if body is not None else None
            async with self.session.request(
                method, self.root + path, data=data, headers=headers
            ) as answer:
                text = await answer.text()
                return answer.status, json.loads(text) if text else None
        except (aiohttp.ClientError, OSError, asyncio.TimeoutError):
            return 0, None

    async def get(self, path: str) -> Any:
        status, body = await self.call("GET", path)
        assert status == 200, f"GET {path}: {status} {body}"
        return body

    async def every(self, path: str) -> list[dict[str, Any]]:
        """All items of a list, page by page."""
        items: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = await self.get(f"{path}&limit=200" + (f"&cursor={cursor}" if cursor else ""))
            items += page["items"]
            if page["next"] is None:
                return items
            cursor = page["next"]

    async def answers(self) -> bool:
        status, _ = await self.call("GET", "/readyz")
        return status == 200


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


async def approve_all(console: Api, view: str = "open", *, signed: bool = False) -> int:
    """Approve every draft that waits, as an agent's program would; returns how many."""
    done = 0
    for item in await console.every(f"/api/v1/conversations?view={view}"):
        if item["state"] == "waiting" and item["draft"]:
            done += await approve(console, item, signed=signed)
    return done


def mark(conversation: str) -> str:
    """A conversation's id in letters: digits might look like a telephone number."""
    return conversation.translate(str.maketrans("0123456789-", "ghijklmnopq"))


async def approve(console: Api, item: dict[str, Any], *, signed: bool = False) -> bool:
    """Claim and approve one draft; False when something has changed in between.

    ``signed`` adds the conversation's id, so that each text is one of its own.
    """
    path = f"/api/v1/conversations/{item['id']}"
    status, claim = await console.call("POST", f"{path}/claim")
    if status != 200:
        return False
    body = {"draft_version": item["draft"]["version"], "token": claim["token"]}
    if signed:
        whole = await console.get(path)
        body["text"] = f"{whole['draft']['text']}\n\n({mark(item['id'])})"
    status, answer = await console.call("POST", f"{path}/approve", body)
    assert status in {0, 202, 409, 503}, answer
    return status == 202
