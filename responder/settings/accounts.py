"""``[[accounts]]``: one seller account each. What two may not share stands in isolation.py."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from types import NoneType, UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Literal,
    TypeAlias,
    Union,
    get_args,
    get_origin,
)

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
    create_model,
    field_validator,
    model_validator,
)
from pydantic.fields import FieldInfo

from connectors.exits import TUNNELS, Exit, usual_name
from connectors.mail.options import OAuthOptions, Sender, check_logins
from connectors.plugin import Options, Plugin
from connectors.registry import installed
from connectors.taobao.tmc import DEFAULT_GROUP
from connectors.top.access import oauth_of, platform_of
from responder.settings.values import Moment, Secret, SomeTime, read_secret

THIS_MACHINE = "this machine"
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
    password: Secret | None = None  # none where ``oauth`` logs in

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
    idle: bool = True  # have the server tell of news, where it can


class SmtpTable(_MailServer):
    sender: Sender = Field(alias="from")


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
    refresh_token: Secret | None = None  # renews the session
    oauth: str = Field(default="", pattern=r"^(https?://.+)?$")  # where; by gateway
    session_until: Moment | None = None  # when the session ends, where you know it
    group_name: str = ""
    seller: str = ""  # user id or nick: who this is among the shops of one group
    sign_method: Literal["md5", "hmac", "hmac-sha256"] = "hmac-sha256"
    chat: bool = False
    requests_per_second: float = Field(default=20, gt=0, le=1000)  # TOP publishes no rate
    daily_calls: int | None = Field(default=None, ge=100)  # of the app, as TOP's console says

    @model_validator(mode="after")
    def _can_be_renewed(self) -> "TopTable":
        token = self.renewed_by
        if self.oauth and not token:
            raise ValueError("oauth: there is no refresh_token to use there; add it or remove it")
        if token and not self.renewed_at:
            raise ValueError(
                "oauth: where the sessions of this gateway are renewed is not known; write the "
                'address that took the code when the shop authorized the app, e.g. "https://…/token"'
            )
        if token == self.session.get_secret_value():
            raise ValueError(
                "refresh_token: it is the session itself; TOP's answer has both, as access_token "
                "(the session) and refresh_token"
            )
        return self

    @property
    def renewed_by(self) -> str:
        """The refresh token; "" where there is none."""
        return self.refresh_token.get_secret_value() if self.refresh_token else ""

    @property
    def renewed_at(self) -> str:
        """Where the session is renewed; "" where that is not known."""
        return self.oauth or oauth_of(self.gateway)

    @property
    def queue(self) -> tuple[str, str, str]:
        """The event queue that this shop reads; consumers of one share it."""
        return (platform_of(self.gateway), self.app_key, self.group_name or DEFAULT_GROUP)


class _Account(Table):
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$")
    sla: str = ""  # a policy of sla.toml; the marketplace's own by default
    poll_every: SomeTime = timedelta(seconds=30)
    proxy: str | None = Field(default=None, repr=False)  # may hold a password
    shared_exit: bool = False
    user_agent: str = Field(default="", max_length=500)
    language: str = ""  # what a text is taken for that does not say; by marketplace

    @field_validator("proxy")
    @classmethod
    def _a_proxy_that_is_understood(cls, url: str | None) -> str | None:
        if url is not None:
            Exit.of(url)
        return url

    @property
    def exit(self) -> str:
        """Where requests leave from: a proxy's host and port, or this machine."""
        if self.proxy is None:
            return THIS_MACHINE
        way = Exit.of(self.proxy)
        return f"{usual_name(way.host)}:{way.port}"


def carrying_mail(url: str | None) -> str | None:
    """A proxy that IMAP and SMTP can leave through. Raises ``ValueError``."""
    if url is not None and Exit.of(url).scheme not in TUNNELS:
        raise ValueError(
            "IMAP and SMTP cannot leave through a proxy that is itself spoken to over TLS; "
            "use its http:// or socks5:// address"
        )
    return url


class AmazonAccount(_Account):
    marketplace: Literal["amazon"]
    marketplace_id: str = Field(pattern=r"^[A-Z0-9]{10,14}$")
    imap: ImapTable
    smtp: SmtpTable
    sp_api: SpApiTable | None = None
    oauth: OAuthOptions | None = None  # for mail providers that take no passwords

    @field_validator("proxy")
    @classmethod
    def _mail_goes_through_it(cls, url: str | None) -> str | None:
        return carrying_mail(url)

    @field_validator("oauth", mode="before")
    @classmethod
    def _secrets(cls, told: Any, info: ValidationInfo) -> Any:
        """Read ``{ env = … }`` and ``{ file = … }``."""
        if not isinstance(told, dict):
            return told
        return dict(_with_secrets(OAuthOptions, told, "", info.context))

    @model_validator(mode="after")
    def _one_way_to_log_in(self) -> "AmazonAccount":
        check_logins(self.oauth, imap=self.imap.password, smtp=self.smtp.password)
        return self


class TaobaoAccount(_Account):
    marketplace: Literal["taobao"]
    poll_every: SomeTime = timedelta(seconds=2)
    top: TopTable


class PluginAccount(_Account):
    """An account of a marketplace that ``connectors.registry`` names; its table bears that name."""

    plugin: ClassVar[Plugin]
    marketplace: str

    @property
    def options(self) -> Options:
        """The account's own table, as its connector understands it."""
        found: Options = getattr(self, self.plugin.name)
        return found

    @model_validator(mode="before")
    @classmethod
    def _secrets(cls, told: Any, info: ValidationInfo) -> Any:
        """Read ``{ env = … }`` and ``{ file = … }`` where the connector wants a secret."""
        name = cls.plugin.name
        if not isinstance(told, dict) or not isinstance(told.get(name), dict):
            return told
        table = dict(_with_secrets(cls.plugin.options, told[name], name, info.context))
        return {**told, name: table}

    @field_validator("proxy")
    @classmethod
    def _mail_goes_through_it(cls, url: str | None) -> str | None:
        return carrying_mail(url) if cls.plugin.speaks_mail else url


def _with_secrets(
    model: type[BaseModel], told: Mapping[str, Any], where: str, context: Any
) -> Iterator[tuple[str, Any]]:
    for name, value in told.items():
        known = model.model_fields.get(name)
        wants, place = _kind(known), f"{where}.{name}".lstrip(".")
        if wants is SecretStr:
            try:
                yield name, read_secret(value, context)
            except ValueError as error:
                raise ValueError(f"{place}: {error}") from None
        elif isinstance(value, dict) and isinstance(wants, type) and issubclass(wants, BaseModel):
            yield name, dict(_with_secrets(wants, value, place, context))
        else:
            yield name, value


def _kind(field: FieldInfo | None) -> Any:
    """What a field holds; of a table that may be left out, the table."""
    kind = field.annotation if field else None
    kinds = [one for one in get_args(kind) if one is not NoneType]
    return kinds[0] if len(kinds) == 1 and get_origin(kind) is UnionType else kind


def account_of(plugin: Plugin) -> type[PluginAccount]:
    """The model of an account of ``plugin``."""
    fields: dict[str, Any] = {
        "marketplace": (Literal[plugin.name], ...),
        "poll_every": (SomeTime, plugin.poll_every),
        plugin.name: (plugin.options, ...),
    }
    model: type[PluginAccount] = create_model(
        f"{plugin.name.title()}Account", __base__=PluginAccount, **fields
    )
    model.plugin = plugin
    return model


def account_union(plugins: Iterable[Plugin]) -> Any:
    """What ``[[accounts]]`` may be: told apart by ``marketplace``."""
    known = (AmazonAccount, TaobaoAccount, *(account_of(plugin) for plugin in plugins))
    return Annotated[Union[known], Field(discriminator="marketplace")]  # noqa: UP007 - made here


def marketplaces() -> tuple[str, ...]:
    """Every marketplace that an account can be of."""
    return ("amazon", "taobao", *installed().plugins)


AnyAccount: TypeAlias = AmazonAccount | TaobaoAccount | PluginAccount
if TYPE_CHECKING:
    Account: TypeAlias = AnyAccount
else:
    Account = account_union(installed().plugins.values())
