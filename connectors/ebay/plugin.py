"""eBay, as the service knows it."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, SecretStr

from connectors.ebay.config import ENDPOINT, SCOPES, EbayConfig
from connectors.ebay.connector import EbayConnector
from connectors.ebay.mock import FAULTS, EbayMock
from connectors.plugin import Options, Place, Plugin, in_a_box


class EbayOptions(Options):
    """``[accounts.ebay]``."""

    username: Annotated[str, Field(min_length=1)]
    client_id: Annotated[str, Field(min_length=1)]
    client_secret: SecretStr
    refresh_token: SecretStr
    endpoint: Annotated[str, Field(pattern=r"^https?://[^/]+$")] = ENDPOINT
    scopes: tuple[str, ...] = SCOPES


def connect(options: EbayOptions, place: Place) -> EbayConnector:
    config = EbayConfig(
        username=options.username,
        client_id=options.client_id,
        client_secret=options.client_secret.get_secret_value(),
        refresh_token=options.refresh_token.get_secret_value(),
        endpoint=options.endpoint,
        scopes=options.scopes,
        proxy=place.proxy,
        user_agent=place.user_agent,
    )
    return EbayConnector(config, now=place.now)


def own(options: EbayOptions) -> Mapping[str, tuple[str, ...]]:
    return {
        "ebay.refresh_token": (options.endpoint, options.refresh_token.get_secret_value()),
        "ebay.username": (options.endpoint, options.username.casefold()),
    }


PLUGIN = Plugin(
    name="ebay",
    title="eBay",
    options=EbayOptions,
    connect=connect,
    own=own,
    mock=in_a_box(EbayMock),
    faults=FAULTS,
)
