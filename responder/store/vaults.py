"""Each account's vault, in the store: sealed text, and who renews what is in it."""

from datetime import timedelta
from uuid import uuid4

from responder.domain.model import AccountId
from responder.store.away import STORE_AWAY
from responder.store.database import Database
from responder.store.times import ms

LEASE = timedelta(minutes=1)  # that one renewal may take; then another may begin


class AccountVault:
    """As ``connectors.vault.Vault`` promises, for all daemons of a store.

    It lies under a key of its own, which nothing that shows accounts reads.
    """

    def __init__(self, database: Database, account: AccountId) -> None:
        self._database = database
        self._account = account
        partition = database.partitions.of_account(account)
        self._key, self._events = partition.vault(account), partition.events

    async def read(self) -> str | None:
        """What was kept last, "" where nothing was; None where the store does not answer."""
        try:
            return await self._database.field(self._key, "sealed") or ""
        except STORE_AWAY:
            return None

    async def begin(self) -> str:
        """Begin a renewal; "" while somebody else is at it, or the store does not answer."""
        token, now = uuid4().hex, self._database.clock.now()
        return token if await self._run("begin_renewal", (token, ms(now), ms(now + LEASE))) else ""

    async def keep(self, text: str, token: str) -> bool | None:
        """End the renewal ``token`` and keep ``text``; False where another has begun since.

        None where the store does not answer.
        """
        return await self._end(token, text)

    async def give_up(self, token: str) -> None:
        """End the renewal ``token`` with nothing new."""
        await self._end(token, "")

    async def _end(self, token: str, text: str) -> bool | None:
        now = ms(self._database.clock.now())
        return await self._run("end_renewal", (self._account, now, token, text))

    async def _run(self, script: str, arguments: tuple[str | int, ...]) -> bool | None:
        keys = (self._key,) if script == "begin_renewal" else (self._key, self._events)
        try:
            return bool(await self._database.scripts.run(script, keys, arguments))
        except STORE_AWAY:
            return None
