"""TOP's own lists: what cannot be shown is asked for again for an hour, and holds up nothing."""

from collections.abc import Collection, Sequence
from datetime import timedelta

import pytest

from connectors.base import Cursor, InboundMessage, Unavailable
from connectors.taobao import census as census_module
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock
from connectors.top.client import TopClient
from connectors.top.values import Row
from connectors.top.wire import Call
from responder.testing import FakeClock
from tests.connectors.taobao.conftest import Connect
from tests.connectors.taobao.lists import aside, compare, found, lacking_all, span, write

HOUR = timedelta(hours=1)


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
