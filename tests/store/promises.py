"""Promises that take each other's place, and what is told of them."""

from dataclasses import replace
from datetime import timedelta

from responder.domain.model import ConversationId
from responder.domain.sla import SlaPolicy
from responder.store.notices import Announcement, announce
from responder.store.replan import replan
from tests.store.shop import DAY, Shop

HOUR = timedelta(hours=1)
TEAM = SlaPolicy("team", 3 * HOUR)
SHORT = SlaPolicy("short", 8 * HOUR, (4 * HOUR, HOUR), team=TEAM)
LONG = replace(DAY, respond_within=72 * HOUR)


async def plan_by(shop: Shop, policy: SlaPolicy, *names: ConversationId) -> set[ConversationId]:
    ones = [await shop.read(name) for name in names]
    return await replan(shop.database, shop.partition, ones, lambda _: policy)


async def tell(shop: Shop, name: ConversationId) -> None:
    """The watcher announces what has been reached."""
    one = await shop.read(name)
    assert one.waiting_since is not None
    plan, now = DAY.plan(one.waiting_since), shop.clock.now()
    claim = await shop.take(shop.queues.watch)
    done = Announcement(
        claim=claim,
        waiting_since=one.waiting_since,
        told=plan.reached(now),
        risk=plan.risk(now),
        next_at=plan.next_at(now),
        notice=None,
    )
    assert await announce(shop.database, [done]) == 1


async def members(shop: Shop, name: ConversationId) -> list[str]:
    key = shop.partition.conversation(name).owed
    return [str(member) for member in await shop.database.redis.zrange(key, 0, -1)]
