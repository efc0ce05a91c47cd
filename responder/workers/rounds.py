"""One round of a worker whose items are accounts."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from typing import Any

from responder.domain.model import AccountId
from responder.store.keys import Partition
from responder.store.queue import Claim, DeadlineQueue
from responder.workers.accounts import Account, Accounts
from responder.workers.loop import Crew

Turn = Callable[[Account, Claim], Coroutine[Any, Any, None]]


async def plan_new(queue: DeadlineQueue, plans: Mapping[AccountId, datetime]) -> None:
    """Put every account that is new to the store into the queue; one call for each partition."""
    found: dict[Partition, dict[str, datetime]] = {}
    for account, at in plans.items():
        partition = queue.database.partitions.of_account(account)
        found.setdefault(partition, {})[account] = at
    for partition, some in found.items():
        await queue.schedule(partition, some, only_new=True)


async def start_turns(
    claims: Sequence[Claim], accounts: Accounts, queue: DeadlineQueue, crew: Crew, turn: Turn
) -> None:
    """Give each claimed account its turn; one that is no longer configured is forgotten."""
    for claim in claims:
        account = accounts.get(AccountId(claim.item))
        if account is None:
            await queue.done(claim)
        else:
            crew.start(turn(account, claim))
