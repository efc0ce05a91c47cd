"""A server that still reads its data is there: whoever opens the store waits for it."""

import sys
from asyncio import StreamReader, StreamWriter, start_server
from collections.abc import Callable
from pathlib import Path

import pytest
from redis.exceptions import BusyLoadingError

import tests
from responder.clock import SystemClock
from responder.store.connect import connect
from responder.store.embedded import _STEP, START_TIMEOUT, EmbeddedStore
from responder.testing import HastyClock
from tests.store.embedded.servers import said_while_reading

READS_LONG = f"""
import sys
from tests.store.embedded.servers import read_long
read_long(sys.argv[sys.argv.index("--unixsocket") + 1], {int(START_TIMEOUT / _STEP) + 100})
"""


class Eager(SystemClock):
    """Waits for what is not there yet, and hurries on with what is."""

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds / 100)


async def _reading(asked: StreamReader, answer: StreamWriter) -> None:
    while some := await asked.read(4096):
        answer.write(said_while_reading(some))
    answer.close()


async def test_a_server_of_our_own_may_read_for_as_long_as_it_takes(
    tmp_path: Path, script: Callable[[str], str]
) -> None:
    (tmp_path / "reads.py").write_text(READS_LONG)
    project = Path(*tests.__path__).parent
    slow = script(f'PYTHONPATH={project} exec {sys.executable} {tmp_path / "reads.py"} "$@"')
    store = EmbeddedStore(tmp_path / "data", Eager(), server=slow)

    await store.start()

    assert store.pid is not None
    await store.stop()


async def test_a_server_that_is_brought_and_reads_its_data_counts_as_there() -> None:
    async with await start_server(_reading, "127.0.0.1", 0) as reading:
        port = reading.sockets[0].getsockname()[1]

        async with connect(f"redis://127.0.0.1:{port}", HastyClock()) as redis:
            with pytest.raises(BusyLoadingError):
                await redis.get("key")
