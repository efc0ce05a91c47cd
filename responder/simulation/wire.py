"""The way between a daemon and a marketplace, and a connector that goes it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

from connectors.base import (
    Author,
    Batch,
    Census,
    ConnectorError,
    Cursor,
    Missing,
    Order,
    OrderStatus,
    RateLimited,
    Receipt,
    Rejected,
    Reply,
    Span,
    Trace,
    Unauthorized,
    Unavailable,
)
from responder.simulation.marketplace import Marketplace, Posted, message_id

PAGE = 20
CLOCKS_APART = timedelta(seconds=60)
LONGEST_WAY = 4.0  # seconds until a request surely has arrived, or never will

Answer = TypeVar("Answer")


@dataclass(slots=True)
class Weather:
    """How an account's marketplace is now; changed by the world's plan of faults."""

    out_until: float = 0
    storm_until: float = 0
    token_dead_until: float = 0

    @property
    def bad_until(self) -> float:
        return max(self.out_until, self.storm_until, self.token_dead_until)


@dataclass(slots=True)
class Wire:
    """Carries requests. What has left arrives, even if the one who asked has died meanwhile."""

    market: Marketplace
    weather: Weather
    dice: Random
    dead: bool = False
    on_accepted: Callable[[Posted], None] = field(default=lambda _: None)

    async def ask(self, act: Callable[[], Answer], *, writes: bool = False) -> Answer:
        """Let ``act`` happen at the marketplace; return its answer, or lose it."""
        loop = self.market.time.loop
        answer: asyncio.Future[Answer] = loop.create_future()
        loop.call_later(self._way(), self._arrive, act, answer, writes)
        return await answer

    def _way(self) -> float:
        """Mostly quick; in the long tail a request takes seconds."""
        if self.dice.random() < 0.02:
            return self.dice.uniform(0.5, LONGEST_WAY)
        return self.dice.uniform(0.02, 0.3)

    def _arrive(
        self, act: Callable[[], Answer], answer: "asyncio.Future[Answer]", writes: bool
    ) -> None:
        loop, profile = self.market.time.loop, self.market.profile
        refusal = self._refusal(loop.time())
        if refusal is not None:
            loop.call_later(self._way(), _fail, answer, refusal)
            return
        unclear = profile.maybe_done > self.dice.random()
        if unclear and self.dice.random() < 0.5:
            silence = Unavailable("nobody answered", maybe_done=writes)
            loop.call_later(self._way(), _fail, answer, silence)
            return
        try:
            value = act()
        except ConnectorError as refused:
            loop.call_later(self._way(), _fail, answer, refused)
            return
        if unclear:
            lost = Unavailable("the answer was lost", maybe_done=writes)
            loop.call_later(self._way(), _fail, answer, lost)
        elif profile.too_slow > self.dice.random():
            loop.call_later(self.dice.uniform(65, 200), _tell, answer, value)
        else:
            loop.call_later(self._way(), _tell, answer, value)

    def _refusal(self, now: float) -> ConnectorError | None:
        """Why the marketplace does not even look at a request."""
        profile = self.market.profile
        if now < self.weather.out_until:
            return Unavailable("the marketplace is out")
        if now < self.weather.storm_until:
            return RateLimited(timedelta(seconds=self.dice.randint(1, 71)))
        if now < self.weather.token_dead_until:
            return Unauthorized("the token is dead")
        if profile.unavailable > self.dice.random():
            return Unavailable("refused at the door")
        return None


def _tell(answer: "asyncio.Future[Answer]", value: Answer) -> None:
    if not answer.done():
        answer.set_result(value)


def _fail(answer: "asyncio.Future[Answer]", error: ConnectorError) -> None:
    if not answer.done():
        answer.set_exception(error)


class SimulatedConnector:
    """What ``connectors.base.Connector`` promises, over a ``Wire``."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._market = wire.market

    async def fetch(self, cursor: Cursor | None) -> Batch:
        return await self._wire.ask(lambda: self._fetch(cursor))

    def _fetch(self, cursor: Cursor | None) -> Batch:
        market = self._market
        incarnation, _, place = (cursor or "0:0").partition(":")
        position = int(place) if int(incarnation) == market.incarnation else 0
        page = market.page(position, PAGE)
        events = [] if market.mail else market.rung()
        news = {message.id: message for event in events for message in market.thread(event.thread)}
        return Batch(
            messages=[message.shown() for message in [*page, *news.values()]],
            cursor=Cursor(f"{market.incarnation}:{position + len(page)}"),
            more=position + len(page) < len(market.listing),
            receipts=[event.id for event in events],
        )

    async def census(self, span: Span, cursor: Cursor | None, missing: Missing) -> Census:  # noqa: ARG002
        """All that the marketplace shows, in one page."""
        shown = await self._wire.ask(lambda: [*self._market.everything()])
        old = [message for message in shown if message.at < span.until]
        lacking = await missing([message.id for message in old])
        found = [message.shown() for message in old if message.id in lacking]
        return Census(listed=len(old), found=Batch(messages=found, cursor=Cursor("0")))

    async def acknowledge(self, batch: Batch) -> None:
        await self._wire.ask(lambda: self._market.confirm(tuple(batch.receipts)))

    async def send(self, reply: Reply) -> Receipt:
        return await self._wire.ask(lambda: self._send(reply), writes=True)

    def _send(self, reply: Reply) -> Receipt:
        market = self._market
        if reply.thread in market.refusing or market.profile.rejected > self._wire.dice.random():
            raise Rejected("the marketplace does not take it")
        message = market.accept(reply.thread, reply.text, reply.id)
        self._wire.on_accepted(message)
        return Receipt(
            id=message_id(reply.id) if market.mail else message.id,
            accepted_at=message.at,
        )

    async def trace(self, reply: Reply, since: datetime) -> Trace:
        return await self._wire.ask(lambda: self._trace(reply, since))

    def _trace(self, reply: Reply, since: datetime) -> Trace:
        """Mail tells by its copies only; chat knows our id."""
        market = self._market
        if not market.mail:
            found = any(message.reply == reply.id for message in market.accepted)
            return Trace.SENT if found else Trace.ABSENT
        recent = [one for one in market.thread(reply.thread) if one.at >= since - CLOCKS_APART]
        if any(message.refuses == message_id(reply.id) for message in recent):
            return Trace.REFUSED
        copied = any(
            message.author is Author.SELLER and message.text == reply.text for message in recent
        )
        return Trace.SENT if copied else Trace.UNKNOWN

    async def order(self, order_id: str) -> Order | None:
        return await self._wire.ask(lambda: Order(id=order_id, status=OrderStatus.SHIPPED))

    async def check(self) -> str:
        return "simulated"

    async def close(self) -> None:
        """Nothing is open."""
