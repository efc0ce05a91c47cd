"""Delivers approved replies: the attempt is written down first, and none is repeated blindly."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from random import Random

import structlog

from responder.clock import Clock
from responder.domain.model import ConversationId
from responder.domain.states import Change
from responder.errors import Unknown
from responder.metrics import Metrics
from responder.store.conversations import Conversation, read
from responder.store.database import Database
from responder.store.outbox import Outgoing, Verdict, attempt
from responder.store.queue import Claim, Queues
from responder.workers.accounts import Accounts
from responder.workers.delivery import GIVE_BACK_AFTER, SHOWN_WITHIN, SICK_ACCOUNT, Delivery, Hands
from responder.workers.loop import Crew
from responder.workers.poison import Poison
from responder.workers.turns import Turns

log = structlog.get_logger()

# Why an approved reply may not leave after all, as things stand now; "" where it may.
Objection = Callable[[Conversation, Outgoing], Awaitable[str]]


async def no_objection(_: Conversation, __: Outgoing) -> str:
    """Let everything leave that was approved."""
    return ""


# A worker that was held up (a frozen machine, a slow store) lets nothing leave when its lease
# could end before the send does: whoever gets the reply then asks the marketplace first.
LEAVE_WITHIN = timedelta(seconds=45)


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
    ) -> None:
        self._objection = objection
        self._database = database
        self._queue = queues.outbox
        self._accounts = accounts
        self._crew = crew
        self._clock = clock
        self._turns = Turns(database, self._queue, crew=crew, clock=clock, dice=dice)
        self._poison = Poison(database, self._queue, clock=clock, dice=dice, settle=SHOWN_WITHIN)
        self._hands = Hands(database, self._queue, clock, metrics, dice, self._turns)

    async def next_at(self) -> datetime | None:
        return await self._queue.next_at() if self._crew.free else None

    async def run_once(self) -> bool:
        if not self._crew.free:
            return False
        taken_at = self._clock.now()
        claims, busy = await self._turns.claim()
        for claim in claims:
            self._crew.start(self._handle(claim, taken_at))
        return busy

    async def _handle(self, claim: Claim, taken_at: datetime) -> None:
        try:
            conversation = await read(self._database, ConversationId(claim.item))
            await self._settle(claim, conversation, taken_at)
        except Unknown:
            await self._queue.done(claim)
        except Exception as error:  # noqa: BLE001 - logged, and tried again or given up
            await self._poison.put_off(claim, error, GIVE_BACK_AFTER)
        finally:
            self._turns.over(claim)

    async def _settle(self, claim: Claim, conversation: Conversation, taken_at: datetime) -> None:
        account = self._accounts.get(conversation.account)
        if account is None:
            await self._queue.postpone(claim, self._clock.now() + SICK_ACCOUNT)
            return
        verdict, outgoing = await attempt(self._database, claim)
        if outgoing is None:
            return
        job = Delivery(
            self._hands,
            claim,
            conversation,
            account=account,
            outgoing=outgoing,
            leave_by=taken_at + LEAVE_WITHIN,
        )
        match verdict:
            case Verdict.GO:
                why = await self._objection(conversation, outgoing)
                if why:
                    await job.come_back(Change.NOT_SENT, why)
                    return
                # A store that loses its last second must not forget that this was tried.
                await self._database.durable(claim.partition)
                await job.send()
            case Verdict.TRACE:
                await job.trace()
            case Verdict.PROOF:
                await job.arrived(outgoing.proof, self._clock.now())
            case Verdict.NEWER:
                await job.come_back(Change.HELD, "a newer message came first")
