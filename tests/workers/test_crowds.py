"""After an outage: one alert about three hundred conversations, not three hundred."""

from datetime import timedelta

from responder.domain.states import OWED
from responder.store.listing import listing
from responder.workers.crowds import MANY
from tests.workers.conftest import ACCOUNT, Service

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def backlog(service: Service, count: int, first: int = 0, *, age: timedelta = 3 * DAY) -> None:
    """So many buyers wrote so long ago, a second apart."""
    for number in range(first, first + count):
        wrote = service.clock.now() - age + timedelta(seconds=number)
        service.connector.writes("Hello?", thread=f"thread-{number}", at=wrote)


async def test_a_backlog_that_is_overdue_is_told_of_in_one_alert_at_once(service: Service) -> None:
    backlog(service, 312)
    oldest_due = service.clock.now() - 2 * DAY
    before = service.clock.now()

    await service.work("poll", "watch", "alert")

    [notice] = service.channels.told
    assert (notice.kind, notice.conversation, notice.due_at) == ("breached", None, oldest_due)
    assert notice.reason == (
        f"312 conversations of {ACCOUNT} are already overdue, "
        f"the oldest since {oldest_due:%Y-%m-%d %H:%M} UTC."
    )
    assert service.clock.now() - before < timedelta(seconds=5)
    found = await listing(service.database, OWED, limit=200)
    assert {one.risk for one in found.items} == {"breached"}


async def test_a_few_are_told_one_by_one(service: Service) -> None:
    backlog(service, MANY)

    await service.work("poll", "watch", "alert")

    assert len(service.channels.told) == MANY
    assert all(notice.conversation for notice in service.channels.told)


async def test_what_comes_in_meanwhile_is_gathered_and_told_of_a_minute_later(
    service: Service,
) -> None:
    backlog(service, 50)
    await service.work("poll", "watch", "alert")
    for first in (50, 100, 150):
        service.clock.advance(timedelta(seconds=30) if first == 50 else timedelta(0))
        backlog(service, 50, first)
        await service.work("poll", "watch", "alert")
        service.clock.advance(timedelta(seconds=1))
        partition = service.database.partitions.of_account(ACCOUNT)
        await service.queues.poll.schedule(partition, {ACCOUNT: service.clock.now()})
    early = len(service.channels.told)

    service.clock.advance(timedelta(minutes=1))
    await service.work("alert")

    counts = [int(notice.reason.split()[0]) for notice in service.channels.told]
    assert (early, counts) == (1, [50, 150])


async def test_each_kind_of_risk_has_its_own_alert(service: Service) -> None:
    backlog(service, 20)
    backlog(service, 30, 100, age=23 * HOUR + 30 * timedelta(minutes=1))

    await service.work("poll", "watch", "alert")

    told = {notice.kind: notice.reason.split()[0] for notice in service.channels.told}
    assert told == {"breached": "20", "critical": "30"}


async def test_thresholds_that_are_reached_in_time_are_each_told_alone(service: Service) -> None:
    backlog(service, 20, age=timedelta(0))
    await service.work("poll")
    service.clock.advance(12 * HOUR + timedelta(seconds=20))

    await service.work("watch", "alert")

    assert len(service.channels.told) == 20


async def test_a_crowd_is_over_after_a_minute(service: Service) -> None:
    backlog(service, 50)
    await service.work("poll", "watch", "alert")
    service.clock.advance(timedelta(minutes=2))
    backlog(service, 1, 50)

    await service.work("poll", "watch", "alert")

    assert service.channels.told[-1].conversation is not None


async def test_a_dead_channel_loses_no_crowd(service: Service) -> None:
    service.channels.refuse = 2
    backlog(service, 50)
    await service.work("poll", "watch", "alert")

    for _ in range(3):
        service.clock.advance(timedelta(seconds=20))
        await service.work("alert")

    [notice] = service.channels.told
    assert notice.reason.startswith("50 ")
