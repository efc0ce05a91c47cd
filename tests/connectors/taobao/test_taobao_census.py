"""TOP's own lists: changed refunds from the last page to the first, and chat by its time."""

from collections.abc import Collection, Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import Census, Cursor, InboundMessage, Rejected, SetAside, Span, Unavailable
from connectors.feed import FeedEntry
from connectors.taobao import census as census_module
from connectors.taobao.census_place import Again, Place, Stage, understood, written
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock
from connectors.taobao.mock_threads import Via
from connectors.top.client import TopClient
from connectors.top.values import Row
from connectors.top.wire import Call
from responder.testing import FakeClock
from tests.connectors.taobao.conftest import Connect

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def write(mock: TaobaoMock, via: Via, count: int, first: int = 0) -> None:
    mock.deliver(
        [
            FeedEntry(buyer=f"买家{number}", order_id=f"{2200 + number}", text=f"第{number}个")
            for number in range(first, first + count)
        ],
        via=via,
    )


def span(clock: FakeClock) -> Span:
    return Span(since=clock.now() - 24 * HOUR, until=clock.now() + SECOND)


async def compare(
    connector: TaobaoConnector, when: Span, known: Collection[str] = ()
) -> list[Census]:
    async def missing(ids: Sequence[str]) -> Collection[str]:
        return [one for one in ids if one not in known]

    pages = [await connector.census(when, None, missing)]
    while pages[-1].found.more:
        pages.append(await connector.census(when, pages[-1].found.cursor, missing))
    return pages


def found(pages: list[Census]) -> list[InboundMessage]:
    return [message for page in pages for message in page.found.messages]


def aside(pages: list[Census]) -> list[SetAside]:
    return [one for page in pages for one in page.found.set_aside]


async def lacking_all(ids: Sequence[str]) -> Collection[str]:
    return ids


async def test_refunds_of_many_pages_come_oldest_first(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock
) -> None:
    for number in range(45):
        write(mock, "refund", 1, number)
        clock.advance(SECOND)

    pages = await compare(connector, span(clock))

    assert [message.text for message in found(pages)] == [f"第{n}个" for n in range(45)]
    assert max(len(page.found.messages) for page in pages) == census_module.REFUNDS


async def test_a_refund_that_changes_again_meanwhile_is_not_lost(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock
) -> None:
    """Rows leave the list when they change: from the back, none is passed over."""
    for number in range(45):
        write(mock, "refund", 1, number)
        clock.advance(SECOND)
    when = span(clock)
    pages = [await connector.census(when, None, lacking_all)]
    while pages[-1].found.more:
        clock.advance(SECOND)
        mock.deliver([FeedEntry(buyer="买家9", order_id="2209", text="在吗")], via="refund")
        pages.append(await connector.census(when, pages[-1].found.cursor, lacking_all))

    texts = {message.text for message in found(pages)}
    assert texts >= {f"第{n}个" for n in range(45)} - {"第9个"}


async def test_events_are_not_touched(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock
) -> None:
    write(mock, "refund", 3)

    await compare(connector, span(clock))

    assert (mock.books.queue.waiting, mock.books.queue.unconfirmed) == (3, 3)


async def test_a_thread_is_read_to_its_end(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock
) -> None:
    for number in range(130):
        mock.deliver([FeedEntry(buyer="李四", order_id="2201", text=f"{number}")], via="refund")
        clock.advance(SECOND)

    assert len(found(await compare(connector, span(clock)))) == 130


async def test_a_long_chat_is_gone_through_page_by_page(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock
) -> None:
    write(mock, "chat", 250)

    pages = await compare(connector, span(clock))

    assert len(found(pages)) == 250
    assert len(pages) == 3


async def test_what_is_younger_than_the_span_ends_the_chat(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock
) -> None:
    write(mock, "chat", 5)
    when = span(clock)
    clock.advance(HOUR)
    write(mock, "chat", 500, 5)

    pages = await compare(connector, when)

    assert (len(found(pages)), len(pages)) == (5, 3)


async def test_a_shop_without_chat_never_asks_for_it(
    mock: TaobaoMock, connect: Connect, clock: FakeClock
) -> None:
    write(mock, "chat", 3)
    write(mock, "refund", 3, 3)

    pages = await compare(connect(mock.account(chat=False)), span(clock))

    assert {message.thread.partition(":")[0] for message in found(pages)} == {"refund"}


async def test_refunds_that_cannot_be_shown_are_asked_for_again_for_an_hour_then_set_aside(
    mock: TaobaoMock, connect: Connect, clock: FakeClock
) -> None:
    connector = connect(mock.account(chat=False))
    write(mock, "refund", 1)
    mock.faults.set({"refund_unavailable": 1})
    when, began = span(clock), clock.now()
    begun = await connector.census(when, None, lacking_all)
    place = begun.found.cursor

    while clock.now() < began + census_module.PATIENCE:
        with pytest.raises(Unavailable):
            await connector.census(when, place, lacking_all)
        clock.advance(HOUR / 4)
    page = await connector.census(when, place, lacking_all)

    [letter] = page.found.set_aside
    assert (begun.found.more, page.found.more) == (True, False)
    assert letter.id == f"missing-{next(iter(mock.books.refunds))}"
    assert "cannot be read" in letter.reason


async def test_a_page_of_nothing_but_sick_refunds_ends(
    mock: TaobaoMock, connect: Connect, clock: FakeClock
) -> None:
    connector = connect(mock.account(chat=False))
    write(mock, "refund", 2)
    mock.faults.set({"refund_unavailable": 1})
    when = span(clock)

    begun = await connector.census(when, None, lacking_all)
    clock.advance(census_module.PATIENCE)
    page = await connector.census(when, begun.found.cursor, lacking_all)

    assert (len(page.found.set_aside), page.found.more) == (2, False)


async def test_an_hour_without_the_platform_sets_no_refund_aside(
    mock: TaobaoMock, connect: Connect, clock: FakeClock
) -> None:
    connector = connect(mock.account(chat=False))
    write(mock, "refund", 1)
    mock.faults.set({"refund_unavailable": 1})
    when = span(clock)
    place = (await connector.census(when, None, lacking_all)).found.cursor
    mock.faults.set({"http_502_html": 1})
    clock.advance(2 * HOUR)

    with pytest.raises(Unavailable):
        await connector.census(when, place, lacking_all)
    mock.faults.set({})
    page = await connector.census(when, place, lacking_all)

    assert (len(page.found.messages), page.found.set_aside) == (1, [])


async def test_one_sick_refund_holds_up_no_other(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(mock, "refund", 9)
    sick = list(mock.books.refunds)[4]
    asking, visits = TopClient.ask, 0

    async def ask(self: TopClient, call: Call) -> Row:
        nonlocal visits
        if call.method == "taobao.refund.messages.get" and call.params["refund_id"] == sick:
            visits += 1
            if visits < 2:
                raise Unavailable("isp.top-remote-service-unavailable")
        return await asking(self, call)

    monkeypatch.setattr(TopClient, "ask", ask)
    pages = await compare(connector, span(clock))

    assert (len(found(pages[:2])), len(found(pages)), aside(pages), visits) == (8, 9, [], 2)


async def test_words_whose_refund_has_no_facts_for_an_hour_come_without_and_a_person_hears(
    mock: TaobaoMock, connect: Connect, clock: FakeClock
) -> None:
    connector = connect(mock.account(chat=False))
    write(mock, "refund", 2)
    mock.faults.set({"facts_unavailable": 1})
    when, began = span(clock), clock.now()
    begun = await connector.census(when, None, lacking_all)
    assert (begun.listed, begun.found.messages, begun.found.set_aside) == (0, [], [])

    while clock.now() < began + census_module.PATIENCE:
        with pytest.raises(Unavailable):
            await connector.census(when, begun.found.cursor, lacking_all)
        clock.advance(HOUR / 4)
    page = await connector.census(when, begun.found.cursor, lacking_all)

    assert [(one.text, one.due_at) for one in page.found.messages] == [
        ("第0个", None),
        ("第1个", None),
    ]
    letters = [f"facts-{one}" for one in mock.books.refunds]
    assert sorted(one.id for one in page.found.set_aside) == sorted(letters)
    assert (page.listed, page.found.more) == (4, False)

    async def lacking_the_words(ids: Sequence[str]) -> Collection[str]:
        return [one for one in ids if one not in letters]

    told = await connector.census(when, begun.found.cursor, lacking_the_words)
    assert (len(told.found.messages), told.found.set_aside) == (2, [])


async def test_a_refund_without_facts_holds_up_no_other(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(mock, "refund", 45)
    sick = list(mock.books.refunds)[4]
    asking = TopClient.ask

    async def ask(self: TopClient, call: Call) -> Row:
        if call.method == "taobao.refund.get" and call.params["refund_id"] == sick:
            raise Unavailable("isp.top-remote-service-unavailable")
        return await asking(self, call)

    monkeypatch.setattr(TopClient, "ask", ask)
    when, got = span(clock), list[InboundMessage]()
    place: Cursor | None = None
    for _ in range(5):
        try:
            page = await connector.census(when, place, lacking_all)
        except Unavailable:
            break
        got += page.found.messages
        place = page.found.cursor
    clock.advance(census_module.PATIENCE)
    last = await connector.census(when, place, lacking_all)

    assert len(got) == 44
    assert [one.text for one in last.found.messages] == ["第4个"]
    assert [one.id for one in last.found.set_aside] == [f"facts-{sick}"]
    assert not last.found.more


async def test_an_hour_without_the_platform_takes_no_words_without_their_facts(
    mock: TaobaoMock, connect: Connect, clock: FakeClock
) -> None:
    connector = connect(mock.account(chat=False))
    write(mock, "refund", 1)
    mock.faults.set({"facts_unavailable": 1})
    when = span(clock)
    place = (await connector.census(when, None, lacking_all)).found.cursor
    clock.advance(2 * HOUR)
    mock.faults.set({"http_502_html": 1})

    with pytest.raises(Unavailable):
        await connector.census(when, place, lacking_all)
    mock.faults.set({})
    page = await connector.census(when, place, lacking_all)

    assert (len(page.found.messages), page.found.set_aside) == (1, [])
    assert page.found.messages[0].due_at is not None


async def test_a_platform_that_is_down_is_unavailable(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock
) -> None:
    write(mock, "refund", 5)
    mock.faults.set({"refund_unavailable": 1})

    with pytest.raises(Unavailable):
        await compare(connector, span(clock))


@pytest.mark.parametrize("method", ["taobao.refund.messages.get", "taobao.refund.get"])
async def test_what_the_platform_refuses_to_show(
    mock: TaobaoMock,
    connector: TaobaoConnector,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
) -> None:
    """A thread that is refused needs a person; refused facts leave no words out."""
    write(mock, "refund", 3)
    refused = list(mock.books.refunds)[1]
    asking = TopClient.ask

    async def ask(self: TopClient, call: Call) -> Row:
        if call.method == method and call.params["refund_id"] == refused:
            raise Rejected("isv.refund-not-exist")
        return await asking(self, call)

    monkeypatch.setattr(TopClient, "ask", ask)
    pages = await compare(connector, span(clock))
    again = await compare(connector, span(clock), {f"missing-{refused}"})

    if method == "taobao.refund.get":
        assert (len(found(pages)), aside(pages)) == (3, [])
    else:
        assert [letter.id for letter in aside(pages)] == [f"missing-{refused}"]
        assert len(found(pages)) == 2
    assert aside(again) == []


async def test_rows_that_cannot_be_read_are_set_aside_once(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(mock, "refund", 1)
    write(mock, "chat", 1, 1)
    asking = TopClient.ask

    async def ask(self: TopClient, call: Call) -> Row:
        answer = await asking(self, call)
        for outer, inner in (("messages", "chat_message"), ("refund_messages", "refund_message")):
            listed = answer.get(outer)
            if isinstance(listed, dict) and isinstance(rows := listed.get(inner), list):
                for row in rows:
                    assert isinstance(row, dict)
                    row["created"] = "once"
        return answer

    monkeypatch.setattr(TopClient, "ask", ask)
    letters = aside(await compare(connector, span(clock)))

    assert len(letters) == 2
    assert aside(await compare(connector, span(clock), {one.id for one in letters})) == []


places = st.builds(
    Place,
    stage=st.sampled_from(Stage),
    since_id=st.text("0123456789", max_size=20),
    end=st.none() | st.just(FakeClock().now()),
    page=st.integers(0, 1000),
    again=st.lists(
        st.builds(
            Again,
            refund_id=st.text("0123456789", min_size=1, max_size=20),
            phase=st.sampled_from(["onsale", "aftersale", ""]),
            since=st.none() | st.just(FakeClock().now()),
        )
    ).map(tuple),
)


@given(place=places)
def test_a_place_is_understood_as_it_was_written(place: Place) -> None:
    assert understood(written(place)) == place


@pytest.mark.parametrize("cursor", [None, "", "[]", "[" * 9999, "{}", '{"stage": "?"}'])
def test_a_place_that_nobody_wrote_is_none(cursor: str | None) -> None:
    assert understood(Cursor(cursor) if cursor is not None else None) is None
