"""A kill at every step, and every answer lost: nothing is lost, and nothing is sent twice.

A story is told once for each call that its path makes: to the store, to the
marketplace, to the pager. When it is done, the process dies, or never hears the
answer. Then another process takes over when the leases
have ended, and the books must be in order.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import pytest
from fakeredis import FakeServer
from redis.exceptions import ConnectionError as Disconnected

from connectors.base import RateLimited, Rejected, Trace
from responder.domain.model import Author, State
from responder.drafting import Drafting
from responder.store.database import open_database
from responder.store.outbox import outgoing
from responder.store.threads import messages
from responder.testing import FakeClock, HastyClock
from tests.workers.conftest import ListeningChannels, Service, running
from tests.workers.steps import Gate, GatedChannels, GatedConnector, GatedRedis, How, Market

pytestmark = pytest.mark.timeout(300)

WORDS = "It is on its way."
LEASES_END = timedelta(minutes=4)
Path = Callable[[Service], Awaitable[None]]
Story = Callable[["World"], Awaitable[None]]
Books = Callable[["World", str, Service], Awaitable[None]]


@dataclass
class World:
    """What outlives a process: the store, the marketplace, the pager, the clock."""

    drafting: Drafting
    server: FakeServer = field(default_factory=FakeServer)
    clock: FakeClock = field(default_factory=HastyClock)
    lives: int = 0

    def __post_init__(self) -> None:
        self.market = Market(self.clock.now)
        self.pager = ListeningChannels(self.clock)

    async def life(self, gate: Gate, path: Path) -> None:
        """One process goes down ``path``, as far as it comes."""
        redis = GatedRedis.through(gate, self.server)
        if not self.lives:
            await redis.learn()
        self.lives += 1
        database = await open_database(redis, self.clock, partitions=1)
        async with running(
            database,
            self.clock,
            GatedConnector.through(gate, self.market, self.clock),
            GatedChannels.through(gate, self.pager, self.clock),
            self.drafting,
        ) as service:
            gate.open = True
            for _ in range(3):  # a loop goes on after a store that did not answer
                try:
                    await path(service)
                    break
                except Disconnected:
                    continue
                except asyncio.CancelledError:
                    break
            gate.open = False

    async def quietly(self, path: Path) -> None:
        """A process that nothing happens to."""
        await self.life(Gate(0, How.DIES), path)

    async def others_take_over(self, look: Path) -> None:
        """Leases end, other processes go on, a person decides what nobody knows; then ``look``."""

        async def go_on(service: Service) -> None:
            for _ in range(2):
                self.clock.advance(LEASES_END)
                await service.work("poll", "draft", "send", "watch", "alert")
                for one in await service.all():
                    reply = await outgoing(service.database, one.id)
                    if one.state is State.UNCERTAIN and reply is not None:
                        arrived = any(sent.id == reply.id for sent in self.market.accepted)
                        await service.desk.resolve_uncertain(one.id, "sue", was_sent=arrived)
            await look(service)

        await self.quietly(go_on)


async def at_every_step(
    drafting: Drafting,
    how: How,
    *,
    before: Story,
    path: Path,
    books: Books,
) -> list[str]:
    """Tell the story once for each call on ``path``; returns which calls went wrong."""
    struck: list[str] = []
    while True:
        world, gate = World(drafting), Gate(len(struck) + 1, how)
        await before(world)
        await world.life(gate, path)
        await world.others_take_over(partial(books, world, gate.struck))
        if not gate.struck:
            return struck
        struck.append(gate.struck)


# The way in


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


# The way out


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
    for _ in range(4):
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


# The way to the pager


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


# An agent whose answer is lost asks again


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
