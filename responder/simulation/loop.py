"""An event loop in which time is a number: it jumps to the next timer when nothing is ready."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Executor, Future
from contextvars import Context
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from typing import Any, TypeVar

Result = TypeVar("Result")

BEGINNING = datetime(2026, 11, 2, tzinfo=UTC)


class Stalled(RuntimeError):
    """Everybody waits, and no timer is set: nothing would ever happen again."""


class Away(Executor, ABC):
    """Where a thread would work: in a world, ``do`` happens as time goes by."""

    @abstractmethod
    async def do(self, work: Callable[[], Result]) -> Result:
        """Return what ``work`` returned, or raise what it raised."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Nobody waits for it: it happens at once."""
        done: Future[Any] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


class _Handle:
    """What is to be called, once: at a moment or as soon as it is its turn.

    Without a context it is called as it stands. asyncio's own handles ask at every step whether
    anything is to be debugged, and a world makes some two hundred thousand.
    """

    __slots__ = ("_args", "_callback", "_context", "_when", "gone")

    def __init__(
        self,
        callback: Callable[..., object],
        args: Sequence[Any],
        context: Context | None,
        when: float = 0.0,
    ) -> None:
        self._callback, self._args, self._context, self._when = callback, args, context, when
        self.gone = False

    def cancel(self) -> None:
        """It is passed over when its time comes."""
        self.gone = True
        self._callback, self._args = _nothing, ()

    def cancelled(self) -> bool:
        return self.gone

    def when(self) -> float:
        return self._when

    def run(self) -> None:
        if self._context is None:
            self._callback(*self._args)
        else:
            self._context.run(self._callback, *self._args)


def _nothing() -> None:
    """What is left of a call that was taken back."""


class VirtualLoop(asyncio.BaseEventLoop):
    """Runs tasks in the order in which they became ready; no sockets, threads or real time.

    Timers are told apart by numbers, not by comparing handles, and nothing is polled: a
    world sets some hundred thousand of them.
    """

    def __init__(self) -> None:
        super().__init__()
        self._moment = 0.0
        self._timers: list[tuple[float, int, _Handle]] = []
        self._number = count()

    def time(self) -> float:
        return self._moment

    def call_later(  # type: ignore[override]
        self,
        delay: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> _Handle:
        when = self._moment + delay
        timer = _Handle(callback, args, context, when)
        heappush(self._timers, (when, next(self._number), timer))
        return timer

    def call_at(  # type: ignore[override]
        self,
        when: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> _Handle:
        timer = _Handle(callback, args, context, when)
        heappush(self._timers, (when, next(self._number), timer))
        return timer

    def call_soon(  # type: ignore[override]
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> _Handle:
        handle = _Handle(callback, args, context)
        self._ready.append(handle)  # type: ignore[attr-defined]
        return handle

    call_soon_threadsafe = call_soon  # type: ignore[assignment] # there are no threads
    get_debug = staticmethod(bool)  # no: every future asks

    def _run_once(self) -> None:
        """Run what is ready, then go on to the next moment at which something is, until the end."""
        ready: Any = self._ready  # type: ignore[attr-defined]
        while not self._stopping:  # type: ignore[attr-defined]
            for handle in [ready.popleft() for _ in range(len(ready))] if ready else self._next():
                if handle.gone:
                    continue
                try:
                    handle.run()
                except Exception as error:  # noqa: BLE001 - as the loop that this one replaces
                    self.call_exception_handler({"message": "a call failed", "exception": error})

    def _next(self) -> list[_Handle]:
        """The calls of the next moment that has any; from now on it is that late."""
        timers = self._timers
        while timers and timers[0][2].gone:
            heappop(timers)
        if not timers:
            raise Stalled
        when, _, first = heappop(timers)
        self._moment = max(self._moment, when)
        found = [first]
        while timers and timers[0][0] <= self._moment:
            found.append(heappop(timers)[2])
        return found

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> Any:
        """There are no threads: only what knows how to be ``Away`` may work elsewhere."""
        if not isinstance(executor, Away):
            raise TypeError("no threads in a world")
        return self.create_task(executor.do(lambda: func(*args)))

    def _process_events(self, events: list[object]) -> None:
        """There are none: nothing is read from outside."""

    def _write_to_self(self) -> None:
        """Nobody sleeps who would have to be woken."""


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run ``work`` to its end in virtual time; what it leaves behind is cancelled."""
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(work)
    finally:
        left = sorted(asyncio.all_tasks(loop), key=asyncio.Task.get_name)
        for task in left:
            task.cancel()
        if left:
            loop.run_until_complete(asyncio.wait(left))
        loop.close()


class TrueTime:
    """The world's own time, which no machine of it knows for sure."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._born = BEGINNING
        self._read = (-1.0, BEGINNING)  # when the clock was last looked at, and what it said

    def now(self) -> datetime:
        """Worked out once a moment: at each many steps ask for it."""
        at = self.loop.time()
        if self._read[0] != at:
            self._read = (at, self._born + timedelta(seconds=at))
        return self._read[1]

    async def sleep(self, seconds: float) -> None:
        waiting: asyncio.Future[None] = self.loop.create_future()
        handle = self.loop.call_later(max(seconds, 0), _wake, waiting)
        try:
            await waiting
        finally:
            handle.cancel()


def _wake(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_result(None)


class MachineClock(TrueTime):
    """The wall clock of one machine: ``off`` the true time by so much. Sleeping is not touched."""

    @property
    def off(self) -> timedelta:
        return self._born - BEGINNING

    @off.setter
    def off(self, by: timedelta) -> None:
        self._born = BEGINNING + by
        self._read = (-1.0, BEGINNING)
