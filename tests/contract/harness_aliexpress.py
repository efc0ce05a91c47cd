"""AliExpress for the contract suite: its mock and connectors that talk to it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from connectors.aliexpress.account import AliexpressAccount
from connectors.aliexpress.connector import AliexpressConnector
from connectors.aliexpress.mock import AliexpressMock
from connectors.base import Connector


class AliexpressHarness:
    def __init__(self, folder: Path) -> None:
        self._now = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
        self._mock = AliexpressMock(now=self.now, journal=folder / "aliexpress.jsonl")
        self._connectors: list[AliexpressConnector] = []

    async def __aenter__(self) -> Self:
        await self._mock.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for connector in self._connectors:
            await connector.close()
        await self._mock.stop()

    @property
    def url(self) -> str:
        return self._mock.url

    @property
    def lost_answer(self) -> Mapping[str, float]:
        return {"drop_after_store": 1}

    @property
    def unknown_order(self) -> str:
        return "8999999999999999"

    @property
    def tells_orders(self) -> bool:
        return True

    @property
    def losing(self) -> Sequence[Mapping[str, float]]:
        return ({"index_behind": 1},)

    def now(self) -> datetime:
        return self._now

    def advance(self, step: timedelta) -> None:
        self._now += step

    def entry(self, number: int) -> dict[str, Any]:
        return {
            "buyer": f"buyer_{number}",
            "order_id": f"{8_100_000_000_000_000 + number}",
            "text": f"Where is parcel {number}?",
            "language": "en",
        }

    def connector(self) -> Connector:
        return self._made(self._mock.account())

    def connector_with_dead_credentials(self) -> Connector:
        return self._made(replace(self._mock.account(), session="dead"))

    def _made(self, account: AliexpressAccount) -> AliexpressConnector:
        self._connectors.append(AliexpressConnector(account, now=self.now))
        return self._connectors[-1]
