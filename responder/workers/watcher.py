"""Wakes at the exact next threshold of each open conversation and writes the alert down."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random, SystemRandom

import structlog

from responder.clock import Clock
from responder.domain.model import ConversationId, Risk
from responder.domain.sla import SlaPolicy, counts_as_told
from responder.store.conversations import Conversation, read_many
from responder.store.database import Database
from responder.store.keys import Partition
from responder.store.notices import WHEN, Announcement, Notice, announce
from responder.store.queue import Claim
from responder.store.queues import Queues
from responder.store.replan import replan
from responder.workers.accounts import Accounts
from responder.workers.poison import Poison

log = structlog.get_logger()

BATCH = 500
LOOK_AGAIN = timedelta(minutes=1)


class Watcher:
    """Its cost follows what is due, never what is open."""

    name = "watch"

    def __init__(
        self,
        database: Database,
        queues: Queues,
        accounts: Accounts,
        *,
        clock: Clock,
        dice: Random | None = None,
    ) -> None:
        self._database = database
        self._queue = queues.watch
        self._accounts = accounts
        self._clock = clock
        self._poison = Poison(database, queues.watch, clock=clock, dice=dice or SystemRandom())

    async def next_at(self) -> datetime | None:
        return await self._queue.next_at()

    async def run_once(self) -> bool:
        claims = await self._queue.claim(BATCH)
        await self._poison.all(claims, self._watch)
        return bool(claims)

    async def _watch(self, claims: Sequence[Claim]) -> None:
        """Look at the claims of one partition."""
        by_item = {ConversationId(claim.item): claim for claim in claims}
        found = await read_many(self._database, list(by_item))
        for gone in by_item.keys() - {one.id for one in found}:
            await self._queue.done(by_item[gone])
        replanned = await self._replan(claims[0].partition, found)
        ready = [
            announcement
            for one in found
            if one.id not in replanned
            and (announcement := await self._announcement(by_item[one.id], one))
        ]
        if ready:
            await announce(self._database, ready)

    async def _replan(
        self, partition: Partition, found: Sequence[Conversation]
    ) -> set[ConversationId]:
        """Plan those anew whose promise is another by now: another policy, intent or tag."""
        strayed = [one for one in found if self._has_strayed(one)]
        return await replan(self._database, partition, strayed, self._policy) if strayed else set()

    def _has_strayed(self, one: Conversation) -> bool:
        """Whether its deadlines are not those of its policy; a marketplace may have named them.

        Or whether what was told of it were the steps of other warnings before the same deadline.
        """
        if one.waiting_since is None or one.account not in self._accounts:
            return False
        policy = self._policy(one)
        due = policy.plan(one.waiting_since).due_at
        if (due, policy.team_due_at(one.waiting_since)) != (one.due_at, one.team_due_at):
            return True
        plan = policy.plan(one.waiting_since, one.due_at)
        return not counts_as_told(plan, one.told, Risk.labelled(one.risk))

    def _policy(self, one: Conversation) -> SlaPolicy:
        return self._accounts[one.account].promises.policy(
            intent=one.intent, tags=one.tags, answers=one.answered
        )

    async def _announcement(self, claim: Claim, one: Conversation) -> Announcement | None:
        if one.waiting_since is None or one.due_at is None:
            await self._queue.done(claim)
            return None
        account = self._accounts.get(one.account)
        if account is None:  # out of the configuration for now: its clock is not forgotten
            await self._queue.postpone(claim, self._clock.now() + LOOK_AGAIN)
            return None
        plan = self._policy(one).plan(one.waiting_since, one.due_at)
        now = self._clock.now()
        told = plan.reached(now)
        return Announcement(
            claim=claim,
            waiting_since=one.waiting_since,
            told=told,
            risk=plan.risk(now),
            next_at=plan.next_at(now),
            notice=_notice(one, plan.steps[told - 1].at, plan.risk(now).label)
            if told > one.told
            else None,
        )


def _notice(one: Conversation, at: datetime, kind: str) -> Notice:
    return Notice(
        id=f"{one.id}:{kind}:{at:{WHEN}}",
        kind=kind,
        at=at,
        account=one.account,
        conversation=one.id,
        due_at=one.due_at,
    )
