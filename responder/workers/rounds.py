"""One round of a worker: who is due gets a turn, and nobody's failure is another's."""

from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

import structlog

from connectors.base import ConnectorError, RateLimited
from responder.clock import Clock
from responder.domain.backoff import backoff
from responder.domain.breaker import may_start
from responder.domain.model import AccountId
from responder.errors import Unknown
from responder.store.keys import Partition
from responder.store.queue import Claim, DeadlineQueue, by_partition
from responder.workers.accounts import Account, Accounts
from responder.workers.loop import Crew
from responder.workers.poison import SEPARATOR, Poison, is_the_stores

log = structlog.get_logger()

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
GIVE_UP_AFTER = 20  # tries that all failed
LOOK_AHEAD = 4  # claims for each free place: behind those of a busy account others wait
TURN = timedelta(seconds=2)  # what an account has too much of waits that long
SOON = timedelta(seconds=0.2)  # for a place of the crew
Work = Callable[[Claim, float], Awaitable[None]]  # a claim, and when it was taken: ``steady``
Owners = Callable[[Sequence[Claim]], Awaitable[Sequence[AccountId | None]]]
Turn = Callable[[Account, Claim], Coroutine[Any, Any, None]]


async def plan_new(queue: DeadlineQueue, plans: Mapping[AccountId, datetime]) -> None:
    """Put every account that is new to the store into the queue; one call for each partition."""
    found: dict[Partition, dict[str, datetime]] = {}
    for account, at in plans.items():
        partition = queue.database.partitions.of_account(account)
        found.setdefault(partition, {})[account] = at
    for partition, some in found.items():
        await queue.schedule(partition, some, only_new=True)


async def start_turns(
    claims: Sequence[Claim], accounts: Accounts, queue: DeadlineQueue, crew: Crew, turn: Turn
) -> None:
    """Give each claimed account its turn; one that is no longer configured is forgotten."""
    gone = [claim for claim in claims if AccountId(claim.item) not in accounts]
    for claim in claims:
        account = accounts.get(AccountId(claim.item))
        if account is not None:
            crew.start(turn(account, claim))
    for claim in gone:  # last: a store that fails just now keeps nobody from their turn
        await queue.done(claim)


async def by_account(claims: Sequence[Claim]) -> list[AccountId]:
    """Whose each item is, which begins with its account."""
    return [AccountId(claim.item.partition(SEPARATOR)[0]) for claim in claims]


class Rounds:
    """The turns of one queue, side by side. Without ``poison`` what fails is tried for ever.

    ``owners`` says whose the items are: no account takes all places.
    ``longest``: the most that is waited before what failed is tried again.
    """

    def __init__(
        self,
        queue: DeadlineQueue,
        *,
        crew: Crew,
        clock: Clock,
        dice: Random,
        owners: Owners = by_account,
        poison: Poison | None = None,
        longest: timedelta = LONGEST_WAIT,
    ) -> None:
        self._queue = queue
        self._crew = crew
        self._clock = clock
        self._dice = dice
        self._owners = owners
        self._under_way: Counter[AccountId | None] = Counter()
        self._poison = poison
        self._longest = longest

    async def next_at(self) -> datetime | None:
        """When there may be a turn to give."""
        return await self._queue.next_at() if self._crew.free else None

    async def run_once(self, work: Work) -> bool:
        """Start ``work`` on what is due, as far as there is room; whether there was anything."""
        free, taken_at = self._crew.free, self._clock.steady()
        claims = await self._queue.claim(free * LOOK_AHEAD) if free else []
        waiting = list(claims)
        try:
            owners = await self._owners(claims)
            waiting = [
                claim
                for claim, owner in zip(claims, owners, strict=True)
                if not self._begun(partial(work, claim, taken_at), claim, owner)
            ]
            again = self._clock.now() + (TURN if self._crew.free else SOON)
            for _, group in by_partition(waiting):
                await self._queue.put_back([(claim, again) for claim in group])
        except Exception:
            for claim in waiting:
                self._queue.leave(claim)
            raise
        return bool(claims)

    def _begun(
        self, work: Callable[[], Awaitable[None]], claim: Claim, owner: AccountId | None
    ) -> bool:
        """Whether its account may have one more place, and it is begun."""
        if not may_start(self._under_way[owner], self._crew.free):
            return False
        self._under_way[owner] += 1
        self._crew.start(self._turn(work, claim, owner))
        return True

    def wait(self, claim: Claim) -> timedelta:
        """How long until the next try."""
        return backoff(max(claim.tries, 1), self._dice, first=FIRST_WAIT, most=self._longest)

    async def wait_as_told(self, claim: Claim, error: RateLimited) -> None:
        """That there were too many requests says nothing of this item: it was not tried."""
        await self._queue.put_back([(claim, self._clock.now() + error.retry_after)])

    async def _turn(
        self, work: Callable[[], Awaitable[None]], claim: Claim, owner: AccountId | None
    ) -> None:
        try:
            await work()
        except Unknown:
            await self._queue.done(claim)
        except RateLimited as error:
            await self.wait_as_told(claim, error)
        except Exception as error:  # noqa: BLE001 - one item holds up no other
            if is_the_stores(error):
                self._queue.leave(claim)
            else:
                await self._failed(claim, error)
        finally:
            self._under_way[owner] -= 1

    async def _failed(self, claim: Claim, error: Exception) -> None:
        foreseen = isinstance(error, ConnectorError)
        why = str(error) if foreseen else error.__class__.__name__
        log.warning(
            "item.failing",
            queue=self._queue.name,
            item=claim.item,
            error=why,
            tries=claim.tries,
            exc_info=None if foreseen else error,
        )
        if self._poison is not None and claim.tries >= GIVE_UP_AFTER:
            await self._poison.give_up(claim, f"it failed {claim.tries} times: {why}")
        else:
            await self._queue.postpone(claim, self._clock.now() + self.wait(claim))
