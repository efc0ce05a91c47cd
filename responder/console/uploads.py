"""Bodies of files on their way in: how many at once, how long, how large.

2026-11-23 Whoever finds no place waits: a sender that is not read is held up at its socket and
costs a few kilobytes, and a person who is sent away only presses again. But not for longer than
proxies bear: then 503, and when to come again.
"""

from asyncio import Lock, Semaphore, timeout
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from aiohttp import web

PLACES = 3  # bodies in memory at once; the page sends one after the other
CHUNK = 64 * 1024
TEN_MEGABYTES = 10_000_000


class Busy(Exception):
    """Other files are being taken in; try again in a moment."""


class TooLarge(Exception):
    """There is more in the body than is taken; the rest of it was not read."""


class TooSlow(Exception):
    """The body did not come to its end in time, or nothing more of it came."""


def check_length(length: int, most: int) -> None:
    """``TooLarge`` where ``length`` bytes, as told beforehand, are more than are taken."""
    if length > most:
        raise TooLarge


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploads:
    """What a process bears of files at once.

    A body has one of the few ``places`` from its first byte until it is kept. Then ``packing``:
    to write one into the store takes several times its size, so that is done one by one.
    """

    patience: timedelta = timedelta(seconds=20)  # for a place
    lasts: timedelta = timedelta(minutes=2)  # for each ten megabytes that are taken: 0.7 Mbit/s
    stalls: timedelta = timedelta(seconds=10)  # without a byte
    places: Semaphore = field(default_factory=lambda: Semaphore(PLACES))
    packing: Lock = field(default_factory=Lock)

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Room for one body. ``Busy`` where none gets free in time."""
        try:
            async with timeout(self.patience.total_seconds()):
                await self.places.acquire()
        except TimeoutError:
            raise Busy from None
        try:
            yield
        finally:
            self.places.release()

    async def body(self, request: web.Request, most: int) -> bytes:
        """The body of ``request``, ``most`` bytes at most. ``TooLarge``, ``TooSlow``."""
        content = bytearray()
        try:
            async with timeout(self.lasts.total_seconds() * max(1, most / TEN_MEGABYTES)):
                while chunk := await self._more(request):
                    if len(content) + len(chunk) > most:
                        raise TooLarge
                    content += chunk
        except TimeoutError:
            raise TooSlow from None
        return bytes(content)

    async def _more(self, request: web.Request) -> bytes:
        """What has come next; nothing at the end. ``TimeoutError`` where nothing comes."""
        async with timeout(self.stalls.total_seconds()):
            return await request.content.read(CHUNK)
