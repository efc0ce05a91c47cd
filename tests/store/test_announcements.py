"""Thresholds are noted once, and alerts are kept until their channels have taken them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from responder.domain.model import AccountId, ConversationId, Risk
from responder.store.notices import (
    Announcement,
    Notice,
    announce,
    dump_notice,
    finish_notice,
    load_notice,
    read_notice,
)
from responder.store.queue import Claim
from responder.testing import FakeClock
from tests.store.shop import DAY, Shop

HALF_A_DAY = timedelta(hours=12)


async def threshold(shop: Shop, clock: FakeClock, claim: Claim, notice: str = "n1") -> Announcement:
    """What the watcher would announce now."""
    one = await shop.read(ConversationId(claim.item))
    assert one.waiting_since is not None
    plan = DAY.plan(one.waiting_since, one.due_at)
    now = clock.now()
    return Announcement(
        claim=claim,
        waiting_since=one.waiting_since,
        told=plan.reached(now),
        risk=plan.risk(now),
        next_at=plan.next_at(now),
        notice=shop.notice(plan.risk(now).label, notice),
    )


async def at_risk(shop: Shop, clock: FakeClock) -> tuple[ConversationId, Claim]:
    """A conversation whose first threshold has come, in the watcher's hand."""
    conversation = await shop.buyer_writes()
    clock.advance(HALF_A_DAY)
    return conversation, await shop.take(shop.queues.watch)


async def test_a_threshold_is_noted_with_its_alert_and_the_next_look(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, claim = await at_risk(shop, clock)

    assert await announce(shop.database, [await threshold(shop, clock, claim)]) == 1

    one = await shop.read(conversation)
    assert (one.told, one.risk) == (1, Risk.AT_RISK.label)
    assert await shop.queues.watch.next_at() == clock.now() + timedelta(hours=8)
    alert = await shop.take(shop.queues.alert)
    notice = await read_notice(shop.database, alert)
    assert notice == shop.notice("at_risk", "n1")
    event = (await shop.events())[-1]
    assert (event.type, event.data["risk"]) == ("risk", "at_risk")


async def test_a_threshold_is_told_once(shop: Shop, clock: FakeClock) -> None:
    conversation, claim = await at_risk(shop, clock)
    first = await threshold(shop, clock, claim)
    await announce(shop.database, [first])
    await shop.queues.watch.schedule(shop.partition, {conversation: clock.now()})
    again = replace(first, claim=await shop.take(shop.queues.watch), notice=shop.notice("x", "n2"))

    assert await announce(shop.database, [again]) == 1

    assert await shop.queues.alert.depth() == 1
    assert (await shop.event_types(conversation)).count("risk") == 1


async def test_a_threshold_may_be_noted_without_an_alert(shop: Shop, clock: FakeClock) -> None:
    conversation, claim = await at_risk(shop, clock)
    quiet = replace(await threshold(shop, clock, claim), notice=None)

    assert await announce(shop.database, [quiet]) == 1

    assert (await shop.read(conversation)).told == 1
    assert await shop.queues.alert.depth() == 0


async def test_an_announcement_under_a_lost_lease_is_void(shop: Shop, clock: FakeClock) -> None:
    conversation, claim = await at_risk(shop, clock)
    stale = await threshold(shop, clock, claim)
    clock.advance(timedelta(seconds=10))
    await shop.take(shop.queues.watch)

    assert await announce(shop.database, [stale]) == 0
    assert (await shop.read(conversation)).told == 0


async def test_an_announcement_is_void_when_the_clock_has_changed(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, claim = await at_risk(shop, clock)
    stale = await threshold(shop, clock, claim)
    older = clock.now() - timedelta(hours=20)
    await shop.buyer_writes("older", at=older)

    assert await announce(shop.database, [stale]) == 0

    assert (await shop.read(conversation)).told == 0
    assert await shop.queues.watch.next_at() == older + HALF_A_DAY


async def test_what_was_told_is_kept_when_the_buyer_writes_again(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, claim = await at_risk(shop, clock)
    await announce(shop.database, [await threshold(shop, clock, claim)])
    watching = await shop.queues.watch.next_at()

    await shop.buyer_writes("Hello??")

    one = await shop.read(conversation)
    assert (one.told, one.risk) == (1, "at_risk")
    assert await shop.queues.watch.next_at() == watching


async def test_an_older_message_makes_what_was_told_be_told_anew(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, claim = await at_risk(shop, clock)
    await announce(shop.database, [await threshold(shop, clock, claim)])

    await shop.buyer_writes("older", at=clock.now() - timedelta(hours=20))

    one = await shop.read(conversation)
    assert (one.told, one.risk) == (0, "none")


async def test_an_announcement_for_another_clock_is_void_even_under_a_valid_lease(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, claim = await at_risk(shop, clock)
    wrong = replace(await threshold(shop, clock, claim), waiting_since=clock.now())

    assert await announce(shop.database, [wrong]) == 0

    assert (await shop.read(conversation)).told == 0
    assert await shop.queues.watch.depth() == 1


async def test_the_watch_ends_when_the_clock_was_stopped_meanwhile(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, claim = await at_risk(shop, clock)
    late = await threshold(shop, clock, claim)
    await shop.desk.no_reply_needed(conversation, "ann")
    await shop.queues.watch.schedule(shop.partition, {conversation: clock.now()})
    stray = await shop.take(shop.queues.watch)

    assert await announce(shop.database, [replace(late, claim=stray)]) == 0

    assert await shop.queues.watch.depth() == 0
    assert await shop.queues.alert.depth() == 0


async def test_after_the_deadline_nobody_looks_again(shop: Shop, clock: FakeClock) -> None:
    conversation = await shop.buyer_writes()
    clock.advance(timedelta(hours=24))
    claim = await shop.take(shop.queues.watch)

    assert await announce(shop.database, [await threshold(shop, clock, claim)]) == 1

    assert (await shop.read(conversation)).risk == "breached"
    assert await shop.queues.watch.depth() == 0


async def test_a_batch_of_thresholds_is_noted_in_one_step(shop: Shop, clock: FakeClock) -> None:
    for thread in ("a", "b"):
        await shop.buyer_writes(thread=thread)
    clock.advance(HALF_A_DAY)
    claims = await shop.queues.watch.claim(10)
    batch = [await threshold(shop, clock, claim, f"n-{claim.item}") for claim in claims]
    batch[0] = replace(batch[0], waiting_since=clock.now())

    assert await announce(shop.database, batch) == 1
    assert [(await shop.read(ConversationId(one.claim.item))).told for one in batch] == [0, 1]


async def test_an_alert_that_was_told_leaves_nothing_behind(shop: Shop, clock: FakeClock) -> None:
    _, claim = await at_risk(shop, clock)
    await announce(shop.database, [await threshold(shop, clock, claim)])
    alert = await shop.take(shop.queues.alert)

    assert await finish_notice(shop.database, alert)

    assert await read_notice(shop.database, alert) is None
    assert await shop.queues.alert.depth() == 0
    assert not any("alert" in key for key in await shop.keys())


async def test_an_alert_is_finished_by_who_holds_it(shop: Shop, clock: FakeClock) -> None:
    _, claim = await at_risk(shop, clock)
    await announce(shop.database, [await threshold(shop, clock, claim)])
    lost = await shop.take(shop.queues.alert)
    clock.advance(timedelta(seconds=60))
    held = await shop.take(shop.queues.alert)

    assert not await finish_notice(shop.database, lost)

    assert await read_notice(shop.database, held) is not None


async def test_an_alert_that_is_written_down_again_outlives_who_held_it_before(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, _ = await shop.approved()
    clock.advance(HALF_A_DAY)
    await announce(
        shop.database, [await threshold(shop, clock, await shop.take(shop.queues.watch))]
    )
    held = await shop.take(shop.queues.alert)
    reply = await shop.attempt(await shop.take(shop.queues.outbox))
    await shop.accept(conversation, reply)
    await shop.receive(shop.refusal("R1"))

    await announce(
        shop.database, [await threshold(shop, clock, await shop.take(shop.queues.watch))]
    )
    assert not await finish_notice(shop.database, held)

    alerts = [claim.item for claim in await shop.queues.alert.claim(10)]
    assert "n1" in alerts


@pytest.mark.parametrize("whole", [True, False])
def test_a_notice_is_the_same_after_it_was_stored(whole: bool) -> None:
    clock = FakeClock()
    notice = Notice(id="n1", kind="breached", at=clock.now(), account=AccountId("amazon-us"))
    if whole:
        notice = replace(
            notice,
            conversation=ConversationId("03-abc"),
            due_at=clock.now() + HALF_A_DAY,
            reason="é",
        )

    assert load_notice(dump_notice(notice)) == notice
