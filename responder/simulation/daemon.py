"""A daemon of a world: the real workers over a line that can be cut, and a pager."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from redis.exceptions import RedisError

from connectors.base import Connector
from connectors.order_facts import Order
from responder.domain.model import AccountId, Intent, Proposal
from responder.domain.sla import SlaPolicy
from responder.drafting.drafter import Drafting, Question
from responder.metrics import Metrics
from responder.simulation.language_model import Model
from responder.simulation.ledger import Ledger
from responder.simulation.line import Line
from responder.simulation.loop import MachineClock
from responder.simulation.pager import Pager
from responder.simulation.proactive import ORDER_WORKERS, order_workers
from responder.simulation.profiles import Profile
from responder.simulation.wire import Wire
from responder.store.database import Database, open_database
from responder.store.queues import Queues
from responder.workers.accounts import Account, Accounts
from responder.workers.alerter import Alerter
from responder.workers.drafter import Drafter
from responder.workers.greeter import Greeter
from responder.workers.loop import Bell, Crew, Worker, repeat
from responder.workers.occasions import OrderReader
from responder.workers.orders import Orders
from responder.workers.poller import Poller
from responder.workers.reconciler import Reconciler
from responder.workers.replanner import Replanner
from responder.workers.retention import Retention
from responder.workers.sender import Sender
from responder.workers.watcher import Watcher

PARTITIONS = 2
CREW = 8
TICK = 3600.0  # seconds; between ticks events ring, as the hub does
SLOWEST_DRAFT = 200.0  # seconds
WORKERS = (
    *("poll", "census", "draft", "improve", "replan", "watch", "send", "greet", "alert"),
    "retention",
    *ORDER_WORKERS,
)


class QuickDrafting(Drafting):
    """Proposes a plain text at once: languages and templates are tested elsewhere."""

    def __init__(self) -> None:
        """It needs no files."""

    def propose(self, question: Question) -> Proposal:  # noqa: ARG002 - always the same
        return Proposal(
            text="We are looking into it.",
            language="en",
            intent=Intent.UNKNOWN,
            case="",
            confidence=0.5,
            source="template:simulation",
            facts={},
        )


class SlowOrders(Orders):
    """Order facts; now and then they, or the draft that wants them, take very long."""

    def __init__(self, machine: "Machine") -> None:
        super().__init__(machine.clock)
        self._machine = machine

    async def find(self, account: Account, order_id: str) -> Order | None:
        machine = self._machine
        if machine.profile.slow_draft > machine.dice.random():
            await machine.clock.sleep(machine.dice.uniform(5, SLOWEST_DRAFT))
        return await super().find(account, order_id)


@dataclass(slots=True)
class Machine:
    """Where one daemon lives, life after life."""

    name: str
    clock: MachineClock
    dice: Random
    ledger: Ledger
    profile: Profile
    policies: Callable[[], Mapping[AccountId, SlaPolicy]]  # as the configuration is at a start
    poll_seconds: Mapping[AccountId, float]
    marketplaces: Mapping[AccountId, str]
    new_wire: Callable[[AccountId, Line], Wire]
    connect: Callable[[AccountId, Wire, Callable[[], datetime]], Connector]
    keep_closed: timedelta
    census: bool = True
    proactive: bool = False
    model: bool = False
    life: int = 0
    up_since: float | None = None
    freezes: list[tuple[float, float]] = field(default_factory=list)  # from, to
    steps: list[tuple[float, float]] = field(default_factory=list)  # of its clock: at, ahead by
    ups: list[tuple[float, float]] = field(default_factory=list)  # finished lives: from, to
    bells: dict[str, Bell] = field(default_factory=dict)
    line: Line | None = None
    alerter: Alerter | None = None
    metrics: Metrics = field(default_factory=Metrics)  # which nobody reads: one for all its lives
    task: "asyncio.Task[None] | None" = None

    @property
    def owner(self) -> str:
        return f"{self.name}.{self.life}"

    def start(self) -> None:
        self.life += 1
        self.ledger.note(f"{self.owner} starts")
        self.line = Line(self.ledger.server, self.owner)
        self.up_since = self.ledger.now
        loop = self.clock.loop
        self.task = loop.create_task(self._live(self.line), name=f"{self.owner}")
        self.task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        """Whoever was not killed has no business to end."""
        if not task.cancelled() and task.exception() is not None and task is self.task:
            words = f"{self.owner} died of {task.exception()!r}"
            self.ledger.broken("a daemon dies only when it is killed", self.name, words)
            self.kill()
            self.start()

    def kill(self) -> None:
        """Die at whatever await it stands; nothing that it still does reaches anybody."""
        if self.task is None or self.line is None or self.up_since is None:
            return
        self.ledger.note(f"{self.owner} is killed")
        self.ledger.troubles.append((self.ledger.now, self.owner))
        self.ups.append((self.up_since, self.ledger.now))
        self.line.dead = True
        self.up_since, self.bells, self.alerter = None, {}, None
        self.task.cancel()

    def lives(self, now: float) -> list[tuple[float, float]]:
        return [*self.ups, *([(self.up_since, now)] if self.up_since is not None else [])]

    def ring(self, names: tuple[str, ...]) -> None:
        for name in names:
            if name in self.bells:
                self.bells[name].ring()

    def ring_all(self) -> None:
        self.ring(tuple(self.bells))

    def hear_of_an_end(self) -> None:
        if self.alerter is not None and self.alerter.something_ended():
            self.ring((Alerter.name,))

    async def _live(self, line: Line) -> None:
        while True:
            try:
                database = await open_database(line.redis, self.clock, PARTITIONS)
                break
            except RedisError:
                await self.clock.sleep(1)
        accounts = self._accounts(line)
        queues, metrics, dice = Queues(database), self.metrics, self.dice
        bells = self.bells = {name: Bell() for name in WORKERS}
        async with asyncio.TaskGroup() as tasks:

            def crew(name: str) -> Crew:
                return Crew(tasks, CREW, bells[name])

            shared: dict[str, Any] = {"clock": self.clock, "metrics": metrics, "dice": dice}
            poller = Poller(database, queues, accounts, crew=crew("poll"), **shared)
            reconciler = Reconciler(database, queues, accounts, crew=crew("census"), **shared)
            alerter = self.alerter = Alerter(
                database,
                queues,
                channels=Pager(line, self.ledger, self.clock, dice, self.profile),
                crew=crew("alert"),
                **shared,
            )
            workers: list[Worker] = [
                poller,
                *([reconciler] if self.census else []),
                *self._writers(database, queues, accounts, crew("improve"), metrics),
                Replanner(database, accounts),
                Watcher(database, queues, accounts, clock=self.clock, dice=dice),
                alerter,
                Retention(database, clock=self.clock, keep_closed=self.keep_closed),
                Sender(database, queues, accounts, crew=crew("send"), **shared),
            ]
            if any(policy.first_words for policy in self.policies().values()):
                workers.append(Greeter(database, queues, accounts, crew=crew("greet"), **shared))
            if self.proactive:
                reader, hands = order_workers(
                    database, queues, accounts, crew, {"clock": self.clock, "dice": dice}
                )
                await self._planned(reader)
                workers += hands
            await self._planned(poller)
            if self.census:
                await self._planned(reconciler)
            for worker in workers:
                tasks.create_task(repeat(worker, bells[worker.name], self.clock))
            while True:
                await self.clock.sleep(TICK)
                self.ring_all()

    def _writers(
        self, database: Database, queues: Queues, accounts: Accounts, crew: Crew, metrics: Metrics
    ) -> list[Worker]:
        """Who drafts, and who asks the model, if there is one."""
        model = Model(self.clock, self.dice, self.profile) if self.model else None
        drafter = Drafter(
            database,
            queues,
            accounts,
            drafting=QuickDrafting(),
            orders=SlowOrders(self),
            clock=self.clock,
            metrics=metrics,
            dice=self.dice,
            wishes=model.wishes(queues) if model is not None else None,
        )
        if model is None:
            return [drafter]
        return [drafter, model.improver(database, queues, accounts, crew, metrics)]

    async def _planned(self, worker: Poller | Reconciler | OrderReader) -> None:
        while True:
            try:
                await worker.plan()
            except RedisError:
                await self.clock.sleep(1)
            else:
                return

    def _accounts(self, line: Line) -> Accounts:
        accounts = {}
        for name, policy in self.policies().items():
            wire = self.new_wire(name, line)
            accounts[name] = Account(
                id=name,
                marketplace=self.marketplaces[name],
                connector=self.connect(name, wire, self.clock.now),
                policy=policy,
                poll_seconds=self.poll_seconds[name],
                language="en",
            )
        return accounts
