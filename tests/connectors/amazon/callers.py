"""Whoever asks the mock's API over HTTP."""

import json
from typing import Any

import aiohttp

from connectors.amazon.mock_door import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN

LOGIN = {
    "grant_type": "refresh_token",
    "client_id": CLIENT_ID,
    "client_secret": CLIENT_SECRET,
    "refresh_token": REFRESH_TOKEN,
}
KNOWN_ORDER = "111-0000000-7654321"


class Caller:
    """Asks the mock over HTTP: status, headers and JSON."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self._url = url
        self._session = session
        self.headers: Any = {}

    async def ask(self, method: str, path: str, **facts: Any) -> tuple[int, Any]:
        async with self._session.request(method, self._url + path, **facts) as response:
            self.headers = response.headers
            text = await response.text()
            return response.status, json.loads(text) if text.startswith(("{", "[")) else text

    async def login(self) -> dict[str, str]:
        _, told = await self.ask("POST", "/auth/o2/token", data=LOGIN)
        return {"x-amz-access-token": told["access_token"]}
