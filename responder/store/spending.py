"""What a day may cost, counted over all processes and kept over restarts.

The whole of a question is set aside before it is asked; what was not needed is given back
afterwards. So a process that dies has spent too much, never too little.
"""

from dataclasses import dataclass
from datetime import timedelta

from responder.store import keys
from responder.store.database import Database

KEEP = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Cost:
    """Tokens, and money in millionths of whatever currency the budget is in."""

    tokens: int
    money: int

    def __sub__(self, other: "Cost") -> "Cost":
        return Cost(self.tokens - other.tokens, self.money - other.money)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a day (UTC) may cost; None: no limit of that kind."""

    tokens: int | None = None
    money: int | None = None


class Spending:
    """The books of every day."""

    def __init__(self, database: Database, limits: Limits) -> None:
        self._database = database
        self._limits = limits

    async def take(self, cost: Cost) -> str | None:
        """Set ``cost`` aside; the day that it counts for, None when that is more than is left."""
        day = self._database.clock.now().date().isoformat()
        return day if await self._add(day, cost, self._limits) else None

    async def give_back(self, day: str, cost: Cost) -> None:
        """Part of what was set aside on ``day`` was not needed (or, negative, too little)."""
        await self._add(day, Cost(0, 0) - cost, Limits())

    async def spent(self, day: str) -> Cost:
        """What ``day`` has cost so far."""
        raw = await self._database.hash(keys.spent(day))
        return Cost(int(raw.get("tokens", 0)), int(raw.get("money", 0)))

    async def _add(self, day: str, cost: Cost, limits: Limits) -> bool:
        answer = await self._database.scripts.run(
            "spend",
            (keys.spent(day),),
            (
                cost.tokens,
                cost.money,
                "" if limits.tokens is None else limits.tokens,
                "" if limits.money is None else limits.money,
                KEEP // timedelta(milliseconds=1),
            ),
        )
        return bool(answer)
