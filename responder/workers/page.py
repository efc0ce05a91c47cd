"""A page of an inbox: asked for a few times close together, and not for ever."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import chain, repeat
from random import Random

from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt

from connectors.base import Batch, Connector, Cursor, Unavailable
from responder.clock import Clock
from responder.domain.backoff import backoff

FETCH_TIMEOUT = 45.0  # seconds for all tries of a page; under the lease of the poll queue
FIRST_TRY = 15.0  # seconds: a dead connection is given up early; a slow page gets all the rest
TRIES = 3  # of one fetch, close together; after that the queue waits
FIRST_PAUSE = timedelta(seconds=0.2)  # between them, up to
LAST_PAUSE = timedelta(seconds=2)


class Pages:
    """Reads pages. What keeps one from being read is one of the connectors' failures."""

    def __init__(self, clock: Clock, dice: Random) -> None:
        self._clock = clock
        self._dice = dice

    async def read(self, connector: Connector, cursor: Cursor | None) -> Batch:
        """The page after ``cursor``."""
        loop = asyncio.get_running_loop()
        end = loop.time() + FETCH_TIMEOUT
        limits = chain([loop.time() + FIRST_TRY], repeat(end))

        async def once() -> Batch:
            try:
                async with asyncio.timeout_at(next(limits)):
                    return await connector.fetch(cursor)
            except asyncio.TimeoutError:
                raise Unavailable("the inbox did not answer in time") from None
            except OSError as error:
                why = f"the inbox cannot be read: {error.__class__.__name__}"
                raise Unavailable(why) from error

        return await self._retrying(once)

    async def _retrying(self, once: Callable[[], Awaitable[Batch]]) -> Batch:
        """What comes at once, as nearly all does, costs nothing more."""
        try:
            return await once()
        except Unavailable:
            await self._clock.sleep(self._pause(1))
        again = AsyncRetrying(
            retry=retry_if_exception_type(Unavailable),
            stop=stop_after_attempt(TRIES - 1),
            wait=lambda state: self._pause(1 + state.attempt_number),
            sleep=self._clock.sleep,
            reraise=True,
        )
        return await again(once)

    def _pause(self, tried: int) -> float:
        pause = backoff(tried, self._dice, first=FIRST_PAUSE, most=LAST_PAUSE)
        return pause.total_seconds()
