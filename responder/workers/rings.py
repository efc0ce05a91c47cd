"""Which workers get something to do by an event: they are woken, whoever caused it."""

RINGS = {
    "message": ("draft", "watch"),
    "draft_ready": ("greet", "improve", "assign"),
    "draft_rejected": ("draft",),
    "held": ("draft",),
    "promised": ("watch",),
    "tagged": ("watch",),
    "approved": ("send",),
    "sent": ("watch",),  # what came in while it was on its way may be at risk already
    "risk": ("alert", "assign"),
    "uncertain": ("alert",),
    "refused": ("alert", "draft"),
    "account_down": ("alert",),
    "account_warning": ("alert",),
    "ingest_gap": ("alert",),
    "shift_gap": ("alert",),
    "sends_paused": ("alert",),
    "sends_resumed": ("send",),
    "alert_routed": ("alert",),
    "alert_over": ("alert",),
    "dead_letter": ("alert",),
    "set_aside": ("alert",),
    "outreach": ("outreach",),
    "dead_letter_replayed": ("poll", "draft", "watch", "send", "alert"),
}

# After which something that a channel of alerts told of may be over.
ENDS = frozenset(
    {
        "sent",
        "answered_elsewhere",
        "no_reply_needed",
        "refused",
        "purged",
        "account_recovered",
        "sends_resumed",
    }
)


def rung_by(event: str) -> tuple[str, ...]:
    """Names of the workers to wake after an event of this type."""
    return RINGS.get(event, ())
