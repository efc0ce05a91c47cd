"""The accounts' breakers for sends, shared by every daemon of a store."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from responder.domain.breaker import Breaker
from responder.domain.model import AccountId
from responder.store.database import Database
from responder.store.notices import Notice, dump_notice
from responder.store.times import maybe, ms

RACES = 20  # with others who change the same breaker, before one gives up


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the world hears of a change: an event with its reason, and perhaps an alert."""

    event: str = ""
    reason: str = ""
    notice: Notice | None = None


Change = Callable[[Breaker], tuple[Breaker, Told]]


async def read_breakers(
    database: Database, accounts: Collection[AccountId]
) -> Mapping[AccountId, Breaker]:
    """How the way to each account stands; one round trip."""
    pipe = database.redis.pipeline(transaction=False)
    for account in accounts:
        pipe.hget(database.partitions.of_account(account).account(account), "sends")
    return dict(zip(accounts, map(load_breaker, await pipe.execute()), strict=True))


async def change_breaker(
    database: Database, account: AccountId, change: Change
) -> tuple[Breaker, Told] | None:
    """Do what ``change`` makes of the breaker; None when it changes nothing.

    ``change`` may be asked several times: others change the same breaker.
    """
    partition = database.partitions.of_account(account)
    key = partition.account(account)
    for _ in range(RACES):
        stood = await database.field(key, "sends") or ""
        before = load_breaker(stood)
        after, told = change(before)
        if after == before:
            return None
        answer = await database.scripts.run(
            "breaker",
            (key, partition.events, partition.alerts, *partition.queue("alert")),
            (
                account,
                ms(database.clock.now()),
                stood,
                dump_breaker(after),
                told.event,
                told.reason,
                told.notice.id if told.notice else "",
                dump_notice(told.notice) if told.notice else "",
            ),
        )
        if answer:
            return after, told
    return None


def dump_breaker(breaker: Breaker) -> str:
    """``failures|until|probe_until``; "" for one that is as good as new."""
    if breaker == Breaker():
        return ""
    moments = (breaker.until, breaker.probe_until)
    return "|".join((str(breaker.failures), *(str(ms(at)) if at else "" for at in moments)))


def load_breaker(text: str | None) -> Breaker:
    """What makes no sense counts as none: one account's keeps nobody from the others."""
    if not text:
        return Breaker()
    try:
        failures, until, probe_until, *_ = text.split("|")  # a later version may know more
        return Breaker(failures=int(failures), until=maybe(until), probe_until=maybe(probe_until))
    except ValueError:
        return Breaker()
