"""DRAFT: a proposal becomes a version, unless it has not seen the newest message."""

from dataclasses import replace
from datetime import timedelta

from responder.store.drafts import store_drafts
from responder.testing import FakeClock
from tests.store.shop import Shop, proposal


async def test_a_draft_is_stored_as_a_version_with_what_it_has_seen(
    shop: Shop, clock: FakeClock
) -> None:
    conversation = await shop.buyer_writes()

    stored = await shop.draft("Dear Jane, tomorrow.")

    one = await shop.read(conversation)
    assert stored == 1
    assert one.draft is not None
    assert one.draft.proposal == proposal("Dear Jane, tomorrow.")
    assert (one.draft.version, one.draft.answers, one.draft.made_at) == (1, 1, clock.now())
    assert (one.language, one.intent, one.case) == ("en", "order_status", "late")
    assert await shop.queues.draft.depth() == 0
    assert (await shop.event_types(conversation))[-1] == "draft_ready"


async def test_a_draft_that_has_not_seen_the_newest_message_is_dropped(shop: Shop) -> None:
    conversation = await shop.buyer_writes()
    claim = await shop.take(shop.queues.draft)
    await shop.buyer_writes("Wait, another thing")

    stored = await store_drafts(shop.database, [shop.proposed(claim, answers=1)])

    assert stored == 0
    assert (await shop.read(conversation)).draft_version == 0
    assert await shop.draft() == 1


async def test_a_draft_under_a_lost_lease_is_dropped(shop: Shop, clock: FakeClock) -> None:
    conversation = await shop.buyer_writes()
    lost = await shop.take(shop.queues.draft)
    clock.advance(timedelta(seconds=31))
    await shop.draft("by another worker")

    stored = await store_drafts(shop.database, [shop.proposed(lost, answers=1)])

    assert stored == 0
    one = await shop.read(conversation)
    assert one.draft is not None
    assert one.draft.proposal.text == "by another worker"


async def test_a_draft_for_a_conversation_that_is_gone_is_dropped(shop: Shop) -> None:
    conversation = await shop.buyer_writes()
    claim = await shop.take(shop.queues.draft)
    await shop.database.redis.delete(shop.partition.conversation(conversation).conversation)

    assert await store_drafts(shop.database, [shop.proposed(claim, answers=1)]) == 0
    assert not await shop.database.redis.exists(
        shop.partition.conversation(conversation).conversation
    )


async def test_a_newer_message_puts_the_draft_aside(shop: Shop) -> None:
    conversation = await shop.buyer_writes()
    await shop.draft()

    await shop.buyer_writes("Another thing")

    one = await shop.read(conversation)
    assert (one.draft, one.draft_version) == (None, 1)
    assert await shop.queues.draft.depth() == 1


async def test_a_batch_is_stored_in_one_step_and_each_stands_for_itself(shop: Shop) -> None:
    threads = ["a", "b", "c"]
    for thread in threads:
        await shop.buyer_writes(thread=thread)
    claims = {claim.item: claim for claim in await shop.queues.draft.claim(10)}
    proposed = [shop.proposed(claims[shop.conversation(t)], 1, f"for {t}") for t in threads]
    stale = replace(proposed[1], answers=7)

    stored = await store_drafts(shop.database, [proposed[0], stale, proposed[2]])

    drafts = [(await shop.read(shop.conversation(thread))).draft for thread in threads]
    assert stored == 2
    assert [draft.proposal.text if draft else None for draft in drafts] == ["for a", None, "for c"]


async def test_the_facts_of_the_order_come_with_the_draft(shop: Shop) -> None:
    conversation = await shop.buyer_writes()
    claim = await shop.take(shop.queues.draft)
    proposed = replace(
        shop.proposed(claim, answers=1), order={"id": "A-1", "items": [{"sku": "x"}]}
    )

    await store_drafts(shop.database, [proposed])

    assert (await shop.read(conversation)).order == {"id": "A-1", "items": [{"sku": "x"}]}


async def test_the_versions_count_on(shop: Shop) -> None:
    conversation = await shop.buyer_writes()
    await shop.draft()
    await shop.buyer_writes("Another thing")

    await shop.draft()

    assert (await shop.read(conversation)).draft_version == 2
