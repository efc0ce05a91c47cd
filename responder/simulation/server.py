"""The store's server in a box: it restarts, loses its last second, fills up, swallows answers."""

import copy
from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random
from typing import Any

from fakeredis import FakeServer
from redis.exceptions import ConnectionError as Disconnected

from responder.simulation.client import Client, Command, Reader, decoded, encoded
from responder.simulation.engine import Engine
from responder.simulation.loop import BEGINNING, TrueTime
from responder.simulation.profiles import Profile

VERSION = (7,)
FSYNC_EVERY = timedelta(seconds=1)  # what an `everysec` server may lose
SCRIPTS = frozenset({"EVALSHA", "EVAL"})

Ran = Callable[["Line", Sequence[Any], Any], None]
Told = Callable[[list[str]], None]
Waits = Callable[["Line", str], bool]  # for a script of that name; True when it need wait no more


class Server:
    """One Redis. ``on_ran`` is told of every script that it has run, and what it said."""

    def __init__(self, time: TrueTime, profile: Profile, dice: Random) -> None:
        self.time = time
        self.dice = dice
        self.answer_lost = profile.answer_lost
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
        self.engine = Engine(self.fake, lambda: born + time.loop.time())
        self.books: Any = Reader(self.engine)
        self._unsynced: dict[bytes, Any] | None = None
        self._down_since = 0.0
        self.lost_answers: list[tuple[float, str]] = []  # at, whose

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
        """Run one command, and remember what a loss would take back."""
        wire = encoded(command)
        script = command[0] in SCRIPTS
        if script:
            self.on_run(command)
            if self.before:
                self.call(self.before, line, command)
        if self._unsynced is not None:
            keys = wire[3 : 3 + int(wire[2])] if script else wire[1:2]
            for key in keys if script or len(wire) > 2 else ():
                self._keep(key)
        answer = decoded(self.engine.run(wire))
        if self.engine.events:
            events, self.engine.events = self.engine.events, []
            self.on_events(events)
        return answer

    def _keep(self, key: bytes) -> None:
        """Remember how ``key`` was, the first time that it may be written while unsynced."""
        if self._unsynced is not None and key not in self._unsynced:
            self._unsynced[key] = copy.deepcopy(self.fake.dbs[0].get(key))


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
        self.redis = Client(self)

    async def carry(self, commands: Sequence[Command]) -> list[Any]:
        """There, and back: the commands have run whatever happens on the way back."""
        server = self.server
        await server.time.sleep(server.dice.uniform(0.0001, 0.002))
        await self._thawed()
        self._check()
        answers = [server.run(command, self) for command in commands]
        deaths = server.deaths
        for command, answer in zip(commands, answers, strict=True):
            if command[0] in SCRIPTS and not isinstance(answer, Exception):
                server.on_ran(self, command, answer)
                if server.after:
                    server.call(server.after, self, command)
        await server.time.sleep(server.dice.uniform(0.0001, 0.002))
        await self._thawed()
        self._check()
        if deaths != server.deaths:
            raise Disconnected("the store died before it answered")
        if server.answer_lost and server.dice.random() < server.answer_lost:
            server.lost_answers.append((server.time.loop.time(), self.owner))
            raise Disconnected("the answer was lost")
        return answers

    async def _thawed(self) -> None:
        """A frozen process stands wherever it asks the store, or reads what it said."""
        wait = self.frozen_until - self.server.time.loop.time()
        if wait > 0:
            await self.server.time.sleep(wait)

    def _check(self) -> None:
        if self.dead:
            raise Disconnected("this process is dead")
        if not self.server.up:
            raise Disconnected("the store does not answer")
