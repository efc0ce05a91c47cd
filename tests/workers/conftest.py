"""A service in a test: workers over a store, a fake marketplace, time that stands still."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from connectors.amazon.mock import AmazonMock
from connectors.fake import FakeConnector
from connectors.taobao.mock import TaobaoMock
from responder.alerts.channels import TAKEN, Channels, Handed, Outcome
from responder.alerts.links import Links
from responder.alerts.message import Message
from responder.alerts.rules import Channel
from responder.alerts.timing import GATHER_AT_MOST
from responder.domain.alerts import KINDS
from responder.domain.model import AccountId, ConversationId
from responder.domain.sla import Share, SlaPolicy
from responder.domain.states import CLOSED, OWED
from responder.drafting import Drafting, load
from responder.metrics import Metrics
from responder.store.conversations import Conversation
from responder.store.database import Database
from responder.store.desk import Desk
from responder.store.keys import Partition
from responder.store.listing import listing
from responder.store.notices import Notice
from responder.store.queues import Queues
from responder.testing import FakeClock, HastyClock
from responder.workers.accounts import Account, Accounts
from responder.workers.alerter import Alerter
from responder.workers.drafter import Drafter
from responder.workers.loop import Bell, Crew, Worker
from responder.workers.objections import Objections
from responder.workers.orders import Orders
from responder.workers.poller import Poller
from responder.workers.reconciler import Reconciler
from responder.workers.sender import Sender
from responder.workers.texts import Texts
from responder.workers.watcher import Watcher
from tests.workers.outreach_shops import Shops

CONFIG = Path(__file__).parents[2] / "config"
ACCOUNT = AccountId("shop")
AT_ONCE = Channel(id="pager", name="pager", kinds=frozenset(KINDS), merge=timedelta(0))
DAY = SlaPolicy("day", timedelta(days=1), (Share(50), timedelta(hours=4), timedelta(hours=1)))


@dataclass(frozen=True)
class WatchedDatabase(Database):
    """A store that tells when it is asked for durability."""

    asked: list[Callable[[], Awaitable[None]]] = field(default_factory=list)

    async def durable(self, partition: Partition) -> None:
        await super().durable(partition)
        for call in self.asked:
            await call()


class ListeningChannels(Channels):
    """Channels that keep what they were told; ``refuse`` makes that many tries fail."""

    def __init__(self, clock: FakeClock, *rules: Channel) -> None:
        super().__init__(rules or (AT_ONCE,), {}, clock=clock, links=Links("http://console"))
        self.messages: list[tuple[str, Message]] = []
        self.refuse = 0

    @property
    def told(self) -> list[Notice]:
        """Every alert, in the order of being told."""
        return [item.notice for _, message in self.messages for item in message.alerts]

    async def hand_over(self, channel: Channel, message: Message) -> Outcome:
        if self.refuse:
            self.refuse -= 1
            return Outcome(Handed.REFUSED, "engaged")
        self.messages.append((channel.id, message))
        return TAKEN


@dataclass
class Service:
    """Everything, with a way to let each worker do its rounds until it has nothing to do."""

    database: Database
    queues: Queues
    clock: FakeClock
    connector: FakeConnector
    accounts: Accounts
    channels: ListeningChannels
    metrics: Metrics
    desk: Desk
    durable: list[Callable[[], Awaitable[None]]]  # called when something must be on disk
    workers: dict[str, Worker] = field(default_factory=dict)
    crews: list[Crew] = field(default_factory=list)

    async def work(self, *names: str) -> None:
        """Rounds of the named workers (all of them if none is named) until all are idle."""
        busy = True
        while busy:
            busy = False
            for name in names or self.workers:
                busy |= await self.workers[name].run_once()
                for crew in self.crews:
                    busy |= await crew.idle()

    async def hear(self) -> None:
        """Let what came too late be gathered, and told."""
        self.clock.advance(GATHER_AT_MOST)
        await self.work("alert")

    async def all(self) -> list[Conversation]:
        owed = await listing(self.database, OWED, limit=200)
        closed = await listing(self.database, CLOSED, limit=200)
        return [*owed.items, *closed.items]

    async def only(self) -> Conversation:
        [one] = await self.all()
        return one

    async def approve(self, text: str | None = None) -> Conversation:
        """An agent approves the only conversation's draft."""
        one = await self.only()
        assert one.draft is not None
        lease = await self.desk.claim(one.id, "ann")
        await self.desk.approve(
            ConversationId(one.id),
            "ann",
            lease.token,
            version=one.draft.version,
            text=text or one.draft.proposal.text,
        )
        return await self.only()


@pytest.fixture
def clock() -> FakeClock:
    return HastyClock()


@pytest.fixture(scope="session")
def drafting() -> Drafting:
    return load(CONFIG / "templates", CONFIG / "rules", CONFIG / "intents")


@pytest.fixture
async def service(
    database: Database, clock: FakeClock, drafting: Drafting
) -> AsyncIterator[Service]:
    channels = ListeningChannels(clock)
    async with running(database, clock, FakeConnector(clock.now), channels, drafting) as here:
        yield here


@asynccontextmanager
async def running(
    database: Database,
    clock: FakeClock,
    connector: FakeConnector,
    channels: ListeningChannels,
    drafting: Drafting,
) -> AsyncIterator[Service]:
    """One life of the service over a store, a marketplace and a pager that outlive it."""
    database = WatchedDatabase(
        database.redis, database.partitions, database.scripts, database.clock
    )
    queues = Queues(database)
    drafting = drafting.with_experience(lambda _: None)  # its own: templates are edited in it
    account = Account(
        id=ACCOUNT,
        marketplace="amazon",
        connector=connector,
        policy=DAY,
        poll_seconds=30,
        language="en",
    )
    metrics, dice, accounts = Metrics(), Random(7), {ACCOUNT: account}
    here = Service(
        database=database,
        queues=queues,
        clock=clock,
        connector=connector,
        accounts=accounts,
        channels=channels,
        metrics=metrics,
        durable=database.asked,
        desk=Desk(database, lease=timedelta(minutes=3), undo=timedelta(0)),
    )
    async with asyncio.TaskGroup() as tasks:
        here.crews = [Crew(tasks, 16, Bell()) for _ in range(4)]
        poller = Poller(
            database, queues, accounts, crew=here.crews[0], clock=clock, metrics=metrics, dice=dice
        )
        here.workers = {
            "poll": poller,
            "census": Reconciler(
                database,
                queues,
                accounts,
                crew=here.crews[3],
                clock=clock,
                metrics=metrics,
                dice=dice,
            ),
            "draft": Drafter(
                database,
                queues,
                accounts,
                drafting=drafting,
                orders=Orders(clock),
                clock=clock,
                metrics=metrics,
                refresh=Texts(database, drafting).refresh,
            ),
            "watch": Watcher(database, queues, accounts, clock=clock),
            "send": Sender(
                database,
                queues,
                accounts,
                crew=here.crews[1],
                clock=clock,
                metrics=metrics,
                dice=dice,
                objection=Objections(database, accounts, drafting).to,
            ),
            "alert": Alerter(
                database,
                queues,
                channels=here.channels,
                crew=here.crews[2],
                clock=clock,
                metrics=metrics,
                dice=dice,
            ),
        }
        await poller.plan()
        yield here
        for task in [task for crew in here.crews for task in crew._busy]:
            task.cancel()


@pytest.fixture
async def shops(
    database: Database, clock: FakeClock, tmp_path: Path, drafting: Drafting
) -> AsyncIterator[Shops]:
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as tasks:
        amazon = await stack.enter_async_context(
            AmazonMock(now=clock.now, dice=Random(7), journal=tmp_path / "amazon.jsonl")
        )
        taobao = await stack.enter_async_context(TaobaoMock(now=clock.now))
        made = Shops(database, clock, amazon, taobao, drafting, tasks, stack)
        await made.daemon()
        yield made


@pytest.fixture
async def approved(service: Service) -> Service:
    service.connector.writes("Where is my parcel?")
    await service.work()
    await service.approve("It is on its way.")
    return service
