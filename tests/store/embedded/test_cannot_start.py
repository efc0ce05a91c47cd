"""A server that cannot start: the reason is named, and nothing is left held."""

# ruff: noqa: ASYNC240 - the small files of one test; nothing else waits for them

import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from responder.clock import SystemClock
from responder.errors import StoreUnusable
from responder.store.embedded import START_TIMEOUT, EmbeddedStore, _alive
from responder.testing import HastyClock
from tests.store.embedded.servers import as_nobody, running


@contextmanager
def no_room() -> Iterator[None]:
    """A disk on which nothing more can be written, for this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


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


@pytest.mark.parametrize("name", ["store.lock", "store.log"])
async def test_a_file_of_somebody_else_is_named(directory: Path, name: str) -> None:
    directory.mkdir()
    directory.chmod(0o777)
    (directory / name).mkdir()  # what nobody may open for writing, also not root

    with pytest.raises(StoreUnusable, match=f"cannot be started: .*{name}: Is a directory"):
        await EmbeddedStore(directory, SystemClock()).start()


async def test_a_server_that_may_not_be_run_is_named(directory: Path, tmp_path: Path) -> None:
    server = tmp_path / "server"
    server.write_text("")

    with pytest.raises(StoreUnusable, match=r"cannot be started: .*server: Permission denied"):
        await EmbeddedStore(directory, SystemClock(), server=str(server)).start()

    async with running(EmbeddedStore(directory, SystemClock())) as redis:
        assert await redis.ping()


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
