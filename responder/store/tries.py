"""Tries at somebody's password or code: how many there were, and how long the next one waits."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from responder.store import keys
from responder.store.codec import digest
from responder.store.database import Database
from responder.store.times import moment, ms

FAILURES_KEPT = timedelta(hours=1)
FREE_TRIES = 4  # wrong passwords or codes in a row; then each costs a wait, twice the last
LONGEST_WAIT = timedelta(minutes=15)
REMEMBERED = timedelta(days=30)  # a device, after the last time that it opened the door
NOBODYS = 4  # hex digits: so many counts at most of names that nobody has, however many are guessed
STEPS = FREE_TRIES + 10  # after so many in a row each wait is the longest


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """A try at somebody's password or code: whether it may be made, and how long it locks the name.

    ``wait`` is how long the next try has to wait, this one too where it is not ``allowed``.
    """

    name: str
    allowed: bool
    until: datetime
    wait: timedelta


class Tries:
    """The count of tries in a row, by name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, name: str, *, known: bool = True, device: str = "") -> Try:
        """Count a try at a password or code before it is looked at.

        Counted first, no more pass at the same moment than one after the other. Whoever was right
        gives it back (``give_back``) or ends the count (``worked``). Names that are not ``known``
        are counted too, so that they look the same, and together where there are very many.
        A ``device`` that was right before has a count of its own: whoever guesses elsewhere does
        not lock it out.
        """
        counted = await self._counted_as(name, device)
        name = counted if known else f"\0{digest(name)[:NOBODYS]}"
        now = self._database.clock.now()
        steps = [ms(now + wait_after(count)) for count in range(1, STEPS + 1)]
        allowed, until = await self._database.scripts.run(
            "try_door",
            (_failures(name),),
            (ms(now), FAILURES_KEPT // timedelta(milliseconds=1), *steps),
        )
        ends = moment(until)
        return Try(name=name, allowed=bool(allowed), until=ends, wait=max(ends - now, timedelta()))

    async def give_back(self, tried: Try) -> None:
        """That try was right: it does not count."""
        await self._database.scripts.run("return_try", (_failures(tried.name),), (ms(tried.until),))

    async def worked(self, tried: Try, name: str, device: str) -> None:
        """That try opened the door to ``name``: its count ends, and ``device`` is remembered."""
        await self._database.redis.delete(_failures(tried.name))
        await self._database.redis.set(keys.device(digest(device)), name, ex=REMEMBERED)

    async def is_of(self, device: str, name: str) -> bool:
        """Whether ``name`` has come in from ``device``."""
        known = device and await self._database.redis.get(keys.device(digest(device)))
        return known == name

    async def _counted_as(self, name: str, device: str) -> str:
        return f"{name}\0{digest(device)}" if await self.is_of(device, name) else name


def wait_after(failures: int) -> timedelta:
    """How long to wait after so many wrong tries: nothing at first, then 2 s, 4 s, … 15 min."""
    beyond = failures - FREE_TRIES
    return min(timedelta(seconds=2 ** min(beyond, 12)), LONGEST_WAIT) if beyond > 0 else timedelta()


def _failures(name: str) -> str:
    return f"{keys.FAILED_LOGINS}:{digest(name)}"
