"""What a mailbox and a way to send need to know, as plain values."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from connectors.mail.bearer import Bearer

TIMEOUT = timedelta(seconds=20)


class Tls(StrEnum):
    IMPLICIT = "implicit"
    STARTTLS = "starttls"
    NONE = "none"  # loopback only: whoever reads the configuration checks it


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapConfig:
    """The mailbox that buyers' messages come to."""

    host: str
    port: int
    username: str
    password: str = field(default="", repr=False)
    bearer: Bearer | None = field(default=None, repr=False)  # instead of a password
    tls: Tls = Tls.IMPLICIT
    folder: str = "INBOX"
    # Where mail may lie that was moved; None: what the server itself marks as All, Archive, Junk.
    other_folders: tuple[str, ...] | None = None
    idle: bool = True  # have the server tell of news, on a second connection, where it can
    timeout: timedelta = TIMEOUT


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpConfig:
    """The server that sends for ``sender``."""

    host: str
    port: int
    username: str
    password: str = field(default="", repr=False)
    bearer: Bearer | None = field(default=None, repr=False)  # instead of a password
    sender: str  # an address, or "Name <address>"
    tls: Tls = Tls.IMPLICIT
    timeout: timedelta = TIMEOUT
