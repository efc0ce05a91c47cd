"""Servers of our own and of another process, and what a test waits for in them."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractContextManager, asynccontextmanager, suppress
from pathlib import Path

from redis.asyncio import Redis

from responder.clock import SystemClock
from responder.store.embedded import EmbeddedStore
from tests.as_user import as_user

NOBODY = 65534
OWNER = """
import asyncio, sys
from pathlib import Path
from redis.asyncio import Redis
from responder.clock import SystemClock
from responder.store.embedded import EmbeddedStore

async def main():
    store = EmbeddedStore(Path(sys.argv[1]), SystemClock())
    await store.start()
    async with Redis(unix_socket_path=str(store.socket)) as redis:
        await redis.set("kept", "until the next start")
    print(store.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@asynccontextmanager
async def running(store: EmbeddedStore) -> AsyncIterator[Redis]:
    await store.start()
    try:
        async with Redis(unix_socket_path=str(store.socket), decode_responses=True) as redis:
            yield redis
    finally:
        await store.stop()


@asynccontextmanager
async def owner(directory: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, int]]:
    """Another process that has a store, and the pid of its server."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", OWNER, str(directory), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield process, int(await process.stdout.readline())
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def end_of(pidfd: int) -> None:
    """Return when that process has ended."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(pidfd, ended.set)
    try:
        async with asyncio.timeout(20):
            await ended.wait()
    finally:
        loop.remove_reader(pidfd)
        os.close(pidfd)


async def eventually(check: Callable[[], Awaitable[bool]]) -> None:
    """Return when real processes have come so far."""
    async with asyncio.timeout(20):
        while not await check():  # noqa: ASYNC110 - another process sets no event of ours
            await asyncio.sleep(0.01)


def as_nobody() -> AbstractContextManager[None]:
    """A user who may do little, also where the tests run as root."""
    return as_user(NOBODY)


class Hurried(SystemClock):
    """For those who must not wait."""

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("there is nothing to wait for")


HELLO = b"%1\r\n+proto\r\n:3\r\n"
LOADING = b"-LOADING the server reads its data\r\n"


def said_while_reading(asked: bytes) -> bytes:
    """What a server says that still reads its data: who it is, and that it serves nobody yet."""
    if b"HELLO" in asked:
        return HELLO
    return b"+OK\r\n" * asked.count(b"SETINFO") or LOADING


def read_long(path: str, asked_for: int) -> None:
    """Be such a server for one client after the other; asked so often, it has read."""
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(path)
    listening.listen()
    while True:
        client, _ = listening.accept()
        while asked := client.recv(4096):
            said = said_while_reading(asked)
            asked_for -= said == LOADING
            client.sendall(said if asked_for > 0 or said != LOADING else b"+PONG\r\n")
