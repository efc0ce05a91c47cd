"""Whose turn it is: a fair share of the crew for each account, and none for one that is sick.

2026-11-22 What is not admitted is put back into its queue for a moment, instead of waiting in
memory: it stays everybody's, and a worker that dies takes nothing with it.
"""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from random import Random

import structlog

from connectors.base import RateLimited, Rejected, Unauthorized, Unavailable
from responder.clock import Clock
from responder.domain.backoff import backoff
from responder.domain.breaker import Breaker, Gate, may_start
from responder.domain.model import AccountId, ConversationId
from responder.errors import Unknown
from responder.store.away import STORE_AWAY
from responder.store.breakers import Change, Told, change_breaker, read_breakers
from responder.store.conversations import accounts_of
from responder.store.database import Database
from responder.store.notices import WHEN, Notice
from responder.store.queue import Claim, DeadlineQueue, by_partition
from responder.workers.loop import Crew
from responder.workers.poison import Poison

log = structlog.get_logger()

# A worker that was held up (a frozen machine, a slow store) lets nothing leave when its lease
# could end before the send does: whoever gets the item then knows that it was tried.
LEAVE_WITHIN = timedelta(seconds=45)  # of a claim
LOOK_AHEAD = 4  # claims for each free place: behind those of a busy account others wait
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=5)
PROBE = timedelta(seconds=90)  # longer than the slowest request: then the probe counts as lost
PROBE_LOOK = timedelta(seconds=1)  # between two looks whether somebody's probe has ended
SHORTEST, LONGEST = timedelta(milliseconds=5), timedelta(seconds=5)  # that a turn is waited for
Work = Callable[[Claim, float], Awaitable[None]]  # a claim, and when it was taken: ``steady``
FORGET = 0.2  # how much one more request says about how long one takes


@dataclass(slots=True)
class _Pace:
    """How one account's requests go, in this process."""

    started: dict[Claim, datetime] = field(default_factory=dict)
    takes: timedelta = SHORTEST

    def until_turn(self, place: int, now: datetime) -> timedelta:
        """How long the ``place``-th who waits is likely to wait, as the places fall free."""
        oldest = min(self.started.values(), default=now)
        each = max(self.takes, now - oldest) / max(len(self.started), 1)
        return min(max(each * place, SHORTEST), LONGEST)

    def ended(self, claim: Claim, now: datetime) -> None:
        began = self.started.pop(claim, now)
        self.takes += (now - began - self.takes) * FORGET


class Turns:
    """Admits claims of one queue. Shared state (who is sick) lies in the store."""

    def __init__(
        self, database: Database, queue: DeadlineQueue, *, crew: Crew, clock: Clock, dice: Random
    ) -> None:
        self._database = database
        self._queue = queue
        self._crew = crew
        self._clock = clock
        self._dice = dice
        self._paces: defaultdict[AccountId, _Pace] = defaultdict(_Pace)
        self._owners: dict[Claim, AccountId] = {}  # of what is under way
        self._probes: dict[Claim, datetime] = {}  # of those, and until when they are waited for

    async def next_at(self) -> datetime | None:
        """When there may be a turn to give."""
        return await self._queue.next_at() if self._crew.free else None

    async def give(self, work: Work, poison: Poison, *, give_up_after: int) -> bool:
        """Start ``work`` on what may have its turn; whether there was anything at all.

        What fails in a way that nobody foresaw is ``poison``.
        """
        if not self._crew.free:
            return False
        taken_at = self._clock.steady()
        claims, busy = await self.claim()
        for claim in claims:
            turn = partial(work, claim, taken_at)
            self._crew.start(self._turn(turn, claim, poison, give_up_after))
        return busy

    async def _turn(
        self, work: Callable[[], Awaitable[None]], claim: Claim, poison: Poison, give_up_after: int
    ) -> None:
        try:
            await work()
        except Unknown:
            await self._queue.done(claim)
        except Exception as error:  # noqa: BLE001 - logged, and tried again or given up
            await poison.put_off(claim, error, give_up_after)
        finally:
            await self._end_probe(claim)
            self.over(claim)

    async def claim(self) -> tuple[list[Claim], bool]:
        """The claims that may start now, and whether there were any at all."""
        claims = await self._queue.claim(self._crew.free * LOOK_AHEAD)
        try:
            return await self._admitted(claims), bool(claims)
        except Exception:  # none of them is begun: their places are free, and they come again
            for claim in claims:
                self._probes.pop(claim, None)
                self.over(claim)
                self._queue.leave(claim)
            raise

    async def _admitted(self, claims: Sequence[Claim]) -> list[Claim]:
        """Those that may start now; the others are put back."""
        if not claims:
            return []
        items = [ConversationId(claim.item) for claim in claims]
        owners = dict(zip(claims, await accounts_of(self._database, items), strict=True))
        known = sorted({owner for owner in owners.values() if owner is not None})
        breakers = dict(await read_breakers(self._database, known))
        admitted, put_back = await self._sorted(claims, owners, breakers)
        for _, group in by_partition(put_back):
            await self._queue.put_back([(claim, put_back[claim]) for claim in group])
        return admitted

    async def _sorted(
        self,
        claims: Sequence[Claim],
        owners: Mapping[Claim, AccountId | None],
        breakers: dict[AccountId, Breaker],
    ) -> tuple[list[Claim], dict[Claim, datetime]]:
        admitted: list[Claim] = []
        put_back: dict[Claim, datetime] = {}
        behind: Counter[AccountId] = Counter()
        now, free = self._clock.now(), self._crew.free
        for claim in claims:
            owner = owners[claim]
            if owner is None:  # its conversation is gone: whoever handles it forgets it
                admitted.append(claim)
                continue
            pace, breaker = self._paces[owner], breakers[owner]
            room = may_start(len(pace.started), free)
            gate = breaker.gate(now)
            if gate is Gate.HALF_OPEN and room:
                gate, breakers[owner] = await self._probe(owner, now)
                if gate is Gate.CLOSED:
                    self._probes[claim] = breakers[owner].opens_again(now)
            if gate is Gate.CLOSED and room:
                free -= 1
                pace.started[claim], self._owners[claim] = now, owner
                admitted.append(claim)
                continue
            behind[owner] += 1
            turn = now + pace.until_turn(behind[owner], now)
            put_back[claim] = max(turn, _worth_looking(breaker, now))
        return admitted, put_back

    async def _probe(self, account: AccountId, now: datetime) -> tuple[Gate, Breaker]:
        """CLOSED for the one who may ask first, OPEN for the others."""
        lease = now.replace(microsecond=0) + PROBE  # it is known again when the store tells it

        def take(breaker: Breaker) -> tuple[Breaker, Told]:
            free = breaker.gate(now) is Gate.HALF_OPEN
            return (breaker.probed(lease) if free else breaker), Told()

        changed = await change_breaker(self._database, account, take)
        if changed is None:
            return Gate.OPEN, Breaker(until=now, probe_until=lease)
        return Gate.CLOSED, changed[0]

    async def _end_probe(self, claim: Claim) -> None:
        """What asked nothing after all has told nothing: another one may probe."""
        lease = self._probes.pop(claim, None)
        if lease is None:
            return

        def let_another(breaker: Breaker) -> tuple[Breaker, Told]:
            unanswered = breaker.probe_until == lease
            return (replace(breaker, probe_until=None) if unanswered else breaker), Told()

        await self._note(self._owners[claim], let_another)

    def over(self, claim: Claim) -> None:
        """The claim's work has ended: its place is free."""
        owner = self._owners.pop(claim, None)
        if owner is not None:
            self._paces[owner].ended(claim, self._clock.now())

    @asynccontextmanager
    async def watched(self, account: AccountId, *, only_looks: bool = False) -> AsyncIterator[None]:
        """Note what a request to the marketplace says about the account, and nothing else.

        ``only_looks``: for what has left, and mail is looked for at another server than it leaves
        by; of silence there that one is not to blame.

        Never raises by itself: what was sent must be written down, whatever a note costs.
        """
        try:
            yield
        except RateLimited as error:
            await self._note(account, self._paused(error.retry_after))
            raise
        except (Unavailable, Unauthorized, TimeoutError) as error:
            if isinstance(error, Unauthorized) or not only_looks:
                await self._note(account, self._failed(account, error))
            raise
        except Rejected:
            await self._note(account, self._worked)
            raise
        else:
            await self._note(account, self._worked)

    async def _note(self, account: AccountId, change: Change) -> None:
        try:
            changed = await change_breaker(self._database, account, change)
        except STORE_AWAY as error:
            log.warning("account.not_noted", account=account, error=error.__class__.__name__)
            return
        match changed:
            case (_, Told(event="sends_paused", reason=why)):
                log.warning("sends.paused", account=account, reason=why)
            case (_, Told(event="sends_resumed")):
                log.info("sends.resumed", account=account)
            case _:
                pass

    def _paused(self, wait: timedelta) -> Change:
        until = self._clock.now() + wait

        def change(breaker: Breaker) -> tuple[Breaker, Told]:
            event = "sends_paused" if breaker.until is None else ""
            return breaker.paused(until), Told(event=event, reason="rate limited")

        return change

    def _failed(self, account: AccountId, error: Exception) -> Change:
        now, why = self._clock.now(), str(error) or "no answer in time"

        def wait(number: int) -> timedelta:
            return backoff(number, self._dice, first=FIRST_WAIT, most=LONGEST_WAIT)

        def change(breaker: Breaker) -> tuple[Breaker, Told]:
            after = breaker.failed(now, wait, hopeless=isinstance(error, Unauthorized))
            opened = after.is_failing and not breaker.is_failing
            notice = Notice(
                id=f"{account}:sends:{now:{WHEN}}",
                kind="account_down",
                at=now,
                account=account,
                reason=f"replies cannot be sent: {why}",
            )
            return after, Told(
                event="sends_paused", reason=why, notice=notice
            ) if opened else Told()

        return change

    def _worked(self, breaker: Breaker) -> tuple[Breaker, Told]:
        after = breaker.worked(self._clock.now())
        resumed = breaker.until is not None and after.until is None
        return after, Told(event="sends_resumed" if resumed else "")


def _worth_looking(breaker: Breaker, now: datetime) -> datetime:
    """From when on things may stand better. A probe answers long before it counts as lost."""
    if breaker.gate(now) is not Gate.OPEN:
        return now
    return max(breaker.until or now, now + PROBE_LOOK)
