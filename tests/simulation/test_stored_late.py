"""What TOP calls timed out may be stored all the same, seconds later."""

import asyncio
from random import Random

import pytest

from connectors.base import Trace, Unavailable
from connectors.order_desk import Occasion, OrderDesk, OrderNote, order_desk
from connectors.order_feed import OrderEntry
from connectors.taobao.order_desk import MEMO
from responder.domain.model import AccountId
from responder.simulation.loop import BEGINNING, TrueTime, run
from responder.simulation.profiles import Profile
from responder.simulation.taobao import TaobaoShop
from responder.simulation.wire import HELD_UP, Weather, Wire
from responder.workers.attempts import VISIBLE_AFTER

LATE = Profile(name="late", stored_late=1)  # each write
NOTE = OrderNote(
    id="a note", order_id="1", occasion=Occasion.QUANTITY, channel=MEMO, text="暂缓发货"
)


def test_a_memo_that_was_called_timed_out_stands_on_its_order_later() -> None:
    async def world() -> tuple[Unavailable, list[str], Trace]:
        shop = _shop(TrueTime(asyncio.get_running_loop()))
        shop.place(OrderEntry(order_id=NOTE.order_id, at=BEGINNING))
        desk = _desk(shop)
        with pytest.raises(Unavailable) as told:
            await desk.tell(NOTE)
        memos = [shop.books.orders[NOTE.order_id].memo]
        await shop.time.sleep(HELD_UP[1])
        memos.append(shop.books.orders[NOTE.order_id].memo)
        return told.value, memos, await desk.told(NOTE, BEGINNING)

    told, memos, found = run(world())

    assert told.maybe_done, "nobody may take it for a no"
    assert memos == ["", NOTE.text]
    assert found is Trace.SENT


def test_what_is_stored_late_is_stored_before_it_counts_as_absent() -> None:
    assert HELD_UP[1] < VISIBLE_AFTER.total_seconds()


def _shop(time: TrueTime) -> TaobaoShop:
    return TaobaoShop(
        account=AccountId("chat0"), time=time, profile=LATE, dice=Random(3), weather=Weather()
    )


def _desk(shop: TaobaoShop) -> OrderDesk:
    wire = Wire(shop.time, shop.profile, shop.weather, Random(3), lambda _: False)
    desk = order_desk(shop.connector(wire, shop.time.now))
    assert desk is not None
    return desk
