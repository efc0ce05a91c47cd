"""Whatever happens in a thread, the deadline is the slow calendar's for the oldest message owed."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

import pytest

from responder.domain.model import ConversationId, State
from responder.domain.sla import SlaPolicy
from responder.store.database import Database
from responder.store.replan import replan
from responder.testing import FakeClock
from tests.domain.calendar_cases import calendars, half_a_day
from tests.domain.slow_calendar import SlowCalendar
from tests.store.shop import Shop

MINUTE = timedelta(minutes=1)


@dataclass
class Promise:
    """A policy, and what the slow calendar makes of it."""

    policy: SlaPolicy
    slow: SlowCalendar
    team: SlowCalendar

    def due_at(self, since: datetime) -> datetime:
        return self.slow.add(since, self.policy.respond_within)

    def team_due_at(self, since: datetime) -> datetime:
        assert self.policy.team is not None
        return self.team.add(since, self.policy.team.respond_within)


def promise(dice: Random) -> tuple[Promise, datetime]:
    fast, slow, around = calendars(dice)
    team_fast, team_slow, _ = calendars(dice)
    within = dice.randrange(2, max(half_a_day(fast) // MINUTE, 3)) * MINUTE
    team_within = dice.randrange(1, max(half_a_day(team_fast) // MINUTE, 2)) * MINUTE
    team = SlaPolicy("team", team_within, calendar=team_fast)
    policy = SlaPolicy("any", within, (within / 2,), calendar=fast, team=team)
    return Promise(policy, slow, team_slow), around


@dataclass
class Story:
    """What happens in one thread, and what is owed by it."""

    shop: Shop
    clock: FakeClock
    dice: Random
    promise: Promise
    name: ConversationId
    owed: dict[datetime, Promise] = field(default_factory=dict)
    last_answer: datetime | None = None

    async def buyer_writes(self) -> None:
        at = self.clock.now() - self.dice.randrange(10) * MINUTE
        if at in self.owed:
            return
        policy = self.promise.policy
        arrival = replace(
            self.shop.arrival(at=at), plan=policy.plan(at), team_due_at=policy.team_due_at(at)
        )
        await self.shop.receive(arrival)
        if self.last_answer is None or at > self.last_answer:
            self.owed[at] = self.promise

    async def answered_elsewhere(self) -> None:
        at = self.clock.now() - self.dice.randrange(30) * MINUTE
        await self.shop.receive(self.shop.our_own(f"answer {self.dice.random()}", at=at))
        self.last_answer = max(at, self.last_answer or at)
        self.owed = {since: by for since, by in self.owed.items() if since > at}

    async def no_reply_needed(self) -> None:
        if self.owed:
            await self.shop.desk.no_reply_needed(self.name, "ann")
            self.owed = {}

    async def another_promise(self) -> None:
        self.promise, _ = promise(self.dice)
        one = await self.shop.read(self.name)
        policy = self.promise.policy
        await replan(self.shop.database, self.shop.partition, [one], lambda _: policy)
        self.owed = dict.fromkeys(self.owed, self.promise)

    async def check(self) -> None:
        one = await self.shop.read(self.name)
        since = min(self.owed, default=None)
        assert one.waiting_since == since
        assert (one.state is State.WAITING) is bool(self.owed)
        if since is None:
            assert (one.due_at, one.team_due_at) == (None, None)
        else:
            assert one.due_at == self.owed[since].due_at(since)
            assert one.team_due_at == self.owed[since].team_due_at(since)
            assert await self.shop.places(self.name) == {State.WAITING: one.due_at}


@pytest.mark.parametrize("seed", range(12))
async def test_a_thread_is_due_by_its_calendar_whatever_happens_in_it(
    database: Database, clock: FakeClock, seed: int
) -> None:
    dice = Random(seed)
    first, around = promise(dice)
    clock.advance(around - clock.now())
    shop = Shop(database, clock)
    story = Story(shop, clock, dice, first, shop.conversation())
    await story.buyer_writes()

    for _ in range(15):
        happens = dice.choice(
            (
                story.buyer_writes,
                story.buyer_writes,
                story.answered_elsewhere,
                story.no_reply_needed,
                story.another_promise,
            )
        )
        await happens()
        await story.check()
        clock.advance(dice.randrange(1, 400) * MINUTE)
