"""Says first words to buyers who begin to wait, where their marketplace and policy allow it."""

import asyncio
from datetime import datetime, timedelta
from random import Random

import structlog

from connectors.base import (
    ConnectorError,
    RateLimited,
    Rejected,
    Reply,
    Unauthorized,
    Unavailable,
)
from responder.clock import Clock
from responder.domain.first_words import FirstWords
from responder.domain.model import ConversationId, State
from responder.metrics import Metrics
from responder.store.conversations import Conversation, read
from responder.store.database import Database
from responder.store.first_words import Spoken, are_written, speak_first, spoke_first
from responder.store.queue import Claim
from responder.store.queues import Queues
from responder.workers.accounts import Account, Accounts
from responder.workers.loop import Crew
from responder.workers.poison import Poison
from responder.workers.turns import LEAVE_WITHIN, Turns

log = structlog.get_logger()

TOO_LATE = timedelta(minutes=15)  # after so long a wait they are no first words
SEND_TIMEOUT = 30.0  # seconds; well under the lease of the queue
GIVE_UP_AFTER = 3
NOBODY_KNOWS = "the answer was lost: nobody knows whether they arrived"


class Greeter:
    """Once for each wait. Never an answer: clock and state stay as they are.

    The attempt is written down first, and whatever comes of it they are not said again.
    """

    name = "greet"

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
    ) -> None:
        self._database = database
        self._queue = queues.greet
        self._accounts = accounts
        self._clock = clock
        self._metrics = metrics
        self._turns = Turns(database, self._queue, crew=crew, clock=clock, dice=dice)
        self._poison = Poison(database, self._queue, clock=clock, dice=dice)

    async def next_at(self) -> datetime | None:
        return await self._turns.next_at()

    async def run_once(self) -> bool:
        return await self._turns.give(self._greet, self._poison, give_up_after=GIVE_UP_AFTER)

    async def _greet(self, claim: Claim, taken_at: float) -> None:
        one = await read(self._database, ConversationId(claim.item))
        text = self._text(one)
        account = self._accounts.get(one.account)
        if account is None or not text or one.waiting_since is None:
            await self._queue.done(claim)
            return
        spoken = await speak_first(self._database, claim, one.account, one.waiting_since, text)
        if spoken is None:
            return
        # A store that loses its last second must not forget that this was tried.
        await self._database.durable(claim.partition)
        if not await are_written(self._database, spoken):
            log.warning("first_words.lost", conversation_id=one.id)
            return  # it may have forgotten already; then they are asked for once more
        if self._clock.steady() > taken_at + LEAVE_WITHIN.total_seconds():
            await self._unsent(spoken, "too late")
            return
        await self._send(account, one, spoken)

    def _text(self, one: Conversation) -> str:
        """What is said to this buyer now; "" for nothing."""
        words, now = first_words_of(one, self._accounts), self._clock.now()
        if words is None or one.state is not State.WAITING or one.waiting_since is None:
            return ""
        if now - one.waiting_since > TOO_LATE:
            return ""
        return words.said(now, one.language, self._accounts[one.account].language)

    async def _send(self, account: Account, one: Conversation, spoken: Spoken) -> None:
        """Let them leave, once."""
        words = Reply(
            id=spoken.id,
            thread=one.thread,
            text=spoken.message.text,
            reply_to=one.reply_to,
            order_ids=one.order_ids,
            subject=one.subject,
        )
        try:
            async with self._turns.watched(account.id), asyncio.timeout(SEND_TIMEOUT):
                receipt = await account.connector.send(words)
        except (RateLimited, Rejected, Unauthorized) as error:
            await self._unsent(spoken, str(error))
        except Unavailable as error:
            if error.maybe_done:
                await self._unknown(spoken)
            else:
                await self._unsent(spoken, str(error))
        except (ConnectorError, asyncio.TimeoutError):
            await self._unknown(spoken)
        else:
            await spoke_first(self._database, spoken, receipt=receipt.id)
            self._count(spoken, "sent")

    async def _unsent(self, spoken: Spoken, why: str) -> None:
        await spoke_first(self._database, spoken, doubt=f"they were not sent: {why}", unsent=True)
        self._count(spoken, "not_sent")

    async def _unknown(self, spoken: Spoken) -> None:
        await spoke_first(self._database, spoken, doubt=NOBODY_KNOWS)
        self._count(spoken, "unknown")

    def _count(self, spoken: Spoken, outcome: str) -> None:
        self._metrics.first_words.labels(spoken.account, outcome).inc()
        log.info("first_words", conversation_id=spoken.conversation, outcome=outcome)


def first_words_of(one: Conversation, accounts: Accounts) -> FirstWords | None:
    """The words that the conversation's policy has, where they may be said in its thread."""
    account = accounts.get(one.account)
    if account is None or not account.may_speak_first(one.thread):
        return None
    policy = account.promises.policy(intent=one.intent, tags=one.tags, answers=one.answered)
    return policy.first_words
