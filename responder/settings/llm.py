"""``[llm]``: a language model, where the seller wants one. Without the table there is none."""

from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from connectors.exits import Exit
from responder.settings.accounts import LOOPBACK, Table
from responder.settings.values import Duration, Secret

DEFAULT_TOKENS = 500_000
SHORTEST, LONGEST = timedelta(seconds=1), timedelta(seconds=60)


class PriceTable(Table):
    """Money for a million tokens, in the currency of ``money_per_day``."""

    input: float = Field(ge=0, le=10_000)
    output: float = Field(ge=0, le=10_000)


class LlmTable(Table):
    endpoint: str  # any that speaks chat completions: https://api.example/v1
    model: str = Field(min_length=1, max_length=200)
    key: Secret | None = None  # a model in the house may need none
    proxy: str | None = Field(default=None, repr=False)  # may hold a password
    timeout: Duration = timedelta(seconds=20)  # for one draft or translation, tries included
    retries: int = Field(default=2, ge=0, le=2)
    at_once: int = Field(default=4, ge=1, le=64)
    tokens_per_day: int | None = Field(default=None, ge=1_000)
    money_per_day: float | None = Field(default=None, gt=0, le=1_000_000)
    price_per_million: PriceTable | None = None
    json_mode: bool = True  # ask for response_format; where it is refused we go on without
    drafts: bool = True
    translations: bool = True
    mask_personal_data: bool = True
    accounts: tuple[str, ...] = Field(default=("*",), min_length=1)
    languages: tuple[str, ...] = ()  # of drafts; none: all

    @field_validator("endpoint")
    @classmethod
    def _a_safe_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in {"https", "http"} or not parts.hostname:
            raise ValueError('write the address up to its version: "https://api.example/v1"')
        if parts.username or parts.query or parts.fragment:
            raise ValueError("write the address without login, ? and #; the key goes into llm.key")
        if parts.path.rstrip("/").endswith("/completions"):
            raise ValueError('leave out "/chat/completions": it is added')
        if parts.scheme == "http" and not _is_in_the_house(parts.hostname):
            raise ValueError(
                "http:// is allowed for a model in your own network only; use https://"
            )
        return url

    @field_validator("proxy")
    @classmethod
    def _a_proxy_that_is_understood(cls, url: str | None) -> str | None:
        if url is not None and Exit.of(url).scheme not in {"http", "https"}:
            raise ValueError("the model can be reached through an http:// proxy only")
        return url

    @field_validator("timeout")
    @classmethod
    def _a_sensible_deadline(cls, value: timedelta) -> timedelta:
        if not SHORTEST <= value <= LONGEST:
            raise ValueError("write a duration from 1s to 60s")
        return value

    @model_validator(mode="after")
    def _makes_sense(self) -> "LlmTable":
        if self.money_per_day is not None and self.price_per_million is None:
            raise ValueError(
                "money_per_day needs price_per_million = { input = …, output = … } to count by"
            )
        if not (self.drafts or self.translations):
            raise ValueError("drafts and translations are both false: leave [llm] out instead")
        return self

    @property
    def most_tokens_per_day(self) -> int | None:
        """The day's limit in tokens; there is always a limit of one kind."""
        if self.tokens_per_day is None and self.money_per_day is None:
            return DEFAULT_TOKENS
        return self.tokens_per_day


def _is_in_the_house(host: str) -> bool:
    if host in LOOPBACK or "." not in host:
        return True
    try:
        return ip_address(host).is_private
    except ValueError:
        return host.endswith((".local", ".internal", ".lan"))
