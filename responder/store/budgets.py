"""What an account may ask its marketplace for, shared by all processes that ask."""

from datetime import timedelta
from typing import Protocol

from responder.domain.model import AccountId
from responder.store.database import Database
from responder.store.times import ms

_MS = timedelta(milliseconds=1)


class Rate(Protocol):
    """How fast a bucket fills, and how much it holds."""

    @property
    def interval(self) -> timedelta:
        """How long one token takes to come back."""

    @property
    def burst(self) -> int:
        """How many it holds."""


class AccountBudget:
    """Token buckets in the store: two daemons together never ask for more than one may.

    Moments are those of whoever asks: a clock that is ahead takes the tokens of that time early,
    once; a clock that is behind takes fewer.
    """

    def __init__(self, database: Database, account: AccountId) -> None:
        self._database = database
        self._key = database.partitions.of_account(account).budget(account)

    async def take(self, operation: str, rate: Rate) -> timedelta:
        """Take one token for ``operation``, or, where there is none, say how long to wait."""
        return await self._run(operation, rate, "take")

    async def drain(self, operation: str, rate: Rate) -> None:
        """Nothing is left, whatever the books say."""
        await self._run(operation, rate, "drain")

    async def _run(self, operation: str, rate: Rate, what: str) -> timedelta:
        now = ms(self._database.clock.now())
        interval = -(-rate.interval // _MS)  # up to the next millisecond: never too fast
        arguments = (operation, now, interval, now + interval * rate.burst, what)
        return int(await self._database.scripts.run("take_token", (self._key,), arguments)) * _MS
