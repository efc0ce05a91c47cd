"""The service's queues: which there are, and how long their work may take."""

import asyncio
from datetime import timedelta

from responder.store.database import Database
from responder.store.queue import DeadlineQueue


class Queues:
    """The service's queues, with the leases that their work needs.

    ``outbox`` has by far the longest: its lease must outlast the slowest send,
    so that nobody looks for a reply that is still on the wire. ``channel`` has to
    outlast the slowest message of an alert; ``alert`` only brings alerts to their
    channels, and bringing one twice is once.
    """

    def __init__(self, database: Database) -> None:
        self.poll = DeadlineQueue(database, "poll", timedelta(seconds=60))
        self.draft = DeadlineQueue(database, "draft", timedelta(seconds=30))
        self.watch = DeadlineQueue(database, "watch", timedelta(seconds=10))
        self.outbox = DeadlineQueue(database, "outbox", timedelta(seconds=120))
        self.greet = DeadlineQueue(database, "greet", timedelta(seconds=120))
        self.alert = DeadlineQueue(database, "alert", timedelta(seconds=10))
        self.channel = DeadlineQueue(database, "channel", timedelta(seconds=30))
        self.census = DeadlineQueue(database, "census", timedelta(seconds=120))
        self.improve = DeadlineQueue(database, "improve", timedelta(seconds=120))
        self.orders = DeadlineQueue(database, "orders", timedelta(seconds=120))
        self.occasion = DeadlineQueue(database, "occasion", timedelta(seconds=60))
        self.outreach = DeadlineQueue(database, "outreach", timedelta(seconds=120))

    @property
    def all(self) -> tuple[DeadlineQueue, ...]:
        return (
            self.poll,
            self.draft,
            self.watch,
            self.outbox,
            self.greet,
            self.alert,
            self.census,
            self.improve,
        )

    async def reclaim(self, settle: timedelta) -> int:
        """Take over from workers who are surely dead; what they sent may ``settle``."""
        settling = (self.outbox, self.greet, self.outreach)
        whole = (*self.all, self.channel, self.orders, self.occasion, self.outreach)
        others = [await queue.reclaim() for queue in whole if queue not in settling]
        return sum(others) + sum([await queue.reclaim(settle) for queue in settling])

    async def depths(self) -> dict[str, int]:
        depths = await asyncio.gather(*(queue.depth() for queue in self.all))
        return {queue.name: depth for queue, depth in zip(self.all, depths, strict=True)}
