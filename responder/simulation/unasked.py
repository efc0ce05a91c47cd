"""The books of words about orders that nobody asked for: proposed, approved, attempted, taken."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from responder.domain.outreach import Standing

Broken = Callable[[str, str, str], None]  # a promise, about whom, in words
FIELDS = 3  # of a proposal, from this argument on
CHANGES = 10  # of a move


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a proposal is about, and the way that it would go."""

    account: str
    order_id: str
    occasion: str
    channel: str


@dataclass(slots=True)
class Unasked:
    """By the ids of the items; times are true ones."""

    broken: Broken
    proposed: dict[str, Subject] = field(default_factory=dict)
    approved: dict[str, tuple[float, str]] = field(default_factory=dict)  # when, which words
    attempted: dict[str, float] = field(default_factory=dict)
    taken: dict[str, float] = field(default_factory=dict)

    def propose(self, told: Sequence[str]) -> None:
        """A script has written one down for approval."""
        facts = dict(zip(told[FIELDS::2], told[FIELDS + 1 :: 2], strict=True))
        self.proposed[told[0]] = Subject(
            account=told[2],
            order_id=facts["order_id"],
            occasion=facts["occasion"],
            channel=facts["channel"],
        )

    def move(self, told: Sequence[str], at: float) -> str:
        """A script has moved one; the words that were approved with it, if they were."""
        name, before, after = told[0], told[2], told[4]
        if after == Standing.SENDING:
            self.attempted[name] = at
        elif after == Standing.APPROVED and before == Standing.PROPOSED:
            changes = dict(zip(told[CHANGES::2], told[CHANGES + 1 :: 2], strict=True))
            self.approved[name] = (at, changes["text"])
            return changes["text"]
        return ""

    def said(self, account: str, order_id: str, channel: str, words: str, at: float) -> None:
        """A marketplace has taken words about an order."""
        for name, (_, approved) in self.approved.items():
            about = self.proposed[name]
            way = (about.account, about.order_id, about.channel)
            if way == (account, order_id, channel) and approved == words:
                self.take(name, at)
                return
        self.broken("only what was approved is sent", order_id, f"{words!r} was never approved")

    def arrive(self, name: str, thread: str, at: float) -> None:
        """An inbox shows this item in one of its threads."""
        if thread != self.proposed[name].channel:
            words = f"{name} was said in {thread}, approved for {self.proposed[name].channel}"
            self.broken("only what was approved is sent", name, words)
        self.take(name, at)

    def take(self, name: str, at: float) -> None:
        """A marketplace has taken this item."""
        if name not in self.attempted:
            words = f"{name} was sent before its attempt was written down"
            self.broken("an attempt is written down first", name, words)
        if name in self.taken:
            words = f"{name} was taken at {self.taken[name]:.3f} and again"
            self.broken("words about orders leave once", name, words)
        self.taken[name] = at

    def lost(self, since: float) -> None:
        """The store has forgotten what it wrote after ``since``."""
        self.approved = {
            name: one for name, one in self.approved.items() if one[0] < since or name in self.taken
        }
        self.attempted = {
            name: at for name, at in self.attempted.items() if at < since or name in self.taken
        }
