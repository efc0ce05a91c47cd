"""What is acknowledged is stored, whatever the store forgot before it was asked."""

from datetime import datetime, timedelta

import pytest

from responder.store.accounts import read_account
from responder.store.database import Database
from responder.store.inbox import Ingested, Page, ingest
from responder.store.queue import Claim
from responder.workers import poller
from tests.workers.conftest import ACCOUNT, Service


async def test_a_page_that_a_store_lost_while_the_daemon_stood_still_is_not_acknowledged(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it writes next goes to a server that was started anew and loses nothing."""

    async def stored_and_lost(
        database: Database, page: Page, claim: Claim, *, next_poll: datetime, keep: bool = False
    ) -> Ingested | None:
        before = set(await database.redis.keys("*"))
        stored = await ingest(database, page, claim, next_poll=next_poll, keep=keep)
        await database.redis.delete(*(set(await database.redis.keys("*")) - before))
        return stored

    service.connector.writes("Hello?")
    monkeypatch.setattr(poller, "ingest", stored_and_lost)
    await service.work("poll")
    too_early = list(service.connector.acknowledged)
    monkeypatch.setattr(poller, "ingest", ingest)

    service.clock.advance(timedelta(minutes=2))
    await service.work("poll")

    assert too_early == []
    assert (await read_account(service.database, ACCOUNT)).stored == 1
    assert len(service.connector.acknowledged) == 1
