"""Whoever asks the mock, and holds its answers against what Amazon publishes."""

import json
from typing import Any

import aiohttp

from connectors.amazon.mock import AmazonMock
from tests.connectors.amazon import models


class Caller:
    """Asks the mock as a client would, and holds both sides against the model."""

    def __init__(self, mock: AmazonMock, http: aiohttp.ClientSession, token: str) -> None:
        self._mock = mock
        self._http = http
        self._token = token

    async def ask(self, method: str, path: str, body: Any = None, *, token: str = "") -> int:
        """The status, once nothing in the answer is against the model."""
        headers = {"x-amz-access-token": token or self._token}
        async with self._http.request(
            method, self._mock.url + path, json=body, headers=headers
        ) as answer:
            told = json.loads(await answer.text())
            bare = path.partition("?")[0]
            wrong = models.mistakes_in_answer(method, bare, answer.status, told)
            assert wrong == [], f"{method} {path}: {answer.status}"
            declared = models.sends_rate(method, bare, answer.status)
            assert ("x-amzn-RateLimit-Limit" in answer.headers) <= declared
            assert answer.headers["x-amzn-RequestId"]
            return answer.status
