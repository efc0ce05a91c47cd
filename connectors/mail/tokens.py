"""One mailbox account's access tokens: renewed before they end, by one process at a time."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple

import aiohttp

from connectors.access import Access
from connectors.base import Unauthorized, Unavailable
from connectors.grant import Grant
from connectors.http import opened, posted
from connectors.mail.config import ImapConfig, SmtpConfig
from connectors.mail.wire import oauth
from connectors.session import TIMEOUT, Pace, Sessions
from connectors.vault import OwnVault, Vault

SERVERS = ("imap", "smtp")
FORM = "application/x-www-form-urlencoded"
MOST_ANSWER = 64 * 1024  # bytes; some thousand are usual
# A token lasts an hour: what was refused five minutes after it was given is wrong in another way,
# and an outage of the provider must not outlast itself.
PACE = Pace(not_again=timedelta(minutes=5), last_pause=timedelta(minutes=2))


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuth:
    """What an account's tokens are asked for with. A public client has no secret.

    ``proxy`` is the account's exit: they are asked for through it like everything else.
    """

    token_url: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    refresh_token: str = field(repr=False)
    scope: str = ""
    servers: Collection[str] = SERVERS  # which of them take the tokens; the others a password
    proxy: str | None = field(default=None, repr=False)
    user_agent: str = "marketplace-responder"


class Tokens:
    """As ``Bearer`` promises. ``vault`` is that of all processes; without one this is alone."""

    def __init__(
        self, config: OAuth, now: Callable[[], datetime], vault: Vault | None = None
    ) -> None:
        self._config = config
        self._now = now
        self._session: aiohttp.ClientSession | None = None
        self._sessions = Sessions(
            Grant(session="", refresh_token=config.refresh_token),
            now,
            self._renewed,
            vault or OwnVault(),
            # The store sees neither: what a public client keeps is sealed under its first token.
            secret=config.client_secret or config.refresh_token,
            pace=PACE,
        )

    async def current(self) -> str:
        """A token that has not ended. Raises the four failures."""
        token = await self._sessions.current()
        if token and not self._sessions.has_ended:
            return token
        if not self._sessions.access.trouble:
            raise Unavailable("another process is getting an access token")
        raise self._sessions.explained(Unauthorized("there is no access token"), writes=False)

    async def other_than(self, refused: str, why: Unauthorized) -> str:
        """Another token, after a server has refused this one; else raises why there is none."""
        other = await self._sessions.other_than(refused)
        if other is None:
            raise self._sessions.explained(why, writes=False)
        return other

    @property
    def access(self) -> Access:
        """Whether tokens can be had. When the one in hand ends is no news: the next one follows."""
        told = self._sessions.access
        return Access(renews=True, trouble=told.trouble, hopeless=told.hopeless)

    async def close(self) -> None:
        await self._sessions.close()
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _renewed(self, before: Grant) -> Grant:
        one = self._config
        if self._session is None:
            self._session = opened(exit_url=one.proxy, timeout=TIMEOUT, connections=1)
        told = await posted(
            self._session,
            one.token_url,
            headers={"User-Agent": one.user_agent, "Content-Type": FORM},
            body=oauth.renewal(one.client_id, one.client_secret, before.refresh_token, one.scope),
            most=MOST_ANSWER,
        )
        return oauth.renewed(told, before, self._now())


class MailLogin(NamedTuple):
    """How an account logs in; ``tokens`` is None where passwords are all it has."""

    imap: ImapConfig
    smtp: SmtpConfig
    tokens: Tokens | None


def logins(
    imap: ImapConfig,
    smtp: SmtpConfig,
    oauth_config: OAuth | None,
    now: Callable[[], datetime],
    vault: Vault | None,
) -> MailLogin:
    """Both servers, with the account's tokens where they take them."""
    if oauth_config is None:
        return MailLogin(imap, smtp, None)
    tokens = Tokens(oauth_config, now, vault)
    return MailLogin(
        replace(imap, bearer=tokens if "imap" in oauth_config.servers else None),
        replace(smtp, bearer=tokens if "smtp" in oauth_config.servers else None),
        tokens,
    )


def in_words(tokens: Tokens | None) -> str:
    """How the logins stand, after an account was tried; "" where passwords are all it has."""
    if tokens is None:
        return ""
    access = tokens.access
    trouble = f", which cannot be renewed: {access.trouble}" if access.trouble else ""
    return f", logged in with an access token (XOAUTH2){trouble}"
