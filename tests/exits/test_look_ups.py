"""Names that nobody answers for hold up the accounts that they belong to, and no others."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from connectors.http import opened, request
from connectors.taobao.mock import TaobaoMock
from responder.shops import LOOK_UPS, open_shops
from responder.store.database import Database
from responder.testing import FakeClock
from tests.settings.two_accounts import read, taobao

SICK = 12


@pytest.fixture
def silence() -> Iterator[Event]:
    """What a name server answers that does not answer; let go at the end."""
    answer = Event()
    yield answer
    answer.set()


async def test_look_ups_that_hang_for_many_accounts_hold_up_no_other(
    tmp_path: Path, database: Database, clock: FakeClock, silence: Event
) -> None:
    mock = TaobaoMock(now=clock.now)
    await mock.start()
    loaded = read(tmp_path, "".join(taobao(f"shop-{number}") for number in range(SICK + 1)))
    loop = asyncio.get_running_loop()
    async with open_shops(loaded, database):
        hung = [loop.run_in_executor(None, silence.wait) for _ in range(SICK * LOOK_UPS)]
        session = opened(exit_url=None, timeout=timedelta(seconds=10))
        async with session:
            told = await request(session, "GET", mock.url.replace("127.0.0.1", "localhost"))
        silence.set()
        await asyncio.gather(*hung)
    await mock.stop()

    assert told.status > 0
