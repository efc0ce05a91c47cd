from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.amazon.order_desk import LISTED_WITHIN, AmazonOrderDesk
from connectors.amazon.wire import messages
from connectors.base import Cursor, RateLimited, Rejected, Trace, Unavailable
from connectors.http import Response
from connectors.order_desk import Occasion, OrderNote, order_desk
from connectors.order_feed import OrderEntry
from tests.connectors.amazon.conftest import ORDER, World

NOTE = OrderNote(
    id="n1", order_id=ORDER, occasion=Occasion.QUANTITY, channel="confirmOrderDetails", text="Ok?"
)


@pytest.fixture
def desk(world: World) -> AmazonOrderDesk:
    found = world.connector().orders
    assert found is not None
    world.mock.place(OrderEntry(order_id=ORDER, quantity=12))
    return found


async def test_every_change_is_read_over_pages_and_the_same_cursor_gives_the_same(
    world: World, desk: AmazonOrderDesk
) -> None:
    for number in range(230):
        world.mock.place(OrderEntry(order_id=f"111-{number:07d}-1111111"))
    seen, cursor = await sweep(desk, None)

    assert len(seen) == len(set(seen)) == 231
    world.advance(3600)
    _, cursor = await sweep(desk, cursor)  # the last minutes are read twice
    world.advance(3600)
    assert (await sweep(desk, cursor))[0] == []
    world.mock.place(OrderEntry(order_id=ORDER, status="shipped"))
    assert (await sweep(desk, cursor))[0] == [ORDER]


async def sweep(desk: AmazonOrderDesk, cursor: Cursor | None) -> tuple[list[str], Cursor]:
    """Every page; each of them asked for twice."""
    seen: list[str] = []
    while True:
        page = await desk.changed(cursor)
        assert await desk.changed(cursor) == page
        seen += [one.id for one in page.orders]
        cursor = page.cursor
        if not page.more:
            return seen, cursor


async def test_a_cursor_of_another_kind_begins_anew(desk: AmazonOrderDesk) -> None:
    assert [one.id for one in (await desk.changed(Cursor("nonsense"))).orders] == [ORDER]


async def test_changes_are_read_that_came_while_a_clock_was_ahead(
    world: World, desk: AmazonOrderDesk
) -> None:
    later = (world.now() + timedelta(hours=1)).isoformat()

    seen, _ = await sweep(desk, Cursor(f"{later}|{later}|"))

    assert seen == [ORDER]


async def test_a_page_token_that_expired_begins_its_sweep_anew(
    world: World, desk: AmazonOrderDesk
) -> None:
    page = await desk.changed(None)
    since, then, _ = page.cursor.split("|")
    expired = Cursor(f"{(world.now() - timedelta(days=1)).isoformat()}|{then}|expired-token")

    again = await desk.changed(expired)

    assert (again.orders, again.more) == ((), True)
    assert [one.id for one in (await desk.changed(again.cursor)).orders] == [ORDER]
    assert since


async def test_an_unpaid_order_is_not_written_about(desk: AmazonOrderDesk) -> None:
    order = await desk.look(ORDER)
    assert order is not None

    assert await desk.route(order, Occasion.UNPAID) is None
    route = await desk.route(order, Occasion.QUANTITY)
    assert route is not None
    assert (route.channel, route.language, route.most) == ("confirmOrderDetails", "en", 2000)


async def test_a_message_that_is_not_allowed_any_more_is_rejected(
    world: World, desk: AmazonOrderDesk
) -> None:
    world.faults(action_gone=1)

    with pytest.raises(Rejected):
        await desk.tell(NOTE)


async def test_a_message_whose_answer_is_lost_may_have_been_done(
    world: World, desk: AmazonOrderDesk
) -> None:
    world.faults(message_lost=1)

    with pytest.raises(Unavailable) as lost:
        await desk.tell(NOTE)

    assert lost.value.maybe_done
    assert await desk.told(NOTE, world.now()) is Trace.UNKNOWN


async def test_the_budget_holds_for_messages_too(desk: AmazonOrderDesk) -> None:
    for _ in range(4):  # a token of the five is left
        await desk.tell(NOTE)

    with pytest.raises(RateLimited):
        await desk.tell(NOTE)


async def test_a_review_that_may_still_be_asked_for_was_not(
    world: World, desk: AmazonOrderDesk
) -> None:
    note = OrderNote(
        id="n2", order_id=ORDER, occasion=Occasion.DELIVERED, channel=messages.REVIEW, text=""
    )

    assert await desk.told(note, world.now()) is Trace.ABSENT
    assert (desk.lag(note), desk.lag(NOTE)) == (LISTED_WITHIN, timedelta(0))


async def test_an_account_without_api_has_no_order_desk(world: World) -> None:
    bare = world.connector(replace(world.mock.account(), sp_api=None))

    assert order_desk(bare) is None


@pytest.mark.parametrize("text", ["", "  ", "x" * 2001])
def test_a_text_that_amazon_would_not_take_never_leaves(text: str) -> None:
    with pytest.raises(Rejected):
        messages.message(ORDER, "A", "confirmOrderDetails", text)


def test_a_kind_that_is_not_ours_never_leaves() -> None:
    with pytest.raises(Rejected):
        messages.message(ORDER, "A", "negativeFeedbackRemoval", "Please?")


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"_links":{"actions":[{}]}}', b'{"_links":{"actions":5}}'],
)
def test_a_list_that_cannot_be_read_is_unavailable(body: bytes) -> None:
    with pytest.raises(Unavailable):
        messages.actions(Response(200, {}, body))


@pytest.mark.parametrize(
    ("body", "language"),
    [
        (b'{"buyer":{"locale":"de-DE"}}', "de"),
        (b'{"buyer":{"locale":"zh_Hans_CN"}}', "zh"),
        (b'{"buyer":{"locale":"<script>"}}', ""),
        (b'{"buyer":{}}', ""),
        (b"no", ""),
    ],
)
def test_the_buyers_language_is_taken_where_it_is_one(body: bytes, language: str) -> None:
    assert messages.language(Response(200, {}, body)) == language
