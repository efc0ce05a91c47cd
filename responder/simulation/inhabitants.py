"""Who lives in a world: buyers and agents; where shops write first, customers and clerks too."""

from typing import Protocol

from responder.simulation.orders import Customer
from responder.simulation.people import CLAIM_FOR, UNDO, Agent, Buyer
from responder.simulation.proactive import Clerk
from responder.simulation.world import World
from responder.store.database import Database
from responder.store.desk import Desk

AGENTS = 3
CLERKS = 2


class Inhabitant(Protocol):
    """Somebody with a life of their own."""

    @property
    def name(self) -> str:
        """What its task is called."""

    async def live(self) -> None:
        """Until the end of the world."""


def inhabitants(world: World, database: Database) -> list[Inhabitant]:
    """All of them; ``database`` is what those at the desk look into."""
    found: list[Inhabitant] = [*_buyers(world), *_agents(world, database)]
    if world.setting.proactive:
        found += [*_customers(world), *_clerks(world, database)]
    return found


def _buyers(world: World) -> list[Buyer]:
    names = sorted(world.markets)
    buyers = []
    for number in range(world.setting.buyers):
        market = world.markets[names[number % len(names)]]
        dice = world.dice(f"buyer {number}")
        kind = "mail" if market.mail else dice.choice(("chat", "chat", "refund"))
        buyers.append(
            Buyer(
                market=market,
                name=f"{kind}-{number}",
                time=world.time,
                dice=dice,
                until=world.end,
            )
        )
    return buyers


def _customers(world: World) -> list[Customer]:
    names = sorted(world.markets)
    return [
        Customer(
            shop=world.markets[names[number % len(names)]],
            number=number,
            time=world.time,
            dice=world.dice(f"customer {number}"),
            until=world.end,
        )
        for number in range(world.setting.buyers)
    ]


def _clerks(world: World, database: Database) -> list[Clerk]:
    return [
        Clerk(
            name=f"clerk{number}",
            database=database,
            ledger=world.ledger,
            dice=world.dice(f"clerk {number}"),
            time=world.time,
            working=world.working,
        )
        for number in range(CLERKS)
    ]


def _agents(world: World, database: Database) -> list[Agent]:
    desk = Desk(database, lease=CLAIM_FOR, undo=UNDO)
    return [
        Agent(
            name=f"agent{number}",
            desk=desk,
            database=database,
            markets=world.markets,
            ledger=world.ledger,
            dice=world.dice(f"agent {number}"),
            time=world.time,
            working=world.working,
        )
        for number in range(AGENTS)
    ]
