"""An account that a daemon of an older configuration does not know is read all the same."""

from datetime import timedelta
from random import Random

from responder.store.accounts import read_account
from responder.workers.poller import Poller
from tests.workers.conftest import ACCOUNT, Service


def of_an_older_configuration(service: Service) -> Poller:
    """A poller that does not know the account, beside one that does."""
    return Poller(
        service.database,
        service.queues,
        {},
        crew=service.crews[0],
        clock=service.clock,
        metrics=service.metrics,
        dice=Random(1),
    )


async def test_a_daemon_that_does_not_know_an_account_keeps_nobody_else_from_reading_it(
    service: Service,
) -> None:
    await service.work("poll")
    older = of_an_older_configuration(service)
    service.connector.writes("Hello?")

    for _ in range(3):
        service.clock.advance(timedelta(minutes=1))
        await older.run_once()
        await service.work("poll")

    assert (await read_account(service.database, ACCOUNT)).stored == 1


async def test_an_account_that_nobody_knows_any_more_stays_forgotten(service: Service) -> None:
    await service.work("poll")
    older = of_an_older_configuration(service)

    for _ in range(3):
        service.clock.advance(timedelta(minutes=1))
        await older.run_once()

    assert await service.queues.poll.depth() == 0
