from datetime import timedelta

from responder.domain.model import ConversationId
from responder.store.conversations import Conversation
from responder.store.improvements import improve
from responder.store.queue import Claim
from responder.testing import FakeClock
from tests.store.shop import Shop, proposal

BETTER = "Dear Jane, it is on its way."


async def drafted(shop: Shop) -> tuple[Conversation, Claim]:
    """A conversation with a draft, and a claim on the work of improving it."""
    conversation = await shop.buyer_writes()
    await shop.draft()
    return await shop.read(conversation), await planned(shop, conversation)


async def planned(shop: Shop, conversation: ConversationId) -> Claim:
    await shop.queues.improve.schedule(shop.partition, {conversation: shop.clock.now()})
    return await shop.take(shop.queues.improve)


async def text_of(shop: Shop, one: Conversation) -> str | None:
    draft = (await shop.read(one.id)).draft
    return draft.proposal.text if draft else None


async def test_a_better_version_takes_the_draft_s_place(shop: Shop, clock: FakeClock) -> None:
    before, claim = await drafted(shop)
    clock.advance(timedelta(seconds=3))

    assert await improve(shop.database, claim, before, proposal(BETTER)) == 2

    after = await shop.read(before.id)
    assert after.draft is not None
    assert (after.draft.version, after.draft.proposal.text) == (2, BETTER)
    assert (after.draft.made_at, after.draft.answers) == (clock.now(), 1)
    assert (await shop.event_types(before.id))[-1] == "draft_ready"
    assert await shop.queues.improve.depth() == 0
    assert not await shop.queues.improve.done(claim), "the claim is over"


async def test_the_old_version_can_no_longer_be_approved(shop: Shop) -> None:
    before, claim = await drafted(shop)
    await improve(shop.database, claim, before, proposal(BETTER))

    reply = await shop.approve(before.id, BETTER)

    assert reply
    assert (await shop.read(before.id)).draft_version == 2


async def test_it_comes_too_late_for_somebody_who_is_at_work(shop: Shop, clock: FakeClock) -> None:
    before, claim = await drafted(shop)
    await shop.lease(before.id)

    assert await improve(shop.database, claim, before, proposal(BETTER)) is None
    assert await text_of(shop, before) != BETTER
    assert await shop.queues.improve.depth() == 0

    clock.advance(timedelta(hours=1))
    again = await planned(shop, before.id)
    assert await improve(shop.database, again, before, proposal(BETTER)) == 2, "they have left"


async def test_it_is_dropped_when_the_buyer_has_written_again(shop: Shop) -> None:
    before, claim = await drafted(shop)
    await shop.buyer_writes("And another thing")

    assert await improve(shop.database, claim, before, proposal(BETTER)) is None


async def test_it_is_dropped_when_there_is_another_draft(shop: Shop) -> None:
    before, claim = await drafted(shop)
    await shop.desk.reject(before.id, "ann", version=1, again=True, why="")
    await shop.draft("Another one.")

    assert await improve(shop.database, claim, before, proposal(BETTER)) is None
    assert await text_of(shop, before) == "Another one."


async def test_what_was_thrown_away_does_not_come_back(shop: Shop) -> None:
    before, claim = await drafted(shop)
    await shop.desk.reject(before.id, "ann", version=1, again=False, why="")
    now = await shop.read(before.id)

    assert await improve(shop.database, claim, now, proposal(BETTER)) is None
    assert await text_of(shop, before) is None


async def test_it_is_dropped_when_no_answer_is_owed_any_more(shop: Shop) -> None:
    before, claim = await drafted(shop)
    await shop.seller_answers_elsewhere()

    assert await improve(shop.database, claim, before, proposal(BETTER)) is None


async def test_a_lost_lease_changes_nothing(shop: Shop, clock: FakeClock) -> None:
    before, claim = await drafted(shop)
    clock.advance(timedelta(minutes=3))
    await shop.take(shop.queues.improve)

    assert await improve(shop.database, claim, before, proposal(BETTER)) is None
    assert await shop.queues.improve.depth() == 1, "somebody else has it now"


async def test_a_conversation_that_is_gone_leaves_nothing(shop: Shop) -> None:
    before, _ = await drafted(shop)
    gone = shop.conversation("never")
    claim = await planned(shop, gone)

    assert await improve(shop.database, claim, before, proposal(BETTER)) is None
    assert not {key for key in await shop.keys() if gone in key}
