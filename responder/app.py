"""The composition root: the only place that builds objects and decides what runs."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from random import SystemRandom

import structlog
from aiohttp import web
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from redis.exceptions import RedisError

from responder.alerts.channels import Channels, Route
from responder.clock import Clock
from responder.console.live import Hub
from responder.console.server import build
from responder.console.services import AccountCard, Services
from responder.domain.model import AccountId
from responder.drafting import Drafting, DraftingConfigError
from responder.drafting import load as load_drafting
from responder.drafting.language import warm_up
from responder.errors import ConfigError, ResponderError
from responder.marketplaces import LANGUAGES, connector_for
from responder.metrics import Metrics
from responder.settings import Loaded
from responder.store.connect import connect
from responder.store.database import Database, open_database
from responder.store.desk import Desk
from responder.store.events import Event, EventFeed
from responder.store.overview import Counting
from responder.store.queue import Queues
from responder.store.users import Users
from responder.workers.accounts import Account, Accounts
from responder.workers.alerter import Alerter
from responder.workers.drafter import Drafter
from responder.workers.loop import Bell, Crew, Worker, repeat
from responder.workers.orders import Orders
from responder.workers.poller import Poller
from responder.workers.reconciler import Reconciler
from responder.workers.replanner import Replanner
from responder.workers.retention import Retention
from responder.workers.rings import rung_by
from responder.workers.sender import Sender
from responder.workers.watcher import Watcher

log = structlog.get_logger()

ROLES = ("poll", "draft", "watch", "send", "console")
TICK = 1  # seconds between two looks of the scheduler
DRAIN_TIMEOUT = 30.0  # seconds that work under way gets at the end
NOT_TICKING_AFTER = timedelta(seconds=90)
AT_LENGTH = (Retention.name, Replanner.name)  # one round of theirs may take minutes
CREW = 128  # pieces of work of one kind side by side; one account gets half of it at most
COMPARING = 4  # accounts whose lists are compared at a time: nobody waits for it


@dataclass(frozen=True, slots=True)
class Running:
    """A daemon that is up."""

    database: Database
    console: str | None  # its address, where this process has the console


def read_drafting(loaded: Loaded) -> Drafting:
    """Templates, rules and intents. ``ConfigError`` names everything that is wrong in them."""
    try:
        return load_drafting(loaded.templates, loaded.rules, loaded.intents)
    except DraftingConfigError as error:
        raise ConfigError([str(problem) for problem in error.problems]) from error


async def serve(
    loaded: Loaded,
    *,
    roles: Collection[str],
    clock: Clock,
    stop: asyncio.Event,
    on_ready: Callable[[Running], None] = lambda _: None,
) -> None:
    """Run the daemon until ``stop`` is set, then drain."""
    drafting = read_drafting(loaded)
    store = loaded.settings.store
    async with connect(store.url, clock, fsync=store.fsync) as redis:
        database = await open_database(redis, clock, store.partitions)
        async with AsyncExitStack() as stack:
            accounts = await stack.enter_async_context(_accounts(loaded, clock))
            daemon = _Daemon(
                loaded, database, accounts=accounts, drafting=drafting, roles=roles, clock=clock
            )
            await daemon.run(stop, on_ready)


@asynccontextmanager
async def _accounts(loaded: Loaded, clock: Clock) -> AsyncIterator[Accounts]:
    """Every account with its connector; closed at the end."""
    accounts = {}
    for table in loaded.settings.accounts:
        name = AccountId(table.id)
        accounts[name] = Account(
            id=name,
            marketplace=table.marketplace,
            connector=connector_for(table, clock.now),
            policy=loaded.promises[table.id].usual,
            refinements=loaded.promises[table.id].refinements,
            poll_seconds=table.poll_every.total_seconds(),
            language=table.language or LANGUAGES[table.marketplace],
        )
    try:
        yield accounts
    finally:
        await asyncio.gather(
            *(account.connector.close() for account in accounts.values()), return_exceptions=True
        )


class _Daemon:
    """The roles of one process."""

    def __init__(
        self,
        loaded: Loaded,
        database: Database,
        *,
        accounts: Accounts,
        drafting: Drafting,
        roles: Collection[str],
        clock: Clock,
    ) -> None:
        self._loaded = loaded
        self._database = database
        self._accounts = accounts
        self._drafting = drafting
        self._roles = roles
        self._clock = clock
        self._queues = Queues(database)
        self._metrics = Metrics()
        self._hub = Hub(EventFeed(database), clock)
        self._bells: dict[str, Bell] = {}
        self._crews: list[Crew] = []

    async def run(self, stop: asyncio.Event, on_ready: Callable[[Running], None]) -> None:
        scheduler = AsyncIOScheduler(
            timezone="UTC",
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        runner: web.AppRunner | None = None
        try:
            async with asyncio.TaskGroup() as tasks:
                hub = tasks.create_task(self._hub.run())
                loops = [
                    tasks.create_task(repeat(worker, self._bells[worker.name], self._clock))
                    for worker in await self._workers(tasks)
                ]
                self._hub.on_event(self._ring)
                for name, bell in self._bells.items():
                    seconds = 3600 if name == Retention.name else TICK
                    scheduler.add_job(bell.ring, "interval", seconds=seconds)
                    bell.ring()
                scheduler.start()
                if "draft" in self._roles:
                    tasks.create_task(asyncio.to_thread(warm_up))  # the console need not wait
                if "console" in self._roles:
                    runner = await self._console()
                on_ready(Running(self._database, self._address(runner)))
                log.info("daemon.ready", roles=sorted(self._roles), accounts=len(self._accounts))
                await stop.wait()
                await self._drain(loops)
                self._hub.close()
                hub.cancel()
        finally:
            if scheduler.running:
                scheduler.shutdown(wait=False)
            if runner is not None:
                await runner.cleanup()
        log.info("daemon.stopped")

    async def _workers(self, tasks: asyncio.TaskGroup) -> list[Worker]:
        """The workers of this process's roles, each with its bell."""
        workers: list[Worker] = []
        if "poll" in self._roles:
            poller = self._poller(tasks)
            await poller.plan()
            reconciler = self._reconciler(tasks)
            await reconciler.plan()
            workers += [poller, reconciler]
        if "draft" in self._roles:
            workers.append(self._drafter())
        if "watch" in self._roles:
            watcher = Watcher(self._database, self._queues, self._accounts, clock=self._clock)
            replanner = Replanner(self._database, self._accounts)
            workers += [replanner, watcher, self._alerter(tasks), self._retention()]
        if "send" in self._roles:
            workers.append(self._sender(tasks))
        for worker in workers:
            self._bell(worker.name)
        return workers

    def _poller(self, tasks: asyncio.TaskGroup) -> Poller:
        return Poller(
            self._database,
            self._queues,
            self._accounts,
            crew=self._crew(tasks, Poller.name),
            clock=self._clock,
            metrics=self._metrics,
            dice=SystemRandom(),
            slow_at=self._loaded.settings.drafting.queue_limit,
        )

    def _reconciler(self, tasks: asyncio.TaskGroup) -> Reconciler:
        crew = Crew(tasks, COMPARING, self._bell(Reconciler.name))
        self._crews.append(crew)
        return Reconciler(
            self._database,
            self._queues,
            self._accounts,
            crew=crew,
            clock=self._clock,
            metrics=self._metrics,
            dice=SystemRandom(),
        )

    def _drafter(self) -> Drafter:
        return Drafter(
            self._database,
            self._queues,
            self._accounts,
            drafting=self._drafting,
            orders=Orders(self._clock),
            clock=self._clock,
            metrics=self._metrics,
        )

    def _alerter(self, tasks: asyncio.TaskGroup) -> Alerter:
        return Alerter(
            self._database,
            self._queues,
            channels=channels(self._loaded, self._clock),
            crew=self._crew(tasks, Alerter.name),
            clock=self._clock,
            metrics=self._metrics,
            dice=SystemRandom(),
        )

    def _sender(self, tasks: asyncio.TaskGroup) -> Sender:
        return Sender(
            self._database,
            self._queues,
            self._accounts,
            crew=self._crew(tasks, Sender.name),
            clock=self._clock,
            metrics=self._metrics,
            dice=SystemRandom(),
        )

    def _retention(self) -> Retention:
        keep = self._loaded.settings.store.keep_closed
        return Retention(self._database, clock=self._clock, keep_closed=keep)

    def _crew(self, tasks: asyncio.TaskGroup, name: str) -> Crew:
        size = max(CREW, len(self._accounts))  # a place for each: none waits for another's poll
        self._crews.append(Crew(tasks, size, self._bell(name)))
        return self._crews[-1]

    def _bell(self, name: str) -> Bell:
        return self._bells.setdefault(name, Bell())

    def _ring(self, event: Event) -> None:
        for name in rung_by(event.type):
            if name in self._bells:
                self._bells[name].ring()

    async def _drain(self, loops: Collection[asyncio.Task[None]]) -> None:
        """End every loop after the round under way; what takes too long is left to its lease."""
        log.info("daemon.draining")
        for bell in self._bells.values():
            bell.stop()
        clock, end = self._clock, self._clock.now() + timedelta(seconds=DRAIN_TIMEOUT)
        _, late = await asyncio.wait(loops, timeout=DRAIN_TIMEOUT) if loops else (None, ())
        for task in late:
            task.cancel()
        for crew in self._crews:
            await crew.finish((end - clock.now()).total_seconds())

    async def _console(self) -> web.AppRunner:
        table = self._loaded.settings.console
        runner = web.AppRunner(build(self._services()), access_log=None, shutdown_timeout=2)
        await runner.setup()
        try:
            await web.TCPSite(runner, table.host, table.port).start()
        except OSError as error:
            await runner.cleanup()
            raise ResponderError(
                f"the console cannot listen on {table.host}:{table.port} ({error.strerror}): "
                "choose another [console] port, or stop what uses it"
            ) from error
        return runner

    def _services(self) -> Services:
        table = self._loaded.settings.console
        return Services(
            database=self._database,
            clock=self._clock,
            desk=Desk(self._database, lease=table.claim_for, undo=table.undo),
            users=Users(self._database),
            counting=Counting(self._database),
            hub=self._hub,
            metrics=self._metrics,
            drafting=self._drafting,
            accounts=tuple(
                AccountCard(
                    id=AccountId(one.id),
                    marketplace=one.marketplace,
                    marketplace_id=getattr(one, "marketplace_id", ""),
                    poll_seconds=one.poll_every.total_seconds(),
                )
                for one in self._loaded.settings.accounts
            ),
            byte_limit=self._byte_limit,
            ready=self._not_ready,
            session_for=table.session_for,
            undo=table.undo,
        )

    def _byte_limit(self, account: AccountId, thread: str) -> int | None:
        known = self._accounts.get(account)
        return known.byte_limit(thread) if known else None

    async def _not_ready(self) -> list[str]:
        """What keeps this process from working, in words."""
        missing = []
        try:
            await self._database.redis.ping()
        except (RedisError, OSError):
            missing.append("the store does not answer")
        limit = self._clock.now() - NOT_TICKING_AFTER
        for name, bell in self._bells.items():
            if name not in AT_LENGTH and (bell.ticked_at is None or bell.ticked_at < limit):
                missing.append(f"the {name} worker does not tick")
        return missing

    def _address(self, runner: web.AppRunner | None) -> str | None:
        if runner is None:
            return None
        host, port = runner.addresses[0][:2]
        return f"http://{host}:{port}/"


def channels(loaded: Loaded, clock: Clock) -> Channels:
    """The alert channels of the configuration."""
    table = loaded.settings.console
    routes = [
        Route(
            urls=tuple(url.get_secret_value() for url in alert.urls),
            kinds=frozenset(alert.at),
            accounts=frozenset(alert.accounts),
        )
        for alert in loaded.settings.alerts
    ]
    return Channels(routes, clock=clock, console=f"http://{table.host}:{table.port}")
