"""Items that a worker cannot handle: postponed, then reported and set aside; never in the way."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from random import Random

import structlog
from redis.exceptions import RedisClusterException, RedisError

from responder.clock import Clock
from responder.domain.backoff import backoff
from responder.domain.model import AccountId, ConversationId
from responder.errors import WritesLost
from responder.store.away import STORE_AWAY
from responder.store.conversations import accounts_of
from responder.store.database import Database
from responder.store.dead_letters import bury
from responder.store.notices import Notice
from responder.store.outreach import read_outreach
from responder.store.queue import Claim, DeadlineQueue, by_partition

log = structlog.get_logger()

GIVE_UP_AFTER = 5  # tries, over about a minute
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=1)
SEPARATOR = "/"  # of account and order in an item; in no account's id
OF_ORDERS = frozenset({"outreach", "occasion"})  # queues whose items are no conversations
THE_STORES = (*STORE_AWAY, WritesLost)  # its troubles are nobody's poison


def is_the_stores(error: BaseException) -> bool:
    """Whether it is the store's trouble; of several that failed at once, whether any is.

    An ``OSError`` among several is no sure sign: a connector may have let it out.
    """
    if isinstance(error, BaseExceptionGroup):
        return error.subgroup((RedisError, RedisClusterException, WritesLost)) is not None
    return isinstance(error, THE_STORES)


class Poison:
    """What becomes of the items of one queue that fail in a way nobody foresaw."""

    def __init__(
        self,
        database: Database,
        queue: DeadlineQueue,
        *,
        clock: Clock,
        dice: Random,
        settle: timedelta = timedelta(0),  # what an item wants that was left in the middle
        give_up_after: int = GIVE_UP_AFTER,
    ) -> None:
        self._database = database
        self._queue = queue
        self._clock = clock
        self._dice = dice
        self._settle = settle
        self._give_up_after = give_up_after

    async def all(
        self, claims: Sequence[Claim], work: Callable[[Sequence[Claim]], Awaitable[None]]
    ) -> None:
        """``each`` for the claims of one partition after the other.

        Where the store fails, those of partitions that were not come to are given back, too.
        """
        try:
            for _, group in by_partition(claims):
                await self.each(group, work)
        except THE_STORES:
            for claim in claims:
                self._queue.leave(claim, self._settle)
            raise

    async def each(
        self, claims: Sequence[Claim], work: Callable[[Sequence[Claim]], Awaitable[None]]
    ) -> None:
        """Do ``work`` for all; where that fails, for each alone, so that one spoils no other.

        What was done before the failure is not done twice: its lease is over.
        """
        try:
            await work(claims)
        except THE_STORES:
            for claim in claims:
                self._queue.leave(claim, self._settle)
            raise
        except Exception as error:  # noqa: BLE001 - logged, and tried again or given up
            if len(claims) == 1:
                await self.put_off(claims[0], error)
                return
            for claim in claims:
                await self.each([claim], work)

    async def put_off(self, claim: Claim, error: Exception, give_up_after: int = 0) -> None:
        """Try ``claim`` again later, or give it up with an alert that names it. Never raises."""
        name = error.__class__.__name__
        log.error(
            "item.failed",
            queue=self._queue.name,
            item=claim.item,
            error=name,
            tries=claim.tries,
            exc_info=error,
        )
        if is_the_stores(error):
            self._queue.leave(claim, self._settle)
            return
        try:
            if claim.tries >= (give_up_after or self._give_up_after):
                await self.give_up(claim, f"it failed {claim.tries} times: {name}")
                return
            wait = backoff(claim.tries, self._dice, first=FIRST_WAIT, most=LONGEST_WAIT)
            await self._queue.postpone(claim, self._clock.now() + wait)
        except THE_STORES as away:
            self._queue.leave(claim, self._settle)
            log.warning("item.not_noted", item=claim.item, error=away.__class__.__name__)

    async def give_up(self, claim: Claim, reason: str) -> None:
        """Dead-letter ``claim``; an alert tells of it, unless it is an alert itself."""
        account = await self._account(claim)
        notice = self._notice(claim, account, reason)
        await bury(self._database, self._queue, claim, reason, notice, account=account)

    async def _account(self, claim: Claim) -> AccountId | None:
        match self._queue.name:
            case "alert" | "poll":
                return None
            case "outreach":
                return (await read_outreach(self._database, claim.item)).account
            case "occasion":
                return AccountId(claim.item.partition(SEPARATOR)[0])
        [owner] = await accounts_of(self._database, [ConversationId(claim.item)])
        return owner

    def _notice(self, claim: Claim, account: AccountId | None, reason: str) -> Notice | None:
        if self._queue.name == "alert":
            return None  # nobody would hear of it either; the metric and the event say it
        return Notice(
            id=f"{self._queue.name}:{claim.item}:dead:{claim.token}",
            kind="dead_letter",
            at=self._clock.now(),
            account=account or AccountId(""),
            conversation=None if self._queue.name in OF_ORDERS else ConversationId(claim.item),
            reason=f"{self._queue.name}: {reason}",
        )
