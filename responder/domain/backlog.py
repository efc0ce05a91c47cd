"""An inbox with more in it than one page: who reads first, and how far one has come."""

from dataclasses import dataclass
from datetime import datetime, timedelta

HEAD_START = timedelta(seconds=60)


def head_start(respond_within: timedelta, sent_at: datetime, now: datetime) -> timedelta:
    """How far ahead somebody goes whose unread messages begin at about ``sent_at``.

    It is taken off the moment since when he waits for his turn: all of
    ``HEAD_START`` where the reply time is over, none where it has just begun. It is
    bounded, so that nobody starves: whoever has waited longer than that goes first.
    """
    passed = min(max((now - sent_at) / respond_within, 0.0), 1.0)
    return HEAD_START * passed


@dataclass(frozen=True, slots=True, kw_only=True)
class CatchUp:
    """How far an account has come that has more to read.

    ``seen``: how much was read since ``since``. ``begins`` and ``reached``: when the oldest
    message of its first page and the newest one that was read were sent; None where none was.
    """

    since: datetime
    seen: int
    begins: datetime | None = None
    reached: datetime | None = None

    def share(self, now: datetime) -> float | None:
        """How much of the time that was missed is read: sources do not say how much they hold."""
        if self.begins is None or self.reached is None or self.begins >= now:
            return None
        return min(max((self.reached - self.begins) / (now - self.begins), 0.0), 1.0)
