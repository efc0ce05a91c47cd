"""An account that a daemon of an older configuration does not know is read all the same."""

from datetime import timedelta

from responder.store.accounts import read_account
from tests.workers.beside import poller
from tests.workers.conftest import ACCOUNT, Service


async def test_a_daemon_that_does_not_know_an_account_keeps_nobody_else_from_reading_it(
    service: Service,
) -> None:
    await service.work("poll")
    older = poller(service, accounts={})
    service.connector.writes("Hello?")

    for _ in range(3):
        service.clock.advance(timedelta(minutes=1))
        await older.run_once()
        await service.work("poll")

    assert (await read_account(service.database, ACCOUNT)).stored == 1


async def test_an_account_that_nobody_knows_any_more_stays_forgotten(service: Service) -> None:
    await service.work("poll")
    older = poller(service, accounts={})

    for _ in range(3):
        service.clock.advance(timedelta(minutes=1))
        await older.run_once()

    assert await service.queues.poll.depth() == 0
