"""``[[accounts]]``: one seller account each, and what two of them may not share."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import combinations
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, model_validator

from responder.settings.values import Duration, Secret

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
Port = Annotated[int, Field(ge=1, le=65535)]
Tls = Literal["implicit", "starttls", "none"]


class Table(BaseModel):
    """A table of the configuration: an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class _MailServer(Table):
    host: str = Field(min_length=1)
    port: Port
    tls: Tls = "implicit"
    username: str
    password: Secret

    @model_validator(mode="after")
    def _in_the_clear_only_at_home(self) -> "_MailServer":
        if self.tls == "none" and self.host not in LOOPBACK:
            raise ValueError(
                'tls = "none" is allowed on loopback only; use "implicit" or "starttls"'
            )
        return self


class ImapTable(_MailServer):
    folder: str = "INBOX"
    other_folders: tuple[str, ...] | None = None  # where mail is moved; None: the server's own


class SmtpTable(_MailServer):
    sender: str = Field(alias="from", min_length=3, pattern=r"@")


class SpApiTable(Table):
    endpoint: str = Field(pattern=r"^https?://")
    lwa_endpoint: str = Field(default="https://api.amazon.com", pattern=r"^https?://")
    client_id: str
    client_secret: Secret
    refresh_token: Secret


class TopTable(Table):
    gateway: str = Field(default="https://eco.taobao.com/router/rest", pattern=r"^https?://")
    app_key: str = Field(pattern=r"^\d+$")
    app_secret: Secret
    session: Secret
    group_name: str = ""
    sign_method: Literal["md5", "hmac", "hmac-sha256"] = "hmac-sha256"
    chat: bool = False

    @property
    def queue(self) -> tuple[str, str, str]:
        """The event queue that this shop reads; consumers of one share it."""
        return (self.gateway, self.app_key, self.group_name)


class _Account(Table):
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$")
    sla: str = ""  # a policy of sla.toml; the marketplace's own by default
    poll_every: Duration = timedelta(seconds=30)
    proxy: str | None = Field(default=None, pattern=r"^https?://")
    shared_exit: bool = False
    user_agent: str = Field(default="", max_length=500)
    language: str = ""  # what a text is taken for that does not say; by marketplace

    @property
    def exit(self) -> str:
        """Where requests leave from: a proxy's host and port, or this machine."""
        if self.proxy is None:
            return "this machine"
        parts = urlsplit(self.proxy)
        return f"{parts.hostname}:{parts.port or 80}"


class AmazonAccount(_Account):
    marketplace: Literal["amazon"]
    marketplace_id: str = Field(pattern=r"^[A-Z0-9]{10,14}$")
    imap: ImapTable
    smtp: SmtpTable
    sp_api: SpApiTable | None = None

    @property
    def identity(self) -> tuple[str, ...]:
        return (self.imap.host, str(self.imap.port), self.imap.username, self.imap.folder)


class TaobaoAccount(_Account):
    marketplace: Literal["taobao"]
    poll_every: Duration = timedelta(seconds=2)
    top: TopTable

    @property
    def identity(self) -> tuple[str, ...]:
        return (self.top.gateway, self.top.session.get_secret_value())


Account = Annotated[AmazonAccount | TaobaoAccount, Field(discriminator="marketplace")]


def clashes(accounts: Sequence[AmazonAccount | TaobaoAccount]) -> Iterator[str]:
    """What two accounts share that they must not, in words that say what to do."""
    for first, second in combinations(accounts, 2):
        pair = f"accounts {first.id!r} and {second.id!r}"
        if first.id == second.id:
            yield f"accounts: the id {first.id!r} is used twice; every account needs its own"
        elif first.identity == second.identity:
            yield f"{pair} use the same credentials; one account is polled by one entry"
        if (
            isinstance(first, TaobaoAccount)
            and isinstance(second, TaobaoAccount)
            and first.top.queue == second.top.queue
        ):
            yield (
                f"{pair} share the TMC group {first.top.group_name or 'default'!r} of one app: "
                "one would take the other's events; give each its own group_name"
            )
        if first.marketplace != second.marketplace or first.exit != second.exit:
            continue
        if not (first.shared_exit and second.shared_exit):
            yield (
                f"{pair} would both reach {first.marketplace} from {first.exit}; give each its own "
                "proxy, or say shared_exit = true in both"
            )
