"""The feed: buyer messages for a marketplace in a box, as JSON Lines.

One object a line::

    {"buyer": "Ann", "order_id": "111-2223334-5556667", "text": "Where is it?",
     "language": "en", "at": "2026-11-22T08:00:00Z", "attachments": ["crack.jpg"]}

``buyer`` and ``text`` are required; ``order_id`` may be null. An attachment is a
file name, or ``{"name", "content_type", "size"}``; its bytes are made up.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from json import JSONDecodeError
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    StrictStr,
    ValidationError,
)
from pydantic import StringConstraints as Form

MAX_ATTACHMENT = 10 * 1024 * 1024  # what Amazon lets through; enough for Taobao too

_PLAIN_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is not a field of the feed",
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "model_type": "must be a file name or an object",
    "tuple_type": "must be a list",
}


class FeedError(ValueError):
    """A feed entry that cannot be read: ``name:line: field: what is wrong``."""


def _iso_moment(value: object) -> object:
    """Only ISO text with a time zone: a number or a naive time would be a guess."""
    if value is None:
        return None
    if not isinstance(value, str | datetime):
        raise ValueError("must be ISO time in quotes")  # noqa: TRY004 - pydantic wants ValueError
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError("must be an ISO time, like 2026-11-22T08:00:00Z") from None
    if moment.tzinfo is None:
        raise ValueError("needs a time zone, like 2026-11-22T08:00:00Z")
    return moment.astimezone(UTC)


def _named(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


def _whole(value: str) -> str:
    """JSON can spell half a character (a lone surrogate), which no wire can carry."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError("holds half a character") from None
    return value


_Text = Annotated[StrictStr, AfterValidator(_whole)]


class FeedAttachment(BaseModel):
    """A file that comes with a message; the mock makes up ``size`` bytes for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[_Text, Form(min_length=1, max_length=255)]
    content_type: Annotated[_Text, Form(pattern=r"^[\w.+-]+/[\w.+-]+$")] = "image/jpeg"
    size: Annotated[StrictInt, Field(ge=0, le=MAX_ATTACHMENT)] = 2048


class FeedEntry(BaseModel):
    """One buyer message. ``at`` is aware UTC; None means when it is delivered."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    buyer: Annotated[_Text, Form(min_length=1, max_length=200, pattern=r"\S")]
    order_id: Annotated[_Text, Form(min_length=1, max_length=64)] | None = None
    text: _Text
    language: Annotated[_Text, Form(pattern=r"^[A-Za-z]{2,3}([-_]\w+)*$")] | None = None
    at: Annotated[datetime | None, BeforeValidator(_iso_moment)] = None
    attachments: tuple[Annotated[FeedAttachment, BeforeValidator(_named)], ...] = ()


def parse_feed(lines: Iterable[str], name: str) -> Iterator[FeedEntry]:
    """Read a feed line by line; blank lines are skipped. Raises ``FeedError``."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield entry(_decoded(line, f"{name}:{number}"), f"{name}:{number}")


def read_feed(path: Path) -> list[FeedEntry]:
    """Every entry of a feed file; ``FeedError`` names the file, the line and the field."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise FeedError(f"{path}: is not UTF-8") from None
    except OSError as error:
        raise FeedError(f"{path}: cannot be read: {error.strerror}") from None
    return list(parse_feed(text.split("\n"), str(path)))


def parse_body(body: bytes, name: str) -> list[FeedEntry]:
    """Read a request's body: one object, a list of objects, or JSON Lines. All or nothing."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FeedError(f"{name}:1: body: is not UTF-8") from None
    try:
        whole = json.loads(text)
    except (JSONDecodeError, RecursionError):
        return list(parse_feed(text.split("\n"), name))
    entries = whole if isinstance(whole, list) else [whole]
    return [entry(value, f"{name}:{number}") for number, value in enumerate(entries, start=1)]


def entry(value: object, where: str) -> FeedEntry:
    """One decoded object as an entry. Raises ``FeedError`` naming ``where`` and the field."""
    if not isinstance(value, dict):
        raise FeedError(f"{where}: entry: must be an object")
    try:
        return FeedEntry.model_validate(value)
    except ValidationError as error:
        raise FeedError(f"{where}: {_first_fault(error)}") from None


def _decoded(line: str, where: str) -> Any:
    try:
        return json.loads(line)
    except JSONDecodeError as error:
        raise FeedError(f"{where}: json: {error.msg} at column {error.colno}") from None
    except RecursionError:
        raise FeedError(f"{where}: json: nested too deeply") from None


def _first_fault(error: ValidationError) -> str:
    """Field and fault, without the value: it may be a buyer's words."""
    fault = error.errors(include_input=False, include_url=False)[0]
    field = ".".join(str(part) for part in fault["loc"])
    said = _PLAIN_WORDS.get(fault["type"]) or fault["msg"].removeprefix("Value error, ")
    return f"{field}: {said}"
