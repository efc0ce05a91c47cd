"""A kill at every step of the way in, and every answer lost: nothing is lost or stored twice."""

import pytest

from responder.drafting import Drafting
from responder.store.threads import messages
from tests.workers.conftest import Service
from tests.workers.every_step import World, at_every_step
from tests.workers.steps import How

pytestmark = pytest.mark.timeout(300)


async def two_buyers_write(world: World) -> None:
    world.market.writes("Where is my parcel?", thread="one")
    world.market.writes("Is it waterproof?", thread="two")


async def every_message_is_stored_once(world: World, struck: str, service: Service) -> None:
    threads = {
        one.thread: [each.text for each in await messages(service.database, one.id)]
        for one in await service.all()
    }
    assert threads == {"one": ["Where is my parcel?"], "two": ["Is it waterproof?"]}, struck
    assert all(one.draft is not None for one in await service.all()), struck
    assert set(world.market.acknowledged) == {"message-1", "message-2"}, struck


@pytest.mark.parametrize("how", How)
async def test_nothing_that_comes_in_is_lost_or_stored_twice(drafting: Drafting, how: How) -> None:
    struck = await at_every_step(
        drafting,
        how,
        before=two_buyers_write,
        path=lambda service: service.work("poll", "draft"),
        books=every_message_is_stored_once,
    )

    assert {"claim", "fetch", "ingest", "EXISTS", "acknowledge", "draft"} <= set(struck)
