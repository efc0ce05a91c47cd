"""A world from its beginning to its quiet end, and what becomes of it."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from responder.domain.census import DEEP_EVERY
from responder.domain.model import State
from responder.domain.outreach import Standing
from responder.simulation.daemon import PARTITIONS
from responder.simulation.inhabitants import inhabitants
from responder.simulation.line import Line
from responder.simulation.loop import BEGINNING
from responder.simulation.marketplace import Shop
from responder.simulation.setting import Outcome, Setting
from responder.simulation.world import World, build
from responder.store.codec import load_progress
from responder.store.database import open_database
from responder.store.keys import Partitions
from responder.store.times import ms

# A mail that somebody has moved there and back is found by the deep pass, once a day.
SETTLE_WITHIN = DEEP_EVERY.total_seconds() + 12 * 3600.0
SOON = timedelta(minutes=15)
ORDER_QUEUES = ("orders", "occasion")
AFTERWARDS = 2400.0  # seconds in which the last messages are fetched, and fetched again


async def live(
    setting: Setting, plan: Callable[[World], None], check: Callable[[World], None]
) -> Outcome:
    """Run a world with the trouble of ``plan`` to its quiet end, and let ``check`` look at it."""
    world = build(setting)
    world.server.answer_lost = world.server.scripts_late = 0
    console = Line(world.server, "console")
    database = await open_database(console.redis, world.time, PARTITIONS)
    world.server.answer_lost = setting.profile.answer_lost
    world.server.scripts_late = setting.profile.scripts_late
    tasks = [asyncio.create_task(one.live(), name=one.name) for one in inhabitants(world, database)]
    for machine in world.machines:
        machine.start()
    plan(world)
    await world.time.sleep(world.end)
    await _settle(world)
    check(world)
    for machine in world.machines:
        machine.kill()
    for task in tasks:
        task.cancel()
    return Outcome(
        setting=setting,
        breaks=tuple(world.ledger.breaks),
        counts=_counts(world),
        journal=tuple(world.ledger.journal),
    )


async def _settle(world: World) -> None:
    """Wait until nothing moves: all is listed, read, drafted, sent and told."""
    deadline = world.end + SETTLE_WITHIN
    while world.time.loop.time() < deadline:
        await world.time.sleep(600)
        if _still(world):
            world.quiet = True
            return


def _still(world: World) -> bool:
    books, everywhere = world.server.books, Partitions(PARTITIONS).all
    busy = ("draft", "improve", "outbox", "alert", "outreach")
    now = ms(world.time.now())
    if any(books.zcard(one.queue(name).wake) for name in busy for one in everywhere):
        return False
    if any(books.zcount(one.queue("watch").wake, "-inf", now) for one in everywhere):
        return False
    if any(books.zcard(one.index[State.UNCERTAIN]) for one in everywhere):
        return False
    if _about_orders(world):
        return False
    if any(market.coming or market.is_unheard for market in world.markets.values()):
        return False
    if not all(_is_compared(world, market) for market in world.markets.values()):
        return False
    fair = max(one.bad_until for one in world.weather.values())
    return world.time.loop.time() > max(world.end, fair, world.last_news) + AFTERWARDS


def _about_orders(world: World) -> bool:
    """Whether a person has to decide about words, or orders are looked at soon, or once more."""
    books, everywhere = world.server.books, Partitions(PARTITIONS).all
    soon = ms(world.time.now() + SOON)
    if any(books.zcount(one.queue("occasion").wake, "-inf", soon) for one in everywhere):
        return True
    tried = [one.queue(name).tries for name in ORDER_QUEUES for one in everywhere]
    uncertain = [one.outreaches(Standing.UNCERTAIN) for one in everywhere]
    return any(map(books.hlen, tried)) or any(map(books.zcard, uncertain))


def _is_compared(world: World, market: Shop) -> bool:
    """Whether a census, if there is one, has gone through all that its marketplace has shown."""
    if not world.setting.census:
        return True
    key = Partitions(PARTITIONS).of_account(market.account).account(market.account)
    done = load_progress(world.server.books.hget(key, "census") or "").done_until
    return done is not None and done > BEGINNING + timedelta(seconds=market.last_news)


def _counts(world: World) -> dict[str, int]:
    ledger = world.ledger
    posted = [one for market in world.markets.values() for one in market.posted]
    return {
        "messages": sum(not one.reply for one in posted),
        "approved": len(ledger.approvals),
        "accepted": len(ledger.accepted),
        "first words": len(ledger.greetings.taken),
        "better drafts": ledger.improved,
        "about orders": len(ledger.unasked.taken),
        "alerts": len(ledger.tellings),
        "deaths": sum(len(machine.ups) for machine in world.machines),
        "rollbacks": len(ledger.losses),
    }
