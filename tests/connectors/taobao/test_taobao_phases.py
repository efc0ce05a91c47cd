"""A refund is one conversation, whether or not an event names its phase."""

import json

from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock
from responder.testing import FakeClock
from tests.connectors.taobao.talk import drain, entries, messages


async def test_an_event_that_names_no_phase_begins_no_second_conversation(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock
) -> None:
    _, cursor = await drain(connector)
    mock.faults.set({"tmc_dropped": 1})
    mock.deliver(entries(1), via="refund")
    mock.faults.set({})
    [refund_id] = mock.books.refunds
    content = json.dumps({"refund_id": int(refund_id)})  # protocols B2: no field list is known
    mock.books.publish("tmall_refund_RefundMessageCreated", content, clock.now())
    first, cursor = await drain(connector, cursor)
    mock.deliver(entries(1), via="refund")

    second, _ = await drain(connector, cursor)

    assert len({one.thread for one in [*messages(first), *messages(second)]}) == 1
    assert len({one.id for one in [*messages(first), *messages(second)]}) == 2
