"""Delivers approved replies: the attempt is written down first, and none is repeated blindly."""

from datetime import datetime
from random import Random

import structlog

from responder.clock import Clock
from responder.domain.model import ConversationId
from responder.domain.states import Change
from responder.metrics import Metrics
from responder.store.conversations import Conversation, read
from responder.store.database import Database
from responder.store.outbox import Outgoing, Verdict, attempt
from responder.store.queue import Claim
from responder.store.queues import Queues
from responder.workers.accounts import Accounts
from responder.workers.attempts import Attempts
from responder.workers.delivery import (
    GIVE_BACK_AFTER,
    SETTLE,
    SICK_ACCOUNT,
    Delivery,
    Hands,
    Objection,
)
from responder.workers.loop import Crew
from responder.workers.poison import Poison
from responder.workers.turns import LEAVE_WITHIN, Turns

log = structlog.get_logger()


async def no_objection(_: Conversation, __: Outgoing) -> str:
    """Let everything leave that was approved."""
    return ""


class Sender:
    """One reply at a time in each conversation; a slow account holds up no other."""

    name = "send"

    def __init__(
        self,
        database: Database,
        queues: Queues,
        accounts: Accounts,
        *,
        crew: Crew,
        clock: Clock,
        metrics: Metrics,
        dice: Random,
        objection: Objection = no_objection,
        alone: bool = False,
    ) -> None:
        self._database = database
        self._queue = queues.outbox
        self._accounts = accounts
        self._clock = clock
        self._turns = Turns(database, self._queue, crew=crew, clock=clock, dice=dice)
        self._poison = Poison(database, self._queue, clock=clock, dice=dice, settle=SETTLE)
        self._hands = Hands(
            database,
            self._queue,
            clock,
            metrics,
            dice,
            turns=self._turns,
            attempts=Attempts(clock, alone=alone),
            objection=objection,
        )

    async def next_at(self) -> datetime | None:
        return await self._turns.next_at()

    async def run_once(self) -> bool:
        return await self._turns.give(self._settle, self._poison, give_up_after=GIVE_BACK_AFTER)

    async def _settle(self, claim: Claim, taken_at: float) -> None:
        conversation = await read(self._database, ConversationId(claim.item))
        account = self._accounts.get(conversation.account)
        if account is None:
            await self._queue.postpone(claim, self._clock.now() + SICK_ACCOUNT)
            return
        verdict, outgoing = await attempt(self._database, claim, by=self._hands.attempts.mark)
        if outgoing is None:
            return
        job = Delivery(
            self._hands,
            claim,
            conversation,
            account=account,
            outgoing=outgoing,
            leave_by=taken_at + LEAVE_WITHIN.total_seconds(),
        )
        match verdict:
            case Verdict.GO:
                await job.send()
            case Verdict.TRACE:
                await job.trace()
            case Verdict.PROOF:
                await job.arrived(outgoing.proof, self._clock.now())
            case Verdict.NEWER:
                await job.come_back(Change.HELD, "a newer message came first")
