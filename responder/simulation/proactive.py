"""Writing first about orders, in a world: its workers, and the people who approve."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from connectors.order_desk import Route
from responder.domain.outreach import Habits, Occasion, Standing
from responder.simulation.ledger import Ledger
from responder.simulation.loop import TrueTime
from responder.simulation.people import keep_looking
from responder.store.database import Database
from responder.store.outreach import Outreach, outreaches
from responder.store.outreach_decisions import approve, drop, resolve
from responder.store.queues import Queues
from responder.workers.accounts import Accounts
from responder.workers.loop import Crew, Worker
from responder.workers.occasions import Considering, OrderLook, OrderReader
from responder.workers.outreach_sender import OutreachSender

HABITS = Habits(occasions=frozenset(Occasion))
EVERY = timedelta(minutes=5)  # between two looks at what changed
ALL_OF_IT = 0.6  # of looks at an order: everything that is proposed about it is approved
ORDER_WORKERS = ("orders", "occasion", "outreach")


def said(occasion: Occasion, language: str, known: Mapping[str, str], route: Route) -> str:
    """The words for an occasion; nothing where the marketplace has its own."""
    return f"About {occasion} of {known['order_id']} ({language})." if route.free else ""


async def nothing(_: Outreach) -> str:
    """There are no rules that words could break: they are tested elsewhere."""
    return ""


def order_workers(
    database: Database,
    queues: Queues,
    accounts: Accounts,
    crew: Callable[[str], Crew],
    given: Mapping[str, Any],
) -> tuple[OrderReader, list[Worker]]:
    """Those who read orders, and who lets approved words leave."""
    considering = Considering(database, queues, HABITS, said)
    reader = OrderReader(
        database,
        queues,
        accounts,
        considering=considering,
        every=EVERY,
        crew=crew(OrderReader.name),
        **given,
    )
    look = OrderLook(
        database, queues, accounts, considering=considering, crew=crew(OrderLook.name), **given
    )
    sender = OutreachSender(
        database,
        queues,
        accounts,
        habits=HABITS,
        objection=nothing,
        crew=crew(OutreachSender.name),
        **given,
    )
    return reader, [reader, look, sender]


@dataclass(slots=True)
class Clerk:
    """Looks through words about orders: approves, changes or drops them, and decides."""

    name: str
    database: Database
    ledger: Ledger
    dice: Random
    time: TrueTime
    working: Callable[[], bool]
    number: int = 0

    async def live(self) -> None:
        await keep_looking(self._look, self.time, self.dice, first=20.0)

    async def _look(self) -> bool:
        wanted = [Standing.UNCERTAIN, *([Standing.PROPOSED] if self.working() else [])]
        found = await outreaches(self.database, wanted)
        if not found:
            return False
        one = self.dice.choice(found[:8])
        await self.time.sleep(self.dice.uniform(2, 40))
        if one.state is Standing.UNCERTAIN:
            await self._decide(one)
        elif self.dice.random() < 0.1:
            await drop(self.database, one.id, by=self.name, reason="not now", version=one.version)
        else:
            alike = [other for other in found if other.order_id == one.order_id]
            for each in alike if self.dice.random() < ALL_OF_IT else [one]:
                if each.state is Standing.PROPOSED:
                    await self._approve(each)
        return True

    async def _decide(self, one: Outreach) -> None:
        """Look at the marketplace's own page, and say what stands there."""
        was_sent = one.id in self.ledger.unasked.taken
        await resolve(
            self.database,
            one.id,
            by=self.name,
            was_sent=was_sent,
            version=one.version,
            at=self.time.now(),
        )

    async def _approve(self, one: Outreach) -> None:
        self.number += 1
        text = f"{one.text} {self.name} {self.number}" if one.is_free else one.text
        await approve(
            self.database,
            one.id,
            by=self.name,
            text=text,
            version=one.version,
            at=self.time.now(),
        )
