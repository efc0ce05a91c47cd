"""The shops of one process: each account with its connector and its promises."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Final

from connectors.shared import Shared
from responder.domain.model import AccountId
from responder.marketplaces import connector_for, language_of
from responder.settings import Loaded
from responder.store.app_calls import AppCalls
from responder.store.budgets import AccountBudget
from responder.store.database import Database
from responder.store.pigeonholes import StoredPigeonholes
from responder.store.vaults import AccountVault
from responder.workers.accounts import Account

# Names are looked up in threads of the event loop. By itself it has few, six on a small machine:
# some shops whose names nobody answers for would hold up all others, and alerts to the web.
LOOK_UPS: Final = 4  # of one shop that may hang at the same time: API, tokens, pictures, SMTP
OTHERS: Final = 32  # threads for everything else


def shared_of(database: Database, account: AccountId) -> Shared:
    """What this process has in common with all others that serve ``account``."""
    return Shared(
        budget=AccountBudget(database, account),
        vault=AccountVault(database, account),
        calls=AppCalls(database),
        pigeonholes=StoredPigeonholes(database),
    )


@asynccontextmanager
async def open_shops(loaded: Loaded, database: Database) -> AsyncIterator[dict[AccountId, Account]]:
    """Every account with its connector; closed at the end."""
    threads = ThreadPoolExecutor(LOOK_UPS * len(loaded.settings.accounts) + OTHERS, "wait")
    asyncio.get_running_loop().set_default_executor(threads)
    accounts = {}
    for table in loaded.settings.accounts:
        name = AccountId(table.id)
        accounts[name] = Account(
            id=name,
            marketplace=table.marketplace,
            connector=connector_for(table, database.clock.now, shared_of(database, name)),
            policy=loaded.promises[table.id].usual,
            refinements=loaded.promises[table.id].refinements,
            poll_seconds=table.poll_every.total_seconds(),
            language=language_of(table),
        )
    try:
        yield accounts
    finally:
        await asyncio.gather(
            *(account.connector.close() for account in accounts.values()), return_exceptions=True
        )
