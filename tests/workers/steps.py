"""A life of the service that ends, or is left without an answer, at one chosen call."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from enum import Enum
from hashlib import sha1
from typing import Any, TypeVar, cast

from fakeredis import FakeAsyncRedis, FakeServer
from redis.exceptions import ConnectionError as Disconnected

from connectors.base import Author, Batch, Cursor, Receipt, Reply, Trace, Unavailable
from connectors.fake import FakeConnector
from responder.alerts.channels import Outcome
from responder.alerts.message import Message
from responder.alerts.rules import Channel
from responder.clock import Clock
from responder.simulation.script_texts import read_scripts
from responder.testing import FakeClock
from tests.workers.conftest import ListeningChannels

T = TypeVar("T")
TEXTS = read_scripts()
SCRIPTS = {
    sha1(text.encode(), usedforsecurity=False).hexdigest(): name for name, text in TEXTS.items()
}


class How(Enum):
    """What happens when the chosen call is done. To die before it is to die after the last one."""

    DIES = "dies"
    ANSWER_LOST = "never hears the answer"


class Gate:
    """Every call that leaves the process goes through it; the one numbered ``step`` goes wrong."""

    def __init__(self, step: int, how: How) -> None:
        self._step = step
        self._how = how
        self._count = 0
        self.open = False  # counts nothing until then
        self.dead = False
        self.struck = ""  # the name of the call that went wrong

    async def call(self, name: str, work: Callable[[], Awaitable[T]], lost: Exception) -> T:
        if self.dead:  # whatever else ran in that process is gone with it
            raise asyncio.CancelledError
        self._count += self.open
        if not self.open or self._count != self._step or self.struck:
            return await work()
        self.struck = name
        await work()
        if self._how is How.ANSWER_LOST:
            raise lost
        self.dead = True
        raise asyncio.CancelledError


class GatedRedis(FakeAsyncRedis):
    """A client of the store. A pipeline is one call."""

    gate: Gate

    @classmethod
    def through(cls, gate: Gate, server: FakeServer) -> "GatedRedis":
        client = cls(server=server, decode_responses=True)
        client.gate = gate
        return client

    async def learn(self) -> None:
        """Let the server know every script, so that one run is one call."""
        for text in TEXTS.values():
            await self.script_load(text)

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        name = SCRIPTS[str(args[1])] if args[0] == "EVALSHA" else str(args[0])
        run: Callable[..., Awaitable[Any]] = super().execute_command
        return await self.gate.call(
            name, lambda: run(*args, **options), Disconnected("the answer was lost")
        )

    def pipeline(self, *args: Any, **options: Any) -> Any:
        pipe = cast("Any", super()).pipeline(*args, **options)
        execute: Callable[..., Awaitable[Any]] = pipe.execute

        async def gated(*args: Any, **options: Any) -> Any:
            return await self.gate.call(
                "pipeline", lambda: execute(*args, **options), Disconnected("the answer was lost")
            )

        pipe.execute = gated
        return pipe


class Market(FakeConnector):
    """A marketplace; ``shows_copies``: what it took comes back in the inbox."""

    shows_copies = False

    async def send(self, reply: Reply) -> Receipt:
        before = len(self.accepted)
        try:
            return await super().send(reply)
        finally:
            if self.shows_copies and len(self.accepted) > before:
                self.writes(reply.text, author=Author.SELLER, thread=reply.thread)


class GatedConnector(FakeConnector):
    """A marketplace that gives an event again until it is confirmed, and then never more."""

    gate: Gate
    outside: FakeConnector  # the marketplace itself, which outlives us

    @classmethod
    def through(cls, gate: Gate, outside: FakeConnector, clock: Clock) -> "GatedConnector":
        client = cls(clock.now)
        client.gate, client.outside = gate, outside
        return client

    async def fetch(self, cursor: Cursor | None) -> Batch:
        async def unconfirmed() -> Batch:
            known = set(self.outside.acknowledged)
            left = [one for one in self.outside.inbox if one.id not in known]
            receipts = [one.id for one in left]
            return Batch(messages=left, cursor=Cursor("events"), receipts=receipts)

        return await self.gate.call("fetch", unconfirmed, Unavailable("cut"))

    async def acknowledge(self, batch: Batch) -> None:
        await self.gate.call(
            "acknowledge", lambda: self.outside.acknowledge(batch), Unavailable("cut")
        )

    async def send(self, reply: Reply) -> Receipt:
        lost = Unavailable("cut", maybe_done=True)
        return await self.gate.call("send", lambda: self.outside.send(reply), lost)

    async def trace(self, reply: Reply, since: datetime) -> Trace:
        return await self.gate.call(
            "trace", lambda: self.outside.trace(reply, since), Unavailable("cut")
        )


class GatedChannels(ListeningChannels):
    """A way to the pager."""

    gate: Gate
    outside: ListeningChannels

    @classmethod
    def through(cls, gate: Gate, outside: ListeningChannels, clock: FakeClock) -> "GatedChannels":
        client = cls(clock)
        client.gate, client.outside = gate, outside
        return client

    async def hand_over(self, channel: Channel, message: Message) -> Outcome:
        return await self.gate.call(
            "tell", lambda: self.outside.hand_over(channel, message), Disconnected("cut")
        )
