"""The books of a mock whose inbox is a list of threads: what was written, by whom, when it shows.

Every change is one journal line first and one ``apply`` then, so a mock that was killed
reads its journal and is where it was.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from connectors.feed import FeedEntry
from connectors.journal import Journal

# What a message of this order, buyer and time is about: the same buyer and topic, the same thread.
TopicOf = Callable[[str, str, datetime], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One message. The list of threads dates it ``listed_at``; it shows from ``shown_at``."""

    id: str
    thread: str
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
            "thread": self.thread,
            "buyer": self.buyer,
            "order_id": self.order_id or None,
            "text": self.text,
            "at": self.at.isoformat(),
        }


@dataclass(slots=True, kw_only=True)
class Talk:
    """One thread. ``topic`` is what the marketplace ties it to; "" for the buyer alone."""

    id: str
    buyer: str
    topic: str
    posts: list[Post] = field(default_factory=list)

    @property
    def listed_at(self) -> datetime:
        return max(post.listed_at for post in self.posts)


class Books:
    """``first_id`` and ``first_thread`` are the first numbers that messages and threads get."""

    def __init__(
        self, journal: Journal, topic_of: TopicOf, *, first_id: int, first_thread: int
    ) -> None:
        self._journal = journal
        self._topic_of = topic_of
        self._first_thread = first_thread
        self.talks: dict[str, Talk] = {}
        self.delivered: list[Post] = []
        self.sent: list[Post] = []
        self._place: dict[tuple[str, str], str] = {}
        self._last_id = first_id - 1
        self.pictures_at = ""  # the address that pictures are below; "" where none can be read
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
                "thread": "",
                "buyer": entry.buyer,
                "order_id": entry.order_id or "",
                "text": entry.text,
                "at": at.isoformat(),
                "listed_at": (max(at, now) - behind).isoformat(),
                "shown_at": (now + hidden).isoformat(),
                "media": [f"{self.pictures_at}{quote(one.name)}" for one in entry.attachments],
            }
        )
        return self.delivered[-1]

    def answer(self, talk: Talk, text: str, now: datetime) -> Post:
        """The seller writes."""
        last = talk.posts[-1]
        self._write(
            {
                "by_buyer": False,
                "thread": talk.id,
                "buyer": talk.buyer,
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
            thread=place.id,
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

    def _placed(self, line: Mapping[str, Any], at: datetime) -> Talk:
        if line["thread"]:
            return self.talks[line["thread"]]
        buyer = line["buyer"]
        topic = self._topic_of(line["order_id"], buyer, at)
        name = self._place.get((buyer, topic))
        if name is None:
            name = str(self._first_thread + len(self.talks))
            self._place[buyer, topic] = name
            self.talks[name] = Talk(id=name, buyer=buyer, topic=topic)
        return self.talks[name]
