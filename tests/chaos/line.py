"""A stretch of network between a program and a server that can be made to fail: a TCP proxy."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum

PIECE = 64 * 1024  # bytes read at once
TICKS = 10.0  # pieces a second on a slow line
GONE = (ConnectionError, OSError, asyncio.IncompleteReadError)


class Way(StrEnum):
    """A direction, as the program sees it."""

    OUT = "out"
    BACK = "back"


BOTH = frozenset(Way)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """What becomes of the bytes on a line. As it stands here it is fair."""

    latency: float = 0.0  # seconds before each piece goes on
    rate: float = 0.0  # bytes a second in each direction of each connection; 0: no limit
    severed: bool = False  # connections are reset, old and new
    swallows: frozenset[Way] = frozenset()  # bytes of these directions vanish without a word


FAIR = Weather()


class Line:
    """Listens on a loopback port and hands everything on to ``port``, as the weather allows.

    A connection whose bytes were once swallowed stays dead when the weather is
    fair again, as one whose state a router has lost: only new ones work. Its
    server does not hear of its end before the line is closed.
    """

    def __init__(
        self, port: int, pause: Callable[[float], Awaitable[None]], *, listen: int = 0
    ) -> None:
        self.port = listen  # 0 takes a free one
        self.carried = 0  # bytes, both ways
        self.cuts = 0  # connections that were cut on the way
        self._to = port
        self._pause = pause
        self._weather = FAIR
        self._fuse: dict[Way, int] = {}
        self._links: set[_Link] = set()
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Listen; the port stays the same until the end."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for link in list(self._links):
            link.cut()
        while self._links:
            await self._pause(0)

    @property
    def weather(self) -> Weather:
        return self._weather

    def becomes(self, weather: Weather) -> None:
        """Change the weather, at once and for connections that stand too."""
        self._weather = weather
        if weather.severed:
            self.cut()
        for link in self._links:
            link.dead |= weather.swallows

    def cut(self) -> None:
        """Reset every connection that stands."""
        for link in list(self._links):
            self.cuts += 1
            link.cut()

    def cut_after(self, count: int, way: Way = Way.BACK) -> None:
        """Let ``count`` more bytes pass ``way``, then cut the connection that carries the next."""
        self._fuse[way] = count

    def clear_up(self) -> None:
        """Fair weather, and no cut to come."""
        self._fuse.clear()
        self.becomes(FAIR)

    async def _connected(self, reader: StreamReader, writer: StreamWriter) -> None:
        near = _End(reader, writer)
        if self._weather.severed:
            near.abort()
            return
        try:
            far = _End(*await asyncio.open_connection("127.0.0.1", self._to))
        except OSError:
            near.abort()
            return
        link = _Link(near, far, set(self._weather.swallows))
        self._links.add(link)
        try:
            with suppress(*GONE):
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._carry(link, Way.OUT))
                    tasks.create_task(self._carry(link, Way.BACK))
        except* GONE:
            pass
        finally:
            link.cut()
            self._links.discard(link)

    async def _carry(self, link: "_Link", way: Way) -> None:
        start, end = (link.near, link.far) if way is Way.OUT else (link.far, link.near)
        while piece := await start.reader.read(self._size()):
            if self._weather.latency or self._weather.rate:
                await self._pause(self._time(len(piece)))
            if way in link.dead:
                continue
            whole = len(piece)
            piece = piece[: self._fuse.get(way, whole)]
            end.writer.write(piece)
            self.carried += len(piece)
            await end.writer.drain()
            if len(piece) < whole:
                del self._fuse[way]
                self.cuts += 1
                link.cut()
                return
            if way in self._fuse:
                self._fuse[way] -= whole
        if link.dead:
            await link.over.wait()  # the other side never hears that this one has left
        elif end.writer.can_write_eof():
            end.writer.write_eof()

    def _size(self) -> int:
        rate = self._weather.rate
        return max(int(rate / TICKS), 1) if rate else PIECE

    def _time(self, count: int) -> float:
        rate = self._weather.rate
        return self._weather.latency + (count / rate if rate else 0.0)


@dataclass(frozen=True, slots=True)
class _End:
    reader: StreamReader
    writer: StreamWriter

    def abort(self) -> None:
        self.writer.transport.abort()


class _Link:
    """One connection: from the program to the line, and from the line to the server."""

    def __init__(self, near: _End, far: _End, dead: set[Way]) -> None:
        self.near = near
        self.far = far
        self.dead = dead
        self.over = asyncio.Event()

    def cut(self) -> None:
        self.over.set()
        self.near.abort()
        self.far.abort()


def slow(latency: float, rate: float) -> Weather:
    return replace(FAIR, latency=latency, rate=rate)


SEVERED = Weather(severed=True)
SILENT = Weather(swallows=BOTH)  # it takes everything and never answers
DEAF = Weather(swallows=frozenset({Way.OUT}))  # requests vanish
MUTE = Weather(swallows=frozenset({Way.BACK}))  # requests arrive, answers vanish
