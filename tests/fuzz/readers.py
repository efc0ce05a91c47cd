"""Every ``wire`` of every connector behind one door: bytes in, a value or one of the four out."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from connectors.aliexpress import orders as aliexpress_orders
from connectors.aliexpress import wire as aliexpress
from connectors.amazon import mock_orders
from connectors.amazon.mock_services import actions as mock_actions
from connectors.amazon.mock_services import offered
from connectors.amazon.wire import inbound, lwa
from connectors.amazon.wire import messages as amazon_messages
from connectors.amazon.wire import orders as amazon_orders
from connectors.base import ConnectorError
from connectors.ebay.wire import answers, messages, tokens
from connectors.ebay.wire import orders as ebay_orders
from connectors.grant import Grant, dump_grant, load_grant
from connectors.http import Response
from connectors.mail.wire import lists, oauth
from connectors.mailbox import wire as mailbox
from connectors.taobao import chat, exchange, refund, tmc, trade
from connectors.threaded.source import Head
from connectors.top import answer as top
from connectors.top.grant import renewed

ROOT = Path(__file__).parents[2] / "connectors"
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SHOP = mailbox.Shop(frozenset({"help@shop.example"}))
HEAD = Head(thread="1", latest="", facts={"buyer": "b", "buyer_id": "1700000001"})
Reader = Callable[[bytes], None]


def amazon_mail(data: bytes) -> None:
    inbound.read(data, NOW, "INBOX/1")
    lists.named(data[:2000])


def shop_mail(data: bytes) -> None:
    mailbox.read(data, NOW, "INBOX/1", SHOP)


def taobao_answer(data: bytes) -> None:
    told = top.read(Response(200, {}, data), writes=True)
    for event in tmc.events(told):
        assert event.id or event.topic or not event.wakes
    refund.thread_page(told)
    with suppress(ConnectorError):
        exchange.thread_page(refund.EXCHANGE, told)
    with suppress(ConnectorError):
        exchange.added(refund.EXCHANGE, told)
    refund.refund(told)
    refund.changed_refunds(told)
    chat.page(told, "")
    chat.sent(told)
    trade.order(told)
    trade.orders(told)
    trade.memo(told)
    tmc.opened(tmc.letters(told, [event.id for event in tmc.events(told)]))


def top_session(data: bytes) -> None:
    before = Grant(session="before", refresh_token="r")
    given = renewed(Response(200, {}, data), before, NOW)
    assert load_grant(dump_grant(given, "here"), "here") == given
    given.is_due(NOW)


def mail_login(data: bytes) -> None:
    oauth.status_in(data)
    before = Grant(session="", refresh_token="r")
    given = oauth.renewed(Response(200, {}, data), before, NOW)
    assert load_grant(dump_grant(given, "here"), "here") == given
    given.is_due(NOW)


def aliexpress_answer(data: bytes) -> None:
    told = aliexpress.result(top.read(Response(200, {}, data), writes=True), writes=True)
    aliexpress.heads(told, NOW)
    aliexpress.marks(told)
    aliexpress.thread(told, HEAD, NOW)
    aliexpress_orders.order(told)


def ebay_answer(data: bytes) -> None:
    told = answers.read(Response(200, {}, data), writes=True)
    messages.heads(told, NOW)
    messages.talk(told, "1", "mock_shop", NOW)
    messages.sent(told)
    ebay_orders.order(told, told)
    ebay_orders.purchases(told)


def ebay_login(data: bytes) -> None:
    tokens.token(Response(200, {}, data), NOW)


def amazon_order(data: bytes) -> None:
    amazon_orders.order(Response(200, {}, data))


def amazon_orders_page(data: bytes) -> None:
    amazon_orders.page(Response(200, {}, data))


def amazon_actions(data: bytes) -> None:
    amazon_messages.actions(Response(200, {}, data))


def amazon_login(data: bytes) -> None:
    lwa.token(Response(200, {}, data), NOW)


def _files(folder: str, pattern: str = "*.*") -> list[bytes]:
    found = [path.read_bytes() for path in sorted((ROOT / folder / "samples").glob(pattern))]
    assert found, f"no samples of {folder}"
    return found


def _orders() -> list[bytes]:
    return [
        json.dumps(
            {"order": mock_orders.order(f"111-{n:07d}-1111111", NOW, "ATVPDKIKX0DER")}
        ).encode()
        for n in range(12)
    ]


def _pages() -> list[bytes]:
    told = [json.loads(one)["order"] for one in _orders()]
    page = {"orders": told[:4], "pagination": {"nextToken": "more"}}
    return [json.dumps(page).encode(), b'{"orders":[]}']


def _actions() -> list[bytes]:
    place = ("111-2223334-5556667", "ATVPDKIKX0DER")
    return [
        json.dumps(mock_actions(kind, *place, offered(kind))).encode()
        for kind in ("messaging", "solicitations")
    ]


LOGIN = b'{"access_token":"Atza|x","token_type":"bearer","expires_in":3600,"refresh_token":"r"}'
MAILS: Mapping[Reader, Sequence[bytes]] = {
    amazon_mail: _files("amazon", "*.eml"),
    shop_mail: [*_files("mailbox", "*.eml"), *_files("amazon", "*.eml")],
}
ANSWERS: Mapping[Reader, Sequence[bytes]] = {
    taobao_answer: _files("taobao"),
    top_session: _files("top"),
    aliexpress_answer: _files("aliexpress"),
    ebay_answer: _files("ebay"),
    ebay_login: [LOGIN, *_files("ebay", "token.json")],
    amazon_order: _orders(),
    amazon_orders_page: _pages(),
    amazon_actions: _actions(),
    amazon_login: [LOGIN],
    mail_login: [LOGIN, *_files("mail")],
}
