"""How the keys, arguments and answers of scripts read in the books."""

from typing import Any

from responder.domain.model import ConversationId


def conversation_in(key: str) -> ConversationId:
    return ConversationId(key.rpartition(":")[2])


def text_of(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def short(answer: Any) -> str:
    words = str(answer)
    return words if len(words) <= 60 else words[:59] + "…"
