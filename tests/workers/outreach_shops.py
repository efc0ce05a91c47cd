"""Two shops, and as many daemons as a test wants that write about their orders."""

import asyncio
from collections.abc import Collection, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random

from connectors.amazon.connector import AmazonConnector
from connectors.amazon.mock import AmazonMock
from connectors.base import Cursor, Span
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock
from responder.domain.model import AccountId, ConversationId, State
from responder.domain.outreach import Habits, Occasion, Standing
from responder.domain.sla import Share, SlaPolicy
from responder.drafting import Drafting
from responder.drafting.outreach_words import load as load_words
from responder.outreach import Objecting, Proactive
from responder.settings import shipped_config
from responder.store.accounts import read_account
from responder.store.conversations import Conversation, read
from responder.store.database import Database
from responder.store.inbox import Book, Page, ingest
from responder.store.outreach import Move, Outreach, decide, outreaches
from responder.store.queue import DeadlineQueue
from responder.store.queues import Queues
from responder.testing import FakeClock
from responder.workers.accounts import Account
from responder.workers.intake import page_of
from responder.workers.loop import Bell, Crew
from responder.workers.occasions import Considering, OrderLook, OrderReader
from responder.workers.outreach_sender import OutreachSender

AMAZON, TAOBAO = AccountId("amazon-us"), AccountId("taobao-main")
ORDER, TRADE = "111-2223334-5556667", "390000000000000001"
DAY = SlaPolicy("day", timedelta(days=1), (Share(50),))
EVERY = timedelta(minutes=10)


@dataclass
class Daemon:
    """The three workers of one process."""

    reader: OrderReader
    look: OrderLook
    sender: OutreachSender
    crews: list[Crew]

    async def work(self) -> None:
        busy = True
        while busy:
            busy = False
            for worker in (self.reader, self.look, self.sender):
                busy |= await worker.run_once()
                for crew in self.crews:
                    await crew.idle()


@dataclass
class Shops:
    """Both marketplaces, and as many daemons as a test wants over one store."""

    database: Database
    clock: FakeClock
    amazon: AmazonMock
    taobao: TaobaoMock
    drafting: Drafting
    tasks: asyncio.TaskGroup
    stack: AsyncExitStack
    daemons: list[Daemon] = field(default_factory=list)
    inbox: Account | None = None

    async def daemon(self) -> Daemon:
        accounts = {AMAZON: self._account(AMAZON), TAOBAO: self._account(TAOBAO)}
        queues, crews = Queues(self.database), [Crew(self.tasks, 4, Bell()) for _ in range(3)]
        habits = Habits(occasions=frozenset(Occasion))
        said = Proactive(habits, EVERY, load_words(shipped_config() / "proactive")).said
        considering = Considering(self.database, queues, habits, said)
        clock, dice = self.clock, Random(1)
        reader = OrderReader(
            self.database, queues, accounts, considering=considering, every=EVERY,
            crew=crews[0], clock=clock, dice=dice,
        )  # fmt: skip
        await reader.plan()
        look = OrderLook(
            self.database, queues, accounts, considering=considering,
            crew=crews[1], clock=clock, dice=dice,
        )  # fmt: skip
        sender = OutreachSender(
            self.database, queues, accounts, habits=habits,
            objection=Objecting(accounts, self.drafting).to,
            crew=crews[2], clock=clock, dice=dice,
        )  # fmt: skip
        made = Daemon(reader, look, sender, crews)
        self.daemons.append(made)
        return made

    def _account(self, name: AccountId) -> Account:
        connector: AmazonConnector | TaobaoConnector
        if name == AMAZON:
            connector = AmazonConnector(self.amazon.account(), self.clock.now)
        else:
            connector = TaobaoConnector(self.taobao.account(), now=self.clock.now)
        self.stack.push_async_callback(connector.close)
        return Account(
            id=name, marketplace=name.partition("-")[0], connector=connector, policy=DAY,
            poll_seconds=30, language="en" if name == AMAZON else "zh",
        )  # fmt: skip

    async def later(self, time: timedelta) -> None:
        self.clock.advance(time)
        for daemon in self.daemons:
            await daemon.work()

    async def standing(self, *states: Standing) -> list[Outreach]:
        return await outreaches(self.database, states or tuple(Standing))

    async def only(self, state: Standing) -> Outreach:
        [one] = await self.standing()
        assert one.state is state, f"it is {one.state}: {one.reason}"
        return one

    async def approve(self, one: Outreach) -> None:
        how = Move(
            before=Standing.PROPOSED, after=Standing.APPROVED, queue=self.clock.now(),
            changes={"by": "ann"},
        )  # fmt: skip
        await decide(self.database, one.id, how)

    def said(self) -> list[dict[str, str]]:
        return self.amazon._http.proactive

    async def read_inbox(self) -> None:
        """Take in what Taobao's inbox has now, to its end."""
        shop = self._shop()
        while True:
            cursor = (await read_account(self.database, TAOBAO)).cursor
            batch = await shop.connector.fetch(Cursor(cursor) if cursor else None)
            await self._take_in(page_of(shop, batch, self.clock.now()), Queues(self.database).poll)
            await shop.connector.acknowledge(batch)
            if not batch.more:
                return

    async def take_census(self) -> None:
        """Take in what Taobao's lists name of three days, as if nothing were known."""

        async def missing(ids: Sequence[str]) -> Collection[str]:
            return ids

        now, shop = self.clock.now(), self._shop()
        span = Span(since=now - timedelta(days=3), until=now)
        cursor: Cursor | None = None
        while True:
            census = await shop.connector.census(span, cursor, missing)
            page = replace(page_of(shop, census.found, now), book=Book.CENSUS)
            await self._take_in(page, Queues(self.database).census)
            cursor = census.found.cursor
            if not census.found.more:
                return

    async def _take_in(self, page: Page, queue: DeadlineQueue) -> None:
        partition = self.database.partitions.of_account(TAOBAO)
        await queue.schedule(partition, {TAOBAO: self.clock.now()})
        [claim] = await queue.claim(1)
        later = self.clock.now() + timedelta(days=9)
        assert await ingest(self.database, page, claim, next_poll=later) is not None

    def _shop(self) -> Account:
        """As the daemon's poller has it: another connector than the one that writes."""
        self.inbox = self.inbox or self._account(TAOBAO)
        return self.inbox

    async def waiting(self) -> list[Conversation]:
        """Conversations of Taobao whose buyer is owed an answer."""
        index = self.database.partitions.of_account(TAOBAO).index[State.WAITING]
        ids = await self.database.redis.zrange(index, 0, -1)
        return [await read(self.database, ConversationId(str(one))) for one in ids]
