"""Lists of many pages that move while they are read, and threads that fail by the hundred."""

from datetime import timedelta

from connectors.base import Unavailable
from connectors.threaded.position import RARE, Again, Position, due
from connectors.threaded.reader import ThreadReader
from connectors.threaded.source import Head
from responder.testing import FakeClock
from tests.connectors.inboxes import drain
from tests.connectors.threaded.fake_source import FakeSource, ids

HOUR = timedelta(hours=1)


async def test_what_comes_while_a_long_list_is_read_hides_no_thread(
    source: FakeSource, reader: ThreadReader
) -> None:
    for number in range(10):
        source.write(f"t{number}")
    source.clock.advance(HOUR)
    pages = [await reader.fetch(None)]
    while pages[-1].more:
        source.write(f"new {len(pages)}")
        pages.append(await reader.fetch(pages[-1].cursor))
    pages.append(await drain(reader, pages[-1].cursor))

    everything = {one.id for talk in source.threads.values() for one in talk}
    assert {name for page in pages for name in ids(page)} == everything


async def test_a_new_account_whose_threads_mostly_fail_forgets_none_of_them(
    source: FakeSource, reader: ThreadReader
) -> None:
    source.page = 40
    for number in range(400):
        source.write(f"t{number}")
    source.trouble = {f"t{one}": Unavailable("not now") for one in range(400) if one % 3}
    source.clock.advance(HOUR)
    polls = [await drain(reader)]
    source.trouble.clear()
    source.clock.advance(timedelta(minutes=2))

    for _ in range(10):
        polls.append(await drain(reader, polls[-1].cursor))

    everything = {f"t{number}-0" for number in range(400)}
    assert {name for page in polls for name in ids(page)} == everything


def test_a_clock_that_was_set_back_asks_for_no_span_that_ends_before_it_begins(
    clock: FakeClock,
) -> None:
    ahead = Position(since=clock.now() + HOUR)

    span = ahead.sweep_at(clock.now()).span

    assert span.since < clock.now() < span.until


async def test_what_changed_while_nobody_read_is_read_after_a_clock_was_ahead(
    source: FakeSource, clock: FakeClock
) -> None:
    """When that clock read last nobody can say."""
    true, source.clock = clock, FakeClock(clock.now())
    fast = FakeClock(clock.now() + HOUR)
    read = await drain(ThreadReader(source, fast.now))
    source.write("t1")
    source.clock.advance(HOUR / 2)
    true.advance(HOUR / 2)

    found = await drain(ThreadReader(source, true.now), read.cursor)

    assert ids(found) == ["t1-0"]


def test_a_thread_is_looked_at_again_that_a_clock_which_was_ahead_put_off(
    clock: FakeClock,
) -> None:
    now, head = clock.now(), Head(thread="t", latest="m", facts={})
    long = Again(head=head, first=now, at=now + RARE)
    ahead = Again(head=head, first=now, at=now + HOUR)

    assert due([long, ahead], now) == ([ahead], [long])
