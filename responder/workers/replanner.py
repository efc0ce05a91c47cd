"""Has open conversations planned anew when what their account promises has changed."""

from collections import defaultdict
from datetime import datetime, timedelta

import structlog

from responder.domain.model import AccountId
from responder.store.database import Database
from responder.store.keys import Partition
from responder.store.replan import look_at_all, promised
from responder.workers.accounts import Accounts

log = structlog.get_logger()


STARTS_TOGETHER = timedelta(days=1)
DURABLE = timedelta(minutes=1)  # after which no store loses what it has taken


class Replanner:
    """Looks after the start and after ``again``: promises change with the configuration.

    It only has each open conversation looked at soon; the watcher plans it anew. Where
    promises have changed within a day it looks again, although another daemon has looked:
    until this one started, one with the old configuration may have planned by that.
    """

    name = "replan"

    def __init__(self, database: Database, accounts: Accounts) -> None:
        self._database = database
        self._accounts = accounts
        self._looked = False
        self._next_at: datetime | None = None

    def again(self) -> None:
        """Look once more: the configuration was read anew."""
        self._looked = False

    async def next_at(self) -> datetime | None:
        return self._next_at

    async def run_once(self) -> bool:
        """Look; and a minute later see that the store has not lost it: then it is done."""
        now = self._database.clock.now()
        if self._looked and (self._next_at is None or now < self._next_at):
            return False
        first, self._looked = not self._looked, True  # a change from here on is looked for anew
        try:
            changed = await self._look(now - STARTS_TOGETHER if first else None)
        except BaseException:
            self._looked = not first
            raise
        self._next_at = now + DURABLE if first or changed else None
        return False

    async def _look(self, lately: datetime | None) -> bool:
        changed = await self._changed(lately)
        for partition, promises in changed.items():
            looked_at = await look_at_all(self._database, partition, promises)
            log.info("sla.promises_changed", accounts=sorted(promises), conversations=looked_at)
        return bool(changed)

    async def _changed(self, lately: datetime | None) -> dict[Partition, dict[AccountId, str]]:
        """The fingerprints that are not those in the store, or new there since ``lately``."""
        changed: defaultdict[Partition, dict[AccountId, str]] = defaultdict(dict)
        known_by_name = await promised(self._database, self._accounts)
        for name, (known, since) in known_by_name.items():
            fingerprint = self._accounts[name].promises.fingerprint
            is_new = lately is not None and since is not None and since > lately
            if fingerprint != known or is_new:
                changed[self._database.partitions.of_account(name)][name] = fingerprint
        return changed
