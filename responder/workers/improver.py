"""Has a language model write a better version of drafts, where the seller wants one.

2026-11-22 A template draft is stored at once, and the model's version takes its place when it
comes: an agent never waits for a model, and a model that fails leaves what there was. Waiting
within the deadline would have held up every draft of the batch, and the clock of a chat is
seconds. 2026-11-22 The item is planned before the draft is stored, so that a crash between the
two loses no version; a draft that is not there yet is looked for a few times.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from responder.clock import Clock
from responder.domain.model import AccountId, ConversationId, Proposal, State
from responder.drafting.drafter import Question
from responder.drafting.llm.writer import Stands
from responder.errors import Unknown
from responder.metrics import Metrics
from responder.store.away import STORE_AWAY
from responder.store.conversations import Conversation, read
from responder.store.database import Database
from responder.store.improvements import improve
from responder.store.keys import Partition
from responder.store.queue import Claim
from responder.store.queues import Queues
from responder.store.threads import threads
from responder.workers.accounts import Accounts
from responder.workers.drafter import LAST_MESSAGES, question_of
from responder.workers.loop import Crew
from responder.workers.orders import Orders

log = structlog.get_logger()

LOOKS = 5  # for a draft that is not there yet
LOOK_AGAIN = timedelta(seconds=1)
MADE_BY_TEMPLATE = "template:"


class Writes(Protocol):
    """What writes the better version; ``responder.drafting.llm.writer.Writer``."""

    def wants(self, proposal: Proposal) -> bool: ...

    async def improve(self, question: Question, proposal: Proposal) -> Proposal | Stands: ...


class Wishes:
    """Which drafts the model shall see, and planning that."""

    def __init__(self, queues: Queues, writer: Writes, accounts: frozenset[str]) -> None:
        self._queue = queues.improve
        self._writer = writer
        self._accounts = accounts

    def wants(self, account: AccountId, proposal: Proposal) -> bool:
        return bool(self._accounts & {account, "*"}) and self._writer.wants(proposal)

    async def plan(self, partition: Partition, items: Mapping[str, datetime]) -> None:
        await self._queue.schedule(partition, items)


class Improver:
    """One question at a time for each place of its crew."""

    name = "improve"

    def __init__(
        self,
        database: Database,
        queues: Queues,
        accounts: Accounts,
        *,
        writer: Writes,
        orders: Orders,
        crew: Crew,
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        self._database = database
        self._queue = queues.improve
        self._accounts = accounts
        self._writer = writer
        self._orders = orders
        self._crew = crew
        self._clock = clock
        self._metrics = metrics

    async def next_at(self) -> datetime | None:
        return await self._queue.next_at() if self._crew.free else None

    async def run_once(self) -> bool:
        if not self._crew.free:
            return False
        claims = await self._queue.claim(self._crew.free)
        for claim in claims:
            self._crew.start(self._handle(claim))
        return bool(claims)

    async def _handle(self, claim: Claim) -> None:
        """What fails in a way nobody foresaw is told and forgotten: there is a draft."""
        try:
            outcome = await self._improve(claim)
        except STORE_AWAY as error:
            log.warning("draft.not_improved", conversation_id=claim.item, error=_name(error))
            return
        except Exception as error:  # noqa: BLE001 - logged; the template draft stands
            log.error("draft.not_improved", conversation_id=claim.item, error=_name(error))
            outcome = "failed"
            await self._queue.done(claim)
        if outcome:
            self._metrics.llm_drafts.labels(outcome.partition(":")[0]).inc()

    async def _improve(self, claim: Claim) -> str:
        """Returns what became of it; "" where it is looked at again, or not at all."""
        one = await self._read(claim)
        if one is None or one.state is not State.WAITING or one.holder:
            await self._queue.done(claim)
            return ""
        if one.draft is None:
            if claim.tries < LOOKS:
                await self._queue.postpone(claim, self._clock.now() + LOOK_AGAIN)
            else:
                await self._queue.done(claim)
            return ""
        if not _is_a_template_s(one.draft.proposal):
            await self._queue.done(claim)
            return ""
        found = await self._writer.improve(await self._question(one), one.draft.proposal)
        if isinstance(found, Stands):
            await self._queue.done(claim)
            return found.why
        version = await improve(self._database, claim, one, found)
        return "improved" if version else "overtaken"

    async def _read(self, claim: Claim) -> Conversation | None:
        try:
            return await read(self._database, ConversationId(claim.item))
        except Unknown:
            return None

    async def _question(self, one: Conversation) -> Question:
        account = self._accounts.get(one.account)
        [talk] = await threads(self._database, [one.id], LAST_MESSAGES)
        order = None
        if account is not None and one.order_ids:
            order = await self._orders.find(account, one.order_ids[-1])
        return question_of(one, talk, order, account, self._database.clock.now())


def _is_a_template_s(proposal: Proposal) -> bool:
    return not proposal.text or proposal.source.startswith(MADE_BY_TEMPLATE)


def _name(error: Exception) -> str:
    return error.__class__.__name__
