"""The orders of a shop as they are in truth, and who places them."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Protocol

from connectors.order_feed import OrderEntry, Placed
from responder.simulation.loop import TrueTime

# What becomes of an order, step by step. Each step may come before anybody has written about it.
LIVES: tuple[tuple[Placed, ...], ...] = (
    ("unpaid",),
    ("unpaid", "unshipped", "shipped"),
    ("unpaid", "cancelled"),
    ("unshipped",),
    ("unshipped", "shipped", "delivered"),
    ("unshipped", "cancelled"),
    ("delivered",),
)
MANY = 40  # pieces: more than anybody orders by mistake
DOUBTFUL, PLAIN = "Long Road", "Long Road 7"  # the first has no house number


# Of an order: how many pieces, to where. What is odd is mostly odd twice.
ODDITIES = ((1, PLAIN), (1, DOUBTFUL), (MANY, PLAIN), (MANY, DOUBTFUL), (MANY, DOUBTFUL))


@dataclass(slots=True)
class Orders:
    """Each order with all that it ever was, and since when. ``on_said`` hears what was taken."""

    said: dict[str, list[tuple[float, OrderEntry]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    on_said: Callable[[str, str, str], None] = field(default=lambda *_: None)

    def stood(self, order_id: str, since: float, until: float) -> list[OrderEntry]:
        """All that an order was between two moments; nothing where nobody had placed it before."""
        steps = self.said.get(order_id)
        if not steps or steps[0][0] > since:
            return []
        ends = [at for at, _ in steps[1:]] + [until]
        return [
            entry
            for (begun, entry), end in zip(steps, ends, strict=True)
            if begun <= until and end >= since
        ]


class Seller(Protocol):
    """Where orders are placed."""

    orders: Orders

    def new_order(self, number: int, dice: Random) -> str:
        """The id of an order that somebody places now, or talks about already."""

    def place(self, entry: OrderEntry) -> None:
        """An order, or what has become of it."""


@dataclass(slots=True)
class Customer:
    """Places an order, sometimes an odd one, and changes it."""

    shop: Seller
    number: int
    time: TrueTime
    dice: Random
    until: float

    @property
    def name(self) -> str:
        return f"customer-{self.number}"

    async def live(self) -> None:
        await self.time.sleep(self.dice.uniform(0, self.until))
        dice, order_id = self.dice, self.shop.new_order(self.number, self.dice)
        quantity, street = dice.choice(ODDITIES)
        placed_at = self.time.now() - timedelta(hours=dice.choice((0, 1, 11, 13, 47, 49, 100, 200)))
        for status in dice.choice(LIVES):
            if self.time.loop.time() > self.until:
                return
            entry = OrderEntry(
                order_id=order_id,
                buyer=self.name,
                status=status,
                quantity=quantity,
                street=street,
                at=placed_at.replace(microsecond=0),
            )
            self.shop.place(entry)
            await self.time.sleep(dice.choice((20, 300, 3600)) * (0.2 + dice.random()))
