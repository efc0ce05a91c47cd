"""Reads the threads of one account that have news, a page of the list at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from connectors.base import (
    Batch,
    ConnectorError,
    Cursor,
    InboundMessage,
    Rejected,
    SetAside,
    Span,
    Unavailable,
)
from connectors.threaded.looking import WAVE, Look, look_at, outage
from connectors.threaded.position import (
    RARE,
    Again,
    Position,
    Sweep,
    due,
    mark,
    to_the_minute,
    understood,
    written,
)
from connectors.threaded.position import SKEW as CLOCKS_APART
from connectors.threaded.source import Head, Source, Thread, in_order, unreadable

ROOM = 200  # messages in one batch; what the last thread has more comes along
LOOKS = 40  # threads read for one batch
PATIENCE = timedelta(minutes=15)  # for a message that the list names and the thread does not show
ENDURANCE = timedelta(hours=1)  # for a thread that the marketplace cannot show
SOONEST, LATEST = timedelta(seconds=2), timedelta(minutes=1)


@dataclass(slots=True)
class Harvest:
    """What the threads gave, as it gathers."""

    messages: dict[str, InboundMessage] = field(default_factory=dict)
    set_aside: dict[str, SetAside] = field(default_factory=dict)
    known: list[str] = field(default_factory=list)
    again: list[Again] = field(default_factory=list)
    ignored: int = 0
    counted: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.messages or self.set_aside)

    def take(self, thread: Thread) -> None:
        self.counted += thread.named
        for message in thread.messages:
            self.ignored += message.id in self.messages  # named twice, told once
            self.messages[message.id] = message
        for item in thread.set_aside:
            self.ignored += item.id in self.set_aside
            self.set_aside[item.id] = item

    def put_aside(self, item: SetAside) -> None:
        self.counted += item.id not in self.set_aside
        self.set_aside[item.id] = item

    def batch(self, position: Position, *, more: bool) -> Batch:
        return Batch(
            messages=in_order(self.messages.values()),
            set_aside=list(self.set_aside.values()),
            ignored=self.ignored,
            counted=self.counted,
            cursor=written(position),
            more=more,
        )


class ThreadReader:
    """Holds nothing that is owed: all of that stands in the cursor.

    After an outage it begins at the other end of the news: where that was none, and some threads
    are broken, it reads others.
    """

    def __init__(self, source: Source, now: Callable[[], datetime]) -> None:
        self._source = source
        self._now = now
        self._newest_first = False

    async def fetch(self, cursor: Cursor | None) -> Batch:
        """The threads that changed since ``cursor``, up to 40 and some 200 messages.

        A thread is read as a whole, so its older messages come again with the same ids.
        """
        position, now, found = understood(cursor), self._now(), Harvest()
        ready, waiting = due(position.again, now)
        sweep, heads = await self._changed(position.sweep_at(now), found)
        tasks = _tasks(position, heads, sweep.span, now)
        if self._newest_first:
            tasks.reverse()
        tasks.sort(key=lambda task: task.tried)
        rest = await self._read(tasks, found, sweep.span)
        is_left = any(task not in ready for task in rest)  # those stand in the cursor
        then = sweep if is_left else sweep.after
        start = to_the_minute(sweep.span.until - CLOCKS_APART)
        after = Position(
            since=position.since if then else start,
            sweep=then,
            known=(*position.known, *found.known),
            again=(*found.again, *_unread(ready, rest), *_unmoved(waiting, tasks)),
        )
        return found.batch(after, more=then is not None)

    async def _changed(self, sweep: Sweep, found: Harvest) -> tuple[Sweep, Sequence[Head]]:
        """A page of the list: its last one where none has been read yet."""
        page = await self._source.heads(sweep.span, sweep.page or 1)
        begun = sweep.started(page.total, self._source.page)
        if begun.page != (sweep.page or 1):
            page = await self._source.heads(sweep.span, begun.page)
        pages = [page]
        if begun.page > 1 or sweep.page:
            pages.append(await self._source.heads(sweep.span, begun.page + 1))
        for item in (item for one in pages for item in one.set_aside):
            found.put_aside(item)
        return begun, [head for one in pages for head in one.heads]

    async def _read(self, tasks: Sequence[Again], found: Harvest, span: Span) -> Sequence[Again]:
        """Read what there is room for; returns the rest. An outage is raised if it is all.

        Threads that have failed before say nothing of the others: they are put off again.
        """
        rest = list(tasks)
        looks = LOOKS
        while rest and looks > 0 and len(found.messages) < ROOM:
            wave = rest[: min(WAVE, looks)]
            seen = await look_at(self._source, [task.head for task in wave])
            failure = outage(seen)
            fresh = [task for task in wave if not task.tried]
            is_known = isinstance(failure, Unavailable) and len(fresh) <= 1
            if failure is not None and not is_known:
                if found.is_empty:
                    self._newest_first = not self._newest_first
                    raise failure
                return rest
            rest = rest[len(wave) :]
            looks -= len(wave)
            for task, look in zip(wave, seen, strict=True):
                self._settle(task, look, found, span)
            if is_known:
                return rest
        return rest

    def _settle(self, task: Again, look: Look, found: Harvest, span: Span) -> None:
        """Decide over one look at one thread."""
        now, head = self._now(), task.head
        match look:
            case Thread() if _shows(look, head) or now - task.first >= PATIENCE:
                found.take(look)
                found.known.append(mark(head, span))
                if not _shows(look, head):
                    reason = "the list names a message that its thread does not show"
                    unseen = replace(unreadable(head, reason, span), id=f"unseen-{head.latest}")
                    found.put_aside(unseen)
            case Thread():
                found.take(look)
                found.again.append(_later(task, now))
            case Rejected():
                found.put_aside(unreadable(head, f"the thread cannot be read: {look}", span))
                found.known.append(mark(head, span))
            case ConnectorError() if now - task.first >= ENDURANCE and not task.told:
                # Still tried: a person knows, and a long outage loses nothing.
                reason = f"the thread cannot be read for an hour: {look}"
                found.put_aside(unreadable(head, reason, span))
                found.again.append(_later(replace(task, told=True), now))
            case _:
                found.again.append(_later(task, now))


def _tasks(position: Position, heads: Sequence[Head], span: Span, now: datetime) -> list[Again]:
    """What is to be read, each thread once: what waited long enough, and news, oldest first."""
    ready, waiting = due(position.again, now)
    held = {(one.head.thread, one.head.latest) for one in waiting}
    tasks = {task.head.thread: task for task in ready}
    for head in reversed(heads):
        earlier = tasks.get(head.thread)
        is_new = mark(head, span) not in position.known
        is_news = is_new and (head.thread, head.latest) not in held
        if is_news and (earlier is None or earlier.head.latest != head.latest):
            tasks[head.thread] = Again(head=head, first=now, at=now)
    return list(tasks.values())


def _unread(ready: Sequence[Again], rest: Sequence[Again]) -> list[Again]:
    """Of those whose time had come, those for which there was no room."""
    return [task for task in rest if task in ready]


def _unmoved(waiting: Sequence[Again], tasks: Sequence[Again]) -> list[Again]:
    """Of those that wait, those that no newer message has overtaken."""
    threads = {task.head.thread for task in tasks}
    return [one for one in waiting if one.head.thread not in threads]


def _shows(thread: Thread, head: Head) -> bool:
    """Whether the message that the list named is there, readable or not."""
    return not head.latest or head.latest in thread.ids


def _later(task: Again, now: datetime) -> Again:
    """Look again, the later the longer it has lasted: a growing pause without a counter."""
    pause = min(max(SOONEST, now - task.first), RARE if task.told else LATEST)
    return replace(task, at=now + pause, tried=True)
