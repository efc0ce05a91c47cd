"""Lets approved words about orders leave, once.

The attempt is written down first. After silence the marketplace is asked; where it cannot say, a
person decides. An order that gives no occasion any more is written about no more.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from random import Random

import structlog

from connectors import order_desk as desks
from connectors.base import ConnectorError, RateLimited, Rejected, Trace, Unauthorized, Unavailable
from connectors.order_desk import OrderDesk, OrderNote, order_desk
from responder.clock import Clock
from responder.domain.outreach import Habits, Standing, arisen
from responder.store.database import Database
from responder.store.outreach import Move, Outreach, move, owners_of, read_outreach
from responder.store.own_words import OwnWords
from responder.store.queue import Claim
from responder.store.queues import Queues
from responder.store.times import moment, ms
from responder.workers.accounts import Accounts
from responder.workers.attempts import Attempts
from responder.workers.delivery import LOOK_AGAIN
from responder.workers.loop import Crew
from responder.workers.occasions import facts_of
from responder.workers.poison import Poison
from responder.workers.rounds import LONGEST_WAIT, Rounds
from responder.workers.turns import LEAVE_WITHIN

log = structlog.get_logger()

SEND_TIMEOUT = 30.0  # seconds; well under the lease of the queue
GIVE_UP_AFTER = 12  # tries that surely did nothing
LOOKS_WITHIN_LAG = 5  # while a list may be one from before: each look costs of a budget
AFTER_ANOTHER = timedelta(seconds=20)  # that leaves for the same order, for two minutes at most
NOBODY_KNOWS = "the answer was lost, and the marketplace cannot say whether it arrived"
MAYBE_BEFORE = "it was refused now, but an earlier try without an answer may have arrived"
# Why words may not leave; "" for no reason.
Objection = Callable[[Outreach], Awaitable[str]]


class OutreachSender:
    """At most once without a person."""

    name = "outreach"

    def __init__(
        self,
        database: Database,
        queues: Queues,
        accounts: Accounts,
        *,
        habits: Habits,
        objection: Objection,
        crew: Crew,
        clock: Clock,
        dice: Random,
        alone: bool = False,
    ) -> None:
        self._database = database
        self._queue = queues.outreach
        self._accounts = accounts
        self._habits = habits
        self._objection = objection
        self._clock = clock
        self._attempts = Attempts(clock, alone=alone)
        poison = Poison(database, self._queue, clock=clock, dice=dice)
        owners = partial(owners_of, database)
        self._rounds = Rounds(
            self._queue, crew=crew, clock=clock, dice=dice, owners=owners, poison=poison
        )

    async def next_at(self) -> datetime | None:
        return await self._rounds.next_at()

    async def run_once(self) -> bool:
        return await self._rounds.run_once(self._handle)

    async def _handle(self, claim: Claim, taken_at: float) -> None:
        one = await read_outreach(self._database, claim.item)
        account = self._accounts.get(one.account)
        desk = order_desk(account.connector) if account is not None else None
        if one.state not in {Standing.APPROVED, Standing.SENDING}:
            await self._queue.done(claim)
        elif desk is None:
            await self._queue.postpone(claim, self._clock.now() + LONGEST_WAIT)
        elif one.state is Standing.SENDING:  # somebody has died in mid-send
            await self._trace(claim, one, desk)
        else:
            await self._send(claim, one, desk, taken_at)

    async def _send(self, claim: Claim, one: Outreach, desk: OrderDesk, taken_at: float) -> None:
        try:
            why = await self._out_of_place(one, desk) or await self._objection(one)
        except ConnectorError as error:
            await self._later(claim, one, error)
            return
        if why:
            after = Standing.DROPPED if why.startswith("the order") else Standing.REFUSED
            await self._settle(claim, one, Standing.APPROVED, after, reason=why)
            return
        now = moment(ms(self._clock.now()))  # as the store has it
        first = one.first_attempt_at or now
        begun = Move(
            before=one.state,
            after=Standing.SENDING,
            version=one.version,
            queue="held",
            changes={
                "attempted_at": str(ms(now)),
                "attempted_by": self._attempts.mark,
                "first_attempt_at": str(ms(first)),
            },
            own=_own(one),
        )
        answer = await move(self._database, one.id, begun, claim)
        if answer == "busy":
            await self._queue.postpone(claim, now + AFTER_ANOTHER, afresh=True)
        if answer != "ok":
            return
        # A store that loses its last second must not forget that this was tried.
        await self._database.durable(claim.partition)
        if not await self._is_kept(one, now):
            log.warning("outreach.attempt_lost", id=one.id)
            return  # it may have forgotten already; the lease ends, and it is as the store has it
        if self._clock.steady() > taken_at + LEAVE_WITHIN.total_seconds():
            await self._back(claim, one, timedelta(0))
            return
        leaving = replace(
            one, attempted_at=now, attempted_by=self._attempts.mark, first_attempt_at=first
        )
        await self._leave(claim, leaving, desk)

    async def _is_kept(self, one: Outreach, attempted_at: datetime) -> bool:
        """Whether the store has the attempt, and no later one."""
        kept = await read_outreach(self._database, one.id)
        return (kept.state, kept.attempted_at) == (Standing.SENDING, attempted_at)

    async def _leave(self, claim: Claim, one: Outreach, desk: OrderDesk) -> None:
        note = _note(one)
        try:
            with self._attempts.under_way(note):
                async with asyncio.timeout(SEND_TIMEOUT):
                    receipt = await desk.tell(note)
        except RateLimited as error:
            await self._back(claim, one, error.retry_after, error)
        except Rejected as error:
            await self._refused(claim, one, error)
        except Unauthorized as error:
            await self._back(claim, one, self._rounds.wait(claim), error)
        except Unavailable as error:
            if error.maybe_done:
                await self._trace(claim, one, desk)
            else:
                await self._back(claim, one, self._rounds.wait(claim), error)
        except asyncio.TimeoutError:
            await self._trace(claim, one, desk)
        else:
            await self._settle(claim, one, Standing.SENDING, Standing.SENT, receipt=receipt.id)

    async def _refused(self, claim: Claim, one: Outreach, error: Rejected) -> None:
        """A person decides where it may be refused for having arrived the time before."""
        if one.was_absent:
            after, why = Standing.UNCERTAIN, MAYBE_BEFORE
        else:
            after, why = Standing.REFUSED, f"the marketplace refused it: {error}"
        await self._settle(claim, one, Standing.SENDING, after, reason=why)

    async def _trace(self, claim: Claim, one: Outreach, desk: OrderDesk) -> None:
        """Ask whether it has arrived. Where that cannot be asked now, it is asked later."""
        note, since = _note(one), one.first_attempt_at or one.attempted_at or one.changed_at
        lag = desk.lag(note)
        would_show = self._attempts.would_show(note, one.attempted_by, lag)
        try:
            async with asyncio.timeout(SEND_TIMEOUT):
                found = await desk.told(note, since)
        except (ConnectorError, asyncio.TimeoutError) as error:
            if not isinstance(error, Rejected) and claim.tries < GIVE_UP_AFTER:
                await self._queue.postpone(claim, self._clock.now() + self._rounds.wait(claim))
                return
            found = Trace.UNKNOWN
        match found:
            case Trace.SENT:
                await self._settle(claim, one, Standing.SENDING, Standing.SENT)
            # What does not show yet may arrive after it was sent again, or a person has looked.
            case _ if not would_show:
                soon = max(LOOK_AGAIN, lag / LOOKS_WITHIN_LAG)
                await self._queue.put_back([(claim, self._clock.now() + soon)])
            case Trace.ABSENT:
                await self._back(claim, one, self._rounds.wait(claim), was_absent=True)
            case _:
                await self._unknown(claim, one)

    async def _unknown(self, claim: Claim, one: Outreach) -> None:
        """A person decides."""
        why = NOBODY_KNOWS
        await self._settle(claim, one, Standing.SENDING, Standing.UNCERTAIN, reason=why)

    async def _out_of_place(self, one: Outreach, desk: OrderDesk) -> str:
        """Why the occasion has passed; "" while it lasts."""
        order = await desk.look(one.order_id)
        if order is None:
            return "the order is not known any more"
        habits = replace(self._habits, occasions=(one.occasion,))
        still = arisen(facts_of(order), self._clock.now(), habits)
        return "" if still else "the order gives no occasion for it any more"

    async def _settle(
        self, claim: Claim, one: Outreach, before: Standing, after: Standing, **changes: str
    ) -> None:
        """``changes``: the reason, or the receipt."""
        own = _own(one, changes["receipt"]) if changes.get("receipt") else None
        how = Move(before=before, after=after, changes=changes, own=own)
        if await move(self._database, one.id, how, claim) == "ok":
            log.info("outreach.settled", id=one.id, account=one.account, state=after)

    async def _later(self, claim: Claim, one: Outreach, error: ConnectorError) -> None:
        """What could not even be looked at surely did not leave."""
        if isinstance(error, RateLimited):
            await self._rounds.wait_as_told(claim, error)
        elif claim.tries >= GIVE_UP_AFTER:
            why = given_up(error)
            await self._settle(claim, one, Standing.APPROVED, Standing.REFUSED, reason=why)
        else:
            await self._queue.postpone(claim, self._clock.now() + self._rounds.wait(claim))

    async def _back(
        self,
        claim: Claim,
        one: Outreach,
        wait: timedelta,
        error: ConnectorError | None = None,
        *,
        was_absent: bool = False,
    ) -> None:
        """It did not leave: to be tried again, or given up after many tries."""
        if claim.tries >= GIVE_UP_AFTER:
            if was_absent or one.was_absent:
                await self._unknown(claim, one)
            else:
                why = given_up(error)
                await self._settle(claim, one, Standing.SENDING, Standing.REFUSED, reason=why)
            return
        changes = {"was_absent": "1"} if was_absent else {}
        how = Move(before=Standing.SENDING, after=Standing.APPROVED, queue="held", changes=changes)
        if await move(self._database, one.id, how, claim) == "ok":
            await self._queue.postpone(claim, self._clock.now() + wait)


def given_up(error: ConnectorError | None) -> str:
    """Why it has not left after many tries, and what somebody can do, for who runs the shop."""
    told = f" ({error})" if error is not None and str(error) else ""
    match error:
        case Unauthorized():
            return f"it was not sent: the marketplace refuses the shop's login; renew it{told}"
        case RateLimited():
            return f"it was not sent: the marketplace takes no more messages for now{told}"
        case Rejected():
            return f"it was not sent: the marketplace does not show the order{told}"
        case Unavailable():
            return f"it was not sent: the marketplace could not be reached for hours{told}"
        case _:
            return "it was not sent: it could not leave in time, again and again"


def _own(one: Outreach, receipt: str = "") -> OwnWords | None:
    """What is read back of it; None where nothing is."""
    if not one.comes_back:
        return None
    return OwnWords(account=one.account, text=one.text, message=receipt)


def _note(one: Outreach) -> OrderNote:
    return OrderNote(
        id=one.id,
        order_id=one.order_id,
        occasion=desks.Occasion(one.occasion),
        channel=one.channel,
        text=one.text,
        attempted_at=one.attempted_at,
    )
