"""One account's line to TOP: asks one question, returns the answer or raises one of the four."""

from collections.abc import Callable
from datetime import datetime

import aiohttp

from connectors.http import request
from connectors.taobao import answer, wire
from connectors.taobao.account import TopAccount
from connectors.taobao.values import Row

TOTAL_TIMEOUT = aiohttp.ClientTimeout(total=20)
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
            proxy=self._account.proxy,
        )
        return answer.read(told, writes=call.writes)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS),
                cookie_jar=aiohttp.CookieJar(),
                timeout=TOTAL_TIMEOUT,
                trust_env=False,  # an exit of another account must not slip in from outside
            )
        return self._session


def _multipart(params: dict[str, str], image: bytes) -> aiohttp.FormData:
    data = aiohttp.FormData()
    for name, value in params.items():
        data.add_field(name, value, content_type="text/plain; charset=utf-8")
    data.add_field("image", image, filename="image.gif", content_type="image/gif")
    return data
