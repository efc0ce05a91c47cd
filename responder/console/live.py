"""Live events: one reader of the stream, any number of listeners."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

import structlog

from responder.clock import Clock
from responder.store.events import Event, EventFeed

log = structlog.get_logger()

QUEUE = 1_000  # events a listener may lag behind; then it must come again
AFTER_FAILURE = 1.0  # seconds


class Ear:
    """What one listener has not heard yet."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[Event | None] = asyncio.Queue(QUEUE)

    def end(self) -> None:
        """Let the listening come to its end."""
        _end(self.queue)


class Hub:
    """Follows the event stream and hands every event to every listener."""

    def __init__(self, feed: EventFeed, clock: Clock) -> None:
        self._feed = feed
        self._clock = clock
        self._queues: set[asyncio.Queue[Event | None]] = set()
        self._calls: list[Callable[[Event], None]] = []
        self._closed = asyncio.Event()
        self._position: str | None = None  # how far the stream was read

    def on_event(self, call: Callable[[Event], None]) -> None:
        """Have ``call`` called with each event; it must be quick."""
        self._calls.append(call)

    async def from_now_on(self) -> None:
        """Have ``run`` begin here: whoever listens before it runs misses nothing."""
        self._position = await self._feed.end()

    async def run(self) -> None:
        """Read the stream from now on, until it is closed or canceled."""
        while not self._is_ending():
            try:
                self._position = self._position or await self._feed.end()
                async for events in self._feed.follow(self._position):
                    for event in events:
                        self._position = event.position
                        self._tell(event)
                    if self._is_ending():
                        return  # the client can lose a cancellation altogether
            except Exception as error:  # noqa: BLE001 - the store may be away; the reader waits for it
                if self._is_ending():
                    return  # a cancellation while it connects comes out of the client as a failure
                log.warning("events.interrupted", error=error.__class__.__name__)
                await self._clock.sleep(AFTER_FAILURE)

    def _is_ending(self) -> bool:
        task = asyncio.current_task()
        return self._closed.is_set() or (task is not None and task.cancelling() > 0)

    def _tell(self, event: Event) -> None:
        for call in self._calls:
            call(event)
        for queue in list(self._queues):
            if queue.full():
                self._queues.discard(queue)
                _end(queue)
            else:
                queue.put_nowait(event)

    def close(self) -> None:
        """End every listener, and the reading."""
        self._closed.set()
        self.end_listeners()

    def end_listeners(self) -> None:
        """Each comes again, if it wants to, with its last position."""
        for queue in list(self._queues):
            _end(queue)

    @contextmanager
    def _listening(self, ear: Ear) -> Iterator[asyncio.Queue[Event | None]]:
        self._queues.add(ear.queue)
        try:
            yield ear.queue
        finally:
            self._queues.discard(ear.queue)

    async def begin(self, position: str | None) -> str:
        """Where a listener begins: now, or after ``position``.

        ``ValueError`` for a position of another store.
        """
        if position is None:
            return await self._feed.end()
        self._feed.check(position)
        return position

    async def listen(
        self, position: str | None, ear: Ear | None = None
    ) -> AsyncIterator[tuple[str, Event]]:
        """Each event with the listener's own position after it; ends when it falls behind.

        With a ``position`` what has happened since comes first, without a gap and
        without a repeat. ``ValueError`` for a position of another store. Whoever keeps the
        ``ear`` can end it.
        """
        with self._listening(ear or Ear()) as queue:
            start = position or await self._feed.end()
            ids = start.split("_")
            async for batch in self._feed.missed(start):
                for event in batch:
                    ids[event.partition] = event.entry
                    yield "_".join(ids), event
            while (event_or_end := await queue.get()) is not None:
                if _order(event_or_end.entry) > _order(ids[event_or_end.partition]):
                    ids[event_or_end.partition] = event_or_end.entry
                    yield "_".join(ids), event_or_end


def _end(queue: asyncio.Queue[Event | None]) -> None:
    """End a listener. What a full queue holds is dropped as a whole: half of it would be a gap."""
    if queue.full():
        for _ in range(queue.qsize()):
            queue.get_nowait()
    queue.put_nowait(None)


def _order(entry: str) -> tuple[int, int]:
    high, _, low = entry.partition("-")
    return int(high), int(low or 0)
