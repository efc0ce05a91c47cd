"""A server of our own starts, keeps its data, and listens where nobody else can reach it."""

# ruff: noqa: ASYNC240 - the small files of one test; nothing else waits for them

import os
from pathlib import Path

from responder.clock import SystemClock
from responder.store.embedded import FILES, EmbeddedStore
from responder.store.sockets import SOCKET_PATH_LIMIT, socket_path
from tests.store.embedded.servers import end_of, running


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


async def test_nobody_else_can_read_what_is_stored_in_a_directory_that_others_may_enter(
    directory: Path,
) -> None:
    directory.mkdir(mode=0o755)

    async with running(EmbeddedStore(directory, SystemClock())) as redis:
        await redis.set("buyer", "words")

        files = [directory / FILES, *(directory / FILES).iterdir()]
        assert len(files) > 2
        assert [path for path in files if path.stat().st_mode & 0o077] == []


async def test_a_store_that_others_could_read_is_closed_to_them_at_its_next_start(
    directory: Path,
) -> None:
    (directory / FILES).mkdir(parents=True)
    (directory / FILES).chmod(0o755)

    async with running(EmbeddedStore(directory, SystemClock())):
        assert (directory / FILES).stat().st_mode & 0o077 == 0


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
