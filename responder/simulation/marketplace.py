"""A simulated marketplace: what buyers and sellers wrote there, and what it shows when."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from connectors.base import Author, InboundMessage, Kind
from responder.domain.model import AccountId
from responder.simulation.loop import TrueTime
from responder.simulation.profiles import Profile

REDELIVER_AFTER = timedelta(minutes=10)  # an event that nobody confirmed
COPY_WITHIN = 120.0  # seconds until a reply of ours shows in the inbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """One message as the marketplace has it. ``reply`` is our id of it, for what we sent."""

    id: str
    thread: str
    author: Author
    kind: Kind
    at: datetime
    text: str
    reply: str = ""
    refuses: str = ""

    def shown(self) -> InboundMessage:
        return InboundMessage(
            id=self.id,
            thread=self.thread,
            author=self.author,
            kind=self.kind,
            sent_at=self.at,
            text=self.text,
            buyer=self.thread,
            order_ids=(f"order-{self.thread}",),
            reply_to={"thread": self.thread},
            refuses=self.refuses,
        )


def message_id(reply: str) -> str:
    """What a reply is called on its way by mail, and in a refusal of it."""
    return f"<{reply}@shop.example>"


@dataclass(slots=True)
class Rung:
    """An event that waits to be confirmed (the manner of TMC)."""

    id: str
    thread: str
    again_at: datetime


@dataclass(slots=True)
class Marketplace:
    """One account's side. ``mail``: an inbox only; else chat with events, and replies by our id.

    ``listing`` is what a cursor walks over, in the order in which things became
    visible; a message that is late, or listed twice, stands there late or twice.
    """

    account: AccountId
    mail: bool
    time: TrueTime
    profile: Profile
    dice: Random
    posted: list[Posted] = field(default_factory=list)
    listing: list[Posted] = field(default_factory=list)
    events: dict[str, Rung] = field(default_factory=dict)
    shown: dict[str, list[Posted]] = field(default_factory=dict)  # by thread, what can be read
    accepted: list[Posted] = field(default_factory=list)
    incarnation: int = 1  # of the listing; a cursor of another one is void
    copies: bool = True  # our replies come back to the inbox
    refusing: set[str] = field(default_factory=set)  # threads that opted out
    number: int = 0

    def buyer_writes(self, thread: str, text: str) -> Posted:
        return self._post(thread, Author.BUYER, text)

    def answered_here(self, thread: str, text: str) -> Posted:
        """A colleague answers in the marketplace's own window."""
        return self._post(thread, Author.SELLER, text)

    def accept(self, thread: str, text: str, reply: str) -> Posted:
        """Take a reply of ours. It can be looked up at once, and is listed a little later."""
        late = self.mail and self.dice.random() < self.profile.refused_later
        message = self._message(thread, Author.SELLER, text, reply=reply)
        self.accepted.append(message)
        self.posted.append(message)
        if self.copies:
            self._appear_in(self.dice.uniform(0.5, COPY_WITHIN), message)
        if late:
            self.time.loop.call_later(self.dice.uniform(5, 900), self._refuse, message)
        return message

    def _refuse(self, message: Posted) -> None:
        self._post(
            message.thread,
            Author.PLATFORM,
            "not delivered",
            kind=Kind.REFUSAL,
            refuses=message_id(message.reply),
        )

    def relist(self) -> None:
        """Void every cursor: all is listed again, as after a mailbox was rebuilt."""
        self.incarnation += 1

    def page(self, position: int, count: int) -> list[Posted]:
        return self.listing[position : position + count]

    def rung(self) -> list[Rung]:
        """Events to hand out now; each hides until it is confirmed or its time comes again."""
        now = self.time.now()
        due = [event for event in self.events.values() if event.again_at <= now]
        for event in due:
            event.again_at = now + REDELIVER_AFTER
        return due

    def confirm(self, receipts: tuple[str, ...]) -> None:
        for receipt in receipts:
            event = self.events.pop(receipt, None)
            if event and self.profile.redelivered > self.dice.random():
                self.events[receipt] = Rung(
                    receipt, event.thread, self.time.now() + REDELIVER_AFTER
                )

    def thread(self, name: str) -> Iterator[Posted]:
        """What can be read of a thread now."""
        return iter(self.shown.get(name, []))

    def everything(self) -> Iterator[Posted]:
        """What can be read now in any thread."""
        return (message for thread in self.shown.values() for message in thread)

    def _post(
        self, thread: str, author: Author, text: str, *, kind: Kind = Kind.CHAT, refuses: str = ""
    ) -> Posted:
        message = self._message(thread, author, text, kind=kind, refuses=refuses)
        self.posted.append(message)
        wait = self.dice.uniform(0.05, 3)
        if self.profile.late > self.dice.random():
            wait = self.profile.latest * self.dice.choice((0.01, 0.1, 0.5, 1)) * self.dice.random()
        self._appear_in(wait, message)
        return message

    def _message(
        self,
        thread: str,
        author: Author,
        text: str,
        *,
        kind: Kind = Kind.CHAT,
        reply: str = "",
        refuses: str = "",
    ) -> Posted:
        self.number += 1
        now = self.time.now()
        return Posted(
            id=f"{self.account}-m{self.number}",
            thread=thread,
            author=author,
            kind=kind,
            at=now - timedelta(microseconds=now.microsecond % 1000),
            text=text,
            reply=reply,
            refuses=refuses,
        )

    def _appear_in(self, seconds: float, message: Posted) -> None:
        self.time.loop.call_later(seconds, self._appear, message)
        if self.profile.duplicate > self.dice.random():
            again = seconds + self.dice.choice((0.01, 5, 600)) * self.dice.random()
            self.time.loop.call_later(again, self._appear, message)

    def _appear(self, message: Posted) -> None:
        if self.mail or message.thread.startswith("chat"):
            self.listing.append(message)
        else:
            event = f"{message.id}-e{len(self.events)}-{self.number}"
            self.events[event] = Rung(event, message.thread, self.time.now())
        thread = self.shown.setdefault(message.thread, [])
        if message not in thread:
            thread.append(message)
