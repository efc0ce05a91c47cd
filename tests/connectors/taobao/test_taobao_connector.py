"""The connector against the mock, over real sockets."""

from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from connectors.base import Rejected, Unauthorized, Unavailable
from connectors.feed import FeedEntry
from connectors.order_facts import OrderStatus
from connectors.taobao.account import TopAccount
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock
from connectors.taobao.mock_tmc import SELLER
from connectors.taobao.seller import confirmed
from connectors.top.client import TopClient
from connectors.top.sign import SignMethod
from connectors.top.values import Row
from connectors.top.wire import Call
from responder.testing import FakeClock
from tests.connectors.taobao.talk import Connect, entries


async def test_an_order_is_told_with_its_refund(
    mock: TaobaoMock, connector: TaobaoConnector
) -> None:
    mock.deliver(entries(1), via="refund")
    mock.deliver([FeedEntry(buyer="李四", order_id="2201", text="到哪了")], via="chat")
    facts = mock.books.orders["2200000000"]

    order = await connector.order("2200000000")
    plain = await connector.order("2201")

    assert order is not None
    assert (order.total, order.refund_amount) == (facts.payment, facts.payment)
    assert order.refund_status == facts.refund_status
    assert order.items[0].title == facts.title
    assert order.status in {OrderStatus.UNSHIPPED, OrderStatus.SHIPPED, OrderStatus.DELIVERED}
    assert plain is not None
    assert (plain.refund_status, plain.refund_amount) == ("", "")


async def test_an_unknown_order_is_none(connector: TaobaoConnector) -> None:
    assert await connector.order("404") is None


async def test_a_refund_that_vanished_leaves_the_order_without_an_amount(
    mock: TaobaoMock, connector: TaobaoConnector
) -> None:
    mock.deliver(entries(1), via="refund")
    [refund] = mock.books.refunds.values()
    mock.books.refunds["elsewhere"] = mock.books.refunds.pop(refund.id)

    order = await connector.order("2200000000")

    assert order is not None
    assert order.refund_amount == ""


async def test_a_memo_and_a_flag_are_set_and_emptied(
    mock: TaobaoMock, connector: TaobaoConnector
) -> None:
    mock.deliver(entries(1))
    order = mock.books.orders["2200000000"]

    await connector.set_memo(order.tid, "发顺丰", 3)
    assert (order.memo, order.flag) == ("发顺丰", 3)
    await connector.set_memo(order.tid, "", 0)
    assert (order.memo, order.flag) == ("", 0)


@pytest.mark.parametrize(("memo", "flag"), [("字" * 334, 1), ("发顺丰", 6)])
async def test_a_memo_that_top_would_refuse_is_rejected(
    connector: TaobaoConnector, memo: str, flag: int
) -> None:
    with pytest.raises(Rejected):
        await connector.set_memo("1", memo, flag)


async def test_check_says_what_answered_and_takes_nothing(
    mock: TaobaoMock, connector: TaobaoConnector, connect: Connect
) -> None:
    mock.deliver(entries(2), via="refund")

    line = await connector.check()

    assert line == (
        "TOP ok: 2 refunds changed in a day, 2 TMC messages waiting, chat (our extension) answers, "
        "a session whose end nobody has told; a person renews it"
    )
    assert "chat off" in await connect(mock.account(chat=False)).check()
    assert mock.books.queue.waiting == 2


async def test_check_asks_top_whose_session_it_is_where_a_seller_is_named(
    mock: TaobaoMock, connect: Connect
) -> None:
    for name in SELLER:
        shop = connect(replace(mock.account(), seller=name))
        assert "seller is who the session belongs to" in await shop.check()
    misspelt = connect(replace(mock.account(), seller="mock_shpo"))

    with pytest.raises(Rejected, match="belongs to '123456789' or 'mock_shop'"):
        await misspelt.check()


async def test_an_app_that_may_not_ask_whose_session_it_is_passes_the_check(
    mock: TaobaoMock, connect: Connect
) -> None:
    mock.gateway.forbidden.add("taobao.user.seller.get")

    line = await connect(replace(mock.account(), seller="mock_shpo")).check()

    assert "seller not compared with the session (TOP code 11" in line


async def test_an_answer_that_names_nobody_proves_nothing() -> None:
    class Silent:
        async def ask(self, _: Call) -> Row:
            return {}

    said = await confirmed(cast("TopClient", Silent()), "mock_shop")

    assert said == "seller not compared with the session: TOP named nobody"


@pytest.mark.parametrize("method", list(SignMethod))
async def test_every_sign_method_is_let_in(
    mock: TaobaoMock, connect: Connect, method: SignMethod
) -> None:
    assert await connect(replace(mock.account(), sign_method=method)).check()


@pytest.mark.parametrize(
    "wrong", [{"session": "dead"}, {"app_secret": "wrong"}, {"app_key": "87654321"}]
)
async def test_wrong_keys_are_unauthorized(
    mock: TaobaoMock, connect: Connect, wrong: dict[str, str]
) -> None:
    account = mock.account()
    connector = connect(
        TopAccount(
            gateway=account.gateway,
            app_key=wrong.get("app_key", account.app_key),
            app_secret=wrong.get("app_secret", account.app_secret),
            session=wrong.get("session", account.session),
        )
    )

    for attempt in (connector.fetch(None), connector.check(), connector.order("1")):
        with pytest.raises(Unauthorized):
            await attempt


async def test_a_clock_that_is_off_is_said_so(mock: TaobaoMock, clock: FakeClock) -> None:
    slow = TaobaoConnector(mock.account(), now=lambda: clock.now() - timedelta(minutes=11))

    with pytest.raises(Unavailable, match="clock"):
        await slow.fetch(None)

    await slow.close()


async def test_a_group_that_does_not_exist_is_rejected(mock: TaobaoMock, connect: Connect) -> None:
    connector = connect(replace(mock.account(), group_name="shop"))

    with pytest.raises(Rejected):
        await connector.fetch(None)
    mock.books.add_group("shop")
    assert (await connector.fetch(None)).messages == []


async def test_a_gateway_that_is_not_there_has_done_nothing(connect: Connect) -> None:
    nowhere = TopAccount(
        app_key="1", app_secret="2", session="3", gateway="http://127.0.0.1:1/router/rest"
    )

    with pytest.raises(Unavailable) as caught:
        await connect(nowhere).fetch(None)

    assert not caught.value.maybe_done
