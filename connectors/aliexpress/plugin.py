"""AliExpress, as the service knows it."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, SecretStr, model_validator

from connectors.aliexpress.account import GATEWAY, OAUTH, AliexpressAccount
from connectors.aliexpress.connector import AliexpressConnector
from connectors.aliexpress.mock import FAULTS, AliexpressMock
from connectors.plugin import App, Options, Place, Plugin, in_a_box
from connectors.top.access import app_at, rate_of
from connectors.top.sign import SignMethod


class AliexpressOptions(Options):
    """``[accounts.aliexpress]``."""

    app_key: Annotated[str, Field(pattern=r"^\d+$")]
    app_secret: SecretStr
    session: SecretStr
    refresh_token: SecretStr | None = None  # renews the session
    oauth: Annotated[str, Field(pattern=r"^https?://")] = OAUTH  # where that is done
    session_until: AwareDatetime | None = None  # when the session ends, where you know it
    daily_calls: Annotated[int | None, Field(ge=100)] = None  # of the app, as TOP's console says
    seller_id: Annotated[str, Field(min_length=1)]
    gateway: Annotated[str, Field(pattern=r"^https?://")] = GATEWAY
    requests_per_second: Annotated[float, Field(gt=0, le=1000)] = 20  # TOP publishes no rate
    sign_method: Literal["md5", "hmac", "hmac-sha256"] = "hmac-sha256"

    @model_validator(mode="after")
    def _two_tokens(self) -> "AliexpressOptions":
        if self.refresh_token == self.session:
            raise ValueError("refresh_token: it is the session itself; write the other of the two")
        return self


def connect(options: AliexpressOptions, place: Place) -> AliexpressConnector:
    account = AliexpressAccount(
        app_key=options.app_key,
        app_secret=options.app_secret.get_secret_value(),
        session=options.session.get_secret_value(),
        seller_id=options.seller_id,
        gateway=options.gateway,
        sign_method=SignMethod(options.sign_method),
        proxy=place.proxy,
        user_agent=place.user_agent,
        rate=rate_of(options.requests_per_second),
        refresh_token=_refresh_token(options),
        oauth=options.oauth,
        session_until=options.session_until,
        daily_calls=options.daily_calls,
    )
    return AliexpressConnector(account, now=place.now, shared=place.shared)


def _refresh_token(options: AliexpressOptions) -> str:
    return options.refresh_token.get_secret_value() if options.refresh_token else ""


def own(options: AliexpressOptions) -> Mapping[str, tuple[str, ...]]:
    token = _refresh_token(options)
    return {
        **({"aliexpress.refresh_token": (options.oauth, token)} if token else {}),
        "aliexpress.session": (options.gateway, options.session.get_secret_value()),
        "aliexpress.seller_id": (options.gateway, options.seller_id),
    }


def app(options: AliexpressOptions) -> App:
    return App(app_at(options.gateway, options.app_key), options.daily_calls)


PLUGIN = Plugin(
    name="aliexpress",
    title="AliExpress",
    options=AliexpressOptions,
    connect=connect,
    own=own,
    app=app,
    mock=in_a_box(AliexpressMock),
    faults=FAULTS,
)
