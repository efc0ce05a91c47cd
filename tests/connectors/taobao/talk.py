"""What the tests of the connector say and hear."""

from collections.abc import Callable

from connectors.base import (
    Batch,
    Cursor,
    InboundMessage,
    Reply,
)
from connectors.feed import FeedEntry
from connectors.taobao.account import TopAccount
from connectors.taobao.connector import TaobaoConnector

Connect = Callable[[TopAccount], TaobaoConnector]


def entries(count: int, *, buyers: int = 10**6, orders: bool = True) -> list[FeedEntry]:
    return [
        FeedEntry(
            buyer=f"买家{number % buyers}",
            order_id=f"{2200000000 + number % buyers}" if orders else None,
            text=f"你好 {number}",
        )
        for number in range(count)
    ]


def reply(message: InboundMessage, text: str = "亲，马上查", name: str = "reply-1") -> Reply:
    return Reply(id=name, thread=message.thread, text=text, reply_to=message.reply_to)


async def drain(
    connector: TaobaoConnector, cursor: Cursor | None = None
) -> tuple[list[Batch], Cursor]:
    """Fetch and acknowledge until there is no more."""
    batches = [await connector.fetch(cursor)]
    await connector.acknowledge(batches[-1])
    while batches[-1].more:
        batches.append(await connector.fetch(batches[-1].cursor))
        await connector.acknowledge(batches[-1])
    return batches, batches[-1].cursor


def messages(batches: list[Batch]) -> list[InboundMessage]:
    return [message for batch in batches for message in batch.messages]
