"""What accounts say of mail servers in the same way: who sends, and ``oauth``, access tokens."""

import re
from collections.abc import Mapping
from email.utils import getaddresses, parseaddr
from typing import Annotated, Final, Literal, Protocol
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, model_validator

from connectors.exits import usual_name
from connectors.mail.tokens import OAuth
from connectors.mail.wire.oauth import PROVIDERS
from connectors.plugin import Options

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_DOORS: Final = {143: 993, 25: 465, 587: 465}  # of one server, with TLS from the start or later
_ADDRESS = re.compile(r"[!-;=?A-~]+@[A-Za-z0-9][A-Za-z0-9.-]*")


def _one_address(sender: str) -> str:
    named = getaddresses([sender])
    if len(named) != 1 or not _ADDRESS.fullmatch(named[0][1]):
        raise ValueError(
            "write one address, or a name before it, in quotes where it holds a comma: "
            '"Miller, Shop" <help@shop.example>'
        )
    return sender


# Who sends replies: an address, or a name and an address.
Sender = Annotated[str, AfterValidator(_one_address)]


class OAuthOptions(Options):
    """The app, what a person has granted it, and where tokens are had for that."""

    provider: Literal["google", "microsoft"] | None = None
    tenant: Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]*$")] = ""  # of Microsoft: whose users
    token_url: str = ""  # of any other provider
    client_id: Annotated[str, Field(min_length=1)]
    client_secret: SecretStr | None = None
    refresh_token: SecretStr
    scope: str = ""
    servers: Annotated[tuple[Literal["imap", "smtp"], ...], Field(min_length=1)] = ("imap", "smtp")

    @model_validator(mode="after")
    def _one_provider(self) -> "OAuthOptions":
        if not (self.provider or self.token_url):
            raise ValueError(
                'provider: write "google" or "microsoft", or as token_url the address at which '
                "another provider renews tokens"
            )
        if self.provider and self.token_url:
            raise ValueError(
                "token_url: where the tokens of this provider are renewed is known; remove one of "
                "provider and token_url"
            )
        if self.tenant and self.provider != "microsoft":
            raise ValueError('tenant: only provider = "microsoft" has tenants; remove it')
        if self.token_url and not _is_safe(self.token_url):
            raise ValueError("token_url: write an https:// address (http:// on loopback only)")
        return self

    @model_validator(mode="after")
    def _what_it_needs(self) -> "OAuthOptions":
        if not self.refresh_token.get_secret_value():
            raise ValueError("refresh_token: is empty; write what the provider gave for the code")
        if self.provider == "google" and not self._secret:
            raise ValueError("client_secret: Google wants one; its console shows it with the id")
        return self

    @property
    def _secret(self) -> str:
        return self.client_secret.get_secret_value() if self.client_secret else ""

    @property
    def renewed_at(self) -> str:
        """Where tokens are renewed."""
        if self.provider is None:
            return self.token_url
        return PROVIDERS[self.provider].token_url.format(tenant=self.tenant or "common")

    def of(self, *, proxy: str | None, user_agent: str) -> OAuth:
        """As the connector knows it; ``proxy`` is the account's exit."""
        usual = PROVIDERS[self.provider].scope if self.provider else ""
        return OAuth(
            token_url=self.renewed_at,
            client_id=self.client_id,
            client_secret=self._secret,
            refresh_token=self.refresh_token.get_secret_value(),
            scope=self.scope or usual,
            servers=self.servers,
            proxy=proxy,
            user_agent=user_agent,
        )

    @property
    def own(self) -> tuple[str, str]:
        """What belongs to one account alone."""
        return self.renewed_at, self.refresh_token.get_secret_value()


class Server(Protocol):
    """Where a mail server is, and who logs in."""

    @property
    def host(self) -> str: ...

    @property
    def port(self) -> int: ...

    @property
    def username(self) -> str: ...


def own_mail(imap: Server, smtp: Server, sender: str) -> Mapping[str, tuple[str, ...]]:
    """What of its mail belongs to one account alone, by what a person calls it."""
    return {
        "IMAP mailbox": _login(imap),
        "SMTP login": _login(smtp),
        "address in smtp.from": (parseaddr(sender)[1].lower(),),
    }


def _login(server: Server) -> tuple[str, ...]:
    """By one spelling, whichever door of the server it is."""
    port = _DOORS.get(server.port, server.port)
    return usual_name(server.host), str(port), server.username.casefold()


def check_logins(oauth: OAuthOptions | None, **passwords: SecretStr | None) -> None:
    """``ValueError`` for a server, by its name, that has no way to log in, or two."""
    for server, password in passwords.items():
        bears = oauth is not None and server in oauth.servers
        if bears and password is not None:
            raise ValueError(
                f"{server}.password: {server} logs in with the tokens of oauth; remove the "
                f"password, or leave {server} out of oauth.servers"
            )
        if not bears and password is None:
            raise ValueError(
                f"{server}.password: this key is missing; Gmail and Microsoft 365 take no "
                "passwords: for them write a table oauth instead"
            )


def _is_safe(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    at_home = parts.scheme == "http" and parts.hostname in LOOPBACK
    return bool(parts.hostname) and (parts.scheme == "https" or at_home)
