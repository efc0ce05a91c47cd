"""The mock's books: conversations, orders, and what the seller sent.

Every change is one journal line first and one ``apply`` then, so a mock that was killed
reads its journal and is where it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from connectors.ebay.mock_orders import MockOrder, made_up
from connectors.feed import FeedEntry
from connectors.journal import Journal

FIRST_ID: Final = 90_000_000_000
FIRST_CONVERSATION: Final = 3_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One message. The list of conversations dates it ``listed_at``; it shows from ``shown_at``."""

    id: str
    conversation: str
    by_buyer: bool
    buyer: str
    order_id: str
    text: str
    at: datetime
    listed_at: datetime
    shown_at: datetime
    media: tuple[str, ...] = ()

    def told(self) -> dict[str, Any]:
        """As ``GET /_mock/…`` tells it."""
        return {
            "id": self.id,
            "thread": self.conversation,
            "buyer": self.buyer,
            "order_id": self.order_id or None,
            "text": self.text,
            "at": self.at.isoformat(),
        }


@dataclass(slots=True, kw_only=True)
class Conversation:
    """A buyer and a listing; without a listing, a buyer alone."""

    id: str
    buyer: str
    item: str
    posts: list[Post] = field(default_factory=list)

    @property
    def listed_at(self) -> datetime:
        return max(post.listed_at for post in self.posts)


class Books:
    def __init__(self, journal: Journal, *, seed: int) -> None:
        self._journal = journal
        self._seed = seed
        self.conversations: dict[str, Conversation] = {}
        self.orders: dict[str, MockOrder] = {}
        self.delivered: list[Post] = []
        self.sent: list[Post] = []
        self._place: dict[tuple[str, str], str] = {}
        self._last_id = FIRST_ID
        for line in journal.read():
            self._apply(line)

    def deliver(
        self, entry: FeedEntry, now: datetime, *, behind: timedelta, hidden: timedelta
    ) -> Post:
        """A buyer writes; the list dates it too early by ``behind``, shows it ``hidden`` later."""
        at = entry.at or now
        self._write(
            {
                "by_buyer": True,
                "conversation": "",
                "buyer": entry.buyer,
                "order_id": entry.order_id or "",
                "text": entry.text,
                "at": at.isoformat(),
                "listed_at": (max(at, now) - behind).isoformat(),
                "shown_at": (now + hidden).isoformat(),
                "media": [one.name for one in entry.attachments],
            }
        )
        return self.delivered[-1]

    def answer(self, conversation: Conversation, text: str, now: datetime) -> Post:
        """The seller writes."""
        last = conversation.posts[-1]
        self._write(
            {
                "by_buyer": False,
                "conversation": conversation.id,
                "buyer": conversation.buyer,
                "order_id": last.order_id,
                "text": text,
                "at": now.isoformat(),
                "listed_at": now.isoformat(),
                "shown_at": now.isoformat(),
                "media": [],
            }
        )
        return self.sent[-1]

    def _write(self, line: dict[str, Any]) -> None:
        line["id"] = str(self._last_id + 1)
        self._journal.write(line)
        self._apply(line)

    def _apply(self, line: Mapping[str, Any]) -> None:
        self._last_id = int(line["id"])
        at = datetime.fromisoformat(line["at"])
        place = self._placed(line, at)
        post = Post(
            id=line["id"],
            conversation=place.id,
            by_buyer=line["by_buyer"],
            buyer=line["buyer"],
            order_id=line["order_id"],
            text=line["text"],
            at=at,
            listed_at=datetime.fromisoformat(line["listed_at"]),
            shown_at=datetime.fromisoformat(line["shown_at"]),
            media=tuple(line["media"]),
        )
        place.posts.append(post)
        (self.delivered if post.by_buyer else self.sent).append(post)

    def _placed(self, line: Mapping[str, Any], at: datetime) -> Conversation:
        if line["conversation"]:
            return self.conversations[line["conversation"]]
        order_id, buyer = line["order_id"], line["buyer"]
        if order_id and order_id not in self.orders:
            self.orders[order_id] = made_up(order_id, buyer, seed=self._seed, mentioned=at)
        item = self.orders[order_id].item if order_id else ""
        name = self._place.get((buyer, item))
        if name is None:
            name = str(FIRST_CONVERSATION + len(self.conversations))
            self._place[buyer, item] = name
            self.conversations[name] = Conversation(id=name, buyer=buyer, item=item)
        return self.conversations[name]
