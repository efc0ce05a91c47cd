"""Poison items leave their queue with a reason, until a person decides."""

from dataclasses import replace
from datetime import timedelta

import pytest

from responder.domain.model import ConversationId
from responder.store.accounts import read_account
from responder.store.dead_letters import (
    Replayed,
    bury,
    count_dead,
    dead_letters,
    drop,
    read_letter,
    replay,
    to_read_again,
    was_read_again,
)
from responder.store.inbox import Aside, Book, ingest
from responder.store.notices import finish_notice, read_notice
from responder.testing import FakeClock
from responder.workers.rings import rung_by
from tests.store.shop import US, Shop

HOUR = timedelta(hours=1)


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
    assert await replay(shop.database, name, "ann") is Replayed.GONE
    assert await read_letter(shop.database, name) is None


async def test_dead_letters_of_all_partitions_are_counted(shop: Shop, clock: FakeClock) -> None:
    for partition in shop.database.partitions.all[:3]:
        await shop.queues.alert.schedule(partition, {f"n{partition.number}": clock.now()})
    for claim in await shop.queues.alert.claim(10):
        await bury(shop.database, shop.queues.alert, claim, "no channel", None)

    assert await count_dead(shop.database) == 3
    assert len(await dead_letters(shop.database)) == 3


async def dead_draft(shop: Shop) -> tuple[str, ConversationId]:
    conversation = await shop.buyer_writes()
    claim = await shop.take(shop.queues.draft)
    await bury(shop.database, shop.queues.draft, claim, "KeyError", None, account=US)
    [name] = await dead_letters(shop.database)
    return name, conversation


async def test_a_replayed_item_is_back_in_its_queue_with_its_tries_counted_afresh(
    shop: Shop,
) -> None:
    name, conversation = await dead_draft(shop)

    assert await replay(shop.database, name, "ann") is Replayed.REPLAYED

    claim = await shop.take(shop.queues.draft)
    assert (claim.item, claim.tries) == (conversation, 1)
    assert await count_dead(shop.database) == 0
    event = (await shop.events())[-1]
    assert (event.type, event.account) == ("dead_letter_replayed", US)
    assert event.data == {"item": f"draft:{conversation}", "by": "ann"}


async def test_an_item_that_somebody_works_on_again_is_left_to_them(
    shop: Shop, clock: FakeClock
) -> None:
    name, conversation = await dead_draft(shop)
    await shop.buyer_writes("And?")
    held = await shop.take(shop.queues.draft)

    assert await replay(shop.database, name, "ann") is Replayed.REPLAYED

    assert held.item == conversation
    assert await shop.queues.draft.claim(10) == []
    assert await shop.queues.draft.done(held)


@pytest.mark.parametrize("kind", ["draft", "watch"])
async def test_what_is_answered_meanwhile_is_only_forgotten(shop: Shop, kind: str) -> None:
    await shop.buyer_writes()
    queue = getattr(shop.queues, kind)
    await queue.schedule(shop.partition, {shop.conversation(): shop.clock.now()})
    await bury(shop.database, queue, await shop.take(queue), "KeyError", None)
    [name] = await dead_letters(shop.database)
    await shop.seller_answers_elsewhere()

    assert await replay(shop.database, name, "ann") is Replayed.OVER

    assert await queue.depth() == 0
    assert await count_dead(shop.database) == 0


async def dead_alert(shop: Shop) -> str:
    notice = shop.notice("breached")
    await shop.buyer_writes()
    await bury(shop.database, shop.queues.draft, await shop.take(shop.queues.draft), "x", notice)
    await bury(
        shop.database, shop.queues.alert, await shop.take(shop.queues.alert), "no channel", None
    )
    [name] = await dead_letters(shop.database, kind="alert")
    return name


async def test_an_alert_that_no_channel_took_is_told_once_more(shop: Shop) -> None:
    name = await dead_alert(shop)

    assert await replay(shop.database, name, "ann") is Replayed.REPLAYED

    notice = await read_notice(shop.database, await shop.take(shop.queues.alert))
    assert notice is not None
    assert notice.kind == "breached"


async def test_an_alert_that_is_dropped_leaves_nothing_behind(shop: Shop) -> None:
    name = await dead_alert(shop)

    assert await drop(shop.database, name, "ann")

    assert shop.partition.alerts not in await shop.keys()
    event = (await shop.events())[-1]
    assert (event.type, event.data["by"]) == ("dead_letter_dropped", "ann")


async def set_aside(shop: Shop) -> str:
    aside = Aside(id="mail-9", reason="odd", ref="INBOX/9", at=shop.clock.now())
    await shop.take_in(shop.page(aside=[aside]))
    [name] = await dead_letters(shop.database, kind="message", account=US)
    return name


async def test_a_message_that_was_set_aside_is_read_again_by_the_next_poll(
    shop: Shop, clock: FakeClock
) -> None:
    name = await set_aside(shop)

    assert await replay(shop.database, name, "ann") is Replayed.REPLAYED

    assert (await shop.take(shop.queues.poll)).item == US, "the account is polled at once"
    [entry] = await to_read_again(shop.database, US)
    assert '"ref":"INBOX/9"' in entry
    await was_read_again(shop.database, US, entry)
    assert await to_read_again(shop.database, US) == []
    assert not any("rereads" in key for key in await shop.keys())


async def test_a_message_that_nobody_would_read_again_stays_where_it_is(shop: Shop) -> None:
    name = await set_aside(shop)

    done = await replay(shop.database, name, "ann", accounts={"another"})

    assert done is Replayed.NO_ACCOUNT
    assert await count_dead(shop.database) == 1
    assert await to_read_again(shop.database, US) == []
    assert await replay(shop.database, name, "ann", accounts={US}) is Replayed.REPLAYED


async def test_a_message_that_still_cannot_be_read_may_be_set_aside_again(shop: Shop) -> None:
    await replay(shop.database, await set_aside(shop), "ann")

    await set_aside(shop)

    assert await count_dead(shop.database) == 1
    assert (await read_account(shop.database, US)).set_aside == 2


async def test_dead_letters_are_found_by_kind_and_account(shop: Shop) -> None:
    await set_aside(shop)

    assert len(await dead_letters(shop.database, kind="message")) == 1
    assert await dead_letters(shop.database, kind="draft") == {}
    assert await dead_letters(shop.database, account="another") == {}


async def test_the_alert_about_what_is_set_aside_comes_with_its_page(shop: Shop) -> None:
    await set_aside(shop)

    notice = await read_notice(shop.database, await shop.take(shop.queues.alert))
    assert notice is not None
    assert (notice.kind, notice.account, notice.conversation) == ("dead_letter", US, None)
    assert {name for event in await shop.events() for name in rung_by(event.type)} == {"alert"}


async def test_what_was_set_aside_before_is_not_told_of_again(shop: Shop) -> None:
    await set_aside(shop)
    await finish_notice(shop.database, await shop.take(shop.queues.alert))

    await set_aside(shop)

    assert await shop.queues.alert.depth() == 0


async def test_what_a_census_sets_aside_is_told_of_as_a_gap(shop: Shop) -> None:
    await shop.queues.census.schedule(shop.partition, {shop.account: shop.clock.now()})
    claim = await shop.take(shop.queues.census)
    aside = Aside(id="mail-9", reason="broken", ref="INBOX/9", at=shop.clock.now())
    page = replace(shop.page(aside=[aside]), book=Book.CENSUS)

    await ingest(shop.database, page, claim, next_poll=shop.clock.now() + HOUR)

    assert await shop.queues.alert.depth() == 0
