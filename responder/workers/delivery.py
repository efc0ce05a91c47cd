"""One approved reply on its way: sent, looked for, or given back; never repeated blindly."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

import structlog

from connectors.base import (
    ConnectorError,
    RateLimited,
    Receipt,
    Rejected,
    Reply,
    Trace,
    Unauthorized,
    Unavailable,
)
from connectors.files import OutgoingFile
from responder.clock import Clock
from responder.domain.backoff import backoff
from responder.domain.model import Author, Kind
from responder.domain.states import Change
from responder.metrics import Metrics
from responder.store.codec import same_words
from responder.store.conversations import Conversation
from responder.store.database import Database
from responder.store.files import contents
from responder.store.notices import Notice
from responder.store.outbox import (
    Outgoing,
    Return,
    Verdict,
    attempt,
    outgoing,
    returned,
    sent,
    try_later,
    uncertain,
)
from responder.store.queue import Claim, DeadlineQueue
from responder.store.threads import messages
from responder.workers.accounts import Account
from responder.workers.attempts import SEND_TIMEOUT, Attempts
from responder.workers.turns import Turns

log = structlog.get_logger()

SETTLE = timedelta(seconds=5)  # after a lost answer, before the marketplace is asked
LOOK_AGAIN = timedelta(seconds=15)
ASK_FOR = timedelta(minutes=5)  # a marketplace that does not answer, before a person decides
SICK_ACCOUNT = timedelta(minutes=2)
LONGEST_WAIT = timedelta(minutes=5)
REMEMBERED = 200  # messages of a thread that are searched for the same words
GIVE_BACK_AFTER = 12  # tries that surely did nothing; then a person hears of it
MOST_ATTEMPTS = 5  # of which the last ones got no answer; then a person decides

# Why an approved reply may not leave after all, as things stand now; "" where it may.
Objection = Callable[[Conversation, Outgoing], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Hands:
    """What it takes to see one reply through."""

    database: Database
    queue: DeadlineQueue
    clock: Clock
    metrics: Metrics
    dice: Random
    turns: Turns
    attempts: Attempts
    objection: Objection


class Delivery:
    """One claimed reply."""

    def __init__(
        self,
        hands: Hands,
        claim: Claim,
        conversation: Conversation,
        *,
        account: Account,
        outgoing: Outgoing,
        leave_by: float,  # ``steady``
    ) -> None:
        self._leave_by = leave_by
        self._database = hands.database
        self._queue = hands.queue
        self._clock = hands.clock
        self._metrics = hands.metrics
        self._dice = hands.dice
        self._turns = hands.turns
        self._attempts = hands.attempts
        self._objection = hands.objection
        self._claim = claim
        self._conversation = conversation
        self._account = account
        self._outgoing = outgoing
        self._reply = Reply(
            id=outgoing.id,
            thread=conversation.thread,
            text=outgoing.text,
            reply_to=conversation.reply_to,
            order_ids=conversation.order_ids,
            subject=conversation.subject,
            attempted_at=outgoing.last_attempt_at,
        )

    async def send(self) -> None:
        """The attempt is written down: let the reply leave, once, unless it may not any more."""
        with self._attempts.under_way(self._reply):
            await self._send()

    async def _send(self) -> None:
        why = await self._objection(self._conversation, self._outgoing)
        if why:
            await self.come_back(Change.NOT_SENT, why)
            return
        if not await self._is_kept():
            log.warning("send.attempt_lost", conversation_id=self._conversation.id)
            return  # the lease ends; then it is tried as the store knows it
        files = await self._files()
        if files is None:
            await self.come_back(Change.NOT_SENT, "a file of it is gone: attach it again")
            return
        if self._clock.steady() > self._leave_by:
            log.warning("send.too_late", conversation_id=self._conversation.id)
            return  # the lease ends; then it is looked for before it is sent
        await self._let_go(replace(self._reply, files=files))

    async def _let_go(self, reply: Reply) -> None:
        try:
            receipt = await self._leave(reply)
        except RateLimited as error:
            await self._later(error.retry_after, "rate_limited")
        except Unauthorized as error:
            await self._later(SICK_ACCOUNT, "unauthorized", str(error))
        except Rejected as error:
            await self.come_back(Change.REFUSED, str(error))
        except Unavailable as error:
            if error.maybe_done:
                await self._ask_later(SETTLE)
            else:
                await self._later(self._backoff(), "unavailable", str(error))
        except (ConnectorError, asyncio.TimeoutError):
            await self._ask_later(SETTLE)
        else:
            await self._took(receipt)

    async def _is_kept(self) -> bool:
        """A store that loses its last second must not forget that this was tried.

        It may have forgotten already, and be asked to keep what is written from now on.
        """
        await self._database.durable(self._claim.partition)
        kept = await outgoing(self._database, self._conversation.id)
        return kept is not None and kept.last_attempt_at == self._outgoing.last_attempt_at

    async def _leave(self, reply: Reply) -> Receipt:
        async with self._turns.watched(self._account.id), asyncio.timeout(SEND_TIMEOUT):
            return await self._account.connector.send(reply)

    async def _files(self) -> tuple[OutgoingFile, ...] | None:
        """What goes with it, whole and as it was approved; None where some of it is gone."""
        told = self._outgoing.files
        found = await contents(self._database, self._conversation.id, told)
        files = tuple(
            OutgoingFile(name=one.name, content_type=one.content_type, content=content)
            for one, content in zip(told, found, strict=True)
            if content is not None
        )
        return files if len(files) == len(told) else None

    async def trace(self) -> None:
        """An earlier attempt may have arrived: ask the marketplace before anything else."""
        since = self._outgoing.first_attempt_at or self._outgoing.approved_at
        silent_for = self._clock.now() - (self._outgoing.last_attempt_at or since)
        reply = replace(self._reply, earlier=await self._said_before())
        would_show = self._attempts.would_show(reply, self._outgoing.attempted_by)
        try:
            trace = await self._looked_for(reply, since)
        except Exception as error:  # noqa: BLE001 - whatever it is, a person hears of it in time
            name = error.__class__.__name__
            log.warning("send.cannot_ask", conversation_id=self._conversation.id, error=name)
            if silent_for < ASK_FOR:
                await self._ask_later(self._backoff())
            else:
                await self._nobody_knows()
            return
        match trace:
            case Trace.SENT:
                await self.arrived(self._reply.id, since)
            case Trace.REFUSED:
                await self.come_back(Change.REFUSED, "refused after it was sent", was_sent=True)
            # What does not show yet may arrive after it was sent again, or a person has looked.
            case _ if not would_show:
                self._count("unclear")
                await self._queue.put_back([(self._claim, self._clock.now() + LOOK_AGAIN)])
            case Trace.ABSENT:
                await self._again()
            case Trace.UNKNOWN:
                await self._nobody_knows()

    async def _looked_for(self, reply: Reply, since: datetime) -> Trace:
        watched = self._turns.watched(self._account.id, only_looks=True)
        async with watched, asyncio.timeout(SEND_TIMEOUT):
            return await self._account.connector.trace(reply, since)

    async def _said_before(self) -> tuple[Receipt, ...]:
        """What the seller has said in this thread in the same words, as far as it is known."""
        words = same_words(self._outgoing.text)
        return tuple(
            Receipt(id=message.id, accepted_at=message.sent_at)
            for message in await messages(self._database, self._conversation.id, REMEMBERED)
            if (message.author, message.kind) == (Author.SELLER, Kind.CHAT)
            and same_words(message.text) == words
        )

    async def _again(self) -> None:
        """It surely did not arrive: the one case in which it is sent a second time."""
        if self._outgoing.attempts >= MOST_ATTEMPTS:
            await self._nobody_knows()
            return
        verdict, outgoing = await attempt(
            self._database, self._claim, by=self._attempts.mark, traced=True
        )
        if verdict is Verdict.GO and outgoing is not None:
            self._outgoing = outgoing
            self._reply = replace(self._reply, attempted_at=outgoing.last_attempt_at)
            await self.send()
        elif verdict is Verdict.NEWER:
            await self.come_back(Change.HELD, "a newer message came first")

    async def _took(self, receipt: Receipt) -> None:
        await self.arrived(receipt.id, receipt.accepted_at)

    async def arrived(self, receipt: str, at: datetime) -> None:
        await sent(
            self._database, self._conversation.id, self._outgoing, receipt=receipt, accepted_at=at
        )
        self._count("sent")

    async def come_back(self, change: Change, why: str, *, was_sent: bool = False) -> None:
        """The reply goes back to a person, with the reason."""
        notice = self._notice("send_refused", why) if change is Change.REFUSED else None
        await returned(
            self._database,
            self._conversation.id,
            Return(
                change=change,
                reply_state=self._outgoing.state,
                why=why,
                reply_id=self._outgoing.id,
                claim=self._claim,
                notice=notice,
                was_sent=was_sent,
            ),
        )
        self._count(change)

    async def _nobody_knows(self) -> None:
        why = "the answer was lost, and the marketplace cannot tell whether it arrived"
        await uncertain(self._database, self._claim, why, self._notice("send_uncertain", why))
        self._count("uncertain")

    async def _later(self, wait: timedelta, outcome: str, why: str = "") -> None:
        """Surely nothing was sent: try again later, or tell a person that it does not work."""
        self._count(outcome)
        if self._claim.tries >= GIVE_BACK_AFTER:
            await self.come_back(Change.REFUSED, f"it could not be sent: {why or outcome}")
            return
        await try_later(self._database, self._claim, self._clock.now() + wait)

    async def _ask_later(self, wait: timedelta) -> None:
        self._count("unclear")
        await self._queue.postpone(self._claim, self._clock.now() + wait)

    def _backoff(self) -> timedelta:
        return backoff(self._claim.tries, self._dice, first=timedelta(seconds=2), most=LONGEST_WAIT)

    def _notice(self, kind: str, why: str) -> Notice:
        return Notice(
            id=f"{self._outgoing.id}:{kind}:{self._outgoing.attempts}",
            kind=kind,
            at=self._clock.now(),
            account=self._conversation.account,
            conversation=self._conversation.id,
            due_at=self._conversation.due_at,
            reason=why,
        )

    def _count(self, outcome: str) -> None:
        self._metrics.replies.labels(self._conversation.account, outcome).inc()
