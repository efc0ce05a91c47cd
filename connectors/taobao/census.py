"""A shop's inbox by TOP's own lists: chat by its time, and changed refunds with their threads."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from connectors.base import (
    Batch,
    Census,
    Cursor,
    InboundMessage,
    Missing,
    Rejected,
    SetAside,
    Span,
    Unavailable,
)
from connectors.taobao import chat, exchange, refund
from connectors.taobao.census_place import Again, Place, Stage, understood, written
from connectors.taobao.inbox import from_chat, from_refund, refund_thread, set_aside
from connectors.taobao.position import Sweep
from connectors.taobao.reading import unreadable, without_facts
from connectors.taobao.refund import Broken, Refund, RefundMessage
from connectors.top.client import TopClient

REFUNDS = 20  # of a page of the list
WAVE = 4  # threads at a time
PATIENCE = timedelta(hours=1)  # with a thread that the platform cannot show
LONGEST_THREAD = 20  # pages of it


@dataclass(frozen=True, slots=True, kw_only=True)
class _Thread:
    """A refund thread, read to its end; or why it could not be."""

    unit: Again
    messages: Sequence[RefundMessage] = ()
    broken: Sequence[Broken] = ()
    failure: Rejected | Unavailable | None = None


@dataclass(slots=True)
class _Found:
    """What a page gave, as it gathers."""

    listed: int = 0
    messages: list[InboundMessage] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)

    def census(self, then: Place | None, here: Place) -> Census:
        self.messages.sort(key=lambda message: (message.sent_at, len(message.id), message.id))
        batch = Batch(
            messages=self.messages,
            set_aside=self.set_aside,
            cursor=written(then or here),
            more=then is not None,
        )
        return Census(listed=self.listed, found=batch)


class TopCensus:
    """Asks neither TMC nor the running list of chat, and takes nothing out of them.

    A refund that changed since the span began is read to its end, whatever is
    new in it: the list does not say what. Source: protocols B3.
    """

    def __init__(self, client: TopClient, now: Callable[[], datetime], *, chat: bool) -> None:
        self._client = client
        self._now = now
        self._first = Stage.CHAT if chat else Stage.REFUNDS

    async def page(self, span: Span, cursor: Cursor | None, missing: Missing) -> Census:
        """A page of chat, or a page of changed refunds, from the last page to the first."""
        place = understood(cursor) or Place(stage=self._first)
        found = _Found()
        match place.stage:
            case Stage.CHAT:
                then: Place | None = await self._chat(place, span, missing, found)
            case Stage.REFUNDS:
                then = await self._refunds(place, span, missing, found)
            case Stage.AGAIN:
                then = await self._again(place, span, missing, found)
        return found.census(then, place)

    async def _chat(self, place: Place, span: Span, missing: Missing, found: _Found) -> Place:
        answer = await self._client.ask(chat.read_from(span.since, place.since_id))
        page = chat.page(answer, place.since_id)
        old = [message for message in page.messages if message.written < span.until]
        found.listed += len(old) + len(page.broken)
        lacking = await missing([*(one.id for one in old), *(one.id for one in page.broken)])
        found.messages += [from_chat(message) for message in old if message.id in lacking]
        found.set_aside += [
            set_aside(broken, "chat", self._now()) for broken in page.broken if broken.id in lacking
        ]
        reached = bool(page.messages) and not old  # the rest is younger than the span
        if page.more and not reached:
            return replace(place, since_id=page.last_id)
        return Place(stage=Stage.REFUNDS)

    async def _refunds(
        self, place: Place, span: Span, missing: Missing, found: _Found
    ) -> Place | None:
        """What changed up to now, not up to the span's end: a change moves a refund on."""
        sweep = Sweep(start=span.since, end=place.end or self._now(), page=place.page)
        call = refund.changed(sweep.start, sweep.end, max(1, sweep.page), REFUNDS)
        named, total = refund.changed_refunds(await self._client.ask(call))
        then = sweep.after(total, REFUNDS)
        if then is not None and sweep.page == 0:
            return replace(place, page=then.page, end=sweep.end)
        units = [Again(refund_id=one, phase=phase) for one, phase in reversed(named)]
        failed = await self._take(units, span, missing, found)
        again = (*place.again, *failed)
        if then is not None:
            return replace(place, page=then.page, end=sweep.end, again=again)
        return Place(stage=Stage.AGAIN, again=again) if again else None

    async def _again(
        self, place: Place, span: Span, missing: Missing, found: _Found
    ) -> Place | None:
        """Threads that could not be read. Where none can be now, whoever asks waits, and longer."""
        now, rest = place.again[:REFUNDS], place.again[REFUNDS:]
        failed = await self._take(now, span, missing, found)
        if len(failed) == len(now):
            raise Unavailable(f"TOP cannot show {len(failed)} refund threads")
        again = (*rest, *failed)
        return Place(stage=Stage.AGAIN, again=again) if again else None

    async def _take(
        self, units: Sequence[Again], span: Span, missing: Missing, found: _Found
    ) -> list[Again]:
        """Read threads and take what is missing of them; returns those to be tried again."""
        threads: list[_Thread] = []
        for at in range(0, len(units), WAVE):
            async with asyncio.TaskGroup() as group:
                wave = [group.create_task(self._thread(unit)) for unit in units[at : at + WAVE]]
            threads += [task.result() for task in wave]
        failed = [one for one in threads if isinstance(one.failure, Unavailable)]
        unshown = [one for one in failed if self._is_unshown(one.unit)]
        if unshown or len(failed) == len(threads) > 1:
            # Where the list does not answer either, the platform is down: no refund's fault.
            await self._client.ask(refund.changed(span.since, self._now(), 1, 1))
        rejected = [one for one in threads if isinstance(one.failure, Rejected)]
        await self._aside([*rejected, *unshown], missing, found)
        without_facts = await self._news(threads, span, missing, found)
        unread = [one.unit for one in failed if one not in unshown]
        return [
            replace(unit, since=unit.since or self._now()) for unit in (*unread, *without_facts)
        ]

    def _is_unshown(self, unit: Again) -> bool:
        return unit.since is not None and self._now() - unit.since >= PATIENCE

    async def _aside(self, threads: Sequence[_Thread], missing: Missing, found: _Found) -> None:
        """Set aside what no further try can read."""
        hopeless = [
            unreadable(one.unit.refund_id, f"the refund cannot be read: {one.failure}", self._now())
            for one in threads
        ]
        lacking = await missing([item.id for item in hopeless])
        found.listed += len(hopeless)
        found.set_aside += [item for item in hopeless if item.id in lacking]

    async def _news(
        self, threads: Sequence[_Thread], span: Span, missing: Missing, found: _Found
    ) -> list[Again]:
        """Take what is missing; returns those whose refund's facts could not be read yet."""
        old = {
            one.unit.refund_id: [m for m in one.messages if m.written < span.until]
            for one in threads
        }
        broken = [(one.unit.refund_id, each) for one in threads for each in one.broken]
        ids = [message.id for messages in old.values() for message in messages]
        lacking = await missing([*ids, *(each.id for _, each in broken)])
        found.listed += len(ids) + len(broken)
        waiting: list[Again] = []
        found.set_aside += [
            set_aside(each, f"refund {refund_id}", self._now())
            for refund_id, each in broken
            if each.id in lacking
        ]
        for one in threads:
            news = [message for message in old[one.unit.refund_id] if message.id in lacking]
            facts = await self._facts(one.unit, missing, found) if news else None
            if facts is not None:
                thread = refund_thread(one.unit.refund_id, one.unit.phase or facts.phase)
                found.messages += [from_refund(message, facts, thread) for message in news]
            elif news:
                found.listed -= len(old[one.unit.refund_id])  # they are listed again
                waiting.append(one.unit)
        return waiting

    async def _facts(self, unit: Again, missing: Missing, found: _Found) -> Refund | None:
        """None where they may be had later. Facts that cannot be had at all are no reason to
        leave a buyer's words out; of those that only do not come, a person hears.
        """
        try:
            return refund.refund(await self._client.ask(refund.read_refund(unit.refund_id)))
        except Rejected:
            return refund.refund({})
        except Unavailable as failure:
            if not self._is_unshown(unit):
                return None
            reason = f"the refund's own deadline cannot be read: {failure}"
        await self._client.ask(refund.changed(self._now(), self._now(), 1, 1))  # or all is down
        letter = without_facts(unit.refund_id, reason, self._now())
        found.listed += 1
        found.set_aside += [letter] if await missing([letter.id]) else []
        return refund.refund({})

    async def _thread(self, unit: Again) -> _Thread:
        messages: list[RefundMessage] = []
        broken: list[Broken] = []
        for number in range(1, LONGEST_THREAD + 1):
            call = exchange.read_thread(unit.refund_id, unit.phase, number)
            try:
                page = exchange.thread_page(unit.phase, await self._client.ask(call))
            except (Rejected, Unavailable) as failure:
                return _Thread(unit=unit, failure=failure)
            messages += page.messages
            broken += page.broken
            if not page.goes_on(number):
                break
        return _Thread(unit=unit, messages=messages, broken=broken)
