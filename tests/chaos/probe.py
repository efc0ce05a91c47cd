"""Somebody who works at the console while a backlog comes in."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.town import Town
from tests.integration.api import mark

PROBE_EVERY = 0.2


@dataclass(slots=True)
class Probe:
    """An agent at work: looks at the list, takes the first that has a draft, approves it."""

    here: Town
    lists: list[float] = field(default_factory=list)  # seconds, one each
    approvals: list[float] = field(default_factory=list)
    refused: int = 0
    may_go: bool = False

    async def work(self) -> None:
        """Until he ``may_go``; what he has begun he ends."""
        while not self.may_go:
            started = time.monotonic()
            page = await self.here.console.get("/api/v1/conversations?view=open&limit=50")
            self.lists.append(time.monotonic() - started)
            ready = [one for one in page["items"] if one["state"] == "waiting" and one["draft"]]
            if ready:
                await self._approve(ready[0])
            await asyncio.sleep(PROBE_EVERY)

    async def _approve(self, item: dict[str, Any]) -> None:
        path = f"/api/v1/conversations/{item['id']}"
        started = time.monotonic()
        _, claim = await self.here.console.call("POST", f"{path}/claim")
        body = {
            "draft_version": item["draft"]["version"],
            "token": claim["token"],
            "text": f"We have seen to it. Case {mark(str(len(self.approvals)))}.",
        }
        status, _ = await self.here.console.call("POST", f"{path}/approve", body)
        self.approvals.append(time.monotonic() - started)
        self.refused += status != 202
