"""The hub between one reader of the event stream and many listeners."""

import asyncio
from collections.abc import AsyncIterator
from typing import cast

from responder.console.live import QUEUE, Hub
from responder.domain.model import AccountId
from responder.store.events import Event, EventFeed
from responder.testing import FakeClock


def events(first: int, last: int) -> list[Event]:
    return [
        Event(
            type="message",
            account=AccountId("a"),
            conversation=None,
            at=FakeClock().now(),
            position=f"{number}-0",
            entry=f"{number}-0",
        )
        for number in range(first, last)
    ]


class Feed:
    """Hands out the batches that a test puts in."""

    def __init__(self) -> None:
        self.batches: asyncio.Queue[list[Event]] = asyncio.Queue()
        self.lost: list[list[Event]] = []

    async def end(self) -> str:
        return "0-0"

    async def missed(self, position: str) -> AsyncIterator[list[Event]]:
        while self.lost:
            yield self.lost.pop(0)

    async def follow(self, position: str) -> AsyncIterator[list[Event]]:
        while True:
            yield await self.batches.get()


class Deaf(Feed):
    """Like the client while it connects: what comes out of a cancellation is a failure."""

    async def end(self) -> str:
        try:
            return str(await asyncio.get_running_loop().create_future())
        except asyncio.CancelledError:
            raise ConnectionError from None


def hub_over(feed: Feed) -> Hub:
    return Hub(cast("EventFeed", feed), FakeClock())


async def test_a_closed_hub_ends_though_the_cancellation_got_lost() -> None:
    hub = hub_over(Deaf())
    reading = asyncio.create_task(hub.run())
    await asyncio.wait({reading}, timeout=0)

    hub.close()
    reading.cancel()

    done, _ = await asyncio.wait({reading}, timeout=5)
    assert done


async def test_a_hub_that_is_cancelled_while_it_connects_ends() -> None:
    reading = asyncio.create_task(hub_over(Deaf()).run())
    await asyncio.wait({reading}, timeout=0)

    reading.cancel()

    done, _ = await asyncio.wait({reading}, timeout=5)
    assert done, "a daemon that fails at its start would never end"


async def test_a_listener_that_falls_behind_is_ended_without_a_gap() -> None:
    feed = Feed()
    hub = hub_over(feed)
    reading = asyncio.create_task(hub.run())
    listener = hub.listen(None)
    first = asyncio.ensure_future(anext(listener))
    await asyncio.wait({first}, timeout=0)
    feed.batches.put_nowait(events(1, 2))
    assert (await first)[0] == "1-0"

    feed.batches.put_nowait(events(2, QUEUE + 10))
    seen = [int(place.partition("-")[0]) async for place, _ in listener]

    assert seen == list(range(2, 2 + len(seen)))
    hub.close()
    reading.cancel()
    await asyncio.wait({reading})


async def test_what_was_caught_up_with_is_not_told_again() -> None:
    feed = Feed()
    feed.lost = [events(1, 3), events(3, 4)]
    hub = hub_over(feed)
    reading = asyncio.create_task(hub.run())
    listener = hub.listen("0-0")
    seen = [(await anext(listener))[0]]
    feed.batches.put_nowait(events(2, 6))

    seen += [(await anext(listener))[0] for _ in range(4)]

    assert seen == ["1-0", "2-0", "3-0", "4-0", "5-0"]
    hub.close()
    reading.cancel()
    await asyncio.wait({reading})


async def test_who_was_away_for_days_is_told_of_them_little_by_little() -> None:
    feed = Feed()
    feed.lost = [events(first, first + 500) for first in range(1, 5_000, 500)]
    listener = hub_over(feed).listen("0-0")

    first, _ = await anext(listener)

    assert first == "1-0"
    assert len(feed.lost) == 9, "what nobody has taken yet stays in the store"
