"""Threads that cannot be read for a day, or by the hundred, and days away: all are read at last."""

from contextlib import suppress
from datetime import timedelta

from connectors.base import Unavailable
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock
from connectors.taobao.position import understood
from responder.testing import FakeClock
from tests.connectors.taobao.talk import drain, entries, messages

REFUNDS = 300  # more than the cursor remembers of what TMC brings again


async def test_what_tmc_forgets_while_only_chat_can_be_read_is_looked_for(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock
) -> None:
    _, cursor = await drain(connector)
    mock.faults.set({"refund_unavailable": 1})
    mock.deliver(entries(REFUNDS), via="refund")
    for _ in range(28):
        clock.advance(timedelta(hours=1))
        mock.deliver(entries(1, orders=False), via="chat")
        with suppress(Unavailable):
            for _ in range(8):
                cursor = (await connector.fetch(cursor)).cursor
    mock.faults.set({})
    clock.advance(timedelta(minutes=2))

    batches, _ = await drain(connector, cursor)

    refunds = {one.thread for one in messages(batches) if one.thread.startswith("refund")}
    assert len(refunds) == REFUNDS


async def test_a_new_shop_whose_threads_mostly_fail_forgets_none_of_them(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock
) -> None:
    mock.deliver(entries(REFUNDS), via="refund")
    clock.advance(timedelta(hours=30))  # TMC has forgotten by now
    mock.faults.set({"refund_unavailable": 0.95})
    cursor, read = None, set[str]()
    while cursor is None or understood(cursor).sweep is not None:
        with suppress(Unavailable):
            batch = await connector.fetch(cursor)
            cursor = batch.cursor
            read |= {one.thread for one in batch.messages}
    mock.faults.set({})
    clock.advance(timedelta(minutes=2))

    batches, _ = await drain(connector, cursor)

    assert len(read | {one.thread for one in messages(batches)}) == REFUNDS


async def test_days_away_in_the_middle_of_a_sweep_are_swept_for_too(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock
) -> None:
    mock.deliver(entries(120), via="refund")
    clock.advance(timedelta(hours=30))
    under_way = await connector.fetch(None)
    clock.advance(timedelta(seconds=1))
    mock.deliver(entries(REFUNDS)[120:], via="refund")
    clock.advance(timedelta(hours=30))

    rest, cursor = await drain(connector, under_way.cursor)
    missed, _ = await drain(connector, cursor)

    assert understood(under_way.cursor).sweep is not None
    read = {one.thread for one in [*under_way.messages, *messages([*rest, *missed])]}
    assert len(read) == REFUNDS
