"""The store's server in a box: it restarts, loses its last second, fills up, swallows answers."""

import copy
from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random
from typing import Any

from fakeredis import FakeServer
from fakeredis.model import XStream

from responder.simulation.answers import ASKED_AGAIN, Command
from responder.simulation.client import Reader
from responder.simulation.engine import Engine, encoded
from responder.simulation.loop import BEGINNING, TrueTime
from responder.simulation.profiles import Profile
from responder.simulation.records import LostAnswer

VERSION = (7,)
FSYNC_EVERY = timedelta(seconds=1)  # what an `everysec` server may lose
SCRIPTS = frozenset({"EVALSHA", "EVAL"})

Owner = str  # the process that asked
Ran = Callable[[Owner, Sequence[Any], Any], None]
Told = Callable[[list[str]], None]
Waits = Callable[[Owner, str], bool]  # for a script of that name; True when it need wait no more


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

    def call(self, waiting: list[Waits], owner: Owner, command: Command) -> None:
        """Tell those who wait for a script; who has had his is told no more."""
        name = self.names(command)
        waiting[:] = [one for one in waiting if not one(owner, name)]

    def run(self, command: Command, owner: Owner) -> Any:
        """Run a command that is not answered from before; remember what a loss would take back."""
        if command[0] in SCRIPTS:
            self.on_run(command)
            if self.before:
                self.call(self.before, owner, command)
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
