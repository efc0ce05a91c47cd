"""From orders to words for approval: what changed is read, and what time alone brings is looked at.

Whatever happens twice (a page that is read again, two daemons) proposes nothing twice: an order and
an occasion are one item of the store.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from random import Random

import structlog

from connectors import order_desk as desks
from connectors.base import ConnectorError, Cursor, RateLimited
from connectors.order_desk import OrderDesk, order_desk
from connectors.order_facts import Order
from responder.clock import CLOCKS_APART, Clock
from responder.domain.model import AccountId
from responder.domain.outreach import AGAIN, Habits, Occasion, OrderFacts, arisen, next_look
from responder.store.database import Database
from responder.store.outreach import (
    Wording,
    is_known,
    orders_cursor,
    orders_were_read,
    propose,
    proposed_at,
    withdraw,
)
from responder.store.queue import Claim
from responder.store.queues import Queues
from responder.workers.accounts import Account, Accounts
from responder.workers.loop import Crew
from responder.workers.poison import SEPARATOR, Poison, is_the_stores
from responder.workers.rounds import FIRST_WAIT, Rounds

log = structlog.get_logger()

LOOK_SOON = timedelta(minutes=2)
# The words for an occasion, in a language, of a width: None where there are none that fit.
Words = Callable[[Occasion, str, Mapping[str, str], desks.Route], str | None]


class Considering:
    """What one order gives."""

    def __init__(self, database: Database, queues: Queues, habits: Habits, words: Words) -> None:
        self._database = database
        self._queue = queues.occasion
        self._habits = habits
        self._words = words

    async def consider(
        self, account: Account, desk: OrderDesk, order: Order, asked_at: datetime
    ) -> None:
        """Propose what is due, and plan when to look again. Raises the four failures.

        ``asked_at``: the order may stand otherwise since.
        """
        now = self._database.clock.now()
        facts = facts_of(order)
        closed, given = False, arisen(facts, now, self._habits)
        passed = sorted(set(self._habits.occasions) - set(given))
        doubtful = [one for one in passed if not await self._gone(account, order, one, asked_at)]
        for occasion in given:
            if not await is_known(self._database, account.id, order.id, occasion):
                closed |= not await self._propose(account, desk, order, occasion)
        again = next_look(facts, now, self._habits)
        if closed:  # no way is open yet: one may be tomorrow
            again = min(again or now + AGAIN, now + AGAIN)
        if doubtful:
            again = min(again or now + LOOK_SOON, now + LOOK_SOON)
        if again is not None:
            await self.look_again(account, order, again)

    async def _gone(
        self, account: Account, order: Order, occasion: Occasion, asked_at: datetime
    ) -> bool:
        """Take back what was proposed for an occasion that has passed; whether none is left.

        A daemon that was held up with an old state of the order takes back nothing that another one
        proposed for what has come since: nobody would propose it again.
        """
        since = await proposed_at(self._database, account.id, order.id, occasion)
        if since is not None and since < asked_at - CLOCKS_APART:
            await withdraw(self._database, account.id, order.id, occasion)
            return True
        return since is None

    async def look_again(self, account: Account, order: Order, at: datetime) -> None:
        """Consider it alone, ``at`` that time."""
        item = f"{account.id}{SEPARATOR}{order.id}"
        partition = self._database.partitions.of_account(account.id)
        await self._queue.schedule(partition, {item: at})

    async def _propose(
        self, account: Account, desk: OrderDesk, order: Order, occasion: Occasion
    ) -> bool:
        route = await desk.route(order, desks.Occasion(occasion))
        if route is None:
            return False
        language = route.language or account.language
        text = self._words(occasion, language, said_of(order), route)
        if text is None:
            log.warning("outreach.no_words", account=account.id, occasion=occasion)
            return True
        wording = Wording(
            order_id=order.id,
            occasion=occasion,
            channel=route.channel,
            audience=route.audience,
            text=text,
            language=language,
            is_free=route.free,
            comes_back=route.comes_back,
            most=route.most,
            in_bytes=route.in_bytes,
        )
        if await propose(self._database, account.id, wording):
            log.info("outreach.proposed", account=account.id, occasion=occasion)
        return True


class OrderReader:
    """Reads what changed of every account's orders."""

    name = "orders"

    def __init__(
        self,
        database: Database,
        queues: Queues,
        accounts: Accounts,
        *,
        considering: Considering,
        every: timedelta,
        crew: Crew,
        clock: Clock,
        dice: Random,
    ) -> None:
        self._database = database
        self._queue = queues.orders
        self._accounts = accounts
        self._considering = considering
        self._every = every
        self._clock = clock
        # No look costs more for having failed: the next one is not later than it would be anyway.
        self._rounds = Rounds(self._queue, crew=crew, clock=clock, dice=dice, longest=every)

    async def plan(self) -> None:
        """Put every account with an order desk into the queue."""
        for name, account in self._accounts.items():
            if order_desk(account.connector) is not None:
                partition = self._database.partitions.of_account(name)
                await self._queue.schedule(partition, {name: self._clock.now()}, only_new=True)

    async def next_at(self) -> datetime | None:
        return await self._rounds.next_at()

    async def run_once(self) -> bool:
        return await self._rounds.run_once(self._turn)

    async def _turn(self, claim: Claim, _: float) -> None:
        account = self._accounts.get(AccountId(claim.item))
        desk = order_desk(account.connector) if account is not None else None
        if account is None or desk is None:
            await self._queue.done(claim)
        else:
            await self._read(account, desk, claim)

    async def _read(self, account: Account, desk: OrderDesk, claim: Claim) -> None:
        known = await orders_cursor(self._database, account.id)
        asked_at = self._clock.now()
        page = await desk.changed(Cursor(known) if known is not None else None)
        for order in page.orders:
            try:
                await self._considering.consider(account, desk, order, asked_at)
            except Exception as error:  # it is looked at alone: one order holds up no page
                if is_the_stores(error):
                    raise
                if not isinstance(error, ConnectorError):
                    log.error("orders.odd", account=account.id, order=order.id, exc_info=error)
                wait = error.retry_after if isinstance(error, RateLimited) else FIRST_WAIT
                await self._considering.look_again(account, order, self._clock.now() + wait)
        now = self._clock.now()
        again = now if page.more else now + self._every
        await orders_were_read(self._database, claim, page.cursor, again)


class OrderLook:
    """Looks at single orders when time alone may have brought an occasion.

    One that cannot be looked at is given up at last, to the dead letters.
    """

    name = "occasion"

    def __init__(
        self,
        database: Database,
        queues: Queues,
        accounts: Accounts,
        *,
        considering: Considering,
        crew: Crew,
        clock: Clock,
        dice: Random,
    ) -> None:
        self._queue = queues.occasion
        self._accounts = accounts
        self._considering = considering
        self._clock = clock
        poison = Poison(database, self._queue, clock=clock, dice=dice)
        self._rounds = Rounds(self._queue, crew=crew, clock=clock, dice=dice, poison=poison)

    async def next_at(self) -> datetime | None:
        return await self._rounds.next_at()

    async def run_once(self) -> bool:
        return await self._rounds.run_once(self._turn)

    async def _turn(self, claim: Claim, _: float) -> None:
        name, _separator, order_id = claim.item.partition(SEPARATOR)
        account = self._accounts.get(AccountId(name))
        desk = order_desk(account.connector) if account is not None else None
        if account is not None and desk is not None:
            asked_at = self._clock.now()
            order = await desk.look(order_id)
            if order is not None:
                await self._considering.consider(account, desk, order, asked_at)
        await self._queue.done(claim)  # unless it was planned anew


def facts_of(order: Order) -> OrderFacts:
    """What occasions follow from."""
    return OrderFacts(
        status=order.status,
        ordered_at=order.ordered_at,
        deliver_by=order.deliver_by,
        quantity=max((item.quantity for item in order.items), default=0),
        is_doubtful=bool(order.doubts),
    )


def said_of(order: Order) -> dict[str, str]:
    """What words about an order may name: never where it goes."""
    most = max(order.items, key=lambda item: item.quantity, default=None)
    return {
        "order_id": order.id,
        "item": most.title if most else "",
        "quantity": str(most.quantity) if most else "",
        "doubts": "; ".join(order.doubts),
    }
