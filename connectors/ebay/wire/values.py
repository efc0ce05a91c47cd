"""JSON of any shape, read without surprises."""

import json
from datetime import UTC, datetime
from typing import Any, TypeAlias

Row: TypeAlias = dict[str, Any]


def document(body: bytes) -> Row | None:
    """The object in ``body``; None when it holds none. Numbers keep all their digits as text."""
    try:
        told = json.loads(body.decode("utf-8-sig"), parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def text(row: Row, key: str) -> str:
    """The text under ``key``, fit to be stored: no NUL, no half of a surrogate pair."""
    value = row.get(key)
    if isinstance(value, bool) or not isinstance(value, str):
        return ""
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "")


def number(row: Row, key: str) -> int:
    """A count; 0 where it is missing or no number."""
    value = text(row, key)
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 16 else 0


def row(value: Row, key: str) -> Row:
    inner = value.get(key)
    return inner if isinstance(inner, dict) else {}


def listed(value: Row, key: str) -> list[Any]:
    """The list under ``key``, of whatever; an empty one where there is none."""
    inner = value.get(key)
    return inner if isinstance(inner, list) else []


def rows(value: Row, key: str) -> list[Row]:
    return [item for item in listed(value, key) if isinstance(item, dict)]


def moment(value: Row, key: str) -> datetime | None:
    """An ISO 8601 time in UTC; None where it cannot be read."""
    written = text(value, key).strip()
    try:
        told = datetime.fromisoformat(written)
        return (told if told.tzinfo else told.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def stamp(when: datetime) -> str:
    """A time as eBay writes it."""
    utc = when.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"
