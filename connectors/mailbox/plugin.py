"""A shop's own mailbox, as the service knows it."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator, model_validator

from connectors.files import DOCUMENTS, MIB, PICTURES, FileLimits
from connectors.mail.config import ImapConfig, SmtpConfig, Tls
from connectors.mail.options import LOOPBACK, OAuthOptions, Sender, check_logins, own_mail
from connectors.mailbox.config import MailboxConfig
from connectors.mailbox.connector import MailboxConnector
from connectors.mailbox.mock import FAULTS, MailboxMock
from connectors.plugin import Options, Place, Plugin, in_a_box


class MailServer(Options):
    """``host`` and ``port``, how TLS is spoken, and a login."""

    host: Annotated[str, Field(min_length=1)]
    port: Annotated[int, Field(ge=1, le=65535)]
    tls: Literal["implicit", "starttls", "none"] = "implicit"
    username: str
    password: SecretStr | None = None  # none where ``oauth`` logs in

    @model_validator(mode="after")
    def _in_the_clear_only_at_home(self) -> "MailServer":
        if self.tls == "none" and self.host not in LOOPBACK:
            raise ValueError('tls = "none" is allowed on loopback only')
        return self


class ImapServer(MailServer):
    folder: str = "INBOX"
    other_folders: tuple[str, ...] | None = None  # where mail is moved; None: the server's own
    idle: bool = True  # have the server tell of news, where it can


class SmtpServer(MailServer):
    sender: Annotated[Sender, Field(alias="from")]


class MailboxOptions(Options):
    """``[accounts.mailbox]``, with ``[accounts.mailbox.imap]`` and ``[accounts.mailbox.smtp]``."""

    imap: ImapServer
    smtp: SmtpServer
    addresses: tuple[str, ...] = ()
    order_form: str = ""
    oauth: OAuthOptions | None = None  # for providers that take no passwords
    # Of the files of one reply: how many, and megabytes together; 0 for none. Many providers
    # refuse mails of more than 10 to 25 MB, and a file grows by a third on its way.
    most_files: Annotated[int, Field(ge=0, le=20)] = 10
    most_megabytes: Annotated[int, Field(ge=0, le=25)] = 10

    @model_validator(mode="after")
    def _one_way_to_log_in(self) -> "MailboxOptions":
        check_logins(self.oauth, imap=self.imap.password, smtp=self.smtp.password)
        return self

    @field_validator("order_form")
    @classmethod
    def _a_form_that_can_be_read(cls, form: str) -> str:
        try:
            groups = re.compile(form).groups
        except re.error as error:
            raise ValueError(f"is no regular expression: {error}") from None
        if groups:
            raise ValueError("write groups as (?:…): the whole match is the order number")
        return form

    @property
    def files(self) -> FileLimits | None:
        """What a reply may carry; None for nothing."""
        if not (self.most_files and self.most_megabytes):
            return None
        total, types = self.most_megabytes * MIB, PICTURES | DOCUMENTS
        return FileLimits(count=self.most_files, total=total, types=types)


def connect(options: MailboxOptions, place: Place) -> MailboxConnector:
    imap, smtp = options.imap, options.smtp
    config = MailboxConfig(
        imap=ImapConfig(
            host=imap.host,
            port=imap.port,
            tls=Tls(imap.tls),
            username=imap.username,
            password=_told(imap.password),
            folder=imap.folder,
            other_folders=imap.other_folders,
            idle=imap.idle,
        ),
        smtp=SmtpConfig(
            host=smtp.host,
            port=smtp.port,
            tls=Tls(smtp.tls),
            username=smtp.username,
            password=_told(smtp.password),
            sender=smtp.sender,
        ),
        addresses=options.addresses,
        order_form=options.order_form,
        oauth=options.oauth.of(proxy=place.proxy, user_agent=place.user_agent)
        if options.oauth
        else None,
        files=options.files,
        proxy=place.proxy,
    )
    return MailboxConnector(config, now=place.now, vault=place.shared.vault)


def _told(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


def own(options: MailboxOptions) -> Mapping[str, tuple[str, ...]]:
    """By the same names as Amazon's: a mailbox serves one account, of whatever marketplace."""
    return {
        **own_mail(options.imap, options.smtp, options.smtp.sender),
        **({"oauth.refresh_token": options.oauth.own} if options.oauth else {}),
    }


PLUGIN = Plugin(
    name="mailbox",
    title="Mailbox",
    options=MailboxOptions,
    connect=connect,
    own=own,
    speaks_mail=True,
    mock=in_a_box(MailboxMock),
    faults=FAULTS,
)
