"""Which refund threads have news, and what is in them: TMC, the sweep, and the reading."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from connectors.base import (
    ConnectorError,
    Cursor,
    InboundMessage,
    Rejected,
    SetAside,
    Unavailable,
)
from connectors.pigeonholes import Pigeonholes
from connectors.taobao import exchange, refund, tmc
from connectors.taobao.account import TopAccount
from connectors.taobao.position import Position, Sweep, Unread, merged, split
from connectors.taobao.reading import Outcome, Read, settled, task
from connectors.taobao.shared_group import SharedGroup
from connectors.top.client import TopClient
from connectors.top.values import Row
from connectors.top.wire import Call

WAVE = 4  # threads at a time: two requests each, so eight under way
WAITING_AT_MOST = 200  # kept in the cursor; the rest TMC brings again by itself
READY_AT_MOST = 100  # with so many in hand, no more are taken from TMC


@dataclass(slots=True)
class Harvest:
    """What the threads gave, as it gathers."""

    messages: dict[str, InboundMessage] = field(default_factory=dict)
    set_aside: dict[str, SetAside] = field(default_factory=dict)
    receipts: list[str] = field(default_factory=list)
    ignored: int = 0
    counted: int = 0
    ready: list[Unread] = field(default_factory=list)
    waiting: list[Unread] = field(default_factory=list)
    stop: ConnectorError | None = None
    turned: bool = False  # TMC gave something new
    listened: bool = False  # TMC was asked
    more: bool = False

    def take(self, unit: Unread, outcome: Outcome, room: int) -> None:
        """Add one outcome; a page that no longer fits is left for the next batch."""
        if len(self.messages) + len(outcome.messages) > room:
            self.ready.append(unit)
            return
        self.counted += outcome.counted
        for message in outcome.messages:
            self.ignored += message.id in self.messages  # named twice, told once
            self.messages[message.id] = message
        for item in outcome.set_aside:
            self.put_aside(item)
        self.receipts.extend(outcome.receipts)
        self.stop = self.stop or outcome.stop
        if outcome.then is not None:
            self.keep(outcome.then)

    def put_aside(self, item: SetAside) -> None:
        self.ignored += item.id in self.set_aside
        self.set_aside[item.id] = item

    def in_order(self) -> list[InboundMessage]:
        """The messages, oldest first; ids grow, and break the ties of TOP's whole seconds."""
        return sorted(
            self.messages.values(),
            key=lambda message: (message.sent_at, len(message.id), message.id),
        )

    def keep(self, unit: Unread) -> None:
        (self.ready if unit.again_at is None else self.waiting).append(unit)

    @property
    def unread(self) -> tuple[Unread, ...]:
        """What the cursor must remember. Threads of a sweep all are: nobody rings for them."""
        waiting = merged(self.waiting)
        swept = [unit for unit in waiting if not unit.receipts]
        return (*self.ready, *swept, *self._rung(waiting)[:WAITING_AT_MOST])

    @property
    def heard_all(self) -> bool:
        """Whether nothing is left to TMC, which forgets it after a day."""
        return self.listened and len(self._rung(merged(self.waiting))) <= WAITING_AT_MOST

    def _rung(self, units: Sequence[Unread]) -> list[Unread]:
        return [unit for unit in units if unit.receipts]


class RefundReader:
    """Reads refund threads. Holds in memory only what TMC gave last, until the cursor moves on.

    TMC does not give an unconfirmed message again for minutes, so a page that
    failed would otherwise be late by as much.
    """

    def __init__(
        self,
        client: TopClient,
        account: TopAccount,
        now: Callable[[], datetime],
        pigeonholes: Pigeonholes | None = None,
    ) -> None:
        self._client = client
        self._group_name = account.group_name
        self._group = SharedGroup(account, pigeonholes)
        self._now = now
        self._taken: tuple[Cursor | None, list[tmc.Event]] = (None, [])
        self._from_the_end = False

    async def harvest(
        self, cursor: Cursor | None, position: Position, *, room: int, looks: int
    ) -> tuple[Harvest, Sweep | None]:
        """Read up to ``looks`` threads and ``room`` messages; ``room`` holds a page of a thread."""
        now = self._now()
        found = Harvest()
        ready, found.waiting = split(position.unread, now)
        rung = await self._rung(cursor, found, len(ready))
        units = merged([*ready, *rung])
        sweep = position.sweep
        if sweep is not None and len(units) < WAVE:
            swept, sweep = await self._swept(sweep, now)
            units = merged([*units, *swept])
        if self._from_the_end:
            units.reverse()
        units.sort(key=lambda unit: unit.again_at is not None)  # news wait for none that failed
        await self._read(units, found, room=room, looks=looks)
        if found.stop is not None:  # or some are broken: then others are read the next time
            self._from_the_end = not self._from_the_end
        found.more = found.more or bool(found.ready) or sweep is not None
        return found, sweep

    async def confirm(self, receipts: Sequence[str]) -> None:
        for call in tmc.confirm(receipts, self._group_name):
            await self._client.ask(call)
        await self._group.settled(receipts)

    async def _rung(self, cursor: Cursor | None, found: Harvest, ready: int) -> list[Unread]:
        """What TMC asks for. The same cursor gets the same events again, and newer ones."""
        remembered = self._taken[1] if self._taken[0] == cursor else []
        fresh: list[tmc.Event] = []
        known = {one for unit in found.waiting for one in unit.receipts}
        if ready < READY_AT_MOST:
            answer = await self._client.ask(tmc.consume(self._group_name))
            found.listened = True
            found.more = tmc.named(answer) >= tmc.CONSUME_AT_ONCE
            ours = await self._group.ours(answer, known)
            fresh = [event for event in ours if event.id not in known]
        events = list({event.id: event for event in [*remembered, *fresh]}.values())
        self._taken = (cursor, events)
        found.turned = bool(events)
        return [unit for event in events if (unit := self._asked(event, found)) is not None]

    def _asked(self, event: tmc.Event, found: Harvest) -> Unread | None:
        match task(event, self._now()):
            case Unread() as unit:
                return unit
            case SetAside() as item:
                found.put_aside(item)
            case _:
                found.ignored += 1
        found.counted += 1
        found.receipts.extend([event.id] if event.id else [])
        return None

    async def _swept(self, sweep: Sweep, now: datetime) -> tuple[list[Unread], Sweep | None]:
        call = refund.changed(sweep.start, sweep.end, max(1, sweep.page))
        answer = await self._client.ask(call)
        _, total = refund.changed_refunds(answer)
        then = sweep.after(total, refund.SWEEP_PAGE)
        if then is not None and sweep.page == 0:
            return [], then.settled(now)  # only now is the last page known, where reading begins
        named = refund.by_deadline(answer)
        units = [Unread(refund_id=one, phase=phase, heard=now) for one, phase in named]
        return units, then or sweep.rest(now)

    async def _read(
        self, units: Sequence[Unread], found: Harvest, *, room: int, looks: int
    ) -> None:
        """Read until there is no room, or a whole wave fails: nobody waits for the others to time
        out, chat least of all.
        """
        queue = deque(units)
        goes_on = True
        while queue and looks > 0 and goes_on and len(found.messages) < room:
            wave = [queue.popleft() for _ in range(min(WAVE, looks, len(queue)))]
            looks -= len(wave)
            goes_on = await self._wave(wave, found, room)
        found.more = found.more or (goes_on and bool(queue))
        for unit in queue:
            found.keep(unit)

    async def _wave(self, wave: Sequence[Unread], found: Harvest, room: int) -> bool:
        """Look at some at once; False where that is enough for now."""
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._look(unit)) for unit in wave]
        looks = [task.result() for task in tasks]
        for unit, look in zip(wave, looks, strict=True):
            found.take(unit, settled(unit, look, self._now()), room)
        failed = [look for look in looks if isinstance(look, Unavailable)]
        all_failed = len(failed) == len(looks) > 1
        if all_failed and sum(unit.again_at is None for unit in wave) > 1:
            found.stop = found.stop or failed[0]  # the platform is down
        return found.stop is None and not all_failed

    async def _look(self, unit: Unread) -> Read | ConnectorError:
        """One page of a thread and the refund's facts, asked for at the same time."""
        phase = unit.phase or await self._phase(unit.refund_id)
        if isinstance(phase, ConnectorError):
            return phase
        calls = (
            exchange.read_thread(unit.refund_id, phase, unit.page),
            refund.read_refund(unit.refund_id),
        )
        async with asyncio.TaskGroup() as group:
            asked = [group.create_task(self._told(call)) for call in calls]
        thread, facts = (task.result() for task in asked)
        if isinstance(thread, ConnectorError):
            return thread
        if isinstance(facts, Rejected) and phase == refund.EXCHANGE:
            facts = {}  # an exchange may be no refund
        if isinstance(facts, ConnectorError):
            return facts
        try:
            page = exchange.thread_page(phase, thread)
        except ConnectorError as error:
            return error
        return Read(page=page, facts=refund.refund(facts))

    async def _phase(self, refund_id: str) -> str | ConnectorError:
        """The phase of a refund whose event names none: without it Tmall shows no thread."""
        facts = await self._told(refund.read_refund(refund_id))
        return facts if isinstance(facts, ConnectorError) else refund.refund(facts).phase

    async def _told(self, call: Call) -> Row | ConnectorError:
        try:
            return await self._client.ask(call)
        except ConnectorError as error:
            return error
