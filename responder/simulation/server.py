"""The store's server in a box: it restarts, loses its last second, fills up, swallows answers."""

import asyncio
import copy
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from math import inf
from random import Random
from typing import Any

from fakeredis import FakeServer
from fakeredis.model import XStream
from redis.exceptions import ConnectionError as Disconnected
from redis.exceptions import TimeoutError as TimedOut

from responder.simulation.answers import ASKED_AGAIN, Command
from responder.simulation.client import Client, Reader
from responder.simulation.engine import Engine, encoded
from responder.simulation.loop import BEGINNING, TrueTime
from responder.simulation.profiles import Profile
from responder.simulation.records import LostAnswer
from responder.store.connect import SOCKET_TIMEOUT

VERSION = (7,)
FSYNC_EVERY = timedelta(seconds=1)  # what an `everysec` server may lose
SCRIPTS = frozenset({"EVALSHA", "EVAL"})
LATEST = 60.0  # seconds; a line that was away delivers what lies in its buffers

Answers = asyncio.Future[list[Any]]
Ran = Callable[["Line", Sequence[Any], Any], None]
Told = Callable[[list[str]], None]
Waits = Callable[["Line", str], bool]  # for a script of that name; True when it need wait no more


class Server:
    """One Redis. ``on_ran`` is told of every script that it has run, and what it said."""

    def __init__(self, time: TrueTime, profile: Profile, dice: Random) -> None:
        self.time = time
        self.dice = dice
        self.answer_lost = profile.answer_lost
        self.scripts_late = profile.scripts_late
        self.up = True
        self.deaths = 0
        self.away: list[tuple[float, float]] = []  # when it was down or full: from, to
        self.on_run: Callable[[Sequence[Any]], None] = lambda _: None  # before each script
        self.on_ran: Ran = lambda *_: None
        self.names: Callable[[Sequence[Any]], str] = lambda _: ""  # which script a call runs
        self.before: list[Waits] = []  # who waits for a script to be about to run
        self.after: list[Waits] = []  # who waits for one to have run
        self.on_events: Told = lambda _: None  # the types of the events that a command left
        self.fake = _emptied()
        born = BEGINNING.timestamp()
        loop = time.loop
        self.engine = Engine(self.fake, lambda: born + loop.moment)
        self.books: Any = Reader(self.engine)
        self._unsynced: dict[bytes, Any] | None = None
        self._down_since = 0.0
        self.lost_answers: list[LostAnswer] = []

    @property
    def syncing(self) -> bool:
        return self._unsynced is None

    def stop_syncing(self) -> None:
        """From now on, writes are in memory only."""
        self._unsynced = {}

    def die(self, *, lose: bool) -> None:
        """Everybody is cut off; ``lose`` what was written since ``stop_syncing``."""
        self.up = False
        self._down_since = self.time.loop.time()
        self.deaths += 1
        database = self.fake.dbs[0]
        for key, item in (self._unsynced or {}).items() if lose else ():
            database.pop(key, None)
            if item is not None:
                database[key] = item
        self.engine.changed()
        self._unsynced = None

    def come_back(self) -> None:
        self.up = True
        self.away.append((self._down_since, self.time.loop.time()))

    def fill(self, why: str) -> None:
        """No room: writes are refused ("oom", "misconf"); "" is room again."""
        now = self.time.loop.time()
        if self.engine.full and not why:
            self.away.append((self._down_since, now))
        self.engine.full, self._down_since = why, now

    def call(self, waiting: list[Waits], line: "Line", command: Command) -> None:
        """Tell those who wait for a script; who has had his is told no more."""
        name = self.names(command)
        waiting[:] = [one for one in waiting if not one(line, name)]

    def run(self, command: Command, line: "Line") -> Any:
        """Run a command that is not answered from before; remember what a loss would take back."""
        if command[0] in SCRIPTS:
            self.on_run(command)
            if self.before:
                self.call(self.before, line, command)
        if self._unsynced is not None:
            self._keep_what_it_names(command)
        answer = self.engine.work_out(command)
        if self.engine.events:
            events, self.engine.events = self.engine.events, []
            self.on_events(events)
        return answer

    def _keep_what_it_names(self, command: Command) -> None:
        if command[0] in SCRIPTS:
            keys = command[3 : 3 + int(command[2])]
        else:
            keys = command[1:2] if len(command) > 2 and command[0] not in ASKED_AGAIN else ()
        for key in encoded(keys):
            self._keep(key)

    def _keep(self, key: bytes) -> None:
        """Remember how ``key`` was, the first time that it may be written while unsynced."""
        if self._unsynced is not None and key not in self._unsynced:
            item = self.fake.dbs[0].get(key)
            is_stream = item is not None and type(item.value) is XStream
            self._unsynced[key] = _stream_of(item) if is_stream else copy.deepcopy(item)


def _stream_of(item: Any) -> Any:
    """A copy of a stream that shares its entries, which nobody changes: there are thousands."""
    kept, stream = copy.copy(item), copy.copy(item.value)
    kept.value = stream
    stream._ids = stream._ids.copy()  # noqa: SLF001
    stream._values_dict = stream._values_dict.copy()  # noqa: SLF001
    stream._nodes = [copy.copy(node) for node in stream._nodes]  # noqa: SLF001
    stream._groups = copy.deepcopy(stream._groups)  # noqa: SLF001
    return kept


# One for all worlds of a process, one after another: a Lua runtime that the garbage
# collector takes away between two worlds has ended the process (2026-11-22, lupa 2.8).
_FAKE = FakeServer(version=VERSION)


def _emptied() -> FakeServer:
    """A server without keys, scripts and connections."""
    _FAKE.dbs.clear()
    _FAKE.script_cache.clear()
    _FAKE.sockets.clear()
    return _FAKE


class Line:
    """One process's way to the server; cut for ever when the process dies."""

    def __init__(self, server: Server, owner: str) -> None:
        self.server = server
        self.owner = owner
        self.dead = False
        self.frozen_until = 0.0
        self._held: list[Callable[[], None]] = []  # until ``go_on``
        self.redis = Client(self)
        self._random, self._after = server.dice.random, server.time.loop.call_after

    def carry(self, commands: Sequence[Command]) -> Answers:
        """There, and back: the commands have run whatever happens on the way back."""
        return _Trip(self, commands).answers

    def later(self, step: Callable[[], None]) -> None:
        """How long the way takes, one way."""
        self._after(0.0001 + 0.0019 * self._random(), step)

    def thaws(self, step: Callable[[], None]) -> bool:
        """Whether ``step`` has to wait, because the process stands still; it is taken then."""
        loop = self.server.time.loop
        frozen = self.frozen_until - loop.time()
        if frozen == inf:
            self._held.append(step)
        elif frozen > 0:
            loop.call_later(frozen, step)
        return frozen > 0

    async def while_frozen(self) -> None:
        """Return when the process can go on."""
        going_on = self.server.time.loop.create_future()
        if self.thaws(partial(_go_on, going_on)):
            await going_on

    @property
    def is_still(self) -> bool:
        """Whether it waits for ``go_on``."""
        return self.frozen_until == inf

    def stand_still(self) -> None:
        """Nothing goes there or comes back any more until ``go_on``.

        Only the lines of a process stand still: its timers go on, and what they lead to waits here.
        """
        self.frozen_until = inf

    def go_on(self) -> None:
        """Take every step that had to wait."""
        self.frozen_until, held, self._held = 0.0, self._held, []
        for step in held:
            step()

    def lost_an_answer(self, commands: Sequence[Command]) -> None:
        """The process cannot know whether the server has run what it was asked."""
        server = self.server
        asked = tuple(server.names(one) if one[0] in SCRIPTS else one[0] for one in commands)
        lost = LostAnswer(owner=self.owner, asked=asked, at=server.time.loop.time())
        server.lost_answers.append(lost)

    def lost(self) -> Disconnected | None:
        """Why nothing gets through, if nothing does."""
        if self.dead:
            return Disconnected("this process is dead")
        if not self.server.up:
            return Disconnected("the store does not answer")
        return None


def _go_on(waiting: "asyncio.Future[None]") -> None:
    if not waiting.done():
        waiting.set_result(None)


class _Trip:
    """Commands on their way to the server, and what it said on its way back."""

    __slots__ = ("_commands", "_deaths", "_line", "_said", "answers")

    def __init__(self, line: Line, commands: Sequence[Command]) -> None:
        self._line, self._commands = line, commands
        self._said: list[Any] = []
        self.answers: Answers = line.server.time.loop.create_future()
        line.later(self._arrive)

    def _arrive(self) -> None:
        """Nothing leaves one who stands still or is dead, nor for a server that is down."""
        line = self._line
        if self.answers.done() or (line.frozen_until and line.thaws(self._arrive)):
            return
        lost = line.lost()
        if lost is not None:
            self.answers.set_exception(lost)
        elif self._is_late():
            self._hold_up()
        else:
            self._run()

    def _is_late(self) -> bool:
        server = self._line.server
        rate, writes = server.scripts_late, self._commands[0][0] in SCRIPTS
        return writes and rate > 0 and server.dice.random() < rate

    def _hold_up(self) -> None:
        """It has left, and arrives later, as by a line that was away for a while."""
        server = self._line.server
        self._deaths = server.deaths
        wait = server.time.loop.call_after
        wait(SOCKET_TIMEOUT, self._give_up)
        wait(LATEST * server.dice.random(), self._arrive_late)

    def _give_up(self) -> None:
        """Whoever stands still hears of it when he goes on."""
        if not self.answers.done() and not self._line.thaws(self._give_up):
            self._line.lost_an_answer(self._commands)
            self.answers.set_exception(TimedOut("Timeout reading from the socket"))

    def _arrive_late(self) -> None:
        """Whatever has become of the asker, as long as the server's end of the line lives."""
        server = self._line.server
        if server.up and self._deaths == server.deaths:
            self._run()

    def _run(self) -> None:
        """Whoever still waits is told what came of it."""
        try:
            self._take_steps()
        except Exception as error:  # noqa: BLE001 - whoever asked is told
            if not self.answers.done():
                self.answers.set_exception(error)
        else:
            self._line.later(self._come_back)

    def _take_steps(self) -> None:
        line, server = self._line, self._line.server
        known, said = server.engine.answers.find, self._said
        scripts = []
        for command in self._commands:
            word = command[0]
            answer = known(command) if word in ASKED_AGAIN else None
            said.append(server.run(command, line) if answer is None else answer[0])
            if word in SCRIPTS:
                scripts.append((command, said[-1]))
        self._deaths = server.deaths
        for command, answer in scripts:
            if not isinstance(answer, Exception):
                server.on_ran(line, command, answer)
                if server.after:
                    server.call(server.after, line, command)

    def _come_back(self) -> None:
        line = self._line
        if self.answers.done() or (line.frozen_until and line.thaws(self._come_back)):
            return
        server = line.server
        lost = line.lost()
        if lost is None and self._deaths != server.deaths:
            lost = Disconnected("the store died before it answered")
        if lost is None and server.answer_lost and server.dice.random() < server.answer_lost:
            line.lost_an_answer(self._commands)
            lost = Disconnected("the answer was lost")
        if lost is None:
            self.answers.set_result(self._said)
        else:
            self.answers.set_exception(lost)
