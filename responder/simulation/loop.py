"""An event loop in which time is a number: it jumps to the next timer when nothing is ready."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Executor, Future
from contextvars import Context
from datetime import UTC, datetime, timedelta
from functools import partial
from heapq import heappop, heappush
from itertools import count
from typing import Any, TypeVar

Result = TypeVar("Result")
Call = Callable[[], object]

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
    """What is to be called, once, unless it is taken back: at a moment or when it is its turn.

    asyncio's own handles ask at every step whether anything is to be debugged, and a world
    makes some two hundred thousand.
    """

    __slots__ = ("_call", "_when", "gone")

    def __init__(self, call: Call, when: float = 0.0) -> None:
        self._call, self._when = call, when
        self.gone = False

    def cancel(self) -> None:
        """It is passed over when its time comes."""
        self.gone = True
        self._call = _nothing

    def cancelled(self) -> bool:
        return self.gone

    def when(self) -> float:
        return self._when

    def __call__(self) -> None:
        self._call()


def _nothing() -> None:
    """What is left of a call that was taken back."""


def _bound(callback: Callable[..., object], args: Sequence[Any], context: Context | None) -> Call:
    """The call with all that it needs. Without a context it is called as it stands."""
    if context is not None:
        return partial(context.run, callback, *args)
    return partial(callback, *args) if args else callback


class VirtualLoop(asyncio.BaseEventLoop):
    """Runs tasks in the order in which they became ready; no sockets, threads or real time.

    Timers are told apart by numbers, not by comparing handles, and nothing is polled: a
    world sets some hundred thousand of them.
    """

    def __init__(self) -> None:
        super().__init__()
        self.moment = 0.0  # what ``time`` says; read as it stands where it is asked for most
        self._timers: list[tuple[float, int, Call]] = []
        self._number = count()

    def time(self) -> float:
        return self.moment

    def call_after(self, delay: float, call: Call) -> None:
        """As ``call_later``, for what nobody takes back."""
        heappush(self._timers, (self.moment + delay, next(self._number), call))

    def call_later(  # type: ignore[override]
        self,
        delay: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> _Handle:
        return self.call_at(self.moment + delay, callback, *args, context=context)

    def call_at(  # type: ignore[override]
        self,
        when: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> _Handle:
        timer = _Handle(_bound(callback, args, context), when)
        planned: tuple[float, int, Call] = (when, next(self._number), timer)
        heappush(self._timers, planned)
        return timer

    def call_soon(  # type: ignore[override]
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> _Handle | None:
        """Futures and tasks give a context, and want nothing to take back."""
        if context is not None:
            self._ready.append(partial(context.run, callback, *args))  # type: ignore[attr-defined]
            return None
        handle = _Handle(_bound(callback, args, None))
        self._ready.append(handle)  # type: ignore[attr-defined]
        return handle

    call_soon_threadsafe = call_soon  # type: ignore[assignment] # there are no threads
    get_debug = staticmethod(bool)  # no: every future asks

    def _run_once(self) -> None:
        """Run what is ready, then go on to the next moment at which something is, until the end."""
        ready: Any = self._ready  # type: ignore[attr-defined]
        take = ready.popleft
        while not self._stopping:  # type: ignore[attr-defined]
            if not ready:
                self._go_on(ready.append)
            for _ in range(len(ready)):
                try:
                    take()()
                except Exception as error:  # noqa: BLE001 - as the loop that this one replaces
                    self.call_exception_handler({"message": "a call failed", "exception": error})

    def _go_on(self, found: Callable[[Call], None]) -> None:
        """It is the next moment for which anything is planned; all of that is ``found``."""
        timers = self._timers
        while timers:
            when, _, call = heappop(timers)
            if type(call) is _Handle and call.gone:
                continue
            if when > self.moment:  # noqa: PLR1730 - a call costs as much as the rest
                self.moment = when
            found(call)
            while timers and timers[0][0] <= self.moment:
                found(heappop(timers)[2])
            return
        raise Stalled

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
        assert isinstance(loop, VirtualLoop), "a world's time is that of its loop"
        self.loop = loop
        self._born = BEGINNING
        self._read = (-1.0, BEGINNING)  # when the clock was last looked at, and what it said

    def now(self) -> datetime:
        """Worked out once a moment: at each many steps ask for it."""
        at = self.loop.moment
        read = self._read
        if read[0] == at:
            return read[1]
        now = self._born + timedelta(seconds=at)
        self._read = (at, now)
        return now

    def steady(self) -> float:
        return self.loop.time()

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
