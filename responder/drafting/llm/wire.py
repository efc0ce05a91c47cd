"""The chat completions wire: a question to JSON, JSON or a stream to an answer. No I/O."""

import json
from collections.abc import Mapping
from typing import Any

from responder.drafting.llm.port import NOTHING, Answer, Ask, LlmFailure, Used, Why
from responder.drafting.llm.sse import EventStream

MOST_BYTES = 512 * 1024  # of an answer; more is no reply to a buyer
_MOST_TOKENS = 10**9  # of one answer: more is nonsense
_DONE = "[DONE]"


def body(ask: Ask, model: str, *, plain: bool) -> dict[str, Any]:
    """The request. ``plain`` leaves out what not every endpoint knows."""
    asked: dict[str, Any] = {
        "model": model,
        "messages": [{"role": turn.role, "content": turn.content} for turn in ask.turns],
        "max_tokens": ask.most_tokens,
        "temperature": 0.2,
        "stream": True,
    }
    if not plain:
        asked["response_format"] = {"type": "json_object"}
        asked["stream_options"] = {"include_usage": True}
    return asked


def refused(status: int, headers: Mapping[str, str]) -> LlmFailure | None:
    """What a status says; None for a good one."""
    if status == 200:
        return None
    after = _seconds(headers.get("Retry-After", ""))
    match status:
        case 401 | 403:
            return LlmFailure(Why.UNAUTHORIZED, used=NOTHING)
        case 429:
            return LlmFailure(Why.RATE_LIMITED, after=after, used=NOTHING)
        case status if status >= 500 or status == 408:
            return LlmFailure(Why.UNAVAILABLE, after=after, used=NOTHING)
        case _:
            return LlmFailure(Why.REFUSED, used=NOTHING)


def _seconds(text: str) -> float | None:
    return float(text) if text.isascii() and text.isdecimal() and len(text) < 7 else None


class Reading:
    """Reads one answer, streamed or in one piece, and says at the end whether it is whole."""

    def __init__(self, *, streamed: bool) -> None:
        self._events = EventStream() if streamed else None
        self._raw = b""
        self._size = 0
        self._text: list[str] = []
        self._finish: str | None = None
        self._used: Used | None = None
        self.is_over = False

    def feed(self, piece: bytes) -> None:
        """Take the next bytes. ``LlmFailure`` as soon as it cannot become an answer."""
        self._size += len(piece)
        if self._size > MOST_BYTES:
            raise LlmFailure(Why.TRUNCATED, used=self._used)
        if self._events is None:
            self._raw += piece
        else:
            for event in self._events.feed(piece):
                self._take_event(event)

    def end(self) -> Answer:
        """The answer, which must be complete. ``LlmFailure`` says what is wrong with it."""
        if self._events is None:
            self._take(_object(self._raw.decode("utf-8", "replace")), "message")
        else:
            for event in self._events.end():
                self._take_event(event)
        text = "".join(self._text).strip()
        match self._finish:
            case "stop":
                pass
            case "length" | None:
                raise LlmFailure(Why.TRUNCATED, used=self._used)
            case _:  # content_filter, tool_calls: there are no tools
                raise LlmFailure(Why.REFUSED, used=self._used)
        if not text:
            raise LlmFailure(Why.EMPTY, used=self._used)
        return Answer(text=text, used=self._used)

    def _take_event(self, event: str) -> None:
        if event.strip() == _DONE:
            self.is_over = True
        elif not self.is_over:
            self._take(_object(event), "delta")

    def _take(self, chunk: Mapping[str, Any], part: str) -> None:
        if chunk.get("error"):
            raise LlmFailure(Why.UNAVAILABLE, used=self._used)
        self._used = _used(chunk.get("usage")) or self._used
        choices = chunk.get("choices")
        if not isinstance(choices, list):
            raise LlmFailure(Why.NOT_JSON, used=self._used)
        for choice in choices[:1]:
            said = choice.get(part) if isinstance(choice, dict) else None
            if not isinstance(said, dict):
                raise LlmFailure(Why.NOT_JSON, used=self._used)
            if isinstance(said.get("content"), str):
                self._text.append(said["content"])
            self._finish = choice.get("finish_reason") or self._finish


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise LlmFailure(Why.NOT_JSON) from None
    if not isinstance(found, dict):
        raise LlmFailure(Why.NOT_JSON)
    return found


def _used(usage: object) -> Used | None:
    if not isinstance(usage, dict):
        return None
    given, made = usage.get("prompt_tokens"), usage.get("completion_tokens")
    if not (isinstance(given, int) and isinstance(made, int)):
        return None
    return Used(given, made) if min(given, made) >= 0 and max(given, made) < _MOST_TOKENS else None
