"""A Taobao shop of a world: the mock's books and gateway, asked in memory by the real connector."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import ClassVar
from urllib.parse import unquote_plus

from connectors.base import Author, Connector, Unavailable
from connectors.faults import Faults
from connectors.feed import FeedEntry
from connectors.http import Response
from connectors.journal import Journal
from connectors.order_feed import OrderEntry
from connectors.taobao.account import TopAccount
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock_books import MESSAGE_TOPIC, Books
from connectors.taobao.mock_faults import KNOWN_FAULTS, publish_beside
from connectors.taobao.mock_gateway import Gateway
from connectors.taobao.mock_threads import Post, Via, announcement
from connectors.taobao.mock_tmc import Published, TmcQueue
from connectors.taobao.order_desk import MEMO
from connectors.top import wire as top
from connectors.top.mock_answers import Answer
from connectors.top.mock_gateway import Asked, Keys, Method, Refusal, Written
from responder.simulation.marketplace import Posted, Shop
from responder.simulation.profiles import Profile
from responder.simulation.wire import HELD_UP, Wire

FIRST_ORDER = 2_600_000_000_000_000_000
FIRST_PLACED = FIRST_ORDER + 1_000_000  # by somebody who talks about no refund
TALKED_ABOUT = 0.4  # of orders that somebody tells of, where there is a refund at all
LONGEST_LAG = 300.0  # seconds from an event to the message that it speaks of (protocols C23)
CLOSE = timedelta(seconds=3)
WRITES = ("send", "add", "update")  # how the names of methods end that change something
MILLISECOND = timedelta(milliseconds=1)
KEYS = Keys()
ACCOUNT = TopAccount(
    gateway="memory://",
    app_key=KEYS.app_key,
    app_secret=KEYS.app_secret,
    session=KEYS.session,
    chat=True,
)


@dataclass(slots=True, kw_only=True)
class TaobaoShop(Shop):
    """Chat that is listed in its order, and refund threads of which events speak."""

    mail: ClassVar[bool] = False
    faults: Faults = field(init=False)
    books: "ShopBooks" = field(init=False)
    gateway: Gateway = field(init=False)

    def __post_init__(self) -> None:
        dice = Random(self.dice.random())  # noqa: S311 - a simulation
        self.faults = _Faults(self, dice)
        self.books = ShopBooks(self)
        self.gateway = _Gateway(self, dice)

    def connector(self, wire: Wire, now: Callable[[], datetime]) -> Connector:
        return TaobaoConnector(ACCOUNT, now=now, transport=Transport(wire, self.gateway))

    @property
    def is_unheard(self) -> bool:
        return bool(self.books.queue.unconfirmed)

    def buyer_writes(self, buyer: str, text: str) -> None:
        at = self.now_to(MILLISECOND)
        self.soon(self.delay(), lambda: self._deliver(buyer, text, at))

    def answered_here(self, buyer: str, text: str) -> None:
        place = self.books.place_of(buyer)
        if place:
            via: Via = "refund" if buyer.startswith("refund") else "chat"
            post = Books.answer(self.books, place, via, text, "", self.now_to(MILLISECOND))
            self.keep(_posted(post), buyer)

    def relist(self) -> None:
        self.books.forgetful = True
        for refund in self.books.refunds.values():
            content = announcement(refund, refund.posts[-1], self.books.seed)
            self.books.publish(MESSAGE_TOPIC, content, self.time.now())

    def new_order(self, number: int, dice: Random) -> str:
        talked_about = sorted(refund.order.tid for refund in self.books.refunds.values())
        if talked_about and dice.random() < TALKED_ABOUT:
            return dice.choice(talked_about)
        return str(FIRST_PLACED + number)

    def _book(self, entry: OrderEntry) -> None:
        self.books.place(entry, self.time.now())

    def took(self, post: Post) -> None:
        """An answer of ours is in the books."""
        reply = post.client_id or self.reply_with(post.text) or f"unknown {post.id}"
        self.keep(_posted(post, reply), post.buyer)

    def _deliver(self, buyer: str, text: str, at: datetime) -> None:
        refund = buyer.startswith("refund")
        order = str(FIRST_ORDER + int(buyer.rpartition("-")[2])) if refund else None
        lag = self._lag(order, at) if order else 0.0
        entry = FeedEntry(buyer=buyer, order_id=order, text=text, at=at)
        now = self.time.now()
        visible_at = now + timedelta(seconds=lag)
        self.books.deliver(
            entry,
            now,
            via="refund" if refund else "chat",
            visible_at={"refund": visible_at, "chat": visible_at},
        )
        self.keep(_posted(self.books.delivered[-1]), buyer)
        publish_beside(self.books, self.faults, now)

    def _lag(self, order: str, at: datetime) -> float:
        """Seconds from the event to the message (protocols C23).

        TOP tells time in seconds: of two messages in one second nobody can say which the
        event speaks of, if only one of them shows. Only a census finds the other.
        """
        talks = [one.posts for one in self.books.refunds.values() if one.order.tid == order]
        close = any(abs(post.at - at) < CLOSE for talk in talks for post in talk)
        late = (self.compared or not close) and self.happens(self.profile.late)
        return self.dice.uniform(0, LONGEST_LAG) if late else 0.0


class ForgetfulQueue(TmcQueue):
    """The mock's TMC queue; it loses an event now and then, and nobody ever hears of it."""

    def __init__(self, shop: TaobaoShop) -> None:
        super().__init__()
        self._shop = shop

    def publish(self, message: Published) -> None:
        if not self._shop.happens(self._shop.profile.unheard):
            super().publish(message)


class ShopBooks(Books):
    """The mock's books; they refuse whom they must, and now and then list things twice."""

    def __init__(self, shop: TaobaoShop) -> None:
        super().__init__(Journal(None), seed=1)
        self._shop = shop
        self.queue = ForgetfulQueue(shop)
        self.forgetful = False  # for one answer: where the caller was

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
        shop = self._shop
        talk = self.refunds[place].posts if via == "refund" else self.chats[place]
        if talk[0].buyer in shop.refusing or shop.happens(shop.profile.rejected):
            sub_code = "isv.message-not-allowed"
            raise Refusal(15, "Remote service error", sub_code, "the buyer takes no messages")
        post = super().answer(place, via, text, client_id, now, picture=picture)
        shop.took(post)
        return post

    def write_memo(self, tid: str, memo: str, flag: int) -> None:
        before = Counter(self.orders[tid].memo.splitlines())
        super().write_memo(tid, memo, flag)
        for line in (Counter(memo.splitlines()) - before).elements():
            self._shop.orders.on_said(tid, MEMO, line)

    def chat_after(self, since_id: str, log: Sequence[Post]) -> Sequence[Post]:
        if self.forgetful:
            self.forgetful = False
            return log
        rest = super().chat_after(since_id, log)
        if self._shop.happens(self._shop.profile.duplicate):
            return log[max(len(log) - len(rest) - 3, 0) :]
        return rest

    def place_of(self, buyer: str) -> str:
        """The chat or refund that somebody talks in; "" before the first word."""
        return next((post.place for post in self.delivered if post.buyer == buyer), "")


class _Faults(Faults):
    """The mock's own, as often as the profile says; all the time while the weather is bad."""

    def __init__(self, shop: TaobaoShop, dice: Random) -> None:
        super().__init__(KNOWN_FAULTS, dice, _rates(shop.profile))
        self._shop = shop

    def strikes(self, name: str) -> bool:
        weather, now = self._shop.weather, self._shop.time.loop.time()
        if name == "code_7_ban" and now < weather.storm_until:
            return True
        if name == "session_expired" and now < weather.token_dead_until:
            return True
        return super().strikes(name)


def _rates(profile: Profile) -> dict[str, object]:
    odd = ("xml_instead_of_json", "single_as_object", "numbers_as_strings", "trailing_comment")
    beside = ("tmc_broken_content", "tmc_unknown_topic", "refund_missing")
    return {
        "http_502_html": profile.unavailable / 4,
        "refund_unavailable": profile.unavailable,
        "isp_timeout_after_store": profile.maybe_done / 4,
        "drop_after_store": profile.maybe_done / 4,
        "tmc_redeliver": profile.redelivered,
        **dict.fromkeys(odd, profile.odd),
        **dict.fromkeys(beside, profile.beside),
    }


class _Gateway(Gateway):
    """The mock's, whose clock may be far from ours for a while; it may store what it gave up."""

    def __init__(self, shop: TaobaoShop, dice: Random) -> None:
        super().__init__(
            shop.books, shop.faults, KEYS, now=shop.time.now, dice=dice, daily_quota=None
        )
        self._shop = shop
        late = {name: partial(self._maybe_late, self._methods[name]) for name in self._writes}
        self._methods = {**self._methods, **late}

    def _maybe_late(self, method: Method, asked: Asked) -> Answer:
        """TOP's door gives up waiting for what lies behind it, and that is done after all."""
        shop = self._shop

        def do() -> None:
            with suppress(Refusal):  # nobody waits for the answer any more
                method(replace(asked, now=shop.time.now()))

        if not shop.happens(shop.profile.stored_late):
            return method(asked)
        shop.soon(shop.dice.uniform(*HELD_UP), do)
        raise Refusal(15, "Remote service error", "isp.top-remote-connection-timeout")

    def _check_time(self, params: Mapping[str, str]) -> None:
        if self._shop.time.loop.time() < self._shop.weather.skewed_until:
            raise Refusal(31, "Invalid timestamp")
        super()._check_time(params)


class Transport:
    """Takes signed requests to the gateway's door, as bytes."""

    def __init__(self, wire: Wire, gateway: Gateway) -> None:
        self._wire = wire
        self._gateway = gateway

    async def post(self, params: Mapping[str, str], image: bytes | None) -> Response:
        body = top.form(params)
        writes = image is not None or params["method"].endswith(WRITES)
        told = await self._wire.ask(lambda: self._answer(body, image), writes=writes)
        if told.dropped:
            raise Unavailable("no answer: ServerDisconnectedError", maybe_done=True)
        return Response(told.status, {"content-type": told.content_type}, told.body)

    def _answer(self, body: bytes, image: bytes | None) -> Written:
        pairs = (pair.partition("=") for pair in body.decode("ascii").split("&"))
        return self._gateway.answer({name: unquote_plus(text) for name, _, text in pairs}, image)

    async def renew(self, form: bytes) -> Response:
        """The shops of a world name no refresh token."""
        raise Unavailable(f"nothing here takes {len(form)} bytes")

    async def close(self) -> None:
        """Nothing is open."""


def _posted(post: Post, reply: str = "") -> Posted:
    return Posted(
        id=post.id,
        thread=post.thread,
        author=Author.BUYER if post.by_buyer else Author.SELLER,
        at=post.at,
        text=post.text,
        reply=reply,
    )
