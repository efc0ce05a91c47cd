"""A kill at every step, and every answer lost: nothing is lost, and nothing is sent twice.

A story is told once for each call that its path makes: to the store, to the
marketplace, to the pager. When it is done, the process dies, or never hears the
answer. Then another process takes over when the leases
have ended, and the books must be in order.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from fakeredis import FakeServer
from redis.exceptions import ConnectionError as Disconnected

from responder.domain.model import State
from responder.drafting import Drafting
from responder.store.database import open_database
from responder.store.outbox import outgoing
from responder.testing import FakeClock, HastyClock
from tests.workers.conftest import ListeningChannels, Service, running
from tests.workers.steps import Gate, GatedChannels, GatedConnector, GatedRedis, How, Market

WORDS = "It is on its way."
LEASES_END = timedelta(minutes=4)
Path = Callable[[Service], Awaitable[None]]
Story = Callable[["World"], Awaitable[None]]
Books = Callable[["World", str, Service], Awaitable[None]]


@dataclass
class World:
    """What outlives a process: the store, the marketplace, the pager, the clock."""

    drafting: Drafting
    server: FakeServer = field(default_factory=FakeServer)
    clock: FakeClock = field(default_factory=HastyClock)
    lives: int = 0

    def __post_init__(self) -> None:
        self.market = Market(self.clock.now)
        self.pager = ListeningChannels(self.clock)

    async def life(self, gate: Gate, path: Path) -> None:
        """One process goes down ``path``, as far as it comes."""
        redis = GatedRedis.through(gate, self.server)
        if not self.lives:
            await redis.learn()
        self.lives += 1
        database = await open_database(redis, self.clock, partitions=1)
        async with running(
            database,
            self.clock,
            GatedConnector.through(gate, self.market, self.clock),
            GatedChannels.through(gate, self.pager, self.clock),
            self.drafting,
        ) as service:
            gate.open = True
            for _ in range(3):  # a loop goes on after a store that did not answer
                try:
                    await path(service)
                    break
                except Disconnected:
                    continue
                except asyncio.CancelledError:
                    break
            gate.open = False

    async def quietly(self, path: Path) -> None:
        """A process that nothing happens to."""
        await self.life(Gate(0, How.DIES), path)

    async def others_take_over(self, look: Path) -> None:
        """Leases end, other processes go on, a person decides what nobody knows; then ``look``."""

        async def go_on(service: Service) -> None:
            for _ in range(3):
                self.clock.advance(LEASES_END)
                await service.work("poll", "draft", "send", "watch", "alert")
                for one in await service.all():
                    reply = await outgoing(service.database, one.id)
                    if one.state is State.UNCERTAIN and reply is not None:
                        arrived = any(sent.id == reply.id for sent in self.market.accepted)
                        await service.desk.resolve_uncertain(one.id, "sue", was_sent=arrived)
            await look(service)

        await self.quietly(go_on)


async def at_every_step(
    drafting: Drafting,
    how: How,
    *,
    before: Story,
    path: Path,
    books: Books,
) -> list[str]:
    """Tell the story once for each call on ``path``; returns which calls went wrong."""
    struck: list[str] = []
    while True:
        world, gate = World(drafting), Gate(len(struck) + 1, how)
        await before(world)
        await world.life(gate, path)
        await world.others_take_over(partial(books, world, gate.struck))
        if not gate.struck:
            return struck
        struck.append(gate.struck)
