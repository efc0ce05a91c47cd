"""Repeats a worker's ``run_once`` when there may be something to do."""

import asyncio
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from responder.clock import Clock
from responder.store.away import STORE_AWAY

log = structlog.get_logger()

AFTER_FAILURE = timedelta(seconds=1)


class Worker(Protocol):
    """One kind of work."""

    name: str

    async def run_once(self) -> bool:
        """Do what is due; say whether to look again at once.

        What was left to a crew rings when it is done: there is nothing to see before that.
        """

    async def next_at(self) -> datetime | None:
        """When there will be something to do, as far as is known now."""


class Bell:
    """Rung when there may be work, for the one that waits. Many rings before one look are one."""

    def __init__(self) -> None:
        self._rung = False
        self._waiting: asyncio.Future[None] | None = None
        self.stopping = False
        self.ticked_at: datetime | None = None  # when its worker last finished a round

    def ring(self) -> None:
        self._rung = True
        self._wake()

    def stop(self) -> None:
        """No more rounds after the one under way."""
        self.stopping = True
        self.ring()

    async def wait(self, seconds: float | None) -> None:
        """Return when rung, or after ``seconds``."""
        if not self._rung:
            await self._sleep(seconds)
        self._rung = self.stopping

    async def _sleep(self, seconds: float | None) -> None:
        loop = asyncio.get_running_loop()
        self._waiting = loop.create_future()
        alarm = None if seconds is None else loop.call_later(max(seconds, 0), self._wake)
        try:
            await self._waiting
        finally:
            self._waiting = None
            if alarm is not None:
                alarm.cancel()

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)


async def repeat(worker: Worker, bell: Bell, clock: Clock) -> None:
    """Run ``worker`` until the bell stops it.

    It sleeps until exactly the next moment there is something to do, or the bell
    rings. A store that is away is waited for; it is told once, not each time.
    Cancelled, it ends, even where the round under way turned that into a failure of its own.
    """
    failing, own_task = False, asyncio.current_task()
    while not bell.stopping:
        try:
            busy = await worker.run_once()
            pause = None if busy else await _until_next(worker, clock)
            bell.ticked_at = clock.now()
            if failing:
                log.info("worker.recovered", worker=worker.name)
                failing = False
        except Exception as error:  # noqa: BLE001 - no failure ends the loop; it is told
            _end_if_cancelled(own_task)
            if not failing:
                _tell(worker.name, error)
            failing, busy, pause = True, False, AFTER_FAILURE.total_seconds()
        _end_if_cancelled(own_task)
        if not busy:
            await bell.wait(pause)


def _end_if_cancelled(task: "asyncio.Task[object] | None") -> None:
    """A group of tasks, or a client whose connection broke, may raise an error over a cancel."""
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def _tell(worker: str, error: Exception) -> None:
    """What the store says of itself is enough to act on; anything else wants its traceback."""
    if isinstance(error, STORE_AWAY):
        log.error("worker.failing", worker=worker, error=str(error) or error.__class__.__name__)
    else:
        log.error("worker.failing", worker=worker, exc_info=error)


async def _until_next(worker: Worker, clock: Clock) -> float | None:
    at = await worker.next_at()
    return None if at is None else max((at - clock.now()).total_seconds(), 0.001)


async def _kept_in(work: Coroutine[None, None, None]) -> None:
    """One piece of work that goes wrong never ends the others; its lease gives the item back."""
    try:
        await work
    except Exception as error:  # noqa: BLE001 - whatever a worker has not handled itself
        _tell("crew", error)


class Crew:
    """Up to ``size`` pieces of work side by side, so that a slow one holds up no other."""

    def __init__(self, tasks: asyncio.TaskGroup, size: int, bell: Bell) -> None:
        self._tasks = tasks
        self._size = size
        self._bell = bell
        self._busy: set[asyncio.Task[None]] = set()

    @property
    def free(self) -> int:
        return self._size - len(self._busy)

    def start(self, work: Coroutine[None, None, None]) -> None:
        task = self._tasks.create_task(_kept_in(work))
        self._busy.add(task)
        task.add_done_callback(self._done)

    @property
    def stopping(self) -> bool:
        """Whether long work should come to an end where it next can."""
        return self._bell.stopping

    async def idle(self) -> bool:
        """Return when nobody works any more; say whether anybody did."""
        worked = bool(self._busy)
        while self._busy:
            await asyncio.wait(self._busy)
        return worked

    async def finish(self, seconds: float) -> None:
        """Give what is under way that long; what takes longer is left to its lease."""
        if self._busy:
            _, late = await asyncio.wait(self._busy, timeout=max(seconds, 0))
            for task in late:
                task.cancel()

    def _done(self, task: asyncio.Task[None]) -> None:
        self._busy.discard(task)
        self._bell.ring()
