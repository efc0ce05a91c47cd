"""Several shops in one TMC group: each reads its own events, whoever of them asks first."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.base import Cursor
from connectors.feed import FeedEntry
from connectors.pigeonholes import Pigeonholes
from connectors.shared import Shared
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock
from connectors.taobao.mock_faults import OTHER
from connectors.taobao.mock_threads import announcement
from connectors.taobao.tmc import opened
from responder.store.database import Database
from responder.store.pigeonholes import StoredPigeonholes
from responder.testing import FakeClock
from tests.connectors.in_memory import OwnPigeonholes

Shop = Callable[[str, Pigeonholes | None], TaobaoConnector]
TOPIC = "taobao_refund_RefundCreateMessage"


@pytest.fixture
async def shop(mock: TaobaoMock, clock: FakeClock) -> AsyncIterator[Shop]:
    made: list[TaobaoConnector] = []

    def make(seller: str, holes: Pigeonholes | None) -> TaobaoConnector:
        account = replace(mock.account(chat=False), seller=seller)
        made.append(TaobaoConnector(account, now=clock.now, shared=Shared(pigeonholes=holes)))
        return made[-1]

    yield make
    for connector in made:
        await connector.close()


def write_to_the_other_shop(mock: TaobaoMock, clock: FakeClock) -> None:
    """A buyer writes, and the event names the other shop of the group."""
    mock.faults.set({"tmc_dropped": 1})
    mock.deliver([FeedEntry(buyer="买家", order_id="2201", text="在吗")], via="refund")
    mock.faults.set({})
    refund = next(iter(mock.books.refunds.values()))
    content = announcement(refund, refund.posts[0], mock.books.seed).replace("mock_shop", OTHER[1])
    mock.books.publish(TOPIC, content, clock.now(), seller=OTHER)


async def past_the_first_sweep(*connectors: TaobaoConnector) -> list[Cursor]:
    """Where each goes on once its first look at all refunds is over."""
    found = []
    for connector in connectors:
        page = await connector.fetch(None)
        while page.more:
            page = await connector.fetch(page.cursor)
        found.append(page.cursor)
    return found


@pytest.mark.parametrize("stored", [False, True])
@pytest.mark.parametrize("name", OTHER)
async def test_an_event_that_the_wrong_shop_was_handed_is_read_by_the_right_one(
    mock: TaobaoMock, shop: Shop, clock: FakeClock, database: Database, name: str, stored: bool
) -> None:
    holes = StoredPigeonholes(database) if stored else OwnPigeonholes()
    wrong, right = shop("mock_shop", holes), shop(name, holes)
    places = await past_the_first_sweep(wrong, right)
    write_to_the_other_shop(mock, clock)

    first = await wrong.fetch(places[0])
    await wrong.acknowledge(first)
    left = mock.books.queue.unconfirmed
    second = await right.fetch(places[1])
    again = await right.fetch(places[1])
    await right.acknowledge(second)

    assert (first.messages, first.set_aside, first.receipts, left) == ([], [], [], 1)
    assert [one.text for one in second.messages] == ["在吗"]
    assert [one.id for one in again.messages] == [one.id for one in second.messages]
    assert mock.books.queue.unconfirmed == 0
    after = await right.fetch(second.cursor)
    assert (after.messages, after.receipts) == ([], [])


async def test_an_event_of_another_shop_is_never_confirmed_away_and_nobody_is_asked(
    mock: TaobaoMock, shop: Shop, clock: FakeClock
) -> None:
    mock.faults.set({"tmc_other_shop": 1})
    mock.deliver([FeedEntry(buyer="买家", order_id="2201", text="在吗")], via="refund")
    connector = shop("123456789", None)

    page = await connector.fetch(None)
    while True:
        assert page.set_aside == []
        assert page.seen == page.accounted
        await connector.acknowledge(page)
        if not page.more:
            break
        page = await connector.fetch(page.cursor)

    assert mock.books.queue.unconfirmed == 1
    clock.advance(timedelta(minutes=6))
    assert len(mock.books.queue.consume(10, clock.now(), confirmed_too=False)) == 1


async def test_a_shop_that_does_not_say_who_it_is_takes_everything(
    mock: TaobaoMock, shop: Shop, clock: FakeClock
) -> None:
    connector = shop("", OwnPigeonholes())
    [place] = await past_the_first_sweep(connector)
    write_to_the_other_shop(mock, clock)

    page = await connector.fetch(place)

    assert [one.text for one in page.messages] == ["在吗"]


async def test_letters_that_were_lost_are_brought_again_by_the_platform(
    mock: TaobaoMock, shop: Shop, clock: FakeClock
) -> None:
    wrong, right = shop("mock_shop", OwnPigeonholes()), shop(OTHER[0], OwnPigeonholes())
    places = await past_the_first_sweep(wrong, right)
    write_to_the_other_shop(mock, clock)
    await wrong.fetch(places[0])
    clock.advance(timedelta(minutes=5, seconds=1))

    page = await right.fetch(places[1])

    assert [one.text for one in page.messages] == ["在吗"]


async def test_a_letter_of_a_thread_that_cannot_be_read_is_tried_no_more_often_than_an_event(
    mock: TaobaoMock, shop: Shop, clock: FakeClock
) -> None:
    holes = OwnPigeonholes()
    wrong, right = shop("mock_shop", holes), shop(OTHER[0], holes)
    places = await past_the_first_sweep(wrong, right)
    write_to_the_other_shop(mock, clock)
    await wrong.fetch(places[0])
    mock.faults.set({"refund_unavailable": 1})
    place, before = places[1], mock.gateway.asked

    for _ in range(60):
        place = (await right.fetch(place)).cursor
        clock.advance(timedelta(seconds=2))

    assert mock.gateway.asked - before < 60 + 30, "a look is two requests, every poll is one"
    mock.faults.set({})
    clock.advance(timedelta(minutes=1))
    assert [one.text for one in (await right.fetch(place)).messages] == ["在吗"]


def test_a_letter_that_cannot_be_read_is_left_out() -> None:
    assert opened({"1": "{", "2": "[]", "3": '{"id":3,"topic":"t"}'})[0].id == "3"
    assert len(opened({"1": "{", "2": "[]", "3": '{"id":3,"topic":"t"}'})) == 1
