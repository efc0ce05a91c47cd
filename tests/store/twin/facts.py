"""What a twin is made of."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto

from responder.domain.model import ReplyId, Token
from responder.store.trends import WAITED


@dataclass(frozen=True)
class Item:
    """A place in a queue: when it is handed out next, and to whom it was handed out."""

    wake: datetime
    token: Token | None = None


@dataclass
class TwinReply:
    """The one approved reply on its way."""

    id: ReplyId
    text: str
    by: str
    version: int
    answers: int
    covers: frozenset[int]  # what was owed when it was approved
    approved_at: datetime
    state: str = "queued"
    attempts: int = 0
    attempted_at: datetime | None = None  # for the first time
    proof: str = ""
    overtaken: bool = False
    refused: bool = False  # as it seems, before anybody knew that it had arrived
    step: str = ""
    files: tuple[str, ...] = ()

    def is_meant(self, refuses: str, at: datetime) -> bool:
        """Whether a refusal is about it; one without a name only where nobody knows of it."""
        if refuses:
            return refuses == self.id
        return self.state == "uncertain" and at >= self.approved_at

    def seems_meant(self, refuses: str, at: datetime) -> bool:
        """Whether it is on its way, and a refusal without a name may be about it."""
        sending = self.state == "sending" and not self.refused
        return not refuses and sending and at >= self.approved_at


@dataclass
class Delivered:
    """A reply that counts as sent."""

    id: ReplyId
    receipt: str
    refusable_from: datetime  # what an earlier refusal without a name is about is another reply
    covered: dict[int, datetime] | None  # what it answered; None once that is owed again
    accepted_at: datetime
    counts: Counter[str] = field(default_factory=Counter)  # what it is in the team's figures
    step: str = ""  # of the ladder

    def is_meant(self, refuses: str, at: datetime) -> bool:
        return refuses in {self.id, self.receipt} if refuses else at >= self.refusable_from


def waited_class(waited: timedelta) -> str:
    """The class of waiting that an answer after ``waited`` counts in."""
    return f"class {sum(waited >= limit for limit in WAITED)}"


class Read(Enum):
    """What an arrival was to a conversation."""

    KNOWN = auto()
    OUR_OWN = auto()
    STORED = auto()
