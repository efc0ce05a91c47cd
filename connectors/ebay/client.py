"""One account's line to eBay: an access token, and one question at a time."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import aiohttp

from connectors import http
from connectors.ebay.config import EbayConfig
from connectors.ebay.wire import answers, tokens
from connectors.ebay.wire.values import Row
from connectors.http import Response

CONNECTIONS = 8


class EbayClient:
    """Asks over the account's own connections. The token is kept until it ends, or is refused."""

    def __init__(self, config: EbayConfig, now: Callable[[], datetime]) -> None:
        self._config = config
        self._now = now
        self._session: aiohttp.ClientSession | None = None
        self._token: tokens.Token | None = None
        self._lock = asyncio.Lock()

    async def get(self, path: str) -> Row:
        """The object at ``path``. Raises the four failures."""
        return answers.read(await self._asked("GET", path, None), writes=False)

    async def post(self, path: str, body: bytes) -> Row:
        """What ``path`` says to ``body``; what acts and is not answered may be done."""
        return answers.read(await self._asked("POST", path, body), writes=True)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _asked(self, method: str, path: str, body: bytes | None) -> Response:
        """One request; a second one with a new token where the first token was refused."""
        token = await self._usable_token(refused=None)
        answer = await self._asked_with(token, method, path, body)
        if answers.token_refused(answer):
            token = await self._usable_token(refused=token)
            answer = await self._asked_with(token, method, path, body)
        return answer

    async def _asked_with(
        self, token: tokens.Token, method: str, path: str, body: bytes | None
    ) -> Response:
        headers = {
            "Authorization": f"Bearer {token.value}",
            "Accept": "application/json",
            "User-Agent": self._config.user_agent,
        }
        if body is not None:
            headers["Content-Type"] = "application/json"
        url = self._config.endpoint + path
        return await http.request(self._opened(), method, url, headers=headers, body=body)

    async def _usable_token(self, refused: tokens.Token | None) -> tokens.Token:
        """The kept token, or a new one where it ends soon or is the one ``refused``."""
        async with self._lock:
            kept = self._token
            if kept is None or kept is refused or not kept.is_usable(self._now()):
                kept = self._token = await self._new_token()
            return kept

    async def _new_token(self) -> tokens.Token:
        headers = {
            "Authorization": tokens.login(self._config),
            "Content-Type": tokens.FORM,
            "User-Agent": self._config.user_agent,
        }
        url = self._config.endpoint + tokens.PATH
        body = tokens.request_body(self._config)
        answer = await http.request(self._opened(), "POST", url, headers=headers, body=body)
        return tokens.token(answer, self._now())

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = http.opened(
                exit_url=self._config.proxy, timeout=self._config.timeout, connections=CONNECTIONS
            )
        return self._session
