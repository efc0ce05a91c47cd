"""What a model's JSON must look like before anybody looks at what it says."""

import json
import re

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from responder.drafting.llm.port import Answer, LlmFailure, Why

_FENCE = re.compile(r"\A```(?:json)?[ \t]*\n(.*)\n```\Z", re.DOTALL)


class _Shape(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class Drafted(_Shape):
    """A reply as the model proposes it."""

    reply: str = Field(max_length=20_000)
    language: str = Field(default="", max_length=40)
    facts_used: list[str] = Field(default_factory=list, max_length=100)
    needs_human: bool


class Translated(_Shape):
    translation: str = Field(min_length=1, max_length=40_000)


def drafted(answer: Answer) -> Drafted:
    """The reply in ``answer``. ``LlmFailure`` NOT_JSON, or EMPTY where it says nothing."""
    try:
        found = Drafted.model_validate(_object(answer))
    except ValidationError:
        raise LlmFailure(Why.NOT_JSON) from None
    if not found.reply.strip() and not found.needs_human:
        raise LlmFailure(Why.EMPTY)
    return found


def translated(answer: Answer) -> str:
    """The translation in ``answer``. ``LlmFailure`` NOT_JSON, or EMPTY."""
    try:
        text = Translated.model_validate(_object(answer)).translation.strip()
    except ValidationError:
        raise LlmFailure(Why.NOT_JSON) from None
    if not text:
        raise LlmFailure(Why.EMPTY)
    return text


def _object(answer: Answer) -> object:
    """The JSON of an answer, with or without the fence that some models put around it."""
    text = answer.text.strip()
    fenced = _FENCE.match(text)
    try:
        return json.loads(fenced[1] if fenced else text)
    except (ValueError, RecursionError):
        raise LlmFailure(Why.NOT_JSON) from None
