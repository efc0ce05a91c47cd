"""Amazon, held to the connector contract."""

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Any, Self

from connectors.amazon.connector import AmazonConnector
from connectors.amazon.mock import AmazonMock
from connectors.base import Connector

MORNING = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


class AmazonHarness:
    def __init__(self, folder: Path) -> None:
        self._stack = AsyncExitStack()
        self._passed = timedelta(0)
        self.mock = AmazonMock(now=self.now, dice=Random(7), journal=folder / "amazon.jsonl")

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self.mock)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    @property
    def url(self) -> str:
        return self.mock.url

    @property
    def lost_answer(self) -> Mapping[str, float]:
        return {"smtp_timeout_after_data": 1}

    @property
    def unknown_order(self) -> str:
        return "999-9999999-9999999"

    @property
    def tells_orders(self) -> bool:
        return True

    @property
    def losing(self) -> Sequence[Mapping[str, float]]:
        return ({"mail_moved": 1}, {"mail_overtaken": 1})

    def now(self) -> datetime:
        return MORNING + self._passed

    def advance(self, step: timedelta) -> None:
        self._passed += step

    def entry(self, number: int) -> dict[str, Any]:
        return {
            "buyer": f"Buyer {number}",
            "order_id": f"111-{number:07d}-7654321",
            "text": f"Where is parcel {number}?",
            "language": "en",
        }

    def connector(self) -> Connector:
        return self._kept(AmazonConnector(self.mock.account(), self.now, page=4))

    def connector_with_dead_credentials(self) -> Connector:
        account = self.mock.account()
        assert account.sp_api is not None
        dead = replace(
            account,
            imap=replace(account.imap, password="wrong"),
            smtp=replace(account.smtp, password="wrong"),
            sp_api=replace(account.sp_api, refresh_token="wrong"),
        )
        return self._kept(AmazonConnector(dead, self.now))

    def _kept(self, connector: AmazonConnector) -> AmazonConnector:
        self._stack.push_async_callback(connector.close)
        return connector
