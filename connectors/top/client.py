"""One account's line to TOP: asks one question, returns the answer or raises one of the four."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

import aiohttp

from connectors.base import RateLimited
from connectors.budget import NO_WAIT, Budget, OwnBudget, patient, spared
from connectors.http import Response, opened, request
from connectors.top import answer, wire
from connectors.top.access import TopAccess
from connectors.top.values import Row

TOTAL_TIMEOUT = timedelta(seconds=20)
CONNECTIONS = 16
OPERATION = "top"  # TOP counts an app's calls, whatever they ask for


class Transport(Protocol):
    """Carries signed requests of one account, and raises ``Unavailable`` as ``request`` does."""

    async def post(self, params: Mapping[str, str], image: bytes | None) -> Response:
        """One request to the gateway; ``image`` goes along as a file."""

    async def close(self) -> None:
        """Let go of connections."""


class TopClient:
    """Asks over the account's own transport, within its budget. No other account shares them."""

    def __init__(
        self,
        account: TopAccess,
        now: Callable[[], datetime],
        transport: Transport | None = None,
        budget: Budget | None = None,
    ) -> None:
        self._account = account
        self._now = now
        self._transport = transport or HttpTransport(account)
        self._rate = spared(account.rate) if account.rate else None
        self._budget = budget or OwnBudget(now)

    async def ask(self, call: wire.Call, *, can_wait: bool = False) -> Row:
        """``RateLimited`` without a request where the budget has no token left.

        ``can_wait``: of what no clock waits for, already where half a burst is left.
        2026-11-22 The facts of orders took each token as it came back, one by one, and an inbox
        that takes many in a row was never read to its end.
        """
        await self._paced(can_wait=can_wait)
        params = wire.parameters(call, self._account, self._now())
        told = await self._transport.post(params, call.image)
        return answer.read(told, writes=call.writes)

    async def close(self) -> None:
        await self._transport.close()

    async def _paced(self, *, can_wait: bool) -> None:
        """Who is turned away waits until half a burst is there: what is read takes many requests,
        and begun anew with too few it would never come to its end.
        """
        if self._rate is None:
            return
        rate = patient(self._rate) if can_wait else self._rate
        wait = await self._budget.take(OPERATION, rate)
        if wait > NO_WAIT:
            raise RateLimited(max(wait, self._rate.whole / 2), "the budget of TOP is spent")


class HttpTransport:
    """Holds the account's own connections and cookies."""

    def __init__(self, account: TopAccess) -> None:
        self._account = account
        self._session: aiohttp.ClientSession | None = None

    async def post(self, params: Mapping[str, str], image: bytes | None) -> Response:
        headers = {"User-Agent": self._account.user_agent}
        if image is None:
            headers["Content-Type"] = wire.FORM
        return await request(
            self._opened(),
            "POST",
            self._account.gateway,
            headers=headers,
            body=wire.form(params) if image is None else _multipart(params, image),
        )

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = opened(
                exit_url=self._account.proxy, timeout=TOTAL_TIMEOUT, connections=CONNECTIONS
            )
        return self._session


def _multipart(params: Mapping[str, str], image: bytes) -> aiohttp.FormData:
    data = aiohttp.FormData()
    for name, value in params.items():
        data.add_field(name, value, content_type="text/plain; charset=utf-8")
    data.add_field("image", image, filename="image.gif", content_type="image/gif")
    return data
