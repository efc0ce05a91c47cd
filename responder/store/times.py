"""Milliseconds live only in the store; everywhere else time is an aware ``datetime``."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


def ms(moment: datetime) -> int:
    """Exact integer milliseconds since 1970. A naive datetime raises ``TypeError``."""
    return (moment - _EPOCH) // _MS


def moment(milliseconds: str | int) -> datetime:
    return _EPOCH + int(milliseconds) * _MS


def maybe(milliseconds: str | None) -> datetime | None:
    return moment(milliseconds) if milliseconds else None
