"""Dead letters of messages, read again at their source because a person asked for it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

import structlog

from connectors.base import Batch, ConnectorError, Cursor, Rejected, SetAside
from responder.clock import Clock
from responder.store.database import Database
from responder.store.dead_letters import to_read_again, was_read_again
from responder.store.inbox import ingest
from responder.store.queue import Claim
from responder.workers.accounts import Account
from responder.workers.intake import page_of
from responder.workers.poison import is_the_stores

log = structlog.get_logger()


@runtime_checkable
class Rereads(Protocol):
    """A connector that finds a message again by the ``ref`` of what was set aside."""

    async def reread(self, ref: str) -> Batch | None:
        """What lies there now, as a page without a cursor; None when nothing does any more."""


@dataclass(frozen=True, slots=True)
class ReadAgain:
    """The part of an account's poll that goes back for what was set aside."""

    database: Database
    account: Account
    claim: Claim
    clock: Clock
    lease: timedelta

    async def all(self, cursor: Cursor) -> None:
        """Take in what persons want read again; what still cannot be read is a letter again.

        A marketplace that does not answer keeps it for the next poll.
        """
        for entry in await to_read_again(self.database, self.account.id):
            letter: Mapping[str, str] = json.loads(entry)
            now = self.clock.now()
            try:
                batch = await _found(self.account, letter, now)
            except ConnectorError as error:
                log.warning("poll.not_read_again", account=self.account.id, error=str(error))
                return
            page = page_of(self.account, replace(batch, cursor=cursor), now)
            page = replace(page, after=cursor)
            until = now + self.lease
            if await ingest(self.database, page, self.claim, next_poll=until, keep=True) is None:
                return
            await was_read_again(self.database, self.account.id, entry)


async def _found(account: Account, letter: Mapping[str, str], now: datetime) -> Batch:
    """What a letter is about; or itself, where it will never be read: others come behind it."""
    try:
        return await _batch(account, letter, now)
    except Rejected as error:
        return _aside(letter, now, str(error))
    except Exception as error:
        if isinstance(error, ConnectorError) or is_the_stores(error):
            raise
        log.error("poll.poison", account=account.id, message=letter["item"], exc_info=error)
        return _aside(letter, now, f"it makes no sense: {error.__class__.__name__}")


async def _batch(account: Account, letter: Mapping[str, str], now: datetime) -> Batch:
    if not isinstance(account.connector, Rereads):
        return _aside(letter, now, "this marketplace cannot be asked for it again")
    found = await account.connector.reread(letter.get("ref", ""))
    return found or _aside(letter, now, "it is no longer at its source")


def _aside(letter: Mapping[str, str], now: datetime, why: str) -> Batch:
    reason = letter["reason"].removesuffix(f"; {why}")
    return Batch(
        messages=(),
        cursor=Cursor(""),
        set_aside=[
            SetAside(
                id=letter["item"], reason=f"{reason}; {why}", ref=letter.get("ref", ""), at=now
            )
        ],
    )
