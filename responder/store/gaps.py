"""What the source lists and the store lacks: asking for it, and telling of it."""

from collections.abc import Sequence
from datetime import datetime

from responder.domain.model import AccountId
from responder.store.accounts import AccountBook
from responder.store.database import Database
from responder.store.notices import Notice, dump_notice
from responder.store.times import ms


async def missing(database: Database, account: AccountId, ids: Sequence[str]) -> frozenset[str]:
    """Those of ``ids`` that were neither stored as a message nor set aside."""
    if not ids:
        return frozenset()
    key = database.partitions.of_account(account).seen(account)
    pipe = database.redis.pipeline(transaction=False)
    pipe.zmscore(key, list(ids))
    pipe.zmscore(key, [f"!{one}" for one in ids])
    stored, aside = await pipe.execute()
    rows = zip(ids, stored, aside, strict=True)
    return frozenset(one for one, first, second in rows if first is None and second is None)


async def tell_gap(
    database: Database, book: AccountBook, notice: Notice, *, not_since: datetime
) -> bool:
    """Raise ``notice`` of what is missing by ``book``; False where it was told of before.

    A gap that was told of after ``not_since`` is left for a later call, which
    tells of both together.
    """
    partition = database.partitions.of_account(book.account)
    answer = await database.scripts.run(
        "tell_gap",
        (
            partition.account(book.account),
            partition.events,
            partition.alerts,
            *partition.queue("alert"),
        ),
        (
            book.account,
            ms(database.clock.now()),
            book.gap,
            ms(not_since),
            notice.id,
            dump_notice(notice),
        ),
    )
    return bool(answer)


async def close_gap(database: Database, book: AccountBook) -> bool:
    """Note that a whole census was clean; False where no gap was open, or a new one came."""
    partition = database.partitions.of_account(book.account)
    answer = await database.scripts.run(
        "close_gap",
        (partition.account(book.account), partition.events),
        (book.account, ms(database.clock.now()), book.gap),
    )
    return bool(answer)
