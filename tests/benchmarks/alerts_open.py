"""Open conversations for a benchmark of alerts: one by one, and in bulk."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from responder.domain.model import AccountId, State
from responder.domain.sla import Share, SlaPolicy
from responder.store.database import Database
from responder.store.keys import Partition
from responder.store.times import ms

ACCOUNTS = tuple(AccountId(f"bench-{number}") for number in range(8))
LONG = timedelta(days=1)
DAY = SlaPolicy("day", timedelta(days=1), (Share(50), timedelta(hours=4), timedelta(hours=1)))
TEXT = "Where is my parcel? " * 50  # 1,000 bytes
CHUNK = 2_000
AT_ONCE = 250  # at the server: a script must not take long on a busy machine


def seed(
    pipe: Any, partition: Partition, account: AccountId, name: str, since: datetime, wake: datetime
) -> None:
    """One open conversation as INGEST leaves it."""
    due = DAY.plan(since).due_at
    keys = partition.conversation(name)  # type: ignore[arg-type]
    reached = DAY.plan(since).reached(wake - timedelta(milliseconds=1))
    fields = {
        "account": account,
        "marketplace": "amazon",
        "thread": f"thread-{name}",
        "buyer": "buyer",
        "identity": f"buyer-{name}@marketplace.amazon.com",
        "subject": "Where is my parcel?",
        "preview": TEXT[:160],
        "state": State.WAITING.value,
        "waiting_since": ms(since),
        "due_at": ms(due),
        "newest": 1,
        "told": reached,
        "created_at": ms(since),
        "updated_at": ms(since),
    }
    pipe.hset(keys.conversation, mapping=fields)
    pipe.rpush(keys.messages, json.dumps({"id": name, "text": TEXT, "sent_at": ms(since)}))
    pipe.zadd(keys.owed, {f"1:|{ms(due)}|{ms(wake)}": ms(since)})
    pipe.zadd(partition.index[State.WAITING], {name: ms(due)})
    pipe.zadd(partition.queue("watch").wake, {name: ms(wake)})


async def fill(
    database: Database, first: int, count: int, moments: Iterable[tuple[datetime, datetime]]
) -> None:
    """So many conversations more; each waits since a moment, and has its next threshold."""
    pipe = database.redis.pipeline(transaction=False)
    for number, (since, wake) in enumerate(moments, first):
        account = ACCOUNTS[number % len(ACCOUNTS)]
        partition = database.partitions.of_account(account)
        seed(pipe, partition, account, f"{partition.number:02d}-{number:020x}", since, wake)
        if number % CHUNK == CHUNK - 1 or number == first + count - 1:
            await pipe.execute()


IN_BULK = """
local since, due, wake, text = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local tag, part, account = ARGV[5], ARGV[6], ARGV[7]
for number = tonumber(ARGV[8]), tonumber(ARGV[9]) do
    local name = string.format("%s-%020x", part, number)
    redis.call("HSET", tag .. ":conv:" .. name, "account", account, "marketplace", "amazon",
        "thread", "thread-" .. name, "buyer", "buyer", "identity", "buyer-" .. name,
        "subject", "Where is my parcel?", "preview", string.sub(text, 1, 160),
        "state", "waiting", "waiting_since", since, "due_at", due, "newest", 1, "told", 0,
        "created_at", since, "updated_at", since)
    redis.call("RPUSH", tag .. ":msgs:" .. name, text)
    redis.call("ZADD", tag .. ":owed:" .. name, since, "1:|" .. due .. "|" .. wake)
    redis.call("ZADD", KEYS[1], due, name)
    redis.call("ZADD", KEYS[2], wake, name)
end
"""


async def fill_in_bulk(database: Database, first: int, count: int, now: datetime) -> None:
    """So many conversations more whose thresholds lie hours ahead; written at the server itself."""
    since, wake = now - LONG / 4, now + LONG / 4
    end = first + count
    for chunk in range(first, end, AT_ONCE):
        account = ACCOUNTS[chunk // AT_ONCE % len(ACCOUNTS)]
        partition = database.partitions.of_account(account)
        keys = (partition.index[State.WAITING], partition.queue("watch").wake)
        moments = (ms(since), ms(DAY.plan(since).due_at), ms(wake))
        place = (partition.events.removesuffix(":events"), f"{partition.number:02d}", account)
        last = min(chunk + AT_ONCE, end) - 1
        await database.redis.execute_command(
            "EVAL", IN_BULK, len(keys), *keys, *moments, TEXT, *place, chunk, last
        )
    await quiet(database)


async def quiet(database: Database) -> None:
    """Return when the server is not busy with its own file: that is not what is measured."""
    while True:
        info = await database.redis.info("persistence")
        if not info["aof_rewrite_in_progress"] and not info["aof_rewrite_scheduled"]:
            return
        await database.clock.sleep(0.5)
