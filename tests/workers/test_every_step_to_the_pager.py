"""A kill at every step to the pager, and every answer lost: an alert is told, and none is lost."""

from collections import Counter
from datetime import timedelta

import pytest

from responder.drafting import Drafting
from tests.workers.conftest import Service
from tests.workers.every_step import World, at_every_step
from tests.workers.steps import How

pytestmark = pytest.mark.timeout(300)


async def a_deadline_comes_near(world: World) -> None:
    async def wait(service: Service) -> None:
        world.market.writes("Where is my parcel?")
        await service.work("poll", "draft")
        world.clock.advance(timedelta(hours=12, seconds=20))

    await world.quietly(wait)


async def told_once_or_again_where_the_hand_over_was_cut(
    world: World, struck: str, service: Service
) -> None:
    assert await service.queues.alert.depth() == 0, struck
    told = Counter(notice.id for notice in world.pager.told)

    assert list(Counter(notice.kind for notice in world.pager.told)) == ["at_risk"], struck
    assert len(told) == 1, struck
    assert max(told.values()) <= (2 if struck == "tell" else 1), struck
    assert all(message.repeat for _, message in world.pager.messages[1:]), struck
    assert len({message.id for _, message in world.pager.messages}) == 1, "a repeat has its id"


@pytest.mark.parametrize("how", How)
async def test_an_alert_is_told_and_again_only_where_the_hand_over_was_cut(
    drafting: Drafting, how: How
) -> None:
    struck = await at_every_step(
        drafting,
        how,
        before=a_deadline_comes_near,
        path=lambda service: service.work("watch", "alert"),
        books=told_once_or_again_where_the_hand_over_was_cut,
    )

    known = {"claim", "announce", "route_alerts", "finish_alerts", "begin_telling", "tell"}
    assert known | {"settle_channel"} <= set(struck)
