"""What is counted and measured, for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200, 86400)


class Metrics:
    """One set of figures, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.open = Gauge(
            "responder_open_conversations",
            "Conversations that are owed an answer",
            ["account", "risk"],
            registry=registry,
        )
        self.oldest = Gauge(
            "responder_oldest_waiting_seconds",
            "How long the oldest unanswered buyer message has waited",
            ["account"],
            registry=registry,
        )
        self.next_due = Gauge(
            "responder_seconds_to_next_due",
            "Seconds until the next deadline; negative when it has passed",
            registry=registry,
        )
        self.next_team_due = Gauge(
            "responder_seconds_to_next_team_due",
            "Seconds until the team's own next target; negative when it has passed",
            registry=registry,
        )
        self.team_late = Gauge(
            "responder_team_late_conversations",
            "Open conversations that are past the team's own target",
            ["account"],
            registry=registry,
        )
        self.shift_gap = Gauge(
            "responder_shift_gap_conversations",
            "What falls due before somebody is back, for accounts with shifts",
            ["account"],
            registry=registry,
        )
        self.answered = Gauge(
            "responder_answered_messages",
            "Buyer messages of the last 7, 30 and 90 days: in_time, or late (overdue ones too)",
            ["account", "window", "outcome"],
            registry=registry,
        )
        self.budget = Gauge(
            "responder_late_budget",
            "Late replies an account still bears; below zero: answers in time it owes",
            ["account", "window"],
            registry=registry,
        )
        self.ingest_lag = Histogram(
            "responder_ingest_lag_seconds",
            "From the marketplace's time of a message to its being stored",
            buckets=SECONDS,
            registry=registry,
        )
        self.alert_lag = Histogram(
            "responder_alert_lag_seconds",
            "From a threshold to the alert's being taken by a channel, less what the channel's own "
            "merging and quiet hours had it wait",
            buckets=SECONDS,
            registry=registry,
        )
        self.alert_held = Histogram(
            "responder_alert_held_seconds",
            "How long an alert waited because its channel merges alerts or has quiet hours",
            buckets=SECONDS,
            registry=registry,
        )
        self.alert_messages = Counter(
            "responder_alert_messages",
            "Messages handed to a channel of alerts, by what became of them",
            ["channel", "outcome"],
            registry=registry,
        )
        self.alert_channel_failing = Gauge(
            "responder_alert_channel_failing",
            "Whether a channel of alerts did not take the last message (1)",
            ["channel"],
            registry=registry,
        )
        self.draft_seconds = Histogram(
            "responder_draft_seconds",
            "Working out one draft, without waiting for order facts",
            buckets=SECONDS,
            registry=registry,
        )
        self.drafts = Counter(
            "responder_drafts",
            "Drafts by what became of them: stored, or overtaken by a newer message",
            ["outcome"],
            registry=registry,
        )
        self.ingested = Counter(
            "responder_messages_ingested",
            "Messages stored for the first time",
            ["account"],
            registry=registry,
        )
        self.ledger = Gauge(
            "responder_ingest_ledger",
            "Everything that was seen at the source, by what became of it: "
            "seen = stored + known + ignored + set_aside + unaccounted",
            ["account", "entry"],
            registry=registry,
        )
        self.compared_until = Gauge(
            "responder_compared_until_timestamp_seconds",
            "What arrived before this was compared with the source's own lists; 0: never yet",
            ["account"],
            registry=registry,
        )
        self.replies = Counter(
            "responder_replies",
            "Replies by what became of them",
            ["account", "outcome"],
            registry=registry,
        )
        self.first_words = Counter(
            "responder_first_words",
            "First words by what became of them: sent, not_sent, unknown",
            ["account", "outcome"],
            registry=registry,
        )
        self.polls = Counter(
            "responder_poll",
            "Polls of an inbox by how they ended",
            ["account", "outcome"],
            registry=registry,
        )
        self.claim_conflicts = Counter(
            "responder_claim_conflicts",
            "Claims and approvals refused because somebody else was there",
            registry=registry,
        )
        self.gates = Gauge(
            "responder_account_gate",
            "Whether an account is asked (0), tried (1) or left alone (2), by side: polls, sends",
            ["account", "side"],
            registry=registry,
        )
        self.dead_letters = Gauge(
            "responder_dead_letters",
            "Things that could not be handled and wait for a person",
            registry=registry,
        )
