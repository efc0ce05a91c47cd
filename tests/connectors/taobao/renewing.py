"""A shop whose session is renewed, and an account whose session is good for a month."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from connectors.feed import FeedEntry
from connectors.taobao.account import TopAccount
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock
from responder.testing import FakeClock

Shop = Callable[..., TaobaoConnector]
MONTH = timedelta(days=30)


def write(mock: TaobaoMock, text: str = "在吗") -> None:
    mock.deliver([FeedEntry(buyer="买家", order_id="2201", text=text)], via="refund")


def known(mock: TaobaoMock) -> TopAccount:
    """An account whose session is known to be good for a month: nobody renews it unasked."""
    return replace(mock.account(renews=True), session_until=FakeClock().now() + MONTH)
