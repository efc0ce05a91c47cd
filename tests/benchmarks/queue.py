"""The store alone, on a real embedded server that writes everything to disk: what a batch costs."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from responder.clock import SystemClock
from responder.domain.model import AccountId, Author, Intent, Kind, Message, MessageId, Proposal
from responder.domain.sla import Share, SlaPolicy
from responder.domain.states import OWED
from responder.store.connect import connect
from responder.store.database import Database, open_database
from responder.store.drafts import Proposed, store_drafts
from responder.store.inbox import Arrival, Page, ingest
from responder.store.listing import listing
from responder.store.queue import by_partition
from responder.store.queues import Queues

PAGE = 200
DAY = SlaPolicy("day", timedelta(days=1), (Share(50), timedelta(hours=4), timedelta(hours=1)))
BODY = "Where is my parcel? " * 50  # 1,000 bytes
ACCOUNT = AccountId("bench")


def page(number: int, clock: SystemClock) -> Page:
    now = clock.now()
    arrivals = [
        Arrival(
            thread=f"thread-{number}-{place}",
            message=Message(
                id=MessageId(f"message-{number}-{place}"),
                seq=0,
                author=Author.BUYER,
                kind=Kind.CHAT,
                sent_at=now,
                stored_at=now,
                text=BODY,
            ),
            buyer="buyer",
            plan=DAY.plan(now),
        )
        for place in range(PAGE)
    ]
    return Page(
        account=ACCOUNT, marketplace="amazon", arrivals=arrivals, cursor=str(number), seen=PAGE
    )


async def timed(work: Callable[[], Awaitable[Any]]) -> float:
    started = perf_counter()
    await work()
    return perf_counter() - started


async def fill(database: Database, queues: Queues, start: int, pages: int) -> float:
    clock = SystemClock()
    partition = database.partitions.of_account(ACCOUNT)
    await queues.poll.schedule(partition, {ACCOUNT: clock.now()})
    [claim] = await queues.poll.claim(1)
    seconds = 0.0
    for number in range(start, start + pages):
        ready = page(number, clock)
        later = clock.now() + timedelta(minutes=1)
        store = partial(ingest, database, ready, claim, next_poll=later, keep=True)
        seconds += await timed(store)
    await queues.poll.done(claim)
    return seconds


async def draft(database: Database, queues: Queues, rounds: int) -> float:
    proposal = Proposal(text="We are looking into it.", language="en", intent=Intent.ORDER_STATUS,
                        case="where_is_it", confidence=0.9, source="bench", facts={})  # fmt: skip
    seconds = 0.0
    for _ in range(rounds):
        started = perf_counter()
        for _, claims in by_partition(await queues.draft.claim(PAGE)):
            await store_drafts(
                database,
                [Proposed(claim=one, answers=1, proposal=proposal, order={}) for one in claims],
            )
        seconds += perf_counter() - started
    return seconds


async def measure(sizes: tuple[int, ...]) -> dict[str, Any]:
    figures: dict[str, Any] = {"body_bytes": len(BODY), "page": PAGE}
    with tempfile.TemporaryDirectory() as directory:
        async with connect(f"embedded:{Path(directory) / 'store'}", SystemClock()) as redis:
            database = await open_database(redis, SystemClock())
            queues, pages = Queues(database), 0
            for size in sizes:
                await fill(database, queues, pages, size // PAGE - pages - 10)
                pages = size // PAGE - 10
                ingest_seconds = await fill(database, queues, pages, 10)
                pages += 10
                draft_seconds = await draft(database, queues, 10)
                first = [await timed(lambda: listing(database, OWED, limit=50)) for _ in range(20)]
                info = await redis.info("memory")
                figures |= {
                    f"open_{size}_ingest_messages_per_second": round(10 * PAGE / ingest_seconds),
                    f"open_{size}_draft_per_second": round(10 * PAGE / draft_seconds),
                    f"open_{size}_first_page_ms": round(median(first) * 1000, 1),
                    f"open_{size}_bytes_each": round(info["used_memory"] / size),
                }
    return figures


def run() -> dict[str, Any]:
    """The benchmark as ``responder bench queue`` runs it."""
    return asyncio.run(measure((10_000, 100_000)))
