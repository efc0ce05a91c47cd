"""A store that fails for a moment, or holds what makes no sense, holds up as little as can be."""

from dataclasses import replace
from datetime import timedelta

import pytest
from redis.exceptions import RedisClusterException
from redis.exceptions import TimeoutError as StoreTimeout

from connectors.base import Unavailable
from responder.domain.model import AccountId, State
from responder.store.accounts import read_account
from responder.store.dead_letters import dead_letters
from responder.store.queues import Queues
from responder.workers.watcher import Watcher
from tests.workers.beside import poller, sender
from tests.workers.conftest import ACCOUNT, Service
from tests.workers.lossy import Lossy


async def test_the_books_of_one_account_that_make_no_sense_keep_nobody_from_other_inboxes(
    service: Service,
) -> None:
    other = AccountId("other")
    accounts = {**service.accounts, other: replace(service.accounts[ACCOUNT], id=other)}
    partition = service.database.partitions.of_account(other)
    await service.database.redis.hset(partition.account(other), "seen", "odd")
    service.workers["poll"] = poller(service, accounts=accounts)
    service.connector.writes("Where is it?")

    await service.work("poll")

    assert (await read_account(service.database, ACCOUNT)).stored == 1


async def test_an_account_that_cannot_be_forgotten_now_keeps_nobody_from_their_turn(
    service: Service,
) -> None:
    scripts = Lossy(service.database.redis)
    database = replace(service.database, scripts=scripts)
    long_ago = service.clock.now() - timedelta(hours=1)
    [partition, *_] = database.partitions.all
    await service.queues.poll.schedule(partition, {"taken-out": long_ago})
    service.workers["poll"] = poller(service, database=database)
    service.connector.writes("Where is it?")
    scripts.lost.append("done")

    with pytest.raises(StoreTimeout):
        await service.work("poll")
    await service.crews[0].idle()

    assert (await read_account(service.database, ACCOUNT)).stored == 1


async def test_clocks_that_were_not_come_to_when_the_store_failed_are_watched_when_it_is_back(
    service: Service,
) -> None:
    scripts = Lossy(service.database.redis)
    database = replace(service.database, scripts=scripts)
    queues = Queues(database)
    for partition in database.partitions.all[:3]:
        await queues.watch.schedule(partition, {f"{partition.number}": service.clock.now()})
    watcher = Watcher(database, queues, service.accounts, clock=service.clock)
    scripts.lost.append("done")

    with pytest.raises(StoreTimeout):
        await watcher.run_once()
    service.clock.advance(timedelta(seconds=1))
    await watcher.run_once()

    assert await queues.watch.depth() == 0


@pytest.fixture
async def cluster(service: Service) -> Lossy:
    """What a sender with an approved reply has for a store: nodes of a cluster go away at times."""
    none = RedisClusterException("Please provide at least one reachable node")
    scripts = Lossy(service.database.redis, away=none)
    database = replace(service.database, scripts=scripts)
    service.connector.writes("Where is it?")
    await service.work("poll", "draft")
    await service.approve()
    service.workers["send"] = sender(service, database=database)
    return scripts


async def test_a_cluster_that_is_away_for_long_makes_no_dead_letter_of_a_reply(
    service: Service, cluster: Lossy
) -> None:
    cluster.lost += ["attempt"] * 20

    for _ in range(25):
        await service.work("send")
        service.clock.advance(timedelta(minutes=5))

    assert await dead_letters(service.database) == {}
    assert (await service.only()).state is State.ANSWERED


async def test_a_reply_that_left_is_written_down_where_a_cluster_is_away_for_the_accounts_books(
    service: Service, cluster: Lossy
) -> None:
    service.connector.trouble.append(Unavailable("connection refused"))
    await service.work("send")
    cluster.lost.append("breaker")

    service.clock.advance(timedelta(minutes=5))
    await service.work("send")

    assert (await service.only()).state is State.ANSWERED
    assert service.connector.looked_for == []
