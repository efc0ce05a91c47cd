"""An alert in words. It names no buyer and quotes nobody."""

from datetime import datetime

from responder.store.notices import Notice

TITLES = {
    "at_risk": "A reply is at risk",
    "critical": "A reply is nearly late",
    "breached": "A reply is late",
    "account_down": "An account cannot be reached",
    "ingest_gap": "Something was missing at our side",
    "shift_gap": "Replies fall due while nobody is there",
    "send_refused": "A reply was refused",
    "send_uncertain": "A reply may or may not have arrived",
    "dead_letter": "Something could not be handled",
}


MANY = {
    "at_risk": "Replies are at risk",
    "critical": "Replies are nearly late",
    "breached": "Replies are late",
}


def title(notice: Notice) -> str:
    told = TITLES.get(notice.kind, notice.kind)
    if notice.conversation is None:
        told = MANY.get(notice.kind, told)
    return f"{told} ({notice.account})"


def body(notice: Notice, now: datetime, console: str) -> str:
    """Two or three lines: how much time is left, why, where to click."""
    lines = []
    if notice.due_at is not None:
        due = "Due" if notice.conversation else "The first of them was due"
        due = due if notice.conversation or notice.due_at <= now else "The first of them is due"
        lines.append(f"{due} {notice.due_at:%Y-%m-%d %H:%M} UTC, {time_left(notice.due_at, now)}.")
    if notice.reason:
        lines.append(notice.reason)
    lines.append(f"{console}/c/{notice.conversation}" if notice.conversation else console)
    return "\n".join(lines)


def time_left(due_at: datetime, now: datetime) -> str:
    """How it is said: 3 h 20 min left, 12 min overdue."""
    minutes = abs(int((due_at - now).total_seconds())) // 60
    hours, minutes = divmod(minutes, 60)
    spoken = f"{hours} h {minutes} min" if hours else f"{minutes} min"
    return f"{spoken} left" if due_at > now else f"{spoken} overdue"
