"""The composition root: the only place that builds objects and decides what runs."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial

import structlog
from aiohttp import web
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from connectors.files import FileLimits
from responder.alerts.links import Links
from responder.attached import attached
from responder.clock import Clock
from responder.console.live import Hub
from responder.console.server import build
from responder.console.services import Services
from responder.domain.model import AccountId
from responder.drafting import Drafting
from responder.drafting.language import warm_up
from responder.drafting.llm.checks import warm_up as warm_up_checks
from responder.llm import check_llm, llm_of
from responder.metrics import Metrics
from responder.notification import channels, console_url, hearts, tables
from responder.outreach import proactive_of
from responder.proposing import read_drafting, template_keeper
from responder.reception import address, cards, listen, try_account, welcome
from responder.reload import Reloader
from responder.settings import Loaded
from responder.settings.examples import examples
from responder.shops import open_shops
from responder.staff import Staff
from responder.store.away import STORE_AWAY
from responder.store.channels import link_key
from responder.store.connect import connect, is_own, opened
from responder.store.counting import Counting
from responder.store.database import Database
from responder.store.desk import Desk
from responder.store.events import EventFeed
from responder.store.presence import Presence
from responder.store.queues import Queues
from responder.store.users import Users
from responder.workers.accounts import Account
from responder.workers.assigner import Rules
from responder.workers.delivery import SETTLE
from responder.workers.retention import Retention
from responder.workers.texts import Texts

log = structlog.get_logger()

ROLES = ("poll", "draft", "watch", "send", "console")
TICK = 1  # seconds between two looks of the scheduler
DRAIN_TIMEOUT = 30.0  # seconds that work under way gets at the end


@dataclass(frozen=True, slots=True)
class Running:
    """A daemon that is up."""

    database: Database
    console: str | None  # its address, where this process has the console
    reload: Callable[[], None]  # has the configuration read anew, soon


async def serve(
    loaded: Loaded,
    *,
    roles: Collection[str],
    clock: Clock,
    stop: asyncio.Event,
    on_ready: Callable[[Running], None] = lambda _: None,
    on_first_login: Callable[[str], None] | None = None,
) -> None:
    """Run the daemon until ``stop`` is set, then drain.

    ``on_first_login`` is given a link, a secret, that makes the first admin, if there is none.
    """
    drafting = read_drafting(loaded)
    channels(loaded, clock, b"")  # names what is no channel before anything starts
    check_llm(loaded)
    store = loaded.settings.store
    async with connect(store.url, clock, fsync=store.fsync) as redis:
        database = await opened(redis, clock, store.partitions, stop)
        if database is None:
            return
        if is_own(store.url):
            await _take_over(database)
        async with AsyncExitStack() as stack:
            accounts = await stack.enter_async_context(open_shops(loaded, database))
            daemon = _Daemon(
                loaded, database, accounts=accounts, drafting=drafting, roles=roles, clock=clock
            )
            await daemon.run(stop, on_ready, on_first_login)


async def _take_over(database: Database) -> None:
    """Go on at once with what a killed process had in hand.

    Nobody else can be at work in a store that this process has started itself.
    """
    await Users(database).forget_first_link()
    held = await Queues(database).reclaim(settle=SETTLE)
    if held:
        log.warning("daemon.took_over", items=held)


class _Daemon:
    """The roles of one process."""

    def __init__(
        self,
        loaded: Loaded,
        database: Database,
        *,
        accounts: dict[AccountId, Account],
        drafting: Drafting,
        roles: Collection[str],
        clock: Clock,
    ) -> None:
        self._loaded = loaded
        self._database = database
        self._accounts = accounts
        self._drafting = drafting
        self._texts = Texts(database, drafting)
        self._roles = roles
        self._clock = clock
        self._metrics = Metrics()
        self._hub = Hub(EventFeed(database), clock)
        self._staff: Staff | None = None
        self._outlooks = {AccountId(name): one for name, one in loaded.outlooks.items()}
        self._asked_to_reload = asyncio.Event()
        self._reloader = Reloader(
            loaded, accounts, self._outlooks, drafting=drafting, replan=self._replan
        )
        self._proactive = proactive_of(loaded)
        self._llm = llm_of(loaded, database, drafting, clock=clock, metrics=self._metrics)

    async def run(
        self,
        stop: asyncio.Event,
        on_ready: Callable[[Running], None],
        on_first_login: Callable[[str], None] | None,
    ) -> None:
        scheduler = AsyncIOScheduler(
            timezone="UTC",
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        runner: web.AppRunner | None = None
        try:
            if "console" in self._roles:  # before anybody works: its port may be taken
                table = self._loaded.settings.console
                await self._hub.from_now_on()
                runner = await listen(build(await self._services()), table.host, table.port)
            async with asyncio.TaskGroup() as tasks:
                hub = tasks.create_task(self._hub.run())
                staff = await self._at_work(tasks, scheduler)
                reloading = tasks.create_task(self._reload_when_asked())
                ask = self._asked_to_reload.set
                console = address(runner) if runner is not None else None
                if console is not None:
                    await welcome(Users(self._database), console, on_first_login)
                on_ready(Running(self._database, console, reload=ask))
                log.info("daemon.ready", roles=sorted(self._roles), accounts=len(self._accounts))
                await stop.wait()
                log.info("daemon.draining")
                await staff.drain(DRAIN_TIMEOUT)
                self._hub.close()
                hub.cancel()
                reloading.cancel()
        finally:
            if scheduler.running:
                scheduler.shutdown(wait=False)
            if runner is not None:
                await runner.cleanup()
            if self._llm is not None:
                await self._llm.close()
        log.info("daemon.stopped")

    async def _at_work(self, tasks: asyncio.TaskGroup, scheduler: AsyncIOScheduler) -> Staff:
        """The workers of this process's roles, each of them rung for the first time."""
        staff = self._staff = await self._hired(tasks)
        self._hub.on_event(lambda event: staff.ring(event.type))
        for name, bell in staff.bells.items():
            seconds = 3600 if name == Retention.name else TICK
            scheduler.add_job(bell.ring, "interval", seconds=seconds)
            bell.ring()
        scheduler.start()
        if {"draft", "send", "console"} & set(self._roles):
            tasks.create_task(asyncio.to_thread(warm_up))  # the console need not wait
            if self._llm is not None:
                tasks.create_task(asyncio.to_thread(warm_up_checks))
        return staff

    async def _reload_when_asked(self) -> None:
        while True:
            await self._asked_to_reload.wait()
            self._asked_to_reload.clear()
            await self._reloader.reload()

    def _replan(self) -> None:
        if self._staff is not None:
            self._staff.replan()

    async def _hired(self, tasks: asyncio.TaskGroup) -> Staff:
        """The workers of this process's roles, at work."""
        settings = self._loaded.settings
        staff = Staff(
            self._database, self._accounts, tasks=tasks, clock=self._clock, metrics=self._metrics
        )
        staff.hire_clocks()
        if "poll" in self._roles:
            await staff.hire_pollers(slow_at=settings.drafting.queue_limit)
            if self._proactive is not None:
                await staff.hire_order_readers(self._proactive)
        if "draft" in self._roles:
            staff.hire_drafter(self._drafting, self._texts, self._llm)
            self._hire_assigner(staff)
        if "watch" in self._roles:
            told = channels(self._loaded, self._clock, await link_key(self._database))
            staff.hire_watchers(told, self._outlooks, keep_closed=settings.store.keep_closed)
            staff.hire_hearts(hearts(self._loaded))
        if "send" in self._roles:
            alone = is_own(settings.store.url)
            staff.hire_sender(self._drafting, alone=alone)
            if self._proactive is not None:
                staff.hire_outreach_sender(self._proactive.habits, self._drafting, alone=alone)
        return staff

    def _hire_assigner(self, staff: Staff) -> None:
        team = self._loaded.settings.team
        if team.assign != "off":
            everything = team.assign == "everything"
            staff.hire_assigner(Rules(everything=everything, limit=team.limit))

    async def _services(self) -> Services:
        key = await link_key(self._database)
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
            translator=self._llm.translator if self._llm else None,
            model_sees=self._llm.accounts if self._llm else frozenset(),
            accounts=cards(self._loaded),
            outlooks=self._outlooks,
            byte_limit=self._byte_limit,
            file_limits=self._file_limits,
            ready=self._not_ready,
            reload=self._reloader.reload,
            session_for=table.session_for,
            undo=table.undo,
            links=Links(console_url(self._loaded), key),
            tables=tables(self._loaded),
            keep_template=template_keeper(self._loaded),
            refresh_templates=self._texts.refresh,
            presence=Presence(self._database),
            second_factor=table.second_factor == "required",
            open_metrics=table.metrics == "open",
            guided=self._loaded.settings.team.guided,
            limit=self._loaded.settings.team.limit,
            attached=self._attached,
            try_account=partial(try_account, clock=self._clock),
            examples=examples(),
        )

    async def _attached(self, account: AccountId, file: Mapping[str, str]) -> bytes | None:
        known = self._accounts.get(account)
        return await attached(known.connector, file) if known else None

    def _byte_limit(self, account: AccountId, thread: str) -> int | None:
        known = self._accounts.get(account)
        return known.byte_limit(thread) if known else None

    def _file_limits(self, account: AccountId, thread: str) -> FileLimits | None:
        known = self._accounts.get(account)
        return known.file_limits(thread) if known else None

    async def _not_ready(self) -> list[str]:
        """What keeps this process from working, in words."""
        missing = []
        try:
            await self._database.redis.ping()
        except STORE_AWAY:
            missing.append("the store does not answer")
        if self._staff is None:
            missing.append("the workers have not started yet")
        else:
            idle = self._staff.idle_since(self._clock.now())
            missing += [f"the {name} worker does not tick" for name in idle]
        return missing
