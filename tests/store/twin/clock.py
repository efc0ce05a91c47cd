"""What workers do to a twin: its drafts, its watch, its promise."""

from datetime import datetime

from responder.domain.model import Risk, State, Token
from responder.domain.sla import SlaPolicy
from tests.store.twin.facts import Item
from tests.store.twin.state import TwinState


class TwinClock(TwinState):
    """Drafts, thresholds, another promise, and the queues that bring them."""

    def drafted(self, token: Token, answers: int, now: datetime) -> bool:
        if self.drafting is None or self.drafting.token != token or answers != self.newest:
            return False
        self.version += 1
        self.draft = (self.version, answers)
        self.seen = answers
        self.drafting = None
        self.rejected = False
        self.touched = now
        self.events.append("draft_ready")
        return True

    def improved(self, version: int, now: datetime) -> bool:
        """A better version of the draft ``version`` has come."""
        if self.state is not State.WAITING or self.holder_at(now) or self.asked is not None:
            return False
        if self.current_draft is None or version != self.version:
            return False
        self.version += 1
        self.draft = (self.version, self.newest)
        self.touched = now
        self.events.append("draft_ready")
        return True

    def announce(self, token: Token, since: datetime, now: datetime) -> bool:
        if self.watch is None or self.watch.token != token or self.waiting_since != since:
            return False
        assert self.plan is not None
        next_at = self.plan.next_at(now)
        self.watch = Item(next_at) if next_at else None
        if self.plan.reached(now) > self.told:
            self.told = self.plan.reached(now)
            self.events.append("risk")
        return True

    def replanned(self, policy: SlaPolicy, now: datetime) -> bool:
        """All that is owed is promised otherwise; False where it was promised so already."""
        old = self.plan
        if old is None or all(self.promised.get(seq, self.policy) == policy for seq in self.owed):
            return False
        heard = old.steps[self.told - 1].risk if self.told else Risk.NONE
        self.promised |= dict.fromkeys(self.owed, policy)
        new = self.plan
        assert new is not None
        worse = [step for step in new.steps if step.at <= now and step.risk > heard]
        as_bad = [step for step in new.steps if step.at <= now and step.risk == heard]
        untold = max(len(as_bad) - self.told, 0) if heard is Risk.AT_RISK else 0
        self.told = new.reached(now) - len(worse) - untold
        next_at = now if worse or untold else new.next_at(now)
        self.watch = Item(next_at) if next_at else None
        self.touched = now
        self.events.append("replanned")
        return True

    def queue(self, name: str) -> Item | None:
        return {"drafting": self.drafting, "watch": self.watch, "outbox": self.outbox}[name]

    def handed_out(self, queue: str, token: Token, until: datetime) -> None:
        assert self.queue(queue) is not None
        setattr(self, queue, Item(until, token))
