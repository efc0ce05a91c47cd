"""All that the store holds about conversations, and what a twin says it should hold."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from responder.domain.model import ConversationId, State
from responder.store.codec import load_message
from responder.store.conversations import load_conversation
from responder.store.database import Database
from responder.store.keys import Partition
from responder.store.owed import read_owed
from responder.store.times import moment
from tests.store.twin.facts import Item
from tests.store.twin.twin import Twin

Picture = dict[str, object]
FIELDS = {"draft": "drafting", "watch": "watch", "outbox": "outbox"}  # queue -> the twin's word


def expected(twin: Twin, now: datetime) -> Picture:
    reply, plan = twin.reply, twin.plan
    return {
        "state": twin.state,
        "waiting_since": twin.waiting_since,
        "due_at": plan.due_at if plan else None,
        "newest": twin.newest,
        "draft": twin.current_draft,
        "version": twin.version,
        "told": twin.told,
        "held": twin.held,
        "problem": twin.problem,
        "holder": twin.holder_at(now),
        "touched": twin.touched,
        "asked": twin.current_ask,
        "ladder_step": twin.ladder_step,
        "files": twin.files_at(now),
        "texts": twin.texts,
        "owed": twin.owed,
        "reply": (reply.id, reply.text, reply.state, reply.attempts, reply.proof)
        if reply
        else None,
        "index": {twin.state: twin.score},
        "watch": twin.watch,
        "drafting": twin.drafting,
        "outbox": twin.outbox,
    }


async def snapshot(
    database: Database, partitions: Collection[Partition]
) -> dict[ConversationId, Picture]:
    """Every conversation of ``partitions`` that has left a key, read in two round trips."""
    keys = {str(key) async for key in database.redis.scan_iter(count=10_000)}
    found: dict[ConversationId, Picture] = {}
    pipe = database.redis.pipeline(transaction=False)
    order = []
    for partition in partitions:
        tag = f"mr:{{{partition.number:02d}}}:"
        parts = {key.removeprefix(tag).partition(":")[::2] for key in keys if key.startswith(tag)}
        names = {name for part, name in parts if part in {"conv", "msgs", "owed", "reply", "files"}}
        order.append((partition, sorted(map(ConversationId, names))))
        _ask(pipe, *order[-1])
    answers = iter(await pipe.execute())
    for _, names_here in order:
        indexes = {state: dict(next(answers)) for state in State}
        listed = {name for row in indexes.values() for name in row}
        assert listed == set(names_here), "an index names what exists, and all of it"
        queues = {field: _items(answers) for field in FIELDS.values()}
        for name in names_here:
            found[name] = _picture(name, answers, database.clock.now())
            scores = {state: row[name] for state, row in indexes.items() if name in row}
            found[name]["index"] = {state: moment(int(at)) for state, at in scores.items()}
            found[name] |= {field: items.pop(name, None) for field, items in queues.items()}
        assert not any(queues.values()), "items of conversations that do not exist"
    return found


def _ask(pipe: Any, partition: Partition, names: Collection[ConversationId]) -> None:
    for state in State:
        pipe.zrange(partition.index[state], 0, -1, withscores=True)
    for queue in FIELDS:
        keys = partition.queue(queue)
        pipe.zrange(keys.wake, 0, -1, withscores=True)
        pipe.hgetall(keys.holder)
        pipe.hgetall(keys.tries)
    for name in names:
        its = partition.conversation(name)
        pipe.hgetall(its.conversation)
        pipe.lrange(its.messages, 0, -1)
        pipe.zrange(its.owed, 0, -1, withscores=True)
        pipe.hgetall(its.reply)


def _items(answers: Iterator[Any]) -> dict[str, Item]:
    wakes, holders, tries = dict(next(answers)), next(answers), next(answers)
    assert (holders.keys() | tries.keys()) <= wakes.keys(), "a finished item leaves nothing behind"
    return {name: Item(moment(int(at)), holders.get(name)) for name, at in wakes.items()}


def _picture(name: ConversationId, answers: Iterator[Any], now: datetime) -> Picture:
    raw, rows, owed, reply = next(answers), next(answers), next(answers), next(answers)
    assert raw, "what is gone leaves no key behind"
    one = load_conversation(name, raw, now)
    texts = [load_message(place, row).text for place, row in enumerate(rows, start=1)]
    return {
        "state": one.state,
        "waiting_since": one.waiting_since,
        "due_at": one.due_at,
        "newest": one.newest,
        "draft": (one.draft.version, one.draft.answers) if one.draft else None,
        "version": one.draft_version,
        "told": one.told,
        "held": one.held,
        "problem": bool(one.problem),
        "holder": one.holder,
        "touched": one.updated_at,
        "asked": one.asked.text if one.asked else "",
        "ladder_step": one.ladder_step,
        "files": tuple(file.id for file in one.files),
        "texts": texts,
        "owed": {one.seq: one.since for one in (read_owed(*row) for row in owed)},
        "reply": (
            reply["id"],
            reply["text"],
            reply["state"],
            int(reply["attempts"]),
            reply.get("proof", ""),
        )
        if reply
        else None,
    }
