"""The daemon's API, as somebody who approves everything uses it."""

import asyncio
import io
import json
from dataclasses import dataclass
from typing import Any

import aiohttp


@dataclass(slots=True)
class Api:
    """A caller of an HTTP API."""

    session: aiohttp.ClientSession
    root: str
    token: str = ""

    async def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """The status and the JSON of an answer; 0 when nobody answers."""
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            data = io.BytesIO(json.dumps(body).encode()) if body is not None else None
            async with self.session.request(
                method, self.root + path, data=data, headers=headers
            ) as answer:
                text = await answer.text()
                return answer.status, json.loads(text) if text else None
        except (aiohttp.ClientError, OSError, asyncio.TimeoutError):
            return 0, None

    async def get(self, path: str) -> Any:
        status, body = await self.call("GET", path)
        assert status == 200, f"GET {path}: {status} {body}"
        return body

    async def every(self, path: str) -> list[dict[str, Any]]:
        """All items of a list, page by page."""
        items: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = await self.get(f"{path}&limit=200" + (f"&cursor={cursor}" if cursor else ""))
            items += page["items"]
            if page["next"] is None:
                return items
            cursor = page["next"]

    async def answers(self) -> bool:
        status, _ = await self.call("GET", "/readyz")
        return status == 200


async def approve_all(console: Api, view: str = "open", *, signed: bool = False) -> int:
    """Approve every draft that waits, as an agent's program would; returns how many."""
    done = 0
    for item in await console.every(f"/api/v1/conversations?view={view}"):
        if item["state"] == "waiting" and item["draft"]:
            done += await approve(console, item, signed=signed)
    return done


def mark(conversation: str) -> str:
    """A conversation's id in letters: digits might look like a telephone number."""
    return conversation.translate(str.maketrans("0123456789-", "ghijklmnopq"))


async def approve(console: Api, item: dict[str, Any], *, signed: bool = False) -> bool:
    """Claim and approve one draft; False when something has changed in between.

    ``signed`` adds the conversation's id, so that each text is one of its own.
    """
    path = f"/api/v1/conversations/{item['id']}"
    status, claim = await console.call("POST", f"{path}/claim")
    if status != 200:
        return False
    body = {"draft_version": item["draft"]["version"], "token": claim["token"]}
    if signed:
        whole = await console.get(path)
        body["text"] = f"{whole['draft']['text']}\n\n({mark(item['id'])})"
    status, answer = await console.call("POST", f"{path}/approve", body)
    assert status in {0, 202, 409, 503}, answer
    return status == 202
