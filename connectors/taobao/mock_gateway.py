"""Which of TOP's methods the mock shop has, behind TOP's own door."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from random import Random

from connectors.budget import Rate
from connectors.faults import Faults
from connectors.taobao import mock_exchange as exchanges
from connectors.taobao import mock_methods as methods
from connectors.taobao import mock_trades as trades
from connectors.taobao.mock_books import Books
from connectors.taobao.mock_methods import Method
from connectors.top.mock_gateway import Keys, TopGateway

METHODS: Mapping[str, Method] = {
    "taobao.tmc.messages.consume": methods.tmc_consume,
    "taobao.tmc.messages.confirm": methods.tmc_confirm,
    "taobao.tmc.queue.get": methods.tmc_queue,
    "taobao.tmc.user.permit": methods.tmc_permit,
    "taobao.tmc.user.get": methods.tmc_user,
    "taobao.user.seller.get": methods.user_seller,
    "taobao.tmc.group.add": methods.tmc_group_add,
    "taobao.refund.messages.get": methods.refund_messages,
    "taobao.refund.message.add": methods.refund_message_add,
    "tmall.exchange.messages.get": exchanges.messages,
    "tmall.exchange.message.add": exchanges.message_add,
    "taobao.refund.get": methods.refund_get,
    "taobao.refunds.receive.get": methods.refunds_receive,
    "taobao.trade.fullinfo.get": trades.fullinfo,
    "taobao.trades.sold.increment.get": trades.increment,
    "taobao.trade.memo.add": trades.memo_add,
    "taobao.trade.memo.update": trades.memo_update,
    "responder.chat.messages.get": methods.chat_messages,
    "responder.chat.message.send": methods.chat_send,
}
WRITES = frozenset(
    {
        "taobao.refund.message.add",
        "tmall.exchange.message.add",
        "taobao.trade.memo.add",
        "taobao.trade.memo.update",
        "responder.chat.message.send",
    }
)


class Gateway(TopGateway):
    """Answers from ``books``."""

    def __init__(
        self,
        books: Books,
        faults: Faults,
        keys: Keys,
        *,
        now: Callable[[], datetime],
        dice: Random,
        daily_quota: int | None,
        rate: Rate | None = None,
        is_session: Callable[[str], bool] | None = None,
    ) -> None:
        super().__init__(
            {name: partial(method, books, faults) for name, method in METHODS.items()},
            faults,
            keys,
            writes=WRITES,
            now=now,
            dice=dice,
            daily_quota=daily_quota,
            rate=rate,
            is_session=is_session,
        )
