"""Threads that the marketplace never shows, and lists that say little, hold up no other thread."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.base import Cursor, SetAside, Span, Unavailable
from connectors.threaded.census import ThreadCensus
from connectors.threaded.reader import ThreadReader
from connectors.threaded.source import Head, Heads, Thread
from responder.testing import FakeClock
from tests.connectors.inboxes import drain, lacking
from tests.connectors.threaded.fake_source import FakeSource, ids

HOUR = timedelta(hours=1)


@pytest.mark.parametrize("broken", [2, 4, 9])
async def test_threads_that_stay_broken_hold_up_no_news_and_are_told_of(
    source: FakeSource, reader: ThreadReader, clock: FakeClock, broken: int
) -> None:
    cursor: Cursor | None = None
    for number in range(broken):
        source.write(f"bad{number}")
        source.trouble[f"bad{number}"] = Unavailable("HTTP 500")
        cursor = (await drain(reader, cursor)).cursor
    told: list[SetAside] = []
    read: list[str] = []
    for minute in range(90):
        clock.advance(timedelta(minutes=1))
        if minute % 30 == 0:
            source.write(f"good{minute}")
        found = await drain(reader, cursor)
        cursor = found.cursor
        told += found.set_aside
        read += ids(found)

    assert read == ["good0-0", "good30-0", "good60-0"]
    assert {item.id for item in told} == {f"unreadable-bad{number}" for number in range(broken)}


async def test_threads_that_are_broken_from_the_first_look_hold_up_no_news_for_ever(
    source: FakeSource, reader: ThreadReader
) -> None:
    source.page = 10
    for number in range(4):
        source.write(f"bad{number}")
        source.trouble[f"bad{number}"] = Unavailable("HTTP 500")
    source.write("good")
    cursor: Cursor | None = None
    read: list[str] = []
    for _ in range(3):
        with suppress(Unavailable):
            found = await reader.fetch(cursor)
            cursor = found.cursor
            read += ids(found)

    assert read == ["good-0"]


async def test_threads_that_time_out_hold_up_no_page_of_the_list(
    source: FakeSource, reader: ThreadReader, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    cursor: Cursor | None = None
    for number in range(24):
        source.write(f"bad{number}")
        source.trouble[f"bad{number}"] = Unavailable("no answer")
        cursor = (await drain(reader, cursor)).cursor
    thread = source.thread

    async def slow(head: Head) -> Thread:
        clock.advance(timedelta(seconds=5) if head.thread in source.trouble else timedelta(0))
        return await thread(head)

    monkeypatch.setattr(source, "thread", slow)
    source.page = 24
    for number in range(25):
        source.write(f"good{number}")
    read: list[str] = []
    for _ in range(6):
        found = await reader.fetch(cursor)
        cursor = found.cursor
        read += ids(found)

    assert set(read) == {f"good{number}-0" for number in range(25)}


async def test_a_list_that_names_no_latest_message_loses_no_thread(
    source: FakeSource, reader: ThreadReader, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    heads = source.heads

    async def without_latest(span: Span, number: int) -> Heads:
        page = await heads(span, number)
        return replace(page, heads=[replace(head, latest="") for head in page.heads])

    monkeypatch.setattr(source, "heads", without_latest)
    source.page = 60
    for number in range(50):
        source.write(f"a{number}")
    first = await drain(reader)
    source.write("b")
    source.write("a7")

    then = await drain(reader, first.cursor)

    assert len(ids(first)) == 50
    assert {"b-0", "a7-1"} <= set(ids(then))


async def test_a_census_ends_though_several_threads_stay_broken(
    source: FakeSource, clock: FakeClock
) -> None:
    for number in range(8):
        source.write(f"t{number}")
    source.trouble = {name: Unavailable("HTTP 500") for name in ("t2", "t5")}
    census = ThreadCensus(source, clock.now)
    span = Span(since=clock.now() - HOUR, until=clock.now())
    cursor: Cursor | None = None
    aside: list[SetAside] = []
    for _ in range(30):
        clock.advance(timedelta(minutes=10))
        with suppress(Unavailable):
            page = await census.page(span, cursor, lacking())
            aside += page.found.set_aside
            cursor = page.found.cursor
            if not page.found.more:
                break

    assert {item.id for item in aside} == {"unreadable-t2", "unreadable-t5"}
