"""What the mock answers to each method, once TOP's door has let the request in.

Source: protocols A5, "AliExpress via TOP".
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from connectors.aliexpress import orders, wire
from connectors.aliexpress.mock_orders import made_up
from connectors.box import picture_url
from connectors.faults import Faults
from connectors.threaded.mock_books import Books, Post, Talk
from connectors.top.mock_answers import Answer, Listed, identifier
from connectors.top.mock_gateway import Asked, Method, Refusal
from connectors.top.values import EPOCH, MILLISECOND, milliseconds

SELLER, SELLER_ID = "cn1000000001mock", 800000001
BUYER_ID: Final = 1_700_000_000  # and the number of the channel
WRITES: Final = frozenset({f"{wire.ROOT}.addmsg"})


class Methods:
    """AliExpress' answers from ``books``; ranks and states of channels are its own."""

    def __init__(self, books: Books, faults: Faults, *, seed: int) -> None:
        self._books = books
        self._faults = faults
        self._seed = seed
        self.ranks: dict[str, int] = {}
        self.dealt_with: set[str] = set()

    def all(self) -> Mapping[str, Method]:
        return {
            f"{wire.ROOT}.querymsgrelationlist": self._relations,
            f"{wire.ROOT}.querymsgdetaillist": self._details,
            f"{wire.ROOT}.addmsg": self._add,
            f"{wire.ROOT}.updatemsgrank": self._rank,
            f"{wire.ROOT}.updatemsgprocessed": self._processed,
            orders.METHOD: self._order,
        }

    def _relations(self, asked: Asked) -> Answer:
        query = _object(asked, "query")
        page, size = _number(query, "current_page", 1), _number(query, "page_size", 20)
        if not 0 < size <= 100:
            raise Refusal(41, "Invalid arguments", "isv.invalid-parameter:page_size")
        start = EPOCH + _number(query, "start_time", 0) * MILLISECOND
        end = EPOCH + _number(query, "end_time", 4_000_000_000_000) * MILLISECOND
        found = [one for one in self._books.talks.values() if start <= one.listed_at <= end]
        found.sort(key=lambda one: (one.listed_at, one.id), reverse=True)
        shown = [self._relation(one) for one in found[(page - 1) * size : page * size]]
        return _good({"relation_list": Listed("relation_result", shown)})

    def _relation(self, talk: Talk) -> Answer:
        last = talk.posts[-1]
        buyer_id = _buyer_id(talk)
        return {
            "channel_id": identifier(talk.id),
            "last_message_id": identifier(last.id),
            "last_message_content": last.text,
            "last_message_is_own": not last.by_buyer,
            "message_time": int(milliseconds(talk.listed_at)),
            "order_id": identifier(last.order_id) if last.order_id else None,
            "other_ali_id": None if self._faults.strikes("buyer_unnamed") else buyer_id,
            "other_login_id": f"buyer{buyer_id}",
            "other_name": talk.buyer,
            "rank": self.ranks.get(talk.id, 0),
            "deal_stat": int(talk.id in self.dealt_with),
            "read_stat": 0,
            "unread_count": sum(post.by_buyer for post in talk.posts),
        }

    def _details(self, asked: Asked) -> Answer:
        if self._faults.strikes("channel_broken"):
            raise Refusal(15, "Remote service error", "isp.top-remote-service-unavailable")
        talk = self._talk(asked)
        page, size = asked.integer("current_page", 1, 10_000), asked.integer("page_size", 20, 100)
        seen = [post for post in talk.posts if post.shown_at <= asked.now]
        seen.sort(key=lambda post: (post.at, post.id), reverse=True)
        shown = [_detail(post, talk) for post in seen[(page - 1) * size : page * size]]
        return _good({"message_detail_list": Listed("message_detail", shown)})

    def _add(self, asked: Asked) -> Answer:
        told = _object(asked, "create_param")
        text, buyer = told.get("content"), told.get("buyer_id")
        if self._faults.strikes("refused_inside"):
            return {"is_success": False, "error_msg": "refused", "sub_error_code": "100007"}
        talk = next(
            (one for one in self._books.talks.values() if f"buyer{_buyer_id(one)}" == buyer), None
        )
        if talk is None or told.get("seller_id") != SELLER:
            return {"is_success": False, "error_msg": "no such user", "sub_error_code": "100001"}
        if not isinstance(text, str) or not 0 < len(text) <= wire.LONGEST_TEXT:
            return {"is_success": False, "error_msg": "content", "sub_error_code": "100002"}
        self._books.answer(talk, text, asked.now)
        return {"is_success": True, "channel_id": identifier(talk.id)}

    def _rank(self, asked: Asked) -> Answer:
        talk, rank = self._talk(asked), asked.required("rank").removeprefix("rank")
        if not rank.isdecimal() or int(rank) >= len(wire.RANKS):
            raise Refusal(41, "Invalid arguments", "isv.invalid-parameter:rank")
        self.ranks[talk.id] = int(rank)
        return _good({})

    def _processed(self, asked: Asked) -> Answer:
        talk = self._talk(asked)
        self.dealt_with.discard(talk.id)
        if asked.required("deal_stat") == "1":
            self.dealt_with.add(talk.id)
        return _good({})

    def _order(self, asked: Asked) -> Answer:
        name = str(_object(asked, "param1").get("order_id", ""))
        at = next((p.at for p in self._books.delivered if p.order_id == name), None)
        if at is None:
            raise Refusal(15, "Remote service error", "isv.trade-not-exist")
        return {"result": {"data": made_up(name, seed=self._seed, mentioned=at)}}

    def _talk(self, asked: Asked) -> Talk:
        talk = self._books.talks.get(asked.required("channel_id"))
        if talk is None:
            raise Refusal(15, "Remote service error", "isv.channel-not-exist")
        return talk


def _detail(post: Post, talk: Talk) -> Answer:
    pictures: list[Answer] = [
        dict.fromkeys(("s_path", "m_path", "l_path"), picture_url(picture, "ae01.alicdn.com"))
        for picture in post.media
    ]
    return {
        "id": identifier(post.id),
        "content": post.text,
        "extern_id": identifier(post.order_id) if post.order_id else 0,
        "message_type": "order" if post.order_id else "member",
        "gmt_create": int(milliseconds(post.at)),
        "sender_ali_id": _buyer_id(talk) if post.by_buyer else SELLER_ID,
        "sender_name": post.buyer if post.by_buyer else SELLER,
        "file_path_list": Listed("file_path", pictures),
        "summary": {"product_name": "", "receiver_name": "", "sender_name": ""},
    }


def _buyer_id(talk: Talk) -> int:
    return BUYER_ID + int(talk.id) % 1_000_000


def _good(content: Answer) -> Answer:
    return {"result": {"is_success": True, **content}}


def _object(asked: Asked, name: str) -> Mapping[str, Any]:
    try:
        told = json.loads(asked.required(name))
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise Refusal(41, "Invalid arguments", f"isv.invalid-parameter:{name}")
    return told


def _number(query: Mapping[str, Any], name: str, usual: int) -> int:
    value = query.get(name, usual)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refusal(41, "Invalid arguments", f"isv.invalid-parameter:{name}")
    return value
