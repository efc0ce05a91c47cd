"""What is so about words about orders, in plain Python, and what may become of a send."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import strategies as st

from responder.domain.model import AccountId
from responder.domain.outreach import Occasion, Standing
from responder.store.queue import Claim

SHOP = AccountId("taobao-main")
LEASE = timedelta(seconds=120)
LEAVES = timedelta(minutes=2)
P, A, S, U = Standing.PROPOSED, Standing.APPROVED, Standing.SENDING, Standing.UNCERTAIN
# Three items of two orders: what there is about the first leaves one after the other.
SUBJECTS = {
    "1 late": ("1", Occasion.DELAYED),
    "1 many": ("1", Occasion.QUANTITY),
    "2 late": ("2", Occasion.DELAYED),
}
ITEMS = st.sampled_from(sorted(SUBJECTS))
# What a worker may make of words in its hands, and whether it keeps them.
FATES = {
    "attempt": (A, S, "held"),
    "back": (S, A, "held"),
    "sent": (S, Standing.SENT, ""),
    "refused": (S, Standing.REFUSED, ""),
    "out of place": (A, Standing.DROPPED, ""),
    "nobody knows": (S, U, ""),
}


@dataclass
class Twin:
    """One item. ``wake`` is its place in the queue; None: it has none."""

    state: Standing = P
    version: int = 1
    since: datetime | None = None
    wake: datetime | None = None
    token: str = ""
    left: bool = False
    arrived: bool = False
    buried: bool = False
    leaves_until: datetime | None = None  # others of its order wait so long


@dataclass
class Held:
    item: str
    claim: Claim


@dataclass
class Story:
    twins: dict[str, Twin] = field(default_factory=dict)
    held: list[Held] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
