"""A clock that was ahead is set back: what it has planned does not wait until it is that late."""

from datetime import timedelta

import pytest

from connectors.base import RateLimited
from responder.store.accounts import read_account
from tests.workers.beside import poller
from tests.workers.conftest import ACCOUNT, Service


@pytest.mark.parametrize("by", [timedelta(hours=1), timedelta(hours=8)])
async def test_an_inbox_is_read_soon_after_the_clock_was_set_back(
    service: Service, by: timedelta
) -> None:
    await service.work("poll")
    service.clock.advance(-by)
    service.connector.writes("Hello?")

    for _ in range(3):
        service.clock.advance(timedelta(minutes=1))
        await service.work("poll")

    assert (await read_account(service.database, ACCOUNT)).stored == 1


async def test_a_daemon_whose_clock_is_right_reads_what_another_planned_that_was_ahead(
    service: Service,
) -> None:
    service.clock.advance(timedelta(hours=8))
    await service.work("poll")
    service.clock.advance(timedelta(hours=-8))
    service.connector.writes("Hello?")
    service.workers = {"poll": poller(service)}

    await service.work("poll")

    assert (await read_account(service.database, ACCOUNT)).stored == 1


async def test_a_poll_that_was_put_off_by_a_right_clock_stays_where_it_is(
    service: Service,
) -> None:
    service.connector.trouble.append(RateLimited(timedelta(hours=2)))
    await service.work("poll")
    until = await service.queues.poll.next_at()

    for _ in range(10):
        service.clock.advance(timedelta(minutes=3))
        await service.work("poll")

    assert await service.queues.poll.next_at() == until
