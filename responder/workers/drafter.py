"""Prepares a draft for every message that is owed an answer."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random, SystemRandom
from time import perf_counter
from typing import Protocol

import structlog

from connectors.order_facts import Order
from responder.clock import Clock
from responder.domain.advice import Advice, Says
from responder.domain.model import AccountId, ConversationId, Intent, Message, Proposal
from responder.drafting.drafter import Drafting, Question
from responder.drafting.steps import Made
from responder.metrics import Metrics
from responder.store.conversations import Conversation, read_many
from responder.store.database import Database
from responder.store.drafts import Proposed, store_drafts
from responder.store.keys import Partition
from responder.store.queue import Claim
from responder.store.queues import Queues
from responder.store.threads import threads
from responder.workers.accounts import Account, Accounts
from responder.workers.facts import as_shown, facts_of
from responder.workers.greeter import first_words_of
from responder.workers.orders import Orders
from responder.workers.poison import Poison

log = structlog.get_logger()


class Wishes(Protocol):
    """Which drafts shall have a better version; ``responder.workers.improver.Wishes``."""

    def wants(self, account: AccountId, proposal: Proposal) -> bool: ...

    async def plan(self, partition: Partition, items: Mapping[str, datetime]) -> None: ...


BATCH = 100
LAST_MESSAGES = 20  # of a thread, for the drafter
BREATHE_EVERY = 10  # proposals: then the console and the others get the processor
GIVE_UP_AFTER = 3  # tries; then a person writes without a draft
TRY_AGAIN = timedelta(seconds=5)


class Drafter:
    """Claims, reads, works out, stores; a batch of each."""

    name = "draft"

    def __init__(
        self,
        database: Database,
        queues: Queues,
        accounts: Accounts,
        *,
        drafting: Drafting,
        orders: Orders,
        clock: Clock,
        metrics: Metrics,
        dice: Random | None = None,
        wishes: Wishes | None = None,
        refresh: Callable[[], Awaitable[None]] | None = None,  # takes over edited templates
    ) -> None:
        self._database = database
        self._queue = queues.draft
        self._accounts = accounts
        self._drafting = drafting
        self._orders = orders
        self._clock = clock
        self._metrics = metrics
        self._wishes = wishes
        self._refresh = refresh
        self._poison = Poison(database, queues.draft, clock=clock, dice=dice or SystemRandom())

    async def next_at(self) -> datetime | None:
        return await self._queue.next_at()

    async def run_once(self) -> bool:
        claims = await self._queue.claim(BATCH)
        if claims:
            await self._look_for_news()
        await self._poison.all(claims, self._draft)
        return bool(claims)

    async def _look_for_news(self) -> None:
        """Templates that were edited. What goes wrong there stops no draft: it comes again."""
        try:
            if self._refresh is not None:
                await self._refresh()
        except Exception as error:  # noqa: BLE001 - whatever an edit may do
            log.warning("templates.not_read", error=error.__class__.__name__)

    async def _draft(self, claims: Sequence[Claim]) -> None:
        """Draft for the claims of one partition."""
        by_item = {ConversationId(claim.item): claim for claim in claims}
        found = await read_many(self._database, list(by_item))
        for gone in by_item.keys() - {one.id for one in found}:
            await self._queue.done(by_item[gone])
        talks = await threads(self._database, [one.id for one in found], LAST_MESSAGES)
        orders = await asyncio.gather(*map(self._order, found))
        proposed = []
        for place, (one, talk, order) in enumerate(zip(found, talks, orders, strict=True)):
            if place % BREATHE_EVERY == 0:
                await self._clock.sleep(0)
            proposal = await self._propose(by_item[one.id], one, talk, order)
            if proposal is not None:
                proposed.append(
                    Proposed(
                        claim=by_item[one.id],
                        answers=one.newest,
                        proposal=proposal,
                        order=as_shown(order) if order else {},
                        look=self._is_refined(one.account),
                        greet=first_words_of(one, self._accounts) is not None,
                    )
                )
        if proposed:
            await self._wish(found, proposed)
            stored = await store_drafts(self._database, proposed)
            self._metrics.drafts.labels("stored").inc(stored)
            self._metrics.drafts.labels("overtaken").inc(len(proposed) - stored)

    async def _wish(self, found: Sequence[Conversation], proposed: Sequence[Proposed]) -> None:
        """Plan a better version of those drafts that a language model may see."""
        if self._wishes is None:
            return
        owners = {one.id: one.account for one in found}
        now = self._clock.now()
        wanted = {
            one.claim.item: now
            for one in proposed
            if self._wishes.wants(owners[ConversationId(one.claim.item)], one.proposal)
        }
        await self._wishes.plan(proposed[0].claim.partition, wanted)

    def _is_refined(self, name: AccountId) -> bool:
        """Whether what a conversation is promised may depend on its intent."""
        account = self._accounts.get(name)
        return account is not None and not account.promises.is_plain

    async def _order(self, conversation: Conversation) -> Order | None:
        account = self._accounts.get(conversation.account)
        if account is None or not conversation.order_ids:
            return None
        return await self._orders.find(account, conversation.order_ids[-1])

    async def _propose(
        self, claim: Claim, conversation: Conversation, talk: Sequence[Message], order: Order | None
    ) -> Proposal | None:
        """A proposal, or None when it is tried again later."""
        account = self._accounts.get(AccountId(conversation.account))
        try:
            started = perf_counter()
            question = question_of(conversation, talk, order, account, self._clock.now())
            proposal = self._drafting.propose(question)
            self._metrics.draft_seconds.observe(perf_counter() - started)
        except Exception as error:
            log.error(
                "draft.failed",
                conversation_id=conversation.id,
                error=error.__class__.__name__,
                tries=claim.tries,
                exc_info=error,
            )
            if claim.tries < GIVE_UP_AFTER:
                await self._queue.postpone(claim, self._clock.now() + TRY_AGAIN)
                return None
            failed = Advice(says=Says.FAILED, about={"error": error.__class__.__name__})
            return _no_proposal(conversation, failed)
        return proposal


def question_of(
    conversation: Conversation,
    talk: Sequence[Message],
    order: Order | None,
    account: Account | None,
    now: datetime,
) -> Question:
    return Question(
        marketplace=conversation.marketplace,
        buyer=conversation.buyer,
        messages=talk,
        facts=facts_of(order) if order else {},
        default_language=account.language if account else "en",
        byte_limit=account.byte_limit(conversation.thread) if account else None,
        account=conversation.account,
        made=Made.parse(conversation.ladder_step),
        now=now,
        order_ids=conversation.order_ids,
    )


def _no_proposal(conversation: Conversation, why: Advice) -> Proposal:
    return Proposal(
        text="",
        language=conversation.language or "en",
        intent=Intent.UNKNOWN,
        case="",
        confidence=0.0,
        source="none",
        facts={},
        advice=(why,),
    )
