"""Threads are read whole, once, and whatever the marketplace does in between."""

from datetime import datetime, timedelta

import pytest

from connectors.base import (
    Cursor,
    InboundMessage,
    RateLimited,
    Rejected,
    SetAside,
    Span,
    Unavailable,
)
from connectors.threaded import position
from connectors.threaded.census import ThreadCensus
from connectors.threaded.position import Position, understood, written
from connectors.threaded.reader import ThreadReader
from connectors.threaded.source import Head
from responder.testing import FakeClock
from tests.connectors.inboxes import drain, lacking
from tests.connectors.threaded.fake_source import FakeSource, ids

HOUR = timedelta(hours=1)


async def test_a_long_list_is_read_from_its_end_so_that_the_oldest_comes_first(
    source: FakeSource, reader: ThreadReader
) -> None:
    for number in range(10):
        source.write(f"t{number}")

    found = await drain(reader)

    assert ids(found) == [f"t{number}-0" for number in range(10)]


async def test_a_thread_that_moves_while_the_list_is_read_is_not_lost(
    source: FakeSource, reader: ThreadReader
) -> None:
    for number in range(10):
        source.write(f"t{number}")
    first = await reader.fetch(None)
    source.clock.advance(timedelta(minutes=3))
    for number in (0, 5, 9):
        source.write(f"t{number}")
    source.write("t10")

    rest = await drain(reader, first.cursor)
    later = await drain(reader, rest.cursor)

    everything = {one.id for one in (*first.messages, *rest.messages, *later.messages)}
    assert everything == {one.id for talk in source.threads.values() for one in talk}


async def test_a_quiet_poll_reads_no_thread_and_keeps_its_cursor(
    source: FakeSource, reader: ThreadReader
) -> None:
    source.write("t1")
    cursor = (await drain(reader)).cursor
    source.looks.clear()

    quiet = await reader.fetch(cursor)

    assert (source.looks, quiet.messages, quiet.cursor) == ([], [], cursor)


async def test_a_busy_page_is_read_in_parts_and_nothing_twice(
    source: FakeSource, reader: ThreadReader
) -> None:
    source.page = 60
    for number in range(60):
        source.write(f"t{number}", 10)

    found = await drain(reader)

    assert len(found.messages) == len(set(ids(found))) == 600
    assert len(source.looks) == 60


async def test_one_thread_that_cannot_be_read_is_tried_on_and_told_after_an_hour(
    source: FakeSource, reader: ThreadReader, clock: FakeClock
) -> None:
    source.write("bad")
    source.write("good")
    source.trouble["bad"] = Unavailable("HTTP 500")

    found = await drain(reader)
    told: list[SetAside] = []
    for _ in range(90):
        clock.advance(timedelta(minutes=1))
        found = await drain(reader, found.cursor)
        told += found.set_aside
    source.trouble.clear()
    clock.advance(timedelta(minutes=16))

    assert [item.id for item in told] == ["unreadable-bad"]
    assert ids(await drain(reader, found.cursor)) == ["bad-0"]


async def test_a_thread_that_is_refused_is_set_aside_at_once_and_not_asked_again(
    source: FakeSource, reader: ThreadReader
) -> None:
    source.write("gone")
    source.trouble["gone"] = Rejected("HTTP 404")

    found = await drain(reader)
    again = await drain(reader, found.cursor)

    assert [item.id for item in found.set_aside] == ["unreadable-gone"]
    assert (source.looks, list(again.set_aside)) == (["gone"], [])


async def test_an_outage_is_raised_and_what_was_read_before_it_is_kept(
    source: FakeSource, reader: ThreadReader
) -> None:
    source.page = 10
    for number in range(8):
        source.write(f"t{number}")
    source.trouble = {f"t{number}": Unavailable("HTTP 503") for number in range(4, 8)}

    half = await reader.fetch(None)
    with pytest.raises(Unavailable):
        await reader.fetch(half.cursor)
    source.trouble.clear()
    rest = await drain(reader, half.cursor)

    assert (len(half.messages), half.more) == (4, True)
    assert len({*ids(half), *ids(rest)}) == 8


async def test_a_limit_stops_the_account_and_not_one_thread(
    source: FakeSource, reader: ThreadReader
) -> None:
    source.write("t1")
    source.trouble["t1"] = RateLimited(timedelta(seconds=9))

    with pytest.raises(RateLimited):
        await reader.fetch(None)


async def test_a_message_that_never_shows_is_told_once_after_a_quarter_of_an_hour(
    source: FakeSource, reader: ThreadReader, clock: FakeClock
) -> None:
    source.write("t1", 2)
    source.unshown.add("t1-1")

    found = await drain(reader)
    told: dict[str, int] = {}
    for minute in range(40):
        clock.advance(timedelta(minutes=1))
        found = await drain(reader, found.cursor)
        told |= {item.id: minute for item in found.set_aside}

    assert told == {"unseen-t1-1": 14}


async def test_a_newer_message_overtakes_the_wait_for_an_older_one(
    source: FakeSource, reader: ThreadReader
) -> None:
    source.write("t1")
    source.unshown.add("t1-0")
    found = await drain(reader)
    source.unshown.clear()
    source.write("t1")

    assert ids(await drain(reader, found.cursor)) == ["t1-0", "t1-1"]


@pytest.mark.parametrize("cursor", ["", "?", "[]", "{}", '{"since":"2026-01-01T00:00:00"}', "1"])
def test_a_cursor_that_nobody_made_is_the_beginning(cursor: str) -> None:
    assert understood(Cursor(cursor)) == Position()


def test_a_cursor_says_what_it_was_told(clock: FakeClock) -> None:
    now: datetime = clock.now()
    head = Head(thread="t", latest="m", facts={"item": "1"})
    told = Position(
        since=now,
        sweep=position.Sweep(span=Span(since=now, until=now + HOUR), page=3),
        known=("a", "b"),
        again=(position.Again(head=head, first=now, at=now + HOUR, told=True),),
    )

    assert understood(written(told)) == told


async def test_a_census_tries_a_broken_thread_three_times_after_all_others(
    source: FakeSource, clock: FakeClock
) -> None:
    for number in range(5):
        source.write(f"t{number}")
    source.trouble["t2"] = Unavailable("HTTP 500")
    census = ThreadCensus(source, clock.now)
    cursor: Cursor | None = None
    span = Span(since=clock.now() - HOUR, until=clock.now() + HOUR)
    found: list[InboundMessage] = []
    aside: list[SetAside] = []
    while True:
        page = await census.page(span, cursor, lacking("t0-0"))
        found += page.found.messages
        aside += page.found.set_aside
        cursor = page.found.cursor
        if not page.found.more:
            break

    assert sorted(one.id for one in found) == ["t1-0", "t3-0", "t4-0"]
    assert [item.id for item in aside] == ["unreadable-t2"]
    assert source.looks.count("t2") == 3
    assert source.looks.count("t1") == 1
