"""Somebody with a browser at the console."""

from dataclasses import dataclass
from typing import Any

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient

from responder.console.auth import COOKIE
from responder.domain.model import ConversationId

Client = TestClient[Any, Any]


@dataclass
class Person:
    """Somebody with a browser that is logged in."""

    name: str
    client: Client
    cookie: str
    csrf: str

    async def get(self, path: str, **headers: str) -> ClientResponse:
        return await self.client.get(path, headers=self._headers(**headers), allow_redirects=False)

    async def html(self, path: str, **headers: str) -> str:
        response = await self.get(path, **headers)
        assert response.status == 200, await response.text()
        return await response.text()

    async def json(self, path: str) -> Any:
        response = await self.get(f"/api/v1{path}")
        assert response.status == 200, await response.text()
        return await response.json()

    async def post(self, path: str, body: Any = None, **headers: str) -> ClientResponse:
        sent = self._headers(**({"X-CSRF-Token": self.csrf} | headers))
        return await self.client.post(f"/api/v1{path}", json=body, headers=sent)

    async def act(self, one: ConversationId, verb: str, body: Any = None) -> ClientResponse:
        return await self.post(f"/conversations/{one}/{verb}", body)

    async def claim(self, one: ConversationId) -> str:
        response = await self.act(one, "claim")
        assert response.status == 200, await response.text()
        return str((await response.json())["token"])

    async def approve(self, one: ConversationId, **body: Any) -> ClientResponse:
        """Approve the draft as it is now, with a fresh claim, unless ``body`` says otherwise."""
        shown = await self.json(f"/conversations/{one}")
        version = shown["draft"]["version"] if shown["draft"] else 0
        body = {"draft_version": version, "token": body.pop("token", None)} | body
        body["token"] = body["token"] or await self.claim(one)
        return await self.act(one, "approve", body)

    def _headers(self, **headers: str) -> dict[str, str]:
        return {"Cookie": f"{COOKIE}={self.cookie}"} | headers


async def problem(response: ClientResponse) -> tuple[int, str]:
    """What was refused, and why."""
    return response.status, (await response.json())["error"]["code"]
