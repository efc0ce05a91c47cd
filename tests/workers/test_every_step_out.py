"""A kill at every step of the way out, and every answer lost: one reply or none."""

from datetime import timedelta

import pytest

from connectors.base import RateLimited, Rejected, Trace
from responder.domain.model import Author, State
from responder.drafting import Drafting
from responder.store.outbox import outgoing
from responder.store.threads import messages
from tests.workers.conftest import Service
from tests.workers.every_step import WORDS, Books, Story, World, at_every_step
from tests.workers.steps import How

pytestmark = pytest.mark.timeout(300)


async def a_reply_is_approved(world: World) -> None:
    async def approve(service: Service) -> None:
        world.market.writes("Where is my parcel?")
        await service.work("poll", "draft")
        await service.approve(WORDS)

    await world.quietly(approve)
    world.clock.advance(timedelta(seconds=31))  # the inbox is looked at again


async def it_is_accepted(world: World) -> None:
    await a_reply_is_approved(world)


async def the_answer_is_lost(world: World) -> None:
    await a_reply_is_approved(world)
    world.market.lose_answers = 1


async def nobody_can_tell(world: World) -> None:
    await the_answer_is_lost(world)
    world.market.traces.extend([Trace.UNKNOWN] * 50)


async def it_is_read_back(world: World) -> None:
    await nobody_can_tell(world)
    world.market.shows_copies = True


async def we_ask_too_often(world: World) -> None:
    await a_reply_is_approved(world)
    world.market.trouble.append(RateLimited(timedelta(seconds=30)))


async def it_is_refused(world: World) -> None:
    await a_reply_is_approved(world)
    world.market.trouble.extend([Rejected("blocked")] * 50)


async def the_buyer_writes_again(world: World) -> None:
    await a_reply_is_approved(world)
    world.market.writes("Forget it!")


async def somebody_answers_elsewhere(world: World) -> None:
    await a_reply_is_approved(world)
    world.market.writes("By phone.", author=Author.SELLER)


SENT: tuple[Story, ...] = (it_is_accepted, the_answer_is_lost, we_ask_too_often)
SENT_ONCE_AT_MOST = (nobody_can_tell, it_is_read_back)  # a person decides where nothing is known
STOPPED: tuple[Story, ...] = (it_is_refused, the_buyer_writes_again, somebody_answers_elsewhere)


async def down_the_way_out(service: Service) -> None:
    """The whole way of a reply: asked for, looked up, given to a person."""
    for _ in range(6):
        await service.work("poll", "send", "alert")
        if not await service.queues.outbox.depth():
            return
        service.clock.advance(timedelta(seconds=31))


async def sent_once_and_recorded_once(world: World, struck: str, service: Service) -> None:
    one = await service.only()
    thread = await messages(service.database, one.id)
    ours = [each.text for each in thread if each.author is Author.SELLER]
    assert [reply.text for reply in world.market.accepted] == [WORDS], struck
    assert (one.state, ours) == (State.ANSWERED, [WORDS]), struck
    await nothing_is_left_behind(service, struck)


async def never_sent_and_kept_for_a_person(world: World, struck: str, service: Service) -> None:
    one = await service.only()
    if struck in {"claim", "take", "pipeline", "LRANGE", "fetch", "MGET"} and world.market.accepted:
        assert len(world.market.accepted) == 1, "nobody could read the inbox before"
    else:
        assert world.market.accepted == [], struck
        assert one.state in {State.WAITING, State.ANSWERED}, struck
        assert one.held == WORDS, struck
    await nothing_is_left_behind(service, struck)


async def sent_once_or_kept_for_a_person(world: World, struck: str, service: Service) -> None:
    if world.market.accepted:
        await sent_once_and_recorded_once(world, struck, service)
    else:
        assert struck, "only what went wrong keeps it from being sent"
        await never_sent_and_kept_for_a_person(world, struck, service)


async def nothing_is_left_behind(service: Service, struck: str) -> None:
    one = await service.only()
    assert await outgoing(service.database, one.id) is None, struck
    assert await service.queues.outbox.depth() == 0, struck


def books_of(story: Story) -> Books:
    if story in SENT:
        return sent_once_and_recorded_once
    return never_sent_and_kept_for_a_person if story in STOPPED else sent_once_or_kept_for_a_person


@pytest.mark.parametrize("how", How)
@pytest.mark.parametrize("story", [*SENT, *SENT_ONCE_AT_MOST, *STOPPED])
async def test_a_reply_is_sent_once_or_given_back(
    drafting: Drafting, how: How, story: Story
) -> None:
    struck = await at_every_step(
        drafting,
        how,
        before=story,
        path=down_the_way_out,
        books=books_of(story),
    )

    assert {"take", "fetch", "ingest"} <= set(struck)
    if story not in STOPPED:
        end = "uncertain" if story is nobody_can_tell else "sent"
        assert {"attempt", "EXISTS", "send", end} <= set(struck)
