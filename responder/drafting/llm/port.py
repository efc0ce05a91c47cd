"""What is asked of a language model, what it answers, and how that fails."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol


class Why(StrEnum):
    """Why there is no usable answer; also the label of the metrics. Never holds any text."""

    RATE_LIMITED = "rate_limited"  # 429
    UNAVAILABLE = "unavailable"  # no connection, 5xx, a stream that broke off
    UNAUTHORIZED = "unauthorized"  # 401, 403: a person must mend the key
    REFUSED = "refused"  # any other 4xx, a content filter, a tool call
    TRUNCATED = "truncated"  # finish_reason "length", or none at all
    NOT_JSON = "not_json"  # HTML, broken JSON, JSON of another shape
    EMPTY = "empty"
    DEADLINE = "deadline"
    RESTING = "resting"  # it failed too often: left alone for a while
    BUDGET = "budget"  # the day's budget is spent
    OBJECTED = "objected"  # what it says was found wrong

    @property
    def is_passing(self) -> bool:
        """Whether the very same request may work a moment later."""
        return self in {Why.RATE_LIMITED, Why.UNAVAILABLE, Why.EMPTY}


class LlmFailure(Exception):
    """There is no usable answer; whoever asked goes on without.

    ``after``: seconds to wait. ``used``: what it has cost all the same; None where nobody knows.
    """

    def __init__(self, why: Why, *, after: float | None = None, used: "Used | None" = None) -> None:
        super().__init__(why.value)
        self.why = why
        self.after = after
        self.used = used


@dataclass(frozen=True, slots=True)
class Turn:
    """One entry of a chat."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Used:
    """Tokens, as the endpoint counts them."""

    tokens_in: int
    tokens_out: int


NOTHING = Used(0, 0)  # the endpoint made no tokens: it was not reached, or said no


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One question. ``most_tokens`` bounds the answer."""

    turns: tuple[Turn, ...]
    most_tokens: int

    def with_turns(self, *more: Turn) -> "Ask":
        return Ask(turns=(*self.turns, *more), most_tokens=self.most_tokens)

    @property
    def worst(self) -> Used:
        """No more than this can be used: a token is three bytes or more in every script."""
        size = sum(len(turn.content.encode("utf-8", "replace")) for turn in self.turns)
        return Used(size // 3 + 8 * len(self.turns), self.most_tokens)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A complete answer. ``used`` is None where the endpoint does not say."""

    text: str
    used: Used | None = None


class Endpoint(Protocol):
    """One attempt at one question."""

    async def ask(self, ask: Ask) -> Answer:
        """The whole answer. Raises ``LlmFailure`` and nothing else."""


class Port(Protocol):
    """Questions with everything that keeps them in bounds: tries, rest, budget."""

    async def ask(self, ask: Ask, purpose: str) -> Answer:
        """The whole answer. Raises ``LlmFailure``; the caller sets the deadline."""
