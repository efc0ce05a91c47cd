"""One conversation's facts, and what follows from them."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Self

from responder.domain.model import State, Token
from responder.domain.sla import Plan, SlaPolicy
from tests.store.twin.facts import Delivered, Item, TwinReply


@dataclass
class TwinState:
    """A conversation. ``events`` gathers the types of the events that are due."""

    policy: SlaPolicy
    promised: dict[int, SlaPolicy] = field(default_factory=dict)  # seq -> another policy
    texts: list[str] = field(default_factory=list)
    owed: dict[int, datetime] = field(default_factory=dict)  # seq -> sent_at
    newest: int = 0
    answered_until: datetime | None = None
    no_reply_needed: bool = False
    reply: TwinReply | None = None
    delivered: list[Delivered] = field(default_factory=list)  # newest first
    awaited: list[tuple[str, str]] = field(default_factory=list)  # words and receipt, newest first
    forgotten: dict[str, datetime] = field(default_factory=dict)  # words that were awaited when
    # an earlier life of the thread was purged -> when that was
    draft: tuple[int, int] | None = None  # version, answers
    seen: int | None = None  # the newest message that the last draft has seen, rejected or not
    version: int = 0
    told: int = 0
    held: str = ""
    problem: bool = False
    holder: tuple[str, Token, datetime] | None = None
    asked: tuple[str, int, int] | None = None  # words, version, newest: for a second yes
    ladder_step: str = ""
    rejected: bool = False  # somebody threw the draft away and wants no other
    watch: Item | None = None
    drafting: Item | None = None
    outbox: Item | None = None
    touched: datetime | None = None
    rested: datetime | None = None  # its place in the list while nothing is owed
    events: list[str] = field(default_factory=list)
    greeted: bool = False  # whether who waits has heard first words
    days: Counter[tuple[date, str]] = field(default_factory=Counter)  # by day: in_time, late, …
    replies: Counter[str] = field(default_factory=Counter)  # the team's figures
    files: tuple[str, ...] = ()  # that lie there for a reply, in their order
    files_until: datetime | None = None
    has_past_replies: bool = False  # whether an earlier life sent some that may be refused
    told_of_past: bool = False  # whether the last page refused one of those
    counted: int | None = None  # the version of the draft whose edits were counted last

    @property
    def state(self) -> State:
        if self.reply is not None:
            return State.UNCERTAIN if self.reply.state == "uncertain" else State.APPROVED
        if self.owed:
            return State.WAITING
        return State.NO_REPLY_NEEDED if self.no_reply_needed else State.ANSWERED

    @property
    def waiting_since(self) -> datetime | None:
        return min(self.owed.values(), default=None)

    def reborn(self) -> Self:
        """A life of the same thread after it was purged, before anything is stored."""
        return type(self)(
            self.policy,
            answered_until=self.answered_until,
            forgotten=self.forgotten,
            has_past_replies=self.has_past_replies
            or any(one.covered is not None for one in self.delivered),
        )

    @property
    def plan(self) -> Plan | None:
        if not self.owed:
            return None
        seq, since = min(self.owed.items(), key=lambda one: (one[1], f"{one[0]}:"))
        return self.promised.get(seq, self.policy).plan(since)

    @property
    def due_at(self) -> datetime | None:
        return self.plan.due_at if self.plan else None

    @property
    def score(self) -> datetime | None:
        return self.due_at or self.rested

    @property
    def scored(self) -> datetime:
        assert self.score is not None
        return self.score

    @property
    def changed(self) -> datetime:
        assert self.touched is not None
        return self.touched

    @property
    def current_draft(self) -> tuple[int, int] | None:
        return self.draft if self.draft and self.draft[1] == self.newest else None

    @property
    def current_ask(self) -> str:
        """The words that a second person may agree to now."""
        fits = self.asked is not None and self.asked[1:] == (self.version, self.newest)
        return self.asked[0] if self.asked and fits and self.state is State.WAITING else ""

    def _live(self, now: datetime) -> tuple[str, Token, datetime] | None:
        return self.holder if self.holder and self.holder[2] > now else None

    def holder_at(self, now: datetime) -> str:
        live = self._live(now)
        return live[0] if live else ""

    def files_at(self, now: datetime) -> tuple[str, ...]:
        """What lies there and whose time is not over."""
        return self.files if self.files_until and self.files_until > now else ()

    def _judge(self, seq: int, wrote: datetime, answered: datetime, by: int = 1) -> None:
        """Whether a message was answered in time belongs to the day on which it was sent."""
        due = self.promised.get(seq, self.policy).plan(wrote).due_at
        self.days[wrote.date(), "in_time" if answered <= due else "late"] += by

    def _give_back(self) -> None:
        assert self.reply is not None
        self.held = self.reply.text
        self.reply = None
        self.outbox = None

    def _await_copy(self, reply: TwinReply, receipt: str) -> None:
        """What has left comes back as a copy, once."""
        if not reply.proof:
            self.awaited = [(reply.text, receipt), *self.awaited][:8]

    def _clock_may_have_changed(
        self, since: datetime | None, due: datetime | None, now: datetime
    ) -> None:
        if self.plan is None:
            self.greeted = False
            self.told, self.watch, self.drafting = 0, None, None
        elif self.waiting_since != since:
            self.told, self.watch = 0, Item(self.plan.steps[0].at)
        elif self.plan.due_at != due:  # another message of the same moment, otherwise promised
            self.watch = Item(now)
