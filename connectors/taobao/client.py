"""One account's line to TOP: asks one question, returns the answer or raises one of the four."""

from collections.abc import Callable
from datetime import datetime, timedelta

import aiohttp

from connectors.http import opened, request
from connectors.taobao import answer, wire
from connectors.taobao.account import TopAccount
from connectors.taobao.values import Row

TOTAL_TIMEOUT = timedelta(seconds=20)
CONNECTIONS = 16


class TopClient:
    """Holds the account's own connections and cookies, which no other account shares."""

    def __init__(self, account: TopAccount, now: Callable[[], datetime]) -> None:
        self._account = account
        self._now = now
        self._session: aiohttp.ClientSession | None = None

    async def ask(self, call: wire.Call) -> Row:
        params = wire.parameters(call, self._account, self._now())
        headers = {"User-Agent": self._account.user_agent}
        if call.image is None:
            headers["Content-Type"] = wire.FORM
        told = await request(
            self._opened(),
            "POST",
            self._account.gateway,
            headers=headers,
            body=wire.form(params) if call.image is None else _multipart(params, call.image),
        )
        return answer.read(told, writes=call.writes)

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


def _multipart(params: dict[str, str], image: bytes) -> aiohttp.FormData:
    data = aiohttp.FormData()
    for name, value in params.items():
        data.add_field(name, value, content_type="text/plain; charset=utf-8")
    data.add_field("image", image, filename="image.gif", content_type="image/gif")
    return data
