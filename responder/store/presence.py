"""Who is here, who looks at what, whose turn it is. All of it may be lost without harm."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from responder.domain.model import ConversationId
from responder.store import keys
from responder.store.codec import dump
from responder.store.database import Database
from responder.store.times import moment, ms

GONE_AFTER = timedelta(seconds=90)  # a page tells of itself every 30 s
KEPT = timedelta(days=1)
PASSED_ON_FOR = timedelta(hours=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """An agent who is here, and the conversation on their screen."""

    name: str
    since: datetime  # the last sign of life
    looking: ConversationId | None


class Presence:
    """The agents in front of their screens."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._redis = database.redis
        self._clock = database.clock

    async def look(self, agent: str, conversation: ConversationId | None) -> None:
        """Note that ``agent`` is here and looks at ``conversation``; a change is an event."""
        seats = await self.here()
        before = seats[agent].looking if agent in seats else None
        entry = dump({"at": ms(self._clock.now()), "looking": conversation})
        await self._redis.hset(keys.PRESENT, agent, entry)
        await self._redis.expire(keys.PRESENT, KEPT)
        if before == conversation:
            return
        if before is not None:
            await self._tell(before, agent, "looked_away")
        if conversation is not None:
            await self._tell(conversation, agent, "looking")

    async def leave(self, agent: str) -> None:
        """The agent has gone."""
        seat = (await self.here()).get(agent)
        await self._redis.hdel(keys.PRESENT, agent)
        if seat and seat.looking:
            await self._tell(seat.looking, agent, "looked_away")

    async def here(self) -> Mapping[str, Seat]:
        """Who is here, by name."""
        rows = await self._database.hash(keys.PRESENT)
        oldest = self._clock.now() - GONE_AFTER
        seats = (_seat(name, text) for name, text in rows.items())
        return {seat.name: seat for seat in seats if seat.since > oldest}

    async def turns(self) -> Mapping[str, datetime]:
        """When each agent was last given a conversation."""
        rows = await self._database.hash(keys.TURNS)
        return {name: moment(at) for name, at in rows.items()}

    async def given(self, agent: str) -> None:
        await self._redis.hset(keys.TURNS, agent, ms(self._clock.now()))

    async def pass_on(self, agent: str, conversation: ConversationId) -> None:
        """Do not offer ``conversation`` to ``agent`` for some hours."""
        key, now = keys.skipped(agent), self._clock.now()
        await self._redis.zadd(key, {conversation: ms(now)})
        await self._redis.zremrangebyscore(key, "-inf", ms(now - PASSED_ON_FOR))
        await self._redis.expire(key, PASSED_ON_FOR)

    async def passed_on(self, agent: str) -> frozenset[str]:
        """What ``agent`` has passed on lately."""
        since = ms(self._clock.now() - PASSED_ON_FOR)
        found = await self._redis.zrange(keys.skipped(agent), since, "+inf", byscore=True)
        return frozenset(map(str, found))

    async def _tell(self, conversation: ConversationId, agent: str, what: str) -> None:
        try:
            partition = self._database.partitions.of_conversation(conversation)
        except KeyError:
            return
        names = (partition.conversation(conversation).conversation, partition.events)
        now = ms(self._clock.now())
        await self._database.scripts.run("looking", names, (conversation, now, agent, what))


def _seat(name: str, text: str) -> Seat:
    raw = json.loads(text)
    looking = ConversationId(raw["looking"]) if raw["looking"] else None
    return Seat(name=name, since=moment(raw["at"]), looking=looking)
