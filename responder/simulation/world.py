"""One world: accounts, buyers, agents, two daemons, and everything that goes wrong for them."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from random import Random
from typing import Any, NamedTuple

from responder.domain.first_words import FirstWords, Hour
from responder.domain.model import AccountId
from responder.domain.sla import Share, SlaPolicy
from responder.simulation.amazon import AmazonShop
from responder.simulation.daemon import Machine
from responder.simulation.ledger import Ledger
from responder.simulation.line import Line
from responder.simulation.loop import MachineClock, TrueTime
from responder.simulation.mailbox import Folder
from responder.simulation.marketplace import Shop
from responder.simulation.orders import Orders
from responder.simulation.profiles import Profile
from responder.simulation.script_texts import read_scripts
from responder.simulation.server import Server
from responder.simulation.setting import Setting
from responder.simulation.taobao import TaobaoShop
from responder.simulation.wire import Weather, Wire
from responder.workers.rings import ENDS, rung_by

DAY = 86_400.0
WORKING_HOURS = (0.0, 10 * 3600.0)  # of each day; then nobody answers until the next one
MAIL = SlaPolicy("mail", timedelta(hours=6), (Share(50), Share(75), timedelta(minutes=30)))
CHAT = SlaPolicy("chat", timedelta(minutes=30), (Share(50), Share(80)))
RING_WITHIN = (
    0.001,
    0.05,
)  # seconds until a daemon hears of an event: now one is first, now another
FIRST_WORDS = FirstWords(texts={Hour.OPEN: {"en": "We have your message."}})
GREETING_CHAT = replace(CHAT, first_words=FIRST_WORDS)
OTHERS = (  # that the owner may come to promise
    SlaPolicy("short", timedelta(minutes=20), (Share(50),)),
    SlaPolicy("warned", timedelta(minutes=45), (Share(20), Share(50), timedelta(minutes=5))),
    SlaPolicy("usual", timedelta(hours=3), (Share(50), timedelta(minutes=30))),
    SlaPolicy("long", timedelta(hours=12)),
)
WARNINGS = ((), (Share(20),), (Share(10), Share(25), Share(40)))  # or be warned of in other ways


class Promised(NamedTuple):
    """What the owner promises: since when (in seconds) a daemon knew it, and all of them."""

    begun: float
    known: float
    policy: SlaPolicy


@dataclass(slots=True)
class World:
    setting: Setting
    time: TrueTime
    server: Server
    ledger: Ledger
    markets: dict[AccountId, Shop] = field(default_factory=dict)
    weather: dict[AccountId, Weather] = field(default_factory=dict)
    machines: list[Machine] = field(default_factory=list)
    promises: dict[AccountId, list[Promised]] = field(default_factory=dict)
    quiet: bool = False

    @property
    def last_news(self) -> float:
        """When the last message came to show."""
        return max((market.last_news for market in self.markets.values()), default=0.0)

    @property
    def profile(self) -> Profile:
        return self.setting.profile

    @property
    def end(self) -> float:
        return self.setting.days * DAY

    def dice(self, purpose: str) -> Random:
        """Dice of their own for each purpose, so that less of one fault changes little else."""
        return Random(f"{self.setting.seed}/{purpose}")  # noqa: S311 - a simulation

    @property
    def policies(self) -> dict[AccountId, SlaPolicy]:
        """What is promised now."""
        return {account: promised[-1].policy for account, promised in self.promises.items()}

    def fitting(self, account: AccountId, since: datetime, due: datetime) -> list[Promised]:
        """By which of an account's promises what waits ``since`` then is ``due``, as they came.

        Several are those that gave the same deadline and other warnings before it.
        """
        promised = self.promises[account]
        found = [one for one in promised if one.policy.plan(since).due_at == due] or promised[-1:]
        others = (after for before, after in pairwise(found) if after.policy != before.policy)
        return [found[0], *others]

    def lost_answers(self, owner: str, asked: str) -> list[float]:
        """When ``owner`` came to know that he will not hear what became of that script."""
        lost = self.server.lost_answers
        return [one.at for one in lost if one.owner == owner and asked in one.asked]

    def working(self) -> bool:
        now = self.time.loop.time()
        return now < self.end and WORKING_HOURS[0] <= now % DAY < WORKING_HOURS[1]


def build(setting: Setting) -> World:
    """A world at its beginning. Called inside its loop."""
    loop = asyncio.get_running_loop()
    time = TrueTime(loop)
    server = Server(time, setting.profile, Random(f"{setting.seed}/server"))  # noqa: S311
    world = World(setting, time, server, Ledger(server, read_scripts()))
    for number in range(setting.accounts):
        name = AccountId(f"{'mail' if number % 2 else 'chat'}{number}")
        world.weather[name] = Weather()
        world.markets[name] = _shop(world, name, number)
        chat = GREETING_CHAT if setting.first_words else CHAT
        world.promises[name] = [Promised(0, 0, MAIL if world.markets[name].mail else chat)]
    for number in range(setting.daemons):
        world.machines.append(_machine(world, f"daemon{number}"))

    dice = world.dice("rings")

    def ring(events: list[str]) -> None:
        names = tuple(dict.fromkeys(name for event in events for name in rung_by(event)))
        ended = not ENDS.isdisjoint(events)
        for machine in world.machines:
            way = dice.uniform(*RING_WITHIN)
            if names:
                time.loop.call_after(way, partial(machine.ring, names))
            if ended:
                time.loop.call_after(way, machine.hear_of_an_end)

    server.on_events = ring
    return world


def _shop(world: World, name: AccountId, number: int) -> Shop:
    """Every second one is Amazon's. Its mail tells of what we sent by copies, by nothing, by both
    copies and a sent folder: which one is which changes from world to world.
    """
    facts: dict[str, Any] = {
        "account": name,
        "time": world.time,
        "profile": world.profile,
        "dice": world.dice(f"market {name}"),
        "weather": world.weather[name],
        "compared": world.setting.census,
        "on_accepted": world.ledger.accept,
        "reply_with": lambda text: world.ledger.words.get(text, ""),
        "orders": Orders(on_said=partial(world.ledger.said, name)),
    }
    if number % 2 == 0:
        return TaobaoShop(**facts)
    tells = (number // 2 + world.setting.seed) % 3
    return AmazonShop(**facts, copies=tells != 1, sent=Folder() if tells == 2 else None)


def _machine(world: World, name: str) -> Machine:
    def wire(account: AccountId, line: Line) -> Wire:
        dice = world.dice(f"wire {name} {account} {world.time.loop.time()}")
        return Wire(world.time, world.profile, world.weather[account], dice, line.thaws)

    return Machine(
        name=name,
        clock=MachineClock(world.time.loop),
        dice=world.dice(name),
        ledger=world.ledger,
        profile=world.profile,
        policies=lambda: world.policies,
        poll_seconds={
            name: world.setting.poll * (2 if one.mail else 1) for name, one in world.markets.items()
        },
        marketplaces={
            name: "amazon" if one.mail else "taobao" for name, one in world.markets.items()
        },
        new_wire=wire,
        connect=lambda account, wire, now: world.markets[account].connector(wire, now),
        keep_closed=timedelta(seconds=world.setting.keep_closed),
        census=world.setting.census,
        proactive=world.setting.proactive,
        model=world.setting.model,
    )
