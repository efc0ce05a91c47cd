"""How the way into an account stands: noted for whoever looks, and told of where a person acts."""

from dataclasses import dataclass

from responder.domain.model import AccountId
from responder.store.database import Database
from responder.store.notices import Notice, dump_notice
from responder.store.times import ms


@dataclass(frozen=True, slots=True)
class Noted:
    """As it is in the account's book: JSON without secrets, and the names of what was told of."""

    standing: str = ""
    told: str = ""


async def read_noted(database: Database, account: AccountId) -> Noted:
    """What was noted last."""
    key = database.partitions.of_account(account).account(account)
    standing, told = await database.redis.hmget(key, ["access", "access_told"])
    return Noted(str(standing or ""), str(told or ""))


async def note_access(
    database: Database, account: AccountId, before: Noted, after: Noted, notice: Notice | None
) -> bool:
    """Note ``after``, and raise ``notice``; False when somebody else has told since ``before``."""
    partition = database.partitions.of_account(account)
    answer = await database.scripts.run(
        "note_access",
        (
            partition.account(account),
            partition.events,
            partition.alerts,
            *partition.queue("alert"),
        ),
        (
            account,
            ms(database.clock.now()),
            after.standing,
            before.told,
            after.told,
            notice.id if notice else "",
            dump_notice(notice) if notice else "",
            notice.reason if notice else "",
        ),
    )
    return bool(answer)
