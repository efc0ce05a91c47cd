"""A request to the Selling Partner API, without what the way adds: token, time, user agent."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """``operation`` is Amazon's name for it; its usage plan goes by that."""

    operation: str
    method: str
    path: str  # with the query
    body: bytes | None = None
