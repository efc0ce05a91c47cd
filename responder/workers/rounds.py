"""One round of a worker whose items are accounts."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from responder.domain.model import AccountId
from responder.store.queue import Claim, DeadlineQueue
from responder.workers.accounts import Account, Accounts
from responder.workers.loop import Crew

Turn = Callable[[Account, Claim], Coroutine[Any, Any, None]]


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
