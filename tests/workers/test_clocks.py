"""Work that was planned by a clock that was ahead does not wait until it is that late."""

from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from responder.domain.model import AccountId
from responder.domain.sla import Share, SlaPolicy
from responder.store.breakers import Told, change_breaker
from responder.workers.accounts import Account
from responder.workers.clocks import SOON, Clocks
from tests.workers.conftest import ACCOUNT, Service

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
QUICK = SlaPolicy("quick", 10 * MINUTE, (Share(50),))


def clocks(service: Service) -> Clocks:
    """Those of a daemon that has just started."""
    return Clocks(
        service.database, service.queues, service.accounts, clock=service.clock, rings=lambda: None
    )


@pytest.fixture(params=[HOUR, 24 * HOUR], ids=["an hour", "a day"])
async def ahead(service: Service, request: pytest.FixtureRequest) -> timedelta:
    """A daemon whose clock is ahead has left what it says."""
    by: timedelta = request.param
    service.clock.advance(by)
    await clocks(service).run_once()
    return by


def promise(service: Service, policy: SlaPolicy) -> None:
    accounts = cast("dict[AccountId, Account]", service.accounts)
    accounts[ACCOUNT] = replace(accounts[ACCOUNT], policy=policy)


async def set_back(service: Service, by: timedelta) -> Clocks:
    """Its clock is right again, and another daemon looks."""
    service.clock.advance(-by)
    looks = clocks(service)
    await looks.run_once()
    return looks


async def test_a_draft_is_made_at_once(service: Service, ahead: timedelta) -> None:
    service.connector.writes("Where is my parcel?", at=service.clock.now() - ahead)
    await service.work("poll")

    await set_back(service, ahead)
    await service.work("draft")

    assert (await service.only()).draft is not None


async def test_no_deadline_passes_unannounced_that_a_dead_daemon_had_in_hand(
    service: Service, ahead: timedelta
) -> None:
    promise(service, QUICK)
    service.connector.writes("Where is my parcel?", at=service.clock.now() - ahead)
    await service.work("poll")
    assert await service.queues.watch.claim(1)

    looks = await set_back(service, ahead)
    for _ in range(12):
        service.clock.advance(MINUTE)
        await looks.run_once()
        await service.work("watch", "alert")

    assert [one.kind for one in service.channels.told] == ["critical", "breached"]


async def test_an_alert_is_told_that_was_about_to_be(service: Service, ahead: timedelta) -> None:
    promise(service, QUICK)
    service.connector.writes("Where is my parcel?", at=service.clock.now() - ahead)
    await service.work("poll", "watch")
    assert service.channels.told == []

    await set_back(service, ahead)
    await service.work("alert")
    await service.hear()

    assert [one.kind for one in service.channels.told] == ["breached"]


async def test_an_approved_reply_leaves_and_only_once(service: Service, ahead: timedelta) -> None:
    service.connector.writes("Where is my parcel?", at=service.clock.now() - ahead)
    await service.work("poll", "draft")
    await service.approve("It is on its way.")

    await set_back(service, ahead)
    await service.work("send")
    await set_back(service, timedelta(0))
    await service.work("send")

    assert [one.text for one in service.connector.accepted] == ["It is on its way."]


async def test_an_account_that_was_left_alone_is_tried_again(
    service: Service, ahead: timedelta
) -> None:
    service.connector.writes("Where is my parcel?", at=service.clock.now() - ahead)
    await service.work("poll", "draft")
    await service.approve("It is on its way.")
    until = service.clock.now() + MINUTE
    await change_breaker(service.database, ACCOUNT, lambda one: (one.paused(until), Told()))

    await set_back(service, ahead)
    await service.work("send")

    assert len(service.connector.accepted) == 1


async def test_an_inbox_is_read_that_a_dead_daemon_had_in_hand(
    service: Service, ahead: timedelta
) -> None:
    assert await service.queues.poll.claim(1)

    looks = await set_back(service, ahead)
    await service.work("poll")
    assert service.connector.fetches == 0, "it may be alive"
    assert await looks.next_at() == service.clock.now() + SOON
    service.clock.advance(MINUTE)
    await looks.run_once()
    await service.work("poll")

    assert service.connector.fetches == 1


async def test_the_next_comparison_of_lists_is_soon(service: Service, ahead: timedelta) -> None:
    partition = service.database.partitions.of_account(ACCOUNT)
    in_an_hour = service.clock.now() + HOUR
    await service.queues.census.schedule(partition, {ACCOUNT: in_an_hour})

    await set_back(service, ahead)

    assert await service.queues.census.next_at() == service.clock.now()


async def test_a_daemon_whose_own_clock_is_set_back_sees_it_at_once_and_rings(
    service: Service,
) -> None:
    rung: list[bool] = []
    own = Clocks(
        service.database,
        service.queues,
        service.accounts,
        clock=service.clock,
        rings=lambda: rung.append(True),
    )
    await own.run_once()
    await service.queues.draft.schedule(
        service.database.partitions.all[0], {"00-1": service.clock.now()}
    )
    service.clock.advance(-HOUR)

    await own.run_once()

    assert await service.queues.draft.next_at() == service.clock.now()
    assert rung == [True]
    assert await own.next_at() == service.clock.now() + MINUTE


async def test_what_right_clocks_planned_stays_where_it_is(service: Service) -> None:
    own, other = clocks(service), clocks(service)
    later = service.clock.now() + 2 * HOUR
    await service.queues.outbox.schedule(service.database.partitions.all[0], {"00-1": later})

    for _ in range(5):
        await own.run_once()
        service.clock.advance(MINUTE / 2)
        await other.run_once()

    assert await service.queues.outbox.next_at() == later
