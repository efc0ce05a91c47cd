"""Has open conversations planned anew when what their account promises has changed."""

from collections import defaultdict
from datetime import datetime

import structlog

from responder.domain.model import AccountId
from responder.store.database import Database
from responder.store.keys import Partition
from responder.store.replan import look_at_all, promised
from responder.workers.accounts import Accounts

log = structlog.get_logger()


class Replanner:
    """Looks after the start and after ``again``: promises change with the configuration.

    It only has each open conversation looked at soon; the watcher plans it anew.
    """

    name = "replan"

    def __init__(self, database: Database, accounts: Accounts) -> None:
        self._database = database
        self._accounts = accounts
        self._done = False

    def again(self) -> None:
        """Look once more: the configuration was read anew."""
        self._done = False

    async def next_at(self) -> datetime | None:
        return None

    async def run_once(self) -> bool:
        if self._done:
            return False
        self._done = True  # a change from here on is looked for once more
        try:
            await self._look()
        except BaseException:
            self._done = False
            raise
        return False

    async def _look(self) -> None:
        for partition, changed in (await self._changed()).items():
            looked_at = await look_at_all(self._database, partition, changed)
            log.info("sla.promises_changed", accounts=sorted(changed), conversations=looked_at)

    async def _changed(self) -> dict[Partition, dict[AccountId, str]]:
        """The fingerprints that are not those in the store, by partition."""
        changed: defaultdict[Partition, dict[AccountId, str]] = defaultdict(dict)
        for name, account in self._accounts.items():
            fingerprint = account.promises.fingerprint
            if fingerprint != await promised(self._database, name):
                changed[self._database.partitions.of_account(name)][name] = fingerprint
        return changed
