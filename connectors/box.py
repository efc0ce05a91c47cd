"""The HTTP that every marketplace in a box has, beside its own: ``/_mock/``.

``POST /_mock/messages`` (the feed: an object, a list or JSON Lines), ``GET /_mock/messages``,
``GET /_mock/sent``, ``GET`` and ``PUT /_mock/faults``.
"""

import json
from abc import ABC, abstractmethod
from base64 import b64decode
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Any, Protocol, Self

from aiohttp import web

from connectors.faults import Faults, FaultsError
from connectors.feed import FeedEntry, FeedError, parse_body

PICTURES = "/_pictures/"  # where a box shows what buyers attached
# One red point, whatever the picture is called.
POINT = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg=="
)
LARGEST_BODY = 512 * 1024 * 1024  # a feed of some million messages


class Box(Protocol):
    """What a mock shows and takes there."""

    @property
    def faults(self) -> Faults:
        """Which faults strike."""

    def deliver(self, entries: Iterable[FeedEntry]) -> list[str]:
        """Buyers write; returns the ids. Raises ``FeedError``, and then took none."""

    def delivered(self) -> list[dict[str, Any]]:
        """What buyers wrote so far."""

    def sent(self) -> list[dict[str, Any]]:
        """What the mock accepted, in order."""


class Running(ABC):
    """What has a beginning and an end: ``async with`` starts and stops it."""

    @abstractmethod
    async def start(self) -> None:
        """Listen."""

    @abstractmethod
    async def stop(self) -> None:
        """Cut every connection and close the books."""

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()


class BoxServer:
    """A box's HTTP server. Port 0 takes a free one; the real one can be read after ``start``."""

    def __init__(self, box: Box, host: str, port: int) -> None:
        self._box = box
        self.host = host
        self.port = port
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Root of its HTTP, without a slash at the end."""
        return f"http://{self.host}:{self.port}"

    async def start(self, routes: Sequence[web.RouteDef]) -> None:
        """Listen, with ``routes`` beside the mock's own."""
        app = web.Application(client_max_size=LARGEST_BODY)
        app.add_routes(
            [
                *routes,
                web.get(f"{PICTURES}{{name}}", _picture),
                web.get("/_mock/messages", self._messages),
                web.post("/_mock/messages", self._take_messages),
                web.get("/_mock/sent", self._sent),
                web.get("/_mock/faults", self._rates),
                web.put("/_mock/faults", self._set_rates),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, self.host, self.port).start()
        self.port = int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _messages(self, _: web.Request) -> web.Response:
        return web.json_response(self._box.delivered())

    async def _take_messages(self, request: web.Request) -> web.Response:
        try:
            ids = self._box.deliver(parse_body(await request.read(), "body"))
        except FeedError as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response({"accepted": len(ids), "ids": ids}, status=201)

    async def _sent(self, _: web.Request) -> web.Response:
        return web.json_response(self._box.sent())

    async def _rates(self, _: web.Request) -> web.Response:
        return web.json_response(dict(self._box.faults.rates))

    async def _set_rates(self, request: web.Request) -> web.Response:
        """A JSON object of rates, as in a faults file; what is not named goes back to 0."""
        try:
            told = json.loads(await request.read() or b"{}")
            if not isinstance(told, dict):
                raise FaultsError("rates: must be an object")
            self._box.faults.set(told)
        except (ValueError, RecursionError) as error:
            return web.json_response({"error": str(error)}, status=400)
        return await self._rates(request)


def picture_url(name: str, host: str) -> str:
    """Where the picture is said to lie: in the box, or, where it does not listen, at ``host``."""
    return name if "://" in name else f"https://{host}/{name}"


async def _picture(_: web.Request) -> web.Response:
    return web.Response(body=POINT, content_type="image/png")
