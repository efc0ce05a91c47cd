"""The mock's books: chats, refunds, orders, the TMC queue and what sellers sent.

Every change is one journal line first and one ``apply`` then, so a mock that
was killed reads its journal and is where it was.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from connectors.feed import FeedEntry
from connectors.journal import Journal
from connectors.order_feed import OrderEntry
from connectors.taobao.inbox import chat_thread, refund_thread
from connectors.taobao.mock_orders import MockOrder, made_up, placed, talks_in_refund
from connectors.taobao.mock_threads import MockRefund, Post, Via, announcement
from connectors.taobao.mock_tmc import Published, TmcQueue
from connectors.taobao.refund import TEXT_BYTES

FIRST_ID = 7_104_300_000_000_000_000  # beyond 2^53, as TOP's own are
FIRST_CHAT, FIRST_REFUND = 2_200_000_000_001, 110_000_000_000_000_001
CHANGE_TOPIC = "taobao_refund_RefundBuyerModifyAgreement"
_KINDS = {b"GIF8": "gif", b"\x89PNG": "png", b"\xff\xd8\xff": "jpeg"}
MESSAGE_TOPIC = "taobao_refund_RefundCreateMessage"


class Books:
    def __init__(self, journal: Journal, *, seed: int) -> None:
        self._journal = journal
        self.seed = seed
        self.queue = TmcQueue()
        self.orders: dict[str, MockOrder] = {}
        self.refunds: dict[str, MockRefund] = {}
        self.chat_log: list[Post] = []
        self.chats: dict[str, list[Post]] = {}
        self.delivered: list[Post] = []
        self.sent: list[Post] = []
        self.groups: set[str] = set()
        self.sessions: set[str] = set()
        self.topics: list[str] = []
        self._chat_of: dict[str, str] = {}
        self._refund_of: dict[str, str] = {}
        self._last_id = FIRST_ID
        self.pictures_at = "https://img.alicdn.com/imgextra/"  # pictures are below it
        for entry in journal.read():
            self._apply(entry)

    def deliver(
        self,
        entry: FeedEntry,
        now: datetime,
        *,
        visible_at: Mapping[Via, datetime],
        via: Via | None = None,
        rings: bool = True,
    ) -> None:
        """A buyer writes. ``via`` None: as the order id says (see ``mock_orders``).

        ``rings``: whether an event tells of it, where it is in a refund thread.
        """
        where = (via if entry.order_id else "chat") or self._via(entry)
        order_id = entry.order_id or ""
        if where == "refund":
            place = self._refund_of.get(order_id) or str(FIRST_REFUND + len(self.refunds))
        else:
            place = self._chat_of.get(entry.buyer) or str(FIRST_CHAT + len(self.chats))
        self._write(
            {
                "kind": "post",
                "via": where,
                "by_buyer": True,
                "place": place,
                "buyer": entry.buyer,
                "order_id": order_id,
                "text": entry.text,
                "at": (entry.at or now).isoformat(),
                "pictures": [f"{self.pictures_at}{quote(item.name)}" for item in entry.attachments],
                "heard": now.isoformat(),
                "visible_at": visible_at[where].isoformat(),
                **({} if rings else {"silent": True}),
            }
        )

    def answer(
        self,
        place: str,
        via: Via,
        text: str,
        client_id: str,
        now: datetime,
        *,
        picture: bytes = b"",
    ) -> Post:
        """The seller writes; ``picture`` goes with it."""
        earlier = self.refunds[place].posts if via == "refund" else self.chats[place]
        self._write(
            {
                "kind": "post",
                "via": via,
                "by_buyer": False,
                "place": place,
                "buyer": earlier[0].buyer,
                "order_id": earlier[-1].order_id,
                "text": text,
                "at": now.isoformat(),
                "client_id": client_id,
                "heard": now.isoformat(),
                "visible_at": now.isoformat(),
                **_with(picture, self.pictures_at),
            }
        )
        return self.sent[-1]

    def publish(
        self, topic: str, content: str, now: datetime, *, seller: tuple[str, str] | None = None
    ) -> None:
        """Put an event of its own into the queue; ``seller``: the other shop that it is about."""
        told = {"kind": "event", "topic": topic, "content": content, "at": now.isoformat()}
        self._write(told | ({"seller": list(seller)} if seller else {}))

    def confirm(self, ids: Sequence[str]) -> None:
        self._write({"kind": "confirm", "ids": list(ids)})

    def write_memo(self, tid: str, memo: str, flag: int) -> None:
        self._write({"kind": "memo", "tid": tid, "memo": memo, "flag": flag})

    def place(self, entry: OrderEntry, now: datetime) -> None:
        """An order, or what has become of it."""
        told = entry.dated(now).model_dump(mode="json", exclude_none=True)
        self._write({"kind": "order", "entry": told, "at": now.isoformat()})

    def touch(self, refund: MockRefund, now: datetime) -> None:
        """A refund changes, without words: it moves to the front of lists, and an event tells."""
        self._write({"kind": "touch", "refund": refund.id, "at": now.isoformat()})

    def add_group(self, name: str) -> None:
        self._write({"kind": "group", "name": name})

    def permit(self, topics: Sequence[str]) -> None:
        self._write({"kind": "permit", "topics": list(topics)})

    def add_session(self, token: str) -> None:
        self._write({"kind": "session", "token": token})

    def chat_after(self, since_id: str, log: Sequence[Post]) -> Sequence[Post]:
        """The part of ``log`` behind ``since_id``; all of it when that is empty or no id."""
        after = int(since_id) if since_id.isdecimal() else 0
        return log[bisect_right(log, after, key=_number) :]

    def _via(self, entry: FeedEntry) -> Via:
        if entry.order_id is None or len(entry.text.encode()) > TEXT_BYTES:
            return "chat"
        return "refund" if talks_in_refund(entry.order_id, self.seed) else "chat"

    def _write(self, entry: dict[str, Any]) -> None:
        entry["id"] = str(self._last_id + 1)
        self._journal.write(entry)
        self._apply(entry)

    def _apply(self, entry: Mapping[str, Any]) -> None:
        self._last_id = int(entry["id"])
        known: dict[str, Callable[[Mapping[str, Any]], None]] = {
            "post": self._apply_post,
            "event": self._apply_event,
            "confirm": self._apply_confirm,
            "memo": self._apply_memo,
            "order": self._apply_order,
            "group": lambda told: self.groups.add(told["name"]),
            "permit": self._apply_permit,
            "touch": self._apply_touch,
            "session": lambda told: self.sessions.add(told["token"]),
        }
        known[entry["kind"]](entry)

    def _apply_post(self, told: Mapping[str, Any]) -> None:
        heard, at = datetime.fromisoformat(told["heard"]), datetime.fromisoformat(told["at"])
        order = self._mentioned(told, at)
        if told["via"] == "refund":
            assert order is not None  # a refund is always of an order
            post = self._in_refund(told, order, at.replace(microsecond=0), heard)
        else:
            post = self._post(told, chat_thread(told["place"]), at)
            self._chat_of[post.buyer] = post.place
            self.chats.setdefault(post.place, []).append(post)
            self.chat_log.append(post)
        (self.delivered if post.by_buyer else self.sent).append(post)

    def _in_refund(
        self, told: Mapping[str, Any], order: MockOrder, at: datetime, heard: datetime
    ) -> Post:
        refund = self.refunds.get(told["place"])
        if refund is None:
            refund = MockRefund(
                id=told["place"], order=order, phase=order.phase, created=at, modified=at
            )
            self.refunds[refund.id] = refund
            self._refund_of[order.tid] = refund.id
        post = self._post(told, refund_thread(refund.id, refund.kind), at)
        refund.posts.append(post)
        refund.modified = max(refund.modified, at)
        if told.get("silent"):
            return post
        content = announcement(refund, post, self.seed)
        # Post and event are one journal line; the event's id is the post's with a digit more.
        event = Published(id=post.id[1:] + "7", topic=MESSAGE_TOPIC, content=content, at=heard)
        self.queue.publish(event)
        return post

    def _post(self, told: Mapping[str, Any], thread: str, at: datetime) -> Post:
        return Post(
            id=told["id"],
            via=told["via"],
            place=told["place"],
            thread=thread,
            by_buyer=told["by_buyer"],
            buyer=told["buyer"],
            order_id=told["order_id"],
            text=told["text"],
            at=at,
            pictures=tuple(told.get("pictures", ())),
            client_id=told.get("client_id", ""),
            visible_at=datetime.fromisoformat(told["visible_at"]),
            files=tuple(told.get("files", ())),
        )

    def _mentioned(self, told: Mapping[str, Any], at: datetime) -> MockOrder | None:
        tid = told["order_id"]
        if tid and tid not in self.orders:
            self.orders[tid] = made_up(tid, told["buyer"], seed=self.seed, mentioned=at)
        return self.orders.get(tid)

    def _apply_event(self, told: Mapping[str, Any]) -> None:
        at = datetime.fromisoformat(told["at"])
        event = Published(id=told["id"], topic=told["topic"], content=told["content"], at=at)
        if "seller" in told:
            user_id, nick = told["seller"]
            event = replace(event, seller=(user_id, nick))
        self.queue.publish(event)

    def _apply_confirm(self, told: Mapping[str, Any]) -> None:
        self.queue.confirm(told["ids"])

    def _apply_memo(self, told: Mapping[str, Any]) -> None:
        order = self.orders[told["tid"]]
        order.memo, order.flag, order.memo_written = told["memo"], told["flag"], True

    def _apply_order(self, told: Mapping[str, Any]) -> None:
        entry, now = OrderEntry(**told["entry"]), datetime.fromisoformat(told["at"])
        before = self.orders.get(entry.order_id)
        self.orders[entry.order_id] = placed(entry, seed=self.seed, now=now, before=before)

    def _apply_touch(self, told: Mapping[str, Any]) -> None:
        refund, at = self.refunds[told["refund"]], datetime.fromisoformat(told["at"])
        refund.modified = max(refund.modified, at.replace(microsecond=0))
        content = announcement(refund, refund.posts[-1], self.seed)
        self.queue.publish(
            Published(id=told["id"] + "8", topic=CHANGE_TOPIC, content=content, at=at)
        )

    def _apply_permit(self, told: Mapping[str, Any]) -> None:
        self.topics = list(told["topics"])


def _with(picture: bytes, address: str) -> dict[str, Any]:
    """A picture of the seller's as it is kept: where buyers see it, and what it was."""
    if not picture:
        return {}
    kind = next(kind for start, kind in _KINDS.items() if picture.startswith(start))
    digest = sha256(picture).hexdigest()
    name = f"image.{kind}"
    told = {"name": name, "content_type": f"image/{kind}", "size": len(picture), "sha256": digest}
    return {"files": [told], "pictures": [f"{address}{digest[:16]}.{kind}"]}


def _number(post: Post) -> int:
    return int(post.id)
