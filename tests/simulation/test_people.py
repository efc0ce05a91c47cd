"""People: what they do later, a world waits for."""

import asyncio
from random import Random

import pytest

from responder.domain.model import AccountId
from responder.simulation.loop import BEGINNING, TrueTime, run
from responder.simulation.marketplace import Shop
from responder.simulation.people import Buyer
from responder.simulation.profiles import Profile
from responder.simulation.taobao import TaobaoShop
from responder.simulation.wire import Weather

BUSY = Profile(name="busy", elsewhere=1)  # a colleague answers everything
LATEST = 3610.0  # seconds until he has


def test_a_colleagues_answer_is_news_that_a_world_waits_for() -> None:
    async def world() -> tuple[Shop, list[int]]:
        time = TrueTime(asyncio.get_running_loop())
        shop = TaobaoShop(
            account=AccountId("chat0"),
            time=time,
            profile=BUSY,
            dice=Random(3),
            weather=Weather(),
        )
        Buyer(market=shop, name="chat-1", time=time, dice=Random(3), until=0).write()
        coming = [shop.coming]
        await time.sleep(LATEST)
        return shop, [*coming, shop.coming]

    shop, coming = run(world())

    asked, answered = shop.posted
    assert coming == [2, 0], "his answer is on its way from the beginning"
    assert (asked.author.value, answered.author.value) == ("buyer", "seller")
    assert shop.last_news == pytest.approx((answered.at - BEGINNING).total_seconds(), abs=0.01)
