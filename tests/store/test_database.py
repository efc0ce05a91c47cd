"""Opening a store, and refusing one that does not fit."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from fakeredis import FakeAsyncRedis
from redis.asyncio import Redis

from responder.clock import SystemClock
from responder.errors import StoreUnusable, WritesLost
from responder.store import keys
from responder.store.connect import connect
from responder.store.database import DEFAULT_PARTITIONS, FSYNC_INTERVAL, Database, open_database
from responder.testing import FakeClock, HastyClock


async def test_a_new_store_is_created_with_the_partitions_asked_for(
    redis: Redis, clock: FakeClock
) -> None:
    database = await open_database(redis, clock, partitions=4)

    assert len(database.partitions.all) == 4
    assert len((await open_database(redis, clock)).partitions.all) == 4


async def test_a_new_store_has_sixteen_partitions_by_itself(redis: Redis, clock: FakeClock) -> None:
    database = await open_database(redis, clock)

    assert len(database.partitions.all) == DEFAULT_PARTITIONS == 16


async def test_another_number_of_partitions_is_refused(redis: Redis, clock: FakeClock) -> None:
    await open_database(redis, clock, partitions=4)

    with pytest.raises(StoreUnusable, match=r"created with 4 partitions.* asks for 8: set it to 4"):
        await open_database(redis, clock, partitions=8)


@pytest.mark.parametrize("number", [0, 101, -1])
async def test_a_number_of_partitions_that_cannot_be_leaves_the_store_as_it_was(
    redis: Redis, clock: FakeClock, number: int
) -> None:
    with pytest.raises(StoreUnusable, match=f"1 to 100 partitions, not {number}"):
        await open_database(redis, clock, partitions=number)

    assert await redis.keys("*") == []
    assert len((await open_database(redis, clock)).partitions.all) == 16


async def test_a_store_of_a_newer_version_is_refused(redis: Redis, clock: FakeClock) -> None:
    await open_database(redis, clock)
    await redis.hset(keys.META, "schema", "2")

    with pytest.raises(StoreUnusable, match=r"newer version \(schema 2.*upgrade this program"):
        await open_database(redis, clock)


async def test_a_script_that_the_server_has_forgotten_is_sent_again(
    redis: Redis, database: Database
) -> None:
    partition = database.partitions.all[0]
    await redis.script_flush()

    planned = await database.scripts.run("schedule", partition.queue("draft"), ("0", "one", 1))
    again = await database.scripts.run("schedule", partition.queue("draft"), ("0", "two", 2))

    assert (planned, again) == (1, 1)
    assert await redis.zcard(partition.queue("draft").wake) == 2


async def test_two_who_open_a_new_store_at_once_agree(clock: FakeClock) -> None:
    redis = FakeAsyncRedis(decode_responses=True)

    opened = await asyncio.gather(
        *(open_database(redis, clock, partitions=number) for number in (4, 8)),
        return_exceptions=True,
    )

    [database] = [one for one in opened if isinstance(one, Database)]
    [refusal] = [one for one in opened if isinstance(one, StoreUnusable)]
    assert f"created with {len(database.partitions.all)} partitions" in str(refusal)


async def test_where_the_server_flushes_each_write_it_is_on_disk_at_once(
    tmp_path: Path, clock: FakeClock
) -> None:
    async with connect(f"embedded:{tmp_path}", SystemClock()) as redis:
        database = await open_database(redis, clock)

        async with asyncio.timeout(5):  # on a clock that stands still
            await database.durable(database.partitions.all[0])


@pytest.mark.parametrize(
    ("name", "value"),
    [("appendfsync", "everysec"), ("appendonly", "no"), ("no-appendfsync-on-rewrite", "yes")],
)
async def test_a_server_that_may_lose_its_last_second_is_given_the_time_whatever_it_says(
    tmp_path: Path, name: str, value: str
) -> None:
    clock = HastyClock()
    async with connect(f"embedded:{tmp_path}", SystemClock()) as redis:
        database = await open_database(redis, clock)
        await redis.config_set(name, value)
        started = clock.now()

        await database.durable(database.partitions.all[0])

        assert clock.now() - started == timedelta(seconds=FSYNC_INTERVAL)


async def test_where_the_server_cannot_say_so_it_is_given_the_time() -> None:
    clock = HastyClock()
    database = await open_database(FakeAsyncRedis(decode_responses=True), clock)
    started = clock.now()

    await database.durable(database.partitions.all[0])

    assert clock.now() - started == timedelta(seconds=FSYNC_INTERVAL)


async def test_a_store_that_came_back_without_its_last_writes_is_noticed() -> None:
    redis = FakeAsyncRedis(decode_responses=True)

    class Forgetful(HastyClock):
        async def sleep(self, seconds: float) -> None:
            await redis.flushall()
            await super().sleep(seconds)

    database = await open_database(redis, Forgetful())

    with pytest.raises(WritesLost):
        await database.durable(database.partitions.all[0])


async def test_waiting_leaves_a_mark_for_a_minute_only() -> None:
    redis = FakeAsyncRedis(decode_responses=True)
    database = await open_database(redis, HastyClock())
    partition = database.partitions.all[3]

    await database.durable(partition)

    marks = await redis.keys(partition.mark("*"))
    assert marks
    for mark in marks:
        assert 0 < await redis.pttl(mark) <= 60_000
