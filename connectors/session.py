"""One account's session: renewed before it ends, kept where a restart finds it, never shown.

It is renewed when two thirds of its life are over, and once when the platform refuses it; by one
process at a time (``Vault.begin``). A renewal that fails changes nothing: the session in hand goes
on until it ends, and the same refresh token is tried again after growing pauses. Where the platform
had renewed it and its answer was lost, that works for as long as it takes the token a second time;
else it is refused, and a person is asked while the old session still lives.

2026-11-22 Which platform it is, ``renew`` knows: TOP's sessions and the access tokens of mailboxes
live alike.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b

from connectors.access import Access
from connectors.base import ConnectorError, RateLimited, Unauthorized, Unavailable
from connectors.grant import Grant, dump_grant, load_grant
from connectors.seal import seal, unseal
from connectors.vault import Vault

TIMEOUT = timedelta(seconds=10)  # less than a poll waits for its first answer
LOOK_AGAIN = timedelta(minutes=1)  # whether another process has renewed it
FIRST_PAUSE, LAST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
STILL = timedelta(minutes=10)  # reading that worked so lately is said to work
Renew = Callable[[Grant], Awaitable[Grant]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """``not_again``: what was renewed so lately is not renewed because it was refused.

    ``last_pause`` is the longest before a renewal that was not answered is tried again.
    """

    not_again: timedelta = timedelta(hours=1)
    last_pause: timedelta = LAST_PAUSE


PACE = Pace()


def in_words(access: Access) -> str:
    """How a session stands, in a few words for whoever has tried an account."""
    until = "a session whose end nobody has told"
    if access.ends_at:
        until = f"session until {access.ends_at:%Y-%m-%d %H:%M} UTC"
    if access.trouble:
        return f"{until}, which could not be renewed: {access.trouble}"
    if access.renews:
        return f"{until}, renewed by itself"
    return f"{until}; a person renews it"


class Elsewhere(Unavailable):
    """Another process is renewing the session: soon there is a new one."""


class Sessions:
    """Knows which session to ask with. Without a vault or a refresh token nothing is renewed.

    ``first`` is what the account came with; ``renew`` asks the platform for the next one and
    raises the four failures; ``secret`` seals what the vault keeps.
    """

    def __init__(
        self,
        first: Grant,
        now: Callable[[], datetime],
        renew: Renew,
        vault: Vault | None,
        *,
        secret: str,
        pace: Pace = PACE,
    ) -> None:
        self._now = now
        self._ask = renew
        self._vault = vault if first.refresh_token else None
        self._secret = secret
        self._pace = pace
        told = f"{first.session}\0{first.refresh_token}".encode()
        self._origin = blake2b(told, digest_size=16).hexdigest()
        self._grant = first if vault else replace(first, refresh_token="")
        self._one = asyncio.Lock()
        self._looked: datetime | None = None
        self._under_way: asyncio.Task[bool] | None = None
        self._unkept = ""  # the token of a renewal whose outcome could not be written down
        self._failures = 0
        self._trouble: ConnectorError | None = None
        self._retry_at: datetime | None = None
        self._read_at: datetime | None = None

    async def current(self) -> str:
        """The session to ask with, renewed where it is time. Never fails for that."""
        if self._vault is not None:
            async with self._one:
                with suppress(Elsewhere):
                    await self._look()
                    if self._grant.is_due(self._now()) and self._may_try():
                        await self._renew(self._vault)
        return self._grant.session

    async def other_than(self, refused: str) -> str | None:
        """Another session, after the platform has refused this one; None where there is none.

        Raises ``Elsewhere`` while another process is getting it.
        """
        if self._vault is None:
            return None
        async with self._one:
            if self._grant.session == refused:
                await self._look(at_once=True)
            if self._grant.session == refused and self._worth_renewing():
                await self._renew(self._vault)
        return self._grant.session if self._grant.session != refused else None

    async def close(self) -> None:
        """Wait for a renewal that is under way."""
        if self._under_way is not None:
            await asyncio.wait([self._under_way])

    def worked(self, *, writes: bool) -> None:
        """The platform took the session."""
        if not writes:
            self._read_at = self._now()

    def explained(self, refused: Unauthorized, *, writes: bool) -> Unauthorized | Unavailable:
        """``refused`` with what is known of it: a level that has lapsed, a renewal that failed.

        ``Unavailable`` where a renewal may still come about: nobody need be asked for that.
        """
        now, said = self._now(), [str(refused)]
        if writes and self._reads(now):
            ended = ", ".join(
                f"{name} ended {self._grant.levels[name]:%Y-%m-%d %H:%M} UTC"
                for name in self._grant.lapsed(now)
            )
            level = f" ({ended})" if ended else ""
            said.append(f"reading still works, so the level for writing has lapsed{level}")
        if self._trouble is not None:
            said.append(f"it could not be renewed: {self._trouble}")
        if isinstance(self._trouble, Unavailable | RateLimited):
            return Unavailable("; ".join([*said, "that is tried again"]))
        return Unauthorized("; ".join(said))

    @property
    def has_ended(self) -> bool:
        """Whether the session in hand is surely of no use any more."""
        return self._grant.ends_at is not None and self._now() >= self._grant.ends_at

    @property
    def access(self) -> Access:
        """What is known of the session, without it."""
        return Access(
            given_at=self._grant.given_at,
            ends_at=self._grant.ends_at,
            renews=bool(self._grant.refresh_token),
            levels=dict(self._grant.levels),
            trouble=str(self._trouble or ""),
            hopeless=isinstance(self._trouble, Unauthorized),
        )

    def _reads(self, now: datetime) -> bool:
        """Whether it can hardly be the whole session that is dead."""
        whole = self._grant.ends_at is None or now < self._grant.ends_at
        return whole and self._read_at is not None and now - self._read_at < STILL

    def _may_try(self) -> bool:
        now, at = self._now(), self._retry_at
        # A pause that ends too far ahead was begun by a clock that has been put back since.
        return at is None or not now < at <= now + LAST_PAUSE

    def _worth_renewing(self) -> bool:
        given, now = self._grant.given_at, self._now()
        just_now = given is not None and timedelta(0) <= now - given < self._pace.not_again
        return bool(self._grant.refresh_token) and not just_now and self._may_try()

    async def _look(self, *, at_once: bool = False) -> None:
        """What another process, or this one before it was started anew, has kept."""
        if self._vault is None:
            return
        if self._unkept:
            await self._keep(self._vault, self._unkept)
            return
        now, looked = self._now(), self._looked
        if not at_once and looked and timedelta(0) <= now - looked < LOOK_AGAIN:
            return
        sealed = await self._vault.read()
        if sealed is None:
            return
        self._looked = now
        kept = self._opened(sealed)
        if kept is None and sealed:
            return  # of other credentials, which may be newer than ours
        if self._grant.number > (kept.number if kept else 0):
            await self._keep_again(self._vault)
        elif kept is not None and kept.session != self._grant.session:
            self._take(kept)

    def _opened(self, sealed: str) -> Grant | None:
        with suppress(ValueError):  # sealed under another secret: the app's was changed
            return load_grant(unseal(sealed, self._secret), self._origin)
        return None

    async def _keep_again(self, vault: Vault) -> None:
        """The store has lost what was kept, or somebody who failed has come between."""
        token = await vault.begin()
        if token:
            await self._keep(vault, token)

    async def _renew(self, vault: Vault) -> None:
        """Renew it, once at a time, to its end though whoever needed it has given up.

        The answer comes but once, and the old refresh token may be worth nothing after it.
        """
        if self._under_way is None or self._under_way.done():
            self._under_way = asyncio.create_task(self._tried(vault))
        if not await asyncio.shield(self._under_way):
            raise Elsewhere("another process is renewing the session")

    async def _tried(self, vault: Vault) -> bool:
        """One try to renew it; False while another process is at it."""
        token = await vault.begin()
        if not token:
            return False
        stale = self._grant.session
        await self._look(at_once=True)
        if self._grant.session != stale:
            await vault.give_up(token)
            return True
        try:
            fresh = await self._asked()
        except ConnectorError as error:
            self._failed(error)
            await vault.give_up(token)
            await self._look(at_once=True)  # who stood still meanwhile may have been overtaken
            return True
        except BaseException:
            await vault.give_up(token)  # else nobody could begin another
            raise
        self._take(fresh)
        await self._keep(vault, token)
        return True

    async def _asked(self) -> Grant:
        try:
            async with asyncio.timeout(TIMEOUT.total_seconds()):
                return await self._ask(self._grant)
        except TimeoutError:
            raise Unavailable("no answer to a renewal in time", maybe_done=True) from None

    def _take(self, grant: Grant) -> None:
        self._grant = grant
        self._failures, self._trouble, self._retry_at = 0, None, None

    async def _keep(self, vault: Vault, token: str) -> None:
        """Write down what is in hand; where that fails, the next question tries again."""
        self._unkept = token
        text = dump_grant(self._grant, self._origin)
        kept = await vault.keep(seal(text, self._secret), token)
        if kept is None:
            return
        self._unkept = ""
        if not kept:
            await self._look(at_once=True)

    def _failed(self, error: ConnectorError) -> None:
        self._failures += 1
        pause = min(FIRST_PAUSE * 2 ** min(self._failures - 1, 10), self._pace.last_pause)
        if isinstance(error, Unauthorized):
            pause = LAST_PAUSE
        elif isinstance(error, RateLimited):
            pause = max(pause, error.retry_after)
        self._trouble, self._retry_at = error, self._now() + min(pause, LAST_PAUSE)
