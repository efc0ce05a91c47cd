"""The store's server in a box: it restarts, loses its last second, and swallows answers."""

import copy
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from random import Random
from typing import Any

from fakeredis import FakeServer, FakeStrictRedis
from fakeredis.aioredis import FakeAsyncRedisConnection, FakeRedis
from redis.asyncio.connection import ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as Disconnected

from responder.simulation.loop import TrueTime
from responder.simulation.profiles import Profile

VERSION = (7,)
FSYNC_EVERY = timedelta(seconds=1)  # what an `everysec` server may lose
SCRIPTS = frozenset({"EVALSHA", "EVAL"})

Ran = Callable[["Line", Sequence[Any], Any], None]


class Server:
    """One Redis. ``on_ran`` is told of every script that it has run, and what it said."""

    def __init__(self, time: TrueTime, profile: Profile, dice: Random) -> None:
        self.time = time
        self.dice = dice
        self.answer_lost = profile.answer_lost
        self.up = True
        self.deaths = 0
        self.away: list[tuple[float, float]] = []  # when it was down: from, to
        self.on_run: Callable[[Sequence[Any]], None] = lambda _: None  # before each script
        self.on_ran: Ran = lambda *_: None
        self.fake = _emptied()
        self.books: Any = FakeStrictRedis(
            server=self.fake, version=VERSION, protocol=2, decode_responses=True
        )
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

    def keep(self, key: str) -> None:
        """Remember how ``key`` was, the first time that it may be written while unsynced."""
        name = key.encode()
        if self._unsynced is not None and name not in self._unsynced:
            self._unsynced[name] = copy.deepcopy(self.fake.dbs[0].get(name))


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
        self.redis = FakeRedis(connection_pool=self._pool())

    def _pool(self) -> ConnectionPool:
        return ConnectionPool(
            connection_class=_Connection,
            max_connections=1000,
            line=self,
            server=self.server.fake,
            version=VERSION,
            protocol=2,
            decode_responses=True,
            retry=Retry(NoBackoff(), 0),
            socket_timeout=None,
        )

    async def there(self) -> None:
        """The way to the server; it may be away, or we may be dead."""
        await self.server.time.sleep(self.server.dice.uniform(0.0001, 0.002))
        self._check()

    async def back(self, deaths: int) -> None:
        """The way back. The command has run whatever happens now."""
        server = self.server
        await server.time.sleep(server.dice.uniform(0.0001, 0.002))
        self._check()
        if deaths != server.deaths:
            raise Disconnected("the store died before it answered")
        if server.answer_lost and server.dice.random() < server.answer_lost:
            server.lost_answers.append((server.time.loop.time(), self.owner))
            raise Disconnected("the answer was lost")

    def _check(self) -> None:
        if self.dead:
            raise Disconnected("this process is dead")
        if not self.server.up:
            raise Disconnected("the store does not answer")


class _Connection(FakeAsyncRedisConnection):
    """Lets each command take its time, and fail on either way."""

    def __init__(self, *, line: Line, **options: Any) -> None:
        self._line = line
        self._quiet = True  # while the connection is being made
        self._asked: Sequence[Any] | None = None
        self._deaths = 0
        super().__init__(**options)

    async def on_connect_check_health(self, check_health: bool = True) -> None:
        with self._greeting():
            await super().on_connect_check_health(check_health=check_health)

    @contextmanager
    def _greeting(self) -> Iterator[None]:
        self._quiet = True
        try:
            yield
        finally:
            self._quiet = False

    async def send_command(self, *args: Any, **kwargs: Any) -> None:
        if self._quiet and self.is_connected:
            await super().send_command(*args, **kwargs)
            return
        await self._line.there()
        if str(args[0]) in SCRIPTS:
            self._line.server.on_run(args)
        for key in _keys_written(args):
            self._line.server.keep(key)
        packed = self.pack_command(*args)
        await super().send_packed_command(packed, **kwargs)
        self._asked, self._deaths = args, self._line.server.deaths

    async def send_packed_command(self, command: Any, check_health: bool = True) -> None:
        if not self._quiet or not self.is_connected:
            await self._line.there()
        await super().send_packed_command(command, check_health)
        if not self._quiet:
            self._asked, self._deaths = (), self._line.server.deaths

    def pack_commands(self, commands: Iterable[Iterable[Any]]) -> list[bytes]:
        whole = [tuple(command) for command in commands]
        for command in whole:
            for key in _keys_written(command):
                self._line.server.keep(key)
        return super().pack_commands(whole)

    async def read_response(self, *args: Any, **kwargs: Any) -> Any:
        asked, self._asked = self._asked, None
        answer = await super().read_response(*args, **kwargs)
        if asked is None:
            return answer
        if asked and str(asked[0]) in SCRIPTS:
            self._line.server.on_ran(self._line, asked, answer)
        try:
            await self._line.back(self._deaths)
        except BaseException:
            await self.disconnect(nowait=True)
            raise
        return answer


def _keys_written(args: Sequence[Any]) -> Sequence[str]:
    if str(args[0]) in SCRIPTS:
        return [str(key) for key in args[3 : 3 + int(args[2])]]
    return [str(args[1])] if len(args) > 2 else []
