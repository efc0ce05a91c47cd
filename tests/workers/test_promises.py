"""Each conversation is held to the promise that fits it, also when it changes."""

from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from connectors.base import Author, Kind
from connectors.fake import FakeConnector
from responder.domain.policies import Refinement
from responder.domain.sla import Share, SlaPolicy
from responder.store import remarks
from responder.store.replan import promised
from responder.workers.accounts import Account
from responder.workers.replanner import Replanner
from tests.workers.conftest import ACCOUNT, DAY, Service

HOUR = timedelta(hours=1)
SOON = timedelta(seconds=2)
FAST = SlaPolicy("fast", 2 * HOUR, (HOUR,))
TEAM = SlaPolicy("team", 5 * HOUR)


def promise(service: Service, policy: SlaPolicy = DAY, *refinements: Refinement) -> None:
    """The configuration says something else from now on."""
    accounts = cast("dict[str, Account]", service.accounts)
    accounts[ACCOUNT] = replace(service.accounts[ACCOUNT], policy=policy, refinements=refinements)


async def restart(service: Service) -> None:
    """A daemon starts with the configuration of now."""
    replanner = Replanner(service.database, service.accounts)
    assert not await replanner.run_once()
    assert not await replanner.run_once()
    service.clock.advance(SOON)
    await service.work("watch", "alert")


def connector(service: Service) -> FakeConnector:
    return service.connector


async def test_an_intent_brings_its_own_promise(service: Service) -> None:
    promise(service, DAY, Refinement(FAST, intents=("order_status",)))
    start = service.clock.now()
    connector(service).writes("Where is my order? I have been waiting for two weeks.")

    await service.work()

    one = await service.only()
    assert one.intent == "order_status"
    assert one.due_at == start + 2 * HOUR


async def test_a_tag_brings_its_own_promise_and_takes_it_away(service: Service) -> None:
    promise(service, DAY, Refinement(FAST, tags=("vip",)))
    start = service.clock.now()
    connector(service).writes("Hello?")
    await service.work()

    one = await service.only()
    assert one.due_at == start + 24 * HOUR
    await remarks.tag(service.database, one.id, "ann", add=["new", "vip"])
    await service.work()
    assert (await service.only()).due_at == start + 2 * HOUR
    await remarks.tag(service.database, one.id, "ann", remove=["new", "vip"])
    await service.work()

    assert (await service.only()).due_at == start + 24 * HOUR


async def test_the_second_answer_has_the_promise_for_the_next_one(service: Service) -> None:
    promise(service, replace(DAY, next_response=FAST))
    start = service.clock.now()
    connector(service).writes("Hello?")
    await service.work()
    assert (await service.only()).due_at == start + 24 * HOUR
    await service.approve()
    await service.work()
    assert (await service.only()).due_at is None

    service.clock.advance(HOUR)
    connector(service).writes("And the invoice?")
    service.clock.advance(timedelta(seconds=40))
    await service.work()

    one = await service.only()
    assert one.waiting_since is not None
    assert one.due_at == one.waiting_since + 2 * HOUR


async def test_a_team_has_its_target_beside_the_promise(service: Service) -> None:
    promise(service, replace(DAY, team=TEAM))
    start = service.clock.now()
    connector(service).writes("Hello?")

    await service.work()

    one = await service.only()
    assert one.team_due_at == start + 5 * HOUR


async def test_a_policy_that_changes_plans_every_open_conversation_anew(service: Service) -> None:
    start = service.clock.now()
    for thread in range(5):
        connector(service).writes("Hello?", thread=f"thread-{thread}")
    await service.work()

    promise(service, replace(FAST, team=TEAM))
    await restart(service)

    assert {one.due_at for one in await service.all()} == {start + 2 * HOUR}
    assert {one.team_due_at for one in await service.all()} == {start + 5 * HOUR}
    account = service.accounts[ACCOUNT]
    known, _ = (await promised(service.database, [ACCOUNT]))[ACCOUNT]
    assert known == account.promises.fingerprint


async def test_what_a_later_refusal_makes_owed_again_has_the_promise_of_now(
    service: Service,
) -> None:
    start = service.clock.now()
    connector(service).writes("Hello?")
    await service.work()
    await service.approve()
    await service.work()
    promise(service, FAST)
    await restart(service)

    connector(service).writes("not delivered", author=Author.PLATFORM, kind=Kind.REFUSAL)
    service.clock.advance(timedelta(minutes=1))
    await service.work("poll", "watch")

    assert (await service.only()).due_at == start + 2 * HOUR


async def test_the_same_policy_after_a_restart_plans_nothing(service: Service) -> None:
    connector(service).writes("Hello?")
    await service.work()
    await restart(service)
    before = await service.only()

    service.clock.advance(HOUR)
    await restart(service)

    assert await service.only() == before


async def test_a_threshold_that_was_told_is_not_told_again_unless_it_is_due_again(
    service: Service,
) -> None:
    connector(service).writes("Hello?")
    await service.work()
    service.clock.advance(13 * HOUR)
    await service.work("watch", "alert")
    await service.hear()
    assert [notice.kind for notice in service.channels.told] == ["at_risk"]

    promise(service, replace(DAY, respond_within=25 * HOUR))
    await restart(service)
    assert [notice.kind for notice in service.channels.told] == ["at_risk"]

    promise(service, replace(DAY, respond_within=48 * HOUR))
    await restart(service)
    assert (await service.only()).risk == "none"
    service.clock.advance(12 * HOUR)
    await service.work("watch", "alert")
    await service.hear()

    assert [notice.kind for notice in service.channels.told] == ["at_risk", "at_risk"]


@pytest.mark.parametrize(
    "warnings", [(), (timedelta(minutes=30),), (Share(50), timedelta(minutes=30))]
)
async def test_other_warnings_before_the_same_deadline_hide_no_threshold(
    service: Service, warnings: tuple[Share | timedelta, ...]
) -> None:
    connector(service).writes("Hello?")
    await service.work()
    for hours in (12, 8):
        service.clock.advance(hours * HOUR)
        await service.work("watch", "alert")
    assert [notice.kind for notice in service.channels.told] == ["at_risk", "at_risk"]

    promise(service, replace(DAY, warnings=warnings))
    await restart(service)
    for later in (3.7, 1.0):
        service.clock.advance(later * HOUR)
        await service.work("watch", "alert")
        await service.hear()

    kinds = [notice.kind for notice in service.channels.told]
    assert kinds == ["at_risk", "at_risk", *["critical"] * bool(warnings), "breached"]


async def test_a_shorter_promise_that_is_broken_already_is_told_at_once(service: Service) -> None:
    connector(service).writes("Hello?")
    await service.work()
    service.clock.advance(3 * HOUR)

    promise(service, FAST)
    await restart(service)
    await service.hear()

    assert [notice.kind for notice in service.channels.told] == ["breached"]
    assert (await service.only()).risk == "breached"


async def test_a_deadline_that_the_marketplace_named_survives_every_policy(
    service: Service,
) -> None:
    due_at = service.clock.now() + 3 * 24 * HOUR
    connector(service).writes("The parcel is broken", due_at=due_at)
    await service.work()
    assert (await service.only()).due_at == due_at

    promise(service, replace(FAST, named_warnings=(5 * HOUR,)))
    await restart(service)

    assert (await service.only()).due_at == due_at
    assert await service.queues.watch.next_at() == due_at - 5 * HOUR


async def test_an_account_that_is_out_of_the_configuration_is_left_alone(
    service: Service,
) -> None:
    connector(service).writes("Hello?")
    await service.work()
    before = await service.only()
    cast("dict[str, Account]", service.accounts).clear()

    await restart(service)
    service.clock.advance(13 * HOUR)
    await service.work("watch")

    assert (await service.only()).due_at == before.due_at


async def test_a_daemon_that_starts_later_mends_what_one_with_the_old_promise_has_planned(
    service: Service,
) -> None:
    start = service.clock.now()
    promise(service, FAST)
    await restart(service)
    promise(service, DAY)  # another daemon has not started anew yet
    connector(service).writes("Hello?")
    await service.work()
    assert (await service.only()).due_at == start + SOON + 24 * HOUR

    promise(service, FAST)
    await restart(service)

    assert (await service.only()).due_at == start + SOON + 2 * HOUR


async def test_a_day_after_a_change_a_start_looks_at_nothing(service: Service) -> None:
    await restart(service)
    connector(service).writes("Hello?")
    await service.work()
    before = await service.queues.watch.next_at()
    service.clock.advance(25 * HOUR)

    await Replanner(service.database, service.accounts).run_once()

    assert await service.queues.watch.next_at() == before


async def test_a_look_that_the_store_has_lost_is_made_again(service: Service) -> None:
    start = service.clock.now()
    connector(service).writes("Hello?")
    await service.work()
    promise(service, FAST)
    replanner = Replanner(service.database, service.accounts)
    partition = service.database.partitions.of_account(ACCOUNT)
    before = await service.queues.watch.next_at()
    await replanner.run_once()
    one = await service.only()
    assert before is not None
    await service.queues.watch.schedule(partition, {one.id: before})  # its last second is gone
    await service.database.redis.hdel(partition.account(ACCOUNT), "promises", "promises_at")

    service.clock.advance(timedelta(minutes=1))
    assert await replanner.next_at() == service.clock.now()
    await replanner.run_once()
    service.clock.advance(SOON)
    await service.work("watch")

    assert (await service.only()).due_at == start + 2 * HOUR
