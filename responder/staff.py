"""Who works in a process: the workers of its roles, their bells and their crews."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any

from responder.alerts.channels import Channels
from responder.alerts.hearts import Heart
from responder.clock import Clock
from responder.domain.ahead import Outlook
from responder.domain.model import AccountId
from responder.domain.outreach import Habits
from responder.drafting import Drafting
from responder.llm import Llm
from responder.metrics import Metrics
from responder.outreach import Objecting, Proactive
from responder.store.counting import Counting
from responder.store.database import Database
from responder.store.queues import Queues
from responder.workers.accounts import Accounts
from responder.workers.alerter import Alerter
from responder.workers.assigner import Assigner, Rules
from responder.workers.clocks import Clocks
from responder.workers.drafter import Drafter
from responder.workers.greeter import Greeter
from responder.workers.heartbeat import Heartbeat
from responder.workers.improver import Improver, Wishes, Writes
from responder.workers.lookout import Lookout
from responder.workers.loop import Bell, Crew, Worker, repeat
from responder.workers.objections import Objections
from responder.workers.occasions import Considering, OrderLook, OrderReader
from responder.workers.orders import Orders
from responder.workers.outreach_sender import OutreachSender
from responder.workers.poller import Poller
from responder.workers.reconciler import Reconciler
from responder.workers.replanner import Replanner
from responder.workers.retention import Retention
from responder.workers.rings import ENDS, rung_by
from responder.workers.sender import Sender
from responder.workers.texts import Texts
from responder.workers.waker import Waker
from responder.workers.watcher import Watcher

NOT_TICKING_AFTER = timedelta(seconds=90)
AT_LENGTH = (Retention.name, Replanner.name)  # one round of theirs may take minutes
CREW = 128  # pieces of work of one kind side by side; no account has more than a few of them
COMPARING = 4  # accounts whose lists are compared at a time: nobody waits for it
ABOUT_ORDERS = 8  # looks at orders, and words about them, at a time; half for one account at most


class Staff:
    """The workers of one process. Each sleeps until its next moment, or its bell rings."""

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        *,
        tasks: asyncio.TaskGroup,
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        self._database = database
        self._queues = Queues(database)
        self._accounts = accounts
        self._tasks = tasks
        self._clock = clock
        self._metrics = metrics
        self._crews: list[Crew] = []
        self._loops: list[asyncio.Task[None]] = []
        self._replanner: Replanner | None = None
        self._alerter: Alerter | None = None
        self._waker: Waker | None = None
        self.bells: dict[str, Bell] = {}

    async def hire_pollers(self, *, slow_at: int) -> None:
        """Whoever reads inboxes; more slowly while more than ``slow_at`` drafts wait."""
        size = max(CREW, len(self._accounts))  # a place for each: none waits for another's poll
        poller = Poller(
            self._database,
            self._queues,
            self._accounts,
            slow_at=slow_at,
            **self._with_crew(Poller.name, size),
        )
        reconciler = Reconciler(
            self._database,
            self._queues,
            self._accounts,
            **self._with_crew(Reconciler.name, COMPARING),
        )
        await poller.plan()
        await reconciler.plan()
        self._start(poller)
        self._start(reconciler)
        self._waker = Waker(
            self._database,
            self._queues,
            self._accounts,
            tasks=self._tasks,
            bell=self._bell(Waker.name),
            polls=self._bell(Poller.name),
            clock=self._clock,
            dice=SystemRandom(),
        )
        self._start(self._waker)

    async def hire_order_readers(self, proactive: Proactive) -> None:
        """Whoever looks for orders that should be written about before somebody asks."""
        considering = Considering(self._database, self._queues, proactive.habits, proactive.said)
        given: Mapping[str, Any] = {
            "considering": considering,
            "clock": self._clock,
            "dice": SystemRandom(),
        }
        reader = OrderReader(
            self._database,
            self._queues,
            self._accounts,
            every=proactive.every,
            crew=self._crew(OrderReader.name, COMPARING),
            **given,
        )
        await reader.plan()
        self._start(reader)
        crew = self._crew(OrderLook.name, ABOUT_ORDERS)
        self._start(OrderLook(self._database, self._queues, self._accounts, crew=crew, **given))

    def hire_outreach_sender(self, habits: Habits, drafting: Drafting, *, alone: bool) -> None:
        """Whoever lets approved words about orders leave."""
        self._start(
            OutreachSender(
                self._database,
                self._queues,
                self._accounts,
                habits=habits,
                objection=Objecting(self._accounts, drafting).to,
                crew=self._crew(OutreachSender.name, ABOUT_ORDERS),
                clock=self._clock,
                dice=SystemRandom(),
                alone=alone,
            )
        )

    def hire_drafter(self, drafting: Drafting, texts: Texts, llm: Llm | None = None) -> None:
        """Whoever drafts, by ``texts``; with a language model that writes, also who asks it."""
        orders, wishes = Orders(self._clock), None
        if llm is not None and llm.writer is not None:
            wishes = Wishes(self._queues, llm.writer, llm.accounts)
            self._hire_improver(llm.writer, orders, llm.at_once)
        self._start(
            Drafter(
                self._database,
                self._queues,
                self._accounts,
                drafting=drafting,
                orders=orders,
                clock=self._clock,
                metrics=self._metrics,
                wishes=wishes,
                refresh=texts.refresh,
            )
        )

    def _hire_improver(self, writer: Writes, orders: Orders, at_once: int) -> None:
        crew = self._crew(Improver.name, at_once)
        self._start(
            Improver(
                self._database,
                self._queues,
                self._accounts,
                writer=writer,
                orders=orders,
                crew=crew,
                clock=self._clock,
                metrics=self._metrics,
            )
        )

    def hire_watchers(
        self,
        channels: Channels,
        outlooks: Mapping[AccountId, Outlook],
        *,
        keep_closed: timedelta,
    ) -> None:
        """Whoever watches the clocks, tells of them, and throws away what is old."""
        self._replanner = Replanner(self._database, self._accounts)
        self._start(self._replanner)
        self._start(Lookout(self._database, outlooks, clock=self._clock))
        self._start(Watcher(self._database, self._queues, self._accounts, clock=self._clock))
        crew = self._with_crew(Alerter.name, CREW)
        self._alerter = Alerter(self._database, self._queues, channels=channels, **crew)
        self._start(self._alerter)
        self._start(Retention(self._database, clock=self._clock, keep_closed=keep_closed))

    def hire_hearts(self, hearts: Sequence[Heart]) -> None:
        """Whoever tells the outside that the watch is kept."""
        if hearts:
            bell = self._bell(Watcher.name)
            self._start(
                Heartbeat(self._database, self._queues, hearts, clock=self._clock, watcher=bell)
            )

    def hire_assigner(self, rules: Rules) -> None:
        """Whoever shares the work out among the agents who are here."""
        counting = Counting(self._database)
        self._start(Assigner(self._database, counting, rules=rules, clock=self._clock))

    def hire_sender(self, drafting: Drafting, *, alone: bool) -> None:
        """Whoever lets approved replies leave, and says first words."""
        crew = self._with_crew(Sender.name, CREW)
        rules = Objections(self._database, self._accounts, drafting)
        about = (self._database, self._queues, self._accounts)
        self._start(Sender(*about, objection=rules.to, alone=alone, **crew))
        crew = self._with_crew(Greeter.name, CREW)
        self._start(Greeter(*about, **crew))

    def hire_clocks(self) -> None:
        """Whoever sees to it that nothing waits for the time of a clock that was ahead."""
        self._start(
            Clocks(
                self._database,
                self._queues,
                self._accounts,
                clock=self._clock,
                rings=self._ring_all,
            )
        )

    def replan(self) -> None:
        """Have open conversations planned anew where their promises have changed."""
        if self._replanner is not None:
            self._replanner.again()
            self.bells[Replanner.name].ring()

    def ring(self, event: str) -> None:
        """Wake whoever an event of this type gives something to do."""
        for name in rung_by(event):
            if name in self.bells:
                self.bells[name].ring()
        if event in ENDS and self._alerter is not None and self._alerter.something_ended():
            self.bells[Alerter.name].ring()

    def _ring_all(self) -> None:
        for bell in self.bells.values():
            bell.ring()

    def idle_since(self, now: datetime) -> list[str]:
        """Names of the workers that have not finished a round for too long."""
        limit = now - NOT_TICKING_AFTER
        return [
            name
            for name, bell in self.bells.items()
            if name not in AT_LENGTH and (bell.ticked_at is None or bell.ticked_at < limit)
        ]

    async def drain(self, within: float) -> None:
        """End every loop after the round under way; what takes too long is left to its lease."""
        if self._waker is not None:
            self._waker.stop()
        for bell in self.bells.values():
            bell.stop()
        end = self._clock.now() + timedelta(seconds=within)
        late: Collection[asyncio.Task[None]] = ()
        if self._loops:
            _, late = await asyncio.wait(self._loops, timeout=within)
        for task in late:
            task.cancel()
        for crew in self._crews:
            await crew.finish((end - self._clock.now()).total_seconds())

    def _with_crew(self, name: str, size: int) -> Mapping[str, Any]:
        """What every worker with a crew wants."""
        return {
            "crew": self._crew(name, size),
            "clock": self._clock,
            "metrics": self._metrics,
            "dice": SystemRandom(),
        }

    def _crew(self, name: str, size: int) -> Crew:
        crew = Crew(self._tasks, size, self._bell(name))
        self._crews.append(crew)
        return crew

    def _bell(self, name: str) -> Bell:
        return self.bells.setdefault(name, Bell())

    def _start(self, worker: Worker) -> None:
        loop = repeat(worker, self._bell(worker.name), self._clock)
        self._loops.append(self._tasks.create_task(loop))
