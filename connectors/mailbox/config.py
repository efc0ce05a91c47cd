"""What the connector must know of one shop's mailbox."""

from dataclasses import dataclass, field

from connectors.exits import Exit
from connectors.files import FileLimits
from connectors.mail.config import ImapConfig, SmtpConfig
from connectors.mail.tokens import OAuth


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxConfig:
    """A mailbox and a way to send. ``addresses`` are the shop's own besides the sender's.

    ``order_form`` is a regular expression for the shop's order numbers; "" for none.
    """

    imap: ImapConfig
    smtp: SmtpConfig
    addresses: tuple[str, ...] = ()
    order_form: str = ""
    oauth: OAuth | None = None  # how to log in without passwords
    files: FileLimits | None = None  # what a reply may carry; None: nothing
    proxy: str | None = field(default=None, repr=False)

    @property
    def exit(self) -> Exit | None:
        """Where the account's connections leave from; None for this machine."""
        return Exit.of(self.proxy) if self.proxy else None
