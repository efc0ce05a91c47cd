"""What an Amazon account needs to know, as plain values. Whoever reads files fills them in."""

from dataclasses import dataclass, field
from datetime import timedelta

from connectors.exits import Exit
from connectors.mail.config import TIMEOUT, ImapConfig, SmtpConfig
from connectors.mail.tokens import OAuth


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

    ``imap`` is the mailbox that Seller Central forwards buyers' messages to; ``smtp`` sends for
    an address on its list of authorized senders.

    Everything of the account leaves through ``proxy``: Selling Partner API, IMAP and SMTP.
    """

    marketplace_id: str
    imap: ImapConfig
    smtp: SmtpConfig
    sp_api: SpApiConfig | None = None
    oauth: OAuth | None = None  # how to log in to the mail servers without passwords
    proxy: str | None = field(default=None, repr=False)  # may hold a password
    user_agent: str = "marketplace-responder/0.1 (Language=Python)"

    @property
    def exit(self) -> Exit | None:
        """Where the account's connections leave from; None for this machine."""
        return Exit.of(self.proxy) if self.proxy else None
