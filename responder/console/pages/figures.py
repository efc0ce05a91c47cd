"""Times and shares, as pages show them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from gettext import NullTranslations
from zoneinfo import ZoneInfo


def ms(at: datetime | None) -> int | str:
    """Milliseconds since 1970, as scripts count; nothing for no time."""
    return int(at.timestamp() * 1000) if at else ""


def percent(share: float) -> str:
    return f"{share:.0%}"


def size(count: int) -> str:
    """Bytes as a person says it; ``files.js`` says it in the same way."""
    if count < 1_000_000:
        return f"{max(1, round(count / 1000))} kB"
    return f"{count / 1_048_576:.1f}".removesuffix(".0") + " MB"


def in_zone(at: datetime, zone: str) -> str:
    """The wall clock of a marketplace."""
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def left_in(speak: NullTranslations) -> Callable[[datetime, datetime], str]:
    """How long until a moment, in the words of ``speak``; ``clock.js`` counts on from there."""

    def left(due: datetime, now: datetime) -> str:
        span = due - now
        if span >= timedelta(0):
            return _counting(span)
        return speak.gettext("overdue %(span)s") % {"span": _roughly(-span, speak)}

    return left


def span_in(speak: NullTranslations) -> Callable[[timedelta], str]:
    """A span in the words of ``speak``, to the minute, or to the day where it is long."""
    return lambda span: _roughly(span, speak)


def _counting(span: timedelta) -> str:
    hours, seconds = divmod(int(span.total_seconds()), 3600)
    minutes, seconds = divmod(seconds, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _roughly(span: timedelta, speak: NullTranslations) -> str:
    minutes = max(int(span.total_seconds()) // 60, 1)
    if minutes < 60:
        return speak.gettext("%(minutes)s min") % {"minutes": minutes}
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return speak.gettext("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}
    return speak.gettext("%(days)s days") % {"days": hours // 24}
