"""A heart beats while the watch is kept, and only then."""

from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import OutOfMemoryError

from responder.alerts.hearts import Heart, ping
from responder.domain.model import AccountId
from responder.store.channels import home
from responder.store.database import Database, open_database
from responder.store.queues import Queues
from responder.testing import FakeClock
from responder.workers.heartbeat import Heartbeat
from responder.workers.loop import Bell
from tests.alerts import desks
from tests.alerts.desks import serving

MINUTE = timedelta(minutes=1)
HEART = Heart(name="night", url="http://heart", every=MINUTE, channels=("night.0", "night.1"))


class Patient:
    """A heartbeat, and what can be wrong with the one whose it is."""

    def __init__(self, database: Database, clock: FakeClock) -> None:
        self.database = database
        self.clock = clock
        self.queues = Queues(database)
        self.beats = 0
        self.answers = True
        self.watcher = Bell()
        self.watcher.ticked_at = clock.now()
        self.worker = Heartbeat(
            database, self.queues, [HEART], clock=clock, watcher=self.watcher, ping=self.ping
        )

    async def ping(self, url: str) -> bool:
        assert url == HEART.url
        self.beats += self.answers
        return self.answers

    async def minutes(self, count: int, *, ticks: bool = True) -> int:
        """How often it beat in so many minutes."""
        before = self.beats
        for _ in range(count * 6):
            self.clock.advance(timedelta(seconds=10))
            if ticks:
                self.watcher.ticked_at = self.clock.now()
            await self.worker.run_once()
        return self.beats - before


@pytest.fixture
def patient(database: Database, clock: FakeClock) -> Patient:
    return Patient(database, clock)


async def test_it_beats_once_a_minute(patient: Patient) -> None:
    assert await patient.minutes(5) == 5
    assert await patient.worker.next_at() is not None


async def test_it_is_silent_while_the_watcher_does_not_tick(patient: Patient) -> None:
    await patient.minutes(1)

    assert await patient.minutes(10, ticks=False) <= 2
    assert await patient.minutes(2) >= 2, "and goes on"


async def test_it_is_silent_while_the_store_is_full(real_store: Path, clock: FakeClock) -> None:
    """Who only reads is answered all the same; but no message gets in, and no alert."""
    async with Redis(unix_socket_path=str(real_store), decode_responses=True) as redis:
        await redis.flushall()
        patient = Patient(await open_database(redis, clock), clock)
        assert await patient.minutes(2) == 2
        await redis.config_set("maxmemory", "1")
        try:
            with pytest.raises(OutOfMemoryError):
                await patient.minutes(2)
        finally:
            await redis.config_set("maxmemory", "0")

        assert patient.beats == 2
        assert await patient.minutes(2) == 2, "and goes on"


async def test_it_is_silent_while_nobody_looks_at_what_is_due(patient: Patient) -> None:
    partition = patient.database.partitions.of_account(AccountId("shop"))
    await patient.minutes(1)
    await patient.queues.watch.schedule(partition, {"00-1": patient.clock.now()})

    assert await patient.minutes(10) <= 1


@pytest.mark.parametrize("queue", ["alert", "channel"])
async def test_it_is_silent_while_nobody_tells_what_is_to_be_told(
    patient: Patient, queue: str
) -> None:
    await patient.minutes(1)
    to_tell = getattr(patient.queues, queue)
    await to_tell.schedule(home(patient.database), {"night.0": patient.clock.now()})

    assert await patient.minutes(10) <= 1


async def test_it_is_silent_while_no_channel_of_it_takes_alerts(
    patient: Patient, redis: Redis
) -> None:
    await patient.minutes(1)
    first, second = (home(patient.database).channel(name).state for name in HEART.channels)
    await redis.hset(first, "trouble", "{}")
    assert await patient.minutes(3) == 3, "the other one works"

    await redis.hset(second, "trouble", "{}")

    assert await patient.minutes(5) == 0


async def test_it_goes_on_when_the_clock_is_set_back(patient: Patient) -> None:
    await patient.minutes(1)
    patient.clock.advance(timedelta(hours=-1))

    assert await patient.minutes(5) == 5


async def test_an_address_that_does_not_answer_is_asked_again_soon(patient: Patient) -> None:
    patient.answers = False
    await patient.minutes(2)
    patient.answers = True

    assert await patient.minutes(1) >= 1


async def test_a_ping_is_a_request_that_is_answered_well() -> None:
    async with serving(desks.webhook) as desk:
        desk.wrong = "500"
        assert not await ping(desk.root)
        desk.wrong = "200"
        assert await ping(desk.root)
    assert not await ping("http://127.0.0.1:9/")
