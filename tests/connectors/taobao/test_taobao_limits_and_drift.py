"""What is refused for its length or kind (C25), and lists that move while they are read (C26)."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from connectors.aliexpress.connector import AliexpressConnector
from connectors.aliexpress.mock import AliexpressMock
from connectors.base import Cursor, Missing, Rejected, Reply, Span
from connectors.feed import FeedEntry
from connectors.order_feed import OrderEntry
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock
from connectors.taobao.trade import PAGE
from responder.testing import FakeClock
from tests.connectors.inboxes import drain

DAY = timedelta(days=1)


def write(mock: TaobaoMock, count: int) -> None:
    entries = [
        FeedEntry(buyer=f"买家{number}", order_id=f"{2_000_000 + number * 10}", text=f"{number}")
        for number in range(count)
    ]
    mock.deliver(entries, via="refund")


# ------------------------------------------------------------------ C25


async def test_a_text_that_is_refused_all_the_same_goes_back_to_a_person(
    mock: TaobaoMock, connector: TaobaoConnector
) -> None:
    write(mock, 1)
    message = (await drain(connector)).messages[0]
    mock.faults.set({"text_refused": 1})

    with pytest.raises(Rejected, match=r"isv\.invalid-parameter:content"):
        await connector.send(Reply(id="r", thread=message.thread, text="在的", reply_to={}))

    assert mock.books.sent == []


async def test_a_picture_that_is_refused_leaves_nothing_behind(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock
) -> None:
    write(mock, 1)
    message = (await drain(connector)).messages[0]
    reply = Reply(id="r", thread=message.thread, text="在的", reply_to={})
    mock.faults.set({"image_refused": 1})

    with pytest.raises(Rejected, match=r"isv\.invalid-parameter:image"):
        await connector.send(reply)
    mock.faults.set({})
    await connector.send(reply)

    assert [post.text for post in mock.books.sent] == ["在的"]


@pytest.mark.parametrize(("fault", "code"), [("memo_exists", "566"), ("memo_too_long", "565")])
async def test_a_memo_that_is_refused_leaves_what_colleagues_wrote(
    mock: TaobaoMock, connector: TaobaoConnector, fault: str, code: str
) -> None:
    mock.place(OrderEntry(order_id="2201", buyer="买家", status="unpaid"))
    await connector.set_memo("2201", "先到先得", 2)
    mock.faults.set({fault: 1})

    with pytest.raises(Rejected, match=f"TOP code {code}"):
        await connector.set_memo("2201", "别的", 1)

    order = mock.books.orders["2201"]
    assert (order.memo, order.flag) == ("先到先得", 2)


async def test_an_aliexpress_text_that_is_refused_goes_back_to_a_person(clock: FakeClock) -> None:
    async with AliexpressMock(now=clock.now) as mock:
        connector = AliexpressConnector(mock.account(), now=clock.now)
        mock.deliver([FeedEntry(buyer="b", order_id="7", text="Hi")])
        message = (await drain(connector)).messages[0]
        mock.faults.set({"text_refused": 1})

        with pytest.raises(Rejected):
            await connector.send(
                Reply(id="r", thread=message.thread, text="Hello", reply_to=message.reply_to)
            )
        await connector.close()

    assert mock.books.sent == []


# ------------------------------------------------------------------ C26


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "rates",
    [{"paging_drift": 0.5}, {"total_wrong": 1}, {"page_repeats": 1}],
    ids=lambda rates: next(iter(rates)),
)
async def test_a_new_shop_reads_every_refund_of_lists_that_move(
    clock: FakeClock, rates: dict[str, float], seed: int
) -> None:
    async with TaobaoMock(now=clock.now, seed=seed) as mock:
        mock.faults.set({"tmc_dropped": 1})
        write(mock, 101)
        mock.faults.set({**rates, "seed": seed})
        clock.advance(timedelta(hours=1))
        connector = TaobaoConnector(mock.account(), now=clock.now)

        found = {one.id for one in (await drain(connector)).messages}
        clock.advance(timedelta(minutes=6))
        found |= {one.id for one in (await drain(connector)).messages}
        await connector.close()

    assert found == {post.id for post in mock.books.delivered}


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(seconds=5), timedelta(minutes=2)])
async def test_a_change_before_the_end_of_a_sweep_hides_no_other_refund(
    clock: FakeClock, ahead: timedelta
) -> None:
    """A clock ahead of TOP's ends the sweep in TOP's future."""
    async with TaobaoMock(now=clock.now) as mock:
        mock.faults.set({"tmc_dropped": 1})
        write(mock, 101)
        mock.faults.set({"paging_drift": 0.5, "seed": 1})
        clock.advance(timedelta(hours=1))
        connector = TaobaoConnector(mock.account(), now=lambda: clock.now() + ahead)

        pages = [await connector.fetch(None)]
        while pages[-1].more:
            pages.append(await connector.fetch(pages[-1].cursor))
        await connector.close()

    found = {one.id for page in pages for one in page.messages}
    assert found == {post.id for post in mock.books.delivered}


@pytest.mark.parametrize("fault", ["paging_drift", "total_wrong", "page_repeats"])
async def test_a_census_of_lists_that_move_finds_all_of_it_once(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock, fault: str
) -> None:
    start = clock.now() - DAY
    write(mock, 41)
    clock.advance(timedelta(minutes=30))
    mock.faults.set({fault: 0.5, "seed": 3})
    have: set[str] = set()
    span = Span(since=start, until=clock.now())

    for _ in range(2):  # a change is an event too, and the next census
        cursor: Cursor | None = None
        while True:
            page = await connector.census(span, cursor, lacking(have))
            found = [one.id for one in page.found.messages]
            assert have.isdisjoint(found)
            have |= set(found)
            cursor = page.found.cursor
            if not page.found.more:
                break

    wanted = {post.id for post in mock.books.delivered}
    if fault == "paging_drift":
        have |= {one.id for one in (await drain(connector)).messages}
    assert have == wanted


@pytest.mark.parametrize("fault", ["total_wrong", "page_repeats"])
async def test_a_long_thread_whose_list_moves_is_read_to_its_end(
    mock: TaobaoMock, connector: TaobaoConnector, fault: str
) -> None:
    entries = [FeedEntry(buyer="a", order_id="2201", text=f"{number}") for number in range(101)]
    mock.deliver(entries, via="refund")
    mock.faults.set({fault: 1})

    found = {one.id for one in (await drain(connector)).messages}

    assert len(found) == 101


@pytest.mark.parametrize("fault", ["total_wrong", "page_repeats"])
async def test_orders_of_a_list_that_moves_are_all_seen(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock, fault: str
) -> None:
    names = [str(5_000_000 + number * 10) for number in range(2 * PAGE + 1)]
    for name in names:
        mock.place(OrderEntry(order_id=name, buyer="买家", status="unpaid"))
    mock.faults.set({fault: 1})
    clock.advance(timedelta(minutes=1))
    seen: set[str] = set()
    cursor: Cursor | None = None

    for _ in range(200):
        page = await connector.orders.changed(cursor)
        seen |= {one.id for one in page.orders}
        cursor = page.cursor
        if not page.more:
            break

    assert seen == set(names)


def lacking(have: set[str]) -> Missing:
    async def missing(ids: Sequence[str]) -> set[str]:
        return set(ids) - have

    return missing
