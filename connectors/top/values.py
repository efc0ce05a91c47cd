"""TOP's values as plain text, lists and dictionaries, however they were written.

TOP writes a number as a number or as a string, a list of one as a list or as
the object itself, and no key at all for an empty list. Every leaf becomes text
here, so that 64-bit ids keep all their digits and JSON and XML look the same.
"""

from datetime import UTC, datetime, timedelta, timezone
from typing import TypeAlias

Value: TypeAlias = "str | list[Value] | Row"
Row: TypeAlias = dict[str, Value]

GMT8 = timezone(timedelta(hours=8), "GMT+8")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
SHORTEST_MILLISECONDS = 11  # digits: a number below that is no time of ours


def plain(value: object) -> Value:
    """What ``json.loads`` made, with every leaf as text. Raises ``RecursionError`` when deep."""
    match value:
        case str():
            return value
        case dict():
            return {
                str(name): item if type(item) is str else plain(item)
                for name, item in value.items()
            }
        case list():
            return [plain(item) for item in value]
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)


def text(row: Row, key: str) -> str:
    """The text under ``key``, fit to be stored: no NUL, no half of a surrogate pair."""
    value = row.get(key, "")
    if not isinstance(value, str):
        return ""
    if not value.isascii():
        value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value.replace("\0", "")


def number(row: Row, key: str) -> int:
    """A count; 0 where it is missing or no number."""
    value = text(row, key)
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 16 else 0


def truth(row: Row, key: str) -> bool:
    return text(row, key).lower() == "true"


def row(value: Row, key: str) -> Row:
    """The object under ``key``; an empty one where there is none."""
    inner = value.get(key)
    return inner if isinstance(inner, dict) else {}


def rows(value: Row, key: str, inner: str) -> list[Row]:
    """The list under ``key``, wrapped twice, once or not, of many, one or none."""
    return [item for item in _items(value, key, inner) if isinstance(item, dict)]


def named(value: Row, key: str, inner: str) -> int:
    """How many things the list under ``key`` names, whether they can be read or not."""
    return len(_items(value, key, inner))


def _items(value: Row, key: str, inner: str) -> list[Value]:
    items = value.get(key, [])
    if isinstance(items, dict) and inner in items:
        items = items[inner]
    if isinstance(items, dict):
        return [items] if items else []
    return items if isinstance(items, list) else []


def moment(value: Row, key: str) -> datetime | None:
    """A time in UTC, told as ``yyyy-MM-dd HH:mm:ss`` in GMT+8 or in milliseconds; else None."""
    written = text(value, key).strip()
    try:
        if written.isascii() and written.isdecimal() and len(written) >= SHORTEST_MILLISECONDS:
            return EPOCH + int(written) * MILLISECOND
        told = datetime.fromisoformat(written)
        return (told if told.tzinfo else told.replace(tzinfo=GMT8)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def stamp(when: datetime) -> str:
    """A time as TOP writes it: GMT+8, to the second, without a zone."""
    return when.astimezone(GMT8).replace(tzinfo=None).isoformat(" ", "seconds")


def milliseconds(when: datetime) -> str:
    return str((when - EPOCH) // MILLISECOND)
