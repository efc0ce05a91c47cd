"""What every simulated marketplace has: what was written there, when it shows, how it is now."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import ClassVar

from connectors.base import Author, Connector, Kind
from connectors.order_feed import OrderEntry
from responder.domain.model import AccountId
from responder.simulation.loop import TrueTime
from responder.simulation.orders import Orders
from responder.simulation.profiles import Profile
from responder.simulation.wire import Weather, Wire

COPY_WITHIN = 120.0  # seconds until a reply of ours shows in the inbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """One message as the marketplace has it. ``reply`` is our id of it, for what we sent."""

    id: str
    thread: str
    author: Author
    at: datetime
    text: str
    kind: Kind = Kind.CHAT
    reply: str = ""
    refuses: str = ""
    files: tuple[str, ...] = ()  # the hashes of those that came with it


def message_id(reply: str) -> str:
    """What a reply is called on its way by mail, and in a refusal of it."""
    return f"<{reply}@shop.example>"


@dataclass(slots=True, kw_only=True)
class Shop(ABC):
    """One account's side of its marketplace: its books are the world's, not the system's.

    ``posted`` holds a message from the moment at which the marketplace shows it.
    """

    mail: ClassVar[bool]
    account: AccountId
    time: TrueTime
    profile: Profile
    dice: Random
    weather: Weather
    copies: bool = True  # our replies come back to the inbox
    compared: bool = True  # by a census, with what the marketplace lists
    posted: list[Posted] = field(default_factory=list)
    accepted: list[Posted] = field(default_factory=list)
    refusing: set[str] = field(default_factory=set)  # buyers who opted out
    buyers: dict[str, str] = field(default_factory=dict)  # by thread
    coming: int = 0  # messages on their way into the inbox
    last_news: float = 0.0  # when the last of them came
    orders: Orders = field(default_factory=Orders)
    # What the ledger is told, and asked: which reply has these words.
    on_accepted: Callable[[Posted], None] = field(default=lambda _: None)
    reply_with: Callable[[str], str] = field(default=lambda _: "")

    @abstractmethod
    def connector(self, wire: Wire, now: Callable[[], datetime]) -> Connector:
        """The marketplace's real connector, on a machine with the clock ``now``."""

    @property
    def is_unheard(self) -> bool:
        """Whether the marketplace still tells of something that nobody has confirmed."""
        return False

    @abstractmethod
    def buyer_writes(self, buyer: str, text: str) -> None:
        """It shows after a while; mostly soon."""

    @abstractmethod
    def answered_here(self, buyer: str, text: str) -> None:
        """A colleague answers in the marketplace's own window."""

    @abstractmethod
    def relist(self) -> None:
        """Void every position: all is listed again, as after a mailbox was rebuilt."""

    @abstractmethod
    def new_order(self, number: int, dice: Random) -> str:
        """The id of an order that somebody places now, or talks about already."""

    @abstractmethod
    def _book(self, entry: OrderEntry) -> None:
        """Write an order into the marketplace's own books."""

    def place(self, entry: OrderEntry) -> None:
        """An order, or what has become of it."""
        self.last_news = self.time.loop.time()
        self.orders.said[entry.order_id].append((self.last_news, entry))
        self._book(entry)

    def writes_in(self, thread: str, text: str) -> None:
        self.buyer_writes(self.buyers[thread], text)

    def keep(self, message: Posted, buyer: str) -> None:
        """Note what the marketplace shows now."""
        self.buyers[message.thread] = buyer
        self.posted.append(message)
        if message.reply:
            self.accepted.append(message)
            self.on_accepted(message)

    def happens(self, rate: float) -> bool:
        return rate > 0 and self.dice.random() < rate

    def delay(self) -> float:
        """Seconds until a message that is written now shows."""
        if self.happens(self.profile.late):
            share = self.dice.choice((0.01, 0.1, 0.5, 1)) * self.dice.random()
            return self.profile.latest * share
        return self.dice.uniform(0.05, 3)

    def soon(self, seconds: float, act: Callable[[], None]) -> None:
        """Let something show after ``seconds``; the world is not still before that."""

        def appear() -> None:
            self.coming -= 1
            self.last_news = self.time.loop.time()
            act()

        self.coming += 1
        self.time.loop.call_later(seconds, appear)

    def now_to(self, step: timedelta) -> datetime:
        """The time, as exact as the marketplace tells it."""
        now = self.time.now()
        return now - (now - datetime.min.replace(tzinfo=now.tzinfo)) % step
