"""A client that others wrote (python-amazon-sp-api), pointed at the mock."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sp_api.auth import AccessTokenClient
from sp_api.auth.access_token_client import cache

from connectors.amazon.mock_door import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN
from tests.connectors.amazon.conftest import World

T = TypeVar("T")


@dataclass(frozen=True)
class Here:
    """A marketplace whose endpoint is the mock's."""

    endpoint: str
    marketplace_id: str = "ATVPDKIKX0DER"
    region: str = "us-east-1"


class Client:
    """Its classes, pointed at the mock by what they offer for that; its calls wait in a thread."""

    def __init__(self, world: World, refresh_token: str = REFRESH_TOKEN) -> None:
        cache.clear()
        self._here = Here(world.mock.url)
        self._credentials = {
            "refresh_token": refresh_token,
            "lwa_app_id": CLIENT_ID,
            "lwa_client_secret": CLIENT_SECRET,
        }
        host = world.mock.url.removeprefix("http://")
        self._login = type("Login", (AccessTokenClient,), {"host": host, "scheme": "http://"})

    async def ask(self, api: Callable[..., Any], call: Callable[[Any], T]) -> T:
        made = api(
            marketplace=self._here,
            credentials=self._credentials,
            auth_token_client_class=self._login,
        )
        return await asyncio.to_thread(call, made)
