"""What an Amazon account needs to know, as plain values. Whoever reads files fills them in."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from connectors.exits import Exit

TIMEOUT = timedelta(seconds=20)


class Tls(StrEnum):
    IMPLICIT = "implicit"
    STARTTLS = "starttls"
    NONE = "none"  # loopback only: whoever reads the configuration checks it


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapConfig:
    """The mailbox that Seller Central forwards buyer messages to."""

    host: str
    port: int
    username: str
    password: str = field(repr=False)
    tls: Tls = Tls.IMPLICIT
    folder: str = "INBOX"
    # Where mail may lie that was moved; None: what the server itself marks as All, Archive, Junk.
    other_folders: tuple[str, ...] | None = None
    timeout: timedelta = TIMEOUT


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpConfig:
    """The server that sends for an address on Seller Central's list of authorized senders."""

    host: str
    port: int
    username: str
    password: str = field(repr=False)
    sender: str  # an address, or "Name <address>"
    tls: Tls = Tls.IMPLICIT
    timeout: timedelta = TIMEOUT


@dataclass(frozen=True, slots=True, kw_only=True)
class SpApiConfig:
    """The Selling Partner API, for order facts. Endpoints are roots without a slash at the end."""

    endpoint: str
    lwa_endpoint: str  # "https://api.amazon.com"
    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
    timeout: timedelta = TIMEOUT


@dataclass(frozen=True, slots=True, kw_only=True)
class AmazonConfig:
    """One seller account. Without ``sp_api`` there are messages, but no order facts.

    Everything of the account leaves through ``proxy``: Selling Partner API, IMAP and SMTP.
    """

    marketplace_id: str
    imap: ImapConfig
    smtp: SmtpConfig
    sp_api: SpApiConfig | None = None
    proxy: str | None = field(default=None, repr=False)  # may hold a password
    user_agent: str = "marketplace-responder/0.1 (Language=Python)"

    @property
    def exit(self) -> Exit | None:
        """Where the account's connections leave from; None for this machine."""
        return Exit.of(self.proxy) if self.proxy else None
