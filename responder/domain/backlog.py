"""Who reads first where many have a backlog."""

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
