"""The accounts that a store and its twins share, and what their marketplace knows."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from responder.domain.model import AccountId
from responder.store.inbox import Arrival
from responder.store.outbox import Outgoing
from responder.store.queue import Claim
from tests.store.shop import Shop

ACCOUNTS = (AccountId("amazon-us"), AccountId("taobao-main"))
THREADS = ("t1", "t2")


@dataclass
class Delivery:
    """A reply that the marketplace took: the truth, whoever knows it."""

    thread: str
    id: str
    text: str
    receipt: str
    arrival: Arrival  # as it would be read back


@dataclass
class OnTheWire:
    """A worker whose request has left, and what will become of it."""

    claim: Claim
    reply: Outgoing
    fate: str


@dataclass
class Account:
    """One shop, and what its marketplace knows."""

    shop: Shop
    arrivals: list[Arrival] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    deliveries: list[Delivery] = field(default_factory=list)
    stored: int = 0
    known: int = 0
    days: Counter[tuple[date, str]] = field(default_factory=Counter)  # of conversations long gone
    replies: Counter[str] = field(default_factory=Counter)
    lessons: dict[tuple[str, int], str] = field(default_factory=dict)  # by what was answered
    counted: Counter[str] = field(default_factory=Counter)  # of the edits
