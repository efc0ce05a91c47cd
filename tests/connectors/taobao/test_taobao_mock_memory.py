"""What the mock keeps over a kill, and what TMC forgets."""

from datetime import timedelta
from pathlib import Path
from random import Random

from connectors.base import Reply
from connectors.faults import Faults
from connectors.feed import FeedEntry
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock
from connectors.taobao.mock_faults import KNOWN_FAULTS
from responder.testing import FakeClock


async def test_a_killed_mock_is_where_it_was(tmp_path: Path, clock: FakeClock) -> None:
    journal = tmp_path / "mock" / "journal"
    faults = Faults(KNOWN_FAULTS, Random(0), {"tmc_unknown_topic": 1})
    first = TaobaoMock(now=clock.now, journal=journal, faults=faults)
    await first.start()
    first.deliver([FeedEntry(buyer="a", order_id=str(n), text="b") for n in range(4)], via="refund")
    first.deliver([FeedEntry(buyer="a", text="b")])
    connector = TaobaoConnector(first.account(), now=clock.now)
    batch = await connector.fetch(None)
    await connector.acknowledge(batch)
    await connector.set_memo("1", "x", 2)
    first.deliver([FeedEntry(buyer="a", order_id="9", text="b")], via="refund")
    first.books.add_group("shop")
    first.books.permit(["t"])
    first.books.add_session("s")
    await connector.send(Reply(id="r1", thread=batch.messages[0].thread, text="亲", reply_to={}))
    await connector.close()
    with journal.open("ab") as torn:
        torn.write(b'{"kind":"post"')
    await first.stop()

    second = TaobaoMock(now=clock.now, journal=journal)

    assert second.books.delivered == first.books.delivered
    assert second.books.sent == first.books.sent
    assert second.books.refunds == first.books.refunds
    assert second.books.orders == first.books.orders
    assert second.books.queue.unconfirmed == first.books.queue.unconfirmed
    assert (second.books.groups, second.books.topics) == ({"shop"}, ["t"])
    assert second.books.sessions == {"s"}
    second.deliver([FeedEntry(buyer="new", text="b")])
    assert len({post.id for post in second.books.delivered}) == len(second.books.delivered)
    await second.stop()


async def test_a_used_port_is_kept_over_a_restart(clock: FakeClock) -> None:
    shop = TaobaoMock(now=clock.now)
    await shop.start()
    port = shop.port
    await shop.stop()
    await shop.stop()
    await shop.start()

    assert shop.port == port
    await shop.stop()


async def test_tmc_forgets_after_a_day(clock: FakeClock) -> None:
    shop = TaobaoMock(now=clock.now)
    shop.deliver([FeedEntry(buyer="a", order_id="1", text="b")], via="refund")

    clock.advance(timedelta(hours=25))

    assert shop.books.queue.consume(10, clock.now(), confirmed_too=False) == []


async def test_tmc_that_is_impatient_gives_what_is_not_confirmed_again_at_once(
    clock: FakeClock,
) -> None:
    shop = TaobaoMock(now=clock.now)
    shop.deliver([FeedEntry(buyer="a", order_id="1", text="b")], via="refund")
    queue = shop.books.queue
    [first] = queue.consume(10, clock.now(), confirmed_too=False)

    patient = queue.consume(10, clock.now(), confirmed_too=False)
    impatient = queue.consume(10, clock.now(), confirmed_too=False, again_after=timedelta(0))

    assert patient == []
    assert impatient == [first]
