"""What approvals teach, as the store keeps it."""

import pytest

from responder.domain.model import ConversationId, Intent
from responder.errors import Conflict
from responder.store.lessons import Teaching, edits, lessons
from tests.store.shop import US, Shop


def teaching(**changes: object) -> Teaching:
    values = {
        "account": US,
        "text": "where is my parcel",
        "language": "en",
        "predicted": Intent.ORDER_STATUS,
        "confirmed": Intent.ORDER_STATUS,
        "template": "template:en/order_status",
        "distance": 0,
        "length": 100,
    }
    return Teaching(**values | changes)  # type: ignore[arg-type]


async def _approve(shop: Shop, taught: Teaching | None, text: str = "Soon.") -> ConversationId:
    conversation = await shop.buyer_writes()
    await shop.draft()
    lease = await shop.lease(conversation)
    await shop.desk.approve(conversation, "ann", lease.token, version=1, text=text, teaching=taught)
    return conversation


async def test_an_approval_leaves_a_lesson(shop: Shop) -> None:
    await _approve(shop, teaching(confirmed=Intent.CANCEL_ORDER))

    [lesson] = await lessons(shop.database, US)
    assert (lesson.text, lesson.language) == ("where is my parcel", "en")
    assert (lesson.predicted, lesson.confirmed) == (Intent.ORDER_STATUS, Intent.CANCEL_ORDER)
    assert lesson.at == shop.clock.now()


@pytest.mark.parametrize(
    "taught", [None, teaching(confirmed=None), teaching(text="")], ids=["none", "unsaid", "empty"]
)
async def test_an_approval_that_says_nothing_teaches_nothing(
    shop: Shop, taught: Teaching | None
) -> None:
    await _approve(shop, taught)

    assert await lessons(shop.database, US) == []


async def test_how_drafts_are_changed_is_counted_by_template_and_intent(shop: Shop) -> None:
    conversation = await _approve(shop, teaching(distance=30))

    [row] = await edits(shop.database, [US])
    assert (row.template, row.intent) == ("template:en/order_status", "order_status")
    assert (row.approved, row.edited, row.distance, row.length) == (1, 1, 30, 100)
    assert (row.share, row.last) == (0.3, conversation)


async def test_what_was_not_changed_counts_as_approved_only(shop: Shop) -> None:
    await _approve(shop, teaching())

    [row] = await edits(shop.database, [US])
    assert (row.approved, row.edited, row.share, row.last) == (1, 0, 0.0, None)


async def test_a_draft_approved_again_after_an_undo_counts_once_and_teaches_the_last_word(
    shop: Shop,
) -> None:
    conversation = await _approve(shop, teaching(distance=10))
    await shop.desk.withdraw(conversation, "ann")
    lease = await shop.lease(conversation)

    again = teaching(distance=40, confirmed=Intent.PAYMENT)
    await shop.desk.approve(
        conversation, "ann", lease.token, version=1, text="Later.", teaching=again
    )

    [row] = await edits(shop.database, [US])
    [lesson] = await lessons(shop.database, US)
    assert (row.approved, row.distance) == (1, 10)
    assert lesson.confirmed is Intent.PAYMENT


async def test_a_refused_approval_teaches_nothing(shop: Shop) -> None:
    conversation = await shop.buyer_writes()
    await shop.draft()
    lease = await shop.lease(conversation)

    with pytest.raises(Conflict):
        await shop.desk.approve(
            conversation, "ann", lease.token, version=9, text="x", teaching=teaching()
        )

    assert await lessons(shop.database, US) == []
    assert await edits(shop.database, [US]) == []


async def test_many_lessons_are_read_page_by_page_oldest_first(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("responder.store.lessons._PAGE", 2)
    for number in range(5):
        conversation = await shop.buyer_writes(thread=f"t{number}")
        await shop.draft()
        lease = await shop.lease(conversation)
        taught = teaching(text=f"words {number}")
        await shop.desk.approve(
            conversation, "ann", lease.token, version=1, text="x", teaching=taught
        )

    found = await lessons(shop.database, US)

    assert [lesson.text for lesson in found] == [f"words {number}" for number in range(5)]
