"""Poison items leave their queue with a reason, until a person decides."""

from datetime import timedelta

import pytest

from responder.store.dead_letters import bury, count_dead, dead_letters, drop
from responder.store.notices import read_notice
from responder.testing import FakeClock
from tests.store.shop import Shop


async def test_a_poison_item_leaves_its_queue_with_its_reason(shop: Shop, clock: FakeClock) -> None:
    conversation = await shop.buyer_writes()
    claim = await shop.take(shop.queues.draft)

    assert await bury(shop.database, shop.queues.draft, claim, "KeyError", None)

    assert await shop.queues.draft.depth() == 0
    assert not any("queue:draft" in key for key in await shop.keys())
    [(name, letter)] = (await dead_letters(shop.database)).items()
    assert name == f"{shop.partition.number:02d}/draft:{conversation}"
    assert letter == {
        "kind": "draft",
        "item": conversation,
        "reason": "KeyError",
        "at": "2026-11-02T09:00:00.000Z",
    }
    event = (await shop.events())[-1]
    assert (event.type, event.data["item"]) == ("dead_letter", f"draft:{conversation}")


async def test_a_dead_letter_may_raise_an_alert(shop: Shop) -> None:
    await shop.buyer_writes()
    claim = await shop.take(shop.queues.draft)
    notice = shop.notice("dead_letter")

    await bury(shop.database, shop.queues.draft, claim, "KeyError", notice)

    alert = await shop.take(shop.queues.alert)
    assert await read_notice(shop.database, alert) == notice


async def test_an_item_in_another_workers_hand_is_not_buried(shop: Shop, clock: FakeClock) -> None:
    await shop.buyer_writes()
    lost = await shop.take(shop.queues.draft)
    clock.advance(timedelta(seconds=30))
    held = await shop.take(shop.queues.draft)

    assert not await bury(shop.database, shop.queues.draft, lost, "KeyError", shop.notice("x"))

    assert await count_dead(shop.database) == 0
    assert await shop.queues.alert.depth() == 0
    assert await shop.queues.draft.done(held)


async def test_a_dead_letter_that_was_decided_on_is_gone(shop: Shop) -> None:
    await shop.buyer_writes()
    await bury(
        shop.database, shop.queues.draft, await shop.take(shop.queues.draft), "KeyError", None
    )
    [name] = await dead_letters(shop.database)

    assert await drop(shop.database, name)

    assert await count_dead(shop.database) == 0
    assert not await drop(shop.database, name)


@pytest.mark.parametrize("name", ["", "nonsense", "x/draft:1", "16/draft:1", "00/draft:1", "1e3/x"])
async def test_there_is_no_dead_letter_of_a_made_up_name(shop: Shop, name: str) -> None:
    assert not await drop(shop.database, name)


async def test_dead_letters_of_all_partitions_are_counted(shop: Shop, clock: FakeClock) -> None:
    for partition in shop.database.partitions.all[:3]:
        await shop.queues.alert.schedule(partition, {f"n{partition.number}": clock.now()})
    for claim in await shop.queues.alert.claim(10):
        await bury(shop.database, shop.queues.alert, claim, "no channel", None)

    assert await count_dead(shop.database) == 3
    assert len(await dead_letters(shop.database)) == 3
