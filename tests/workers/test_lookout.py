"""Before a shift ends, what falls due before the next one is told of: once."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from redis.exceptions import RedisError

from responder.domain.ahead import Outlook
from responder.domain.calendar import WorkingHours
from responder.domain.week import WEEKDAYS, Hours, week_of
from responder.workers.lookout import EACH, Lookout
from tests.workers.conftest import ACCOUNT, Service

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OFFICE = WorkingHours(
    week_of({day: (Hours(9 * HOUR, 18 * HOUR),) for day in WEEKDAYS}), ZoneInfo("UTC")
)
OUTLOOK = Outlook(shifts=OFFICE, warn_before=HOUR)


def lookout(service: Service, outlook: Outlook = OUTLOOK) -> Lookout:
    return Lookout(service.database, {ACCOUNT: outlook}, clock=service.clock)


async def look(service: Service, *lookouts: Lookout) -> list[str]:
    """What is told in a round of each."""
    for one in lookouts:
        assert not await one.run_once()
    await service.work("alert")
    return [notice.reason for notice in service.channels.told if notice.kind == "shift_gap"]


def today(service: Service, hour: int, minute: int = 0) -> datetime:
    return service.clock.now().replace(hour=hour, minute=minute, second=0, microsecond=0)


async def at(service: Service, hour: int, minute: int = 0) -> None:
    service.clock.advance(today(service, hour, minute) - service.clock.now())


async def a_message_due_at_night(service: Service, thread: str = "first") -> None:
    """It came in the morning, and a day's clock ends in the night."""
    service.connector.writes("Hello?", thread=thread, at=today(service, 0, 30))
    await service.work("poll")


async def test_it_is_told_once_an_hour_before_the_shift_ends(service: Service) -> None:
    await at(service, 16)
    await a_message_due_at_night(service)
    one, another = lookout(service), lookout(service)
    assert await look(service, one, another) == []
    assert await one.next_at() == today(service, 17)

    await at(service, 17)
    night = f"{today(service, 18):%Y-%m-%d} 18:00 to {today(service, 9) + DAY:%Y-%m-%d} 09:00"
    [said] = await look(service, one, another, one)
    assert said == f"1 reply falls due while nobody is there, from {night} UTC."

    [notice] = service.channels.told
    assert (notice.account, notice.conversation) == (ACCOUNT, None)
    assert notice.due_at == today(service, 0, 30) + timedelta(days=1)
    assert await one.next_at() == today(service, 17, 1), "it sees that the store has not lost it"
    await at(service, 17, 1)
    assert len(await look(service, one)) == 1
    assert await one.next_at() == today(service, 9) + timedelta(days=1)
    await at(service, 17, 30)
    assert len(await look(service, one, another, lookout(service))) == 1
    service.clock.advance(timedelta(days=1))
    await a_message_due_at_night(service, "second")
    assert len(await look(service, one)) == 2, "the next evening is another gap"


async def test_what_comes_while_the_shift_ends_is_told_of_when_it_comes(service: Service) -> None:
    await at(service, 17, 10)
    one = lookout(service)
    assert await look(service, one) == []
    assert await one.next_at() == service.clock.now() + EACH
    await a_message_due_at_night(service)

    assert await look(service, one) == [], "it looks once a minute"
    service.clock.advance(EACH)

    assert len(await look(service, one)) == 1


async def test_a_store_that_is_away_when_it_is_written_down_is_asked_again(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    await at(service, 17, 10)
    await a_message_due_at_night(service)
    one = lookout(service)
    with monkeypatch.context() as away:
        away.setattr(service.database.scripts, "run", _is_away)
        with pytest.raises(RedisError):
            await one.run_once()

    service.clock.advance(EACH)

    assert len(await look(service, one)) == 1


async def test_what_a_store_has_lost_of_its_last_second_is_told_again(service: Service) -> None:
    await at(service, 17, 10)
    await a_message_due_at_night(service)
    one = lookout(service)
    await one.run_once()
    partition = service.database.partitions.of_account(ACCOUNT)
    await service.database.redis.hdel(partition.account(ACCOUNT), "shift_gap_told")
    await service.database.redis.delete(partition.alerts, *partition.queue("alert"))

    service.clock.advance(EACH)

    assert len(await look(service, one)) == 1


async def test_a_clock_that_is_set_back_has_it_look_again(service: Service) -> None:
    await at(service, 17, 50)
    one = lookout(service)
    assert await look(service, one) == []

    await at(service, 17, 10)
    await a_message_due_at_night(service)

    assert len(await look(service, one)) == 1


async def _is_away(*_: object) -> None:
    raise RedisError


async def test_at_night_nobody_is_told_that_it_is_night(service: Service) -> None:
    await at(service, 20)
    await a_message_due_at_night(service)
    one = lookout(service)

    assert await look(service, one) == []
    assert await one.next_at() == today(service, 9) + timedelta(days=1)


async def test_where_work_never_ends_there_is_nothing_to_look_for(service: Service) -> None:
    await a_message_due_at_night(service)
    one = lookout(service, Outlook())

    assert await look(service, one) == []
    assert await one.next_at() is None


async def test_what_was_approved_is_on_its_way(service: Service) -> None:
    await at(service, 17)
    await a_message_due_at_night(service)
    await service.work("draft")
    await service.approve()

    assert await look(service, lookout(service)) == []
