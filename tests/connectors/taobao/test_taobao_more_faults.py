"""Faults of TOP's door, and what the connector makes of them."""

from datetime import timedelta

import pytest

from connectors.base import Reply, Unauthorized, Unavailable
from connectors.feed import FeedEntry
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock
from responder.testing import FakeClock
from tests.connectors.inboxes import drain


def write(mock: TaobaoMock, *, count: int = 1) -> None:
    entries = [
        FeedEntry(buyer=f"买家{number}", order_id=f"{2200 + number}", text="在吗")
        for number in range(count)
    ]
    mock.deliver(entries, via="refund")


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        ("clock_skew", Unavailable),
        ("permission_missing", Unauthorized),
        ("platform_closed", Unavailable),
    ],
)
async def test_a_closed_door_loses_nothing(
    mock: TaobaoMock, connector: TaobaoConnector, fault: str, failure: type[Exception]
) -> None:
    write(mock)
    mock.faults.set({fault: 1})

    with pytest.raises(failure):
        await connector.fetch(None)
    mock.faults.set({})

    assert len({one.id for one in (await drain(connector)).messages}) == 1


async def test_a_lapsed_level_refuses_answers_and_still_reads(
    mock: TaobaoMock, connector: TaobaoConnector
) -> None:
    write(mock)
    mock.faults.set({"write_level_lapsed": 1})

    message = (await drain(connector)).messages[0]
    with pytest.raises(Unauthorized):
        await connector.send(Reply(id="r", thread=message.thread, text="在", reply_to={}))

    assert mock.books.sent == []


async def test_a_confirmation_that_is_half_lost_is_given_again(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock
) -> None:
    write(mock, count=6)
    mock.faults.set({"tmc_confirm_lost": 1})
    first = await connector.fetch(None)
    while first.more:
        await connector.acknowledge(first)
        first = await connector.fetch(first.cursor)
    await connector.acknowledge(first)
    left = mock.books.queue.unconfirmed
    mock.faults.set({})
    clock.advance(timedelta(minutes=6))

    again = await connector.fetch(first.cursor)
    await connector.acknowledge(again)

    assert left > 0
    assert mock.books.queue.unconfirmed == 0


async def test_a_masked_nick_is_the_same_buyer(
    mock: TaobaoMock, connector: TaobaoConnector
) -> None:
    write(mock)
    plain = (await drain(connector)).messages[0]
    mock.faults.set({"nick_masked": 1})

    masked = (await drain(connector)).messages[0]

    assert (masked.buyer, masked.buyer_id) == ("买**", plain.buyer_id)
    assert (masked.id, masked.thread) == (plain.id, plain.thread)
