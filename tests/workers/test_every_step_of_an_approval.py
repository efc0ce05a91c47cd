"""An approval whose answer is lost, at every step, and asked for again: it is one reply."""

from contextlib import suppress

import pytest
from redis.exceptions import ConnectionError as Disconnected

from responder.domain.model import State
from responder.drafting import Drafting
from tests.workers.conftest import Service
from tests.workers.every_step import WORDS, World, at_every_step
from tests.workers.steps import How

pytestmark = pytest.mark.timeout(300)


async def a_draft_is_ready(world: World) -> None:
    async def draft(service: Service) -> None:
        world.market.writes("Where is my parcel?")
        await service.work("poll", "draft")

    await world.quietly(draft)


async def an_agent_approves_until_it_is_heard(service: Service) -> None:
    one = await service.only()
    assert one.draft is not None
    lease = await service.desk.claim(one.id, "ann")
    for _ in range(2):
        with suppress(Disconnected):
            await service.desk.approve(
                one.id, "ann", lease.token, version=one.draft.version, text=WORDS
            )


async def one_reply_or_none(world: World, struck: str, service: Service) -> None:
    one = await service.only()
    assert len(world.market.accepted) == (one.state is State.ANSWERED) <= 1, struck


@pytest.mark.parametrize("how", How)
async def test_an_approval_that_is_asked_for_twice_is_one_reply(
    drafting: Drafting, how: How
) -> None:
    struck = await at_every_step(
        drafting,
        how,
        before=a_draft_is_ready,
        path=an_agent_approves_until_it_is_heard,
        books=one_reply_or_none,
    )

    assert {"claim_conversation", "approve"} <= set(struck)
