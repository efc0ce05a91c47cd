"""The messages of each thread, as the store has them now or had them until they were old."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any

Row = dict[str, Any]  # a message as the store keeps it


@dataclass(slots=True)
class Kept:
    """``rows``: what the store has under a key now. What a purge takes away stays in the books."""

    rows: Callable[[str], Sequence[str]]
    _purged: list[tuple[float, str, Row]] = field(default_factory=list)  # when, of which thread
    _going: list[tuple[float, str, Row]] = field(default_factory=list)  # by the purge under way

    def messages(self, conversation: str) -> list[Row]:
        """All that was ever stored of a thread, the oldest first."""
        old = [one for _, name, one in self._purged if name == conversation]
        return [*old, *self._now(conversation)]

    def known(self, conversation: str) -> frozenset[str]:
        """Ids of all of them."""
        return frozenset(message["id"] for message in self.messages(conversation))

    def by_buyer(self, conversation: str, last: int | None = None) -> frozenset[str]:
        """Ids of the buyer's own words that are stored now, up to the place ``last``."""
        return frozenset(
            message["id"]
            for message in self._now(conversation)[:last]
            if message["author"] == "buyer" and message["kind"] == "chat"
        )

    def forgotten(self, conversation: str, since: float, message: str) -> float | None:
        """When a thread was purged after ``since``, but before ``message`` was stored."""
        purges = [(at, one["id"]) for at, name, one in self._purged if name == conversation]
        gone_at = next((at for at, name in purges if name == message), inf)
        return next((at for at, _ in purges if since < at < gone_at), None)

    def purging(self, conversation: str, at: float) -> None:
        """A thread is about to be purged."""
        self._going = [(at, conversation, one) for one in self._now(conversation)]

    def purged(self) -> None:
        """It was."""
        self._purged += self._going

    def lost(self, since: float) -> None:
        """The store has lost what it did after ``since``."""
        self._purged = [one for one in self._purged if one[0] < since]

    def _now(self, conversation: str) -> list[Row]:
        key = f"mr:{{{conversation[:2]}}}:msgs:{conversation}"
        return [json.loads(row) for row in self.rows(key)]
