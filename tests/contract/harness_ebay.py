"""eBay for the contract suite: its mock and connectors that talk to it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from connectors.base import Connector
from connectors.ebay.config import EbayConfig
from connectors.ebay.connector import EbayConnector
from connectors.ebay.mock import EbayMock


class EbayHarness:
    def __init__(self, folder: Path) -> None:
        self._now = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
        self._mock = EbayMock(now=self.now, journal=folder / "ebay.jsonl")
        self._connectors: list[EbayConnector] = []

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
        return "99-99999-99999"

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
            "order_id": f"12-{number:05d}-34567",
            "text": f"Where is parcel {number}?",
            "language": "en",
        }

    def connector(self) -> Connector:
        return self._made(self._mock.account())

    def connector_with_dead_credentials(self) -> Connector:
        return self._made(replace(self._mock.account(), refresh_token="dead"))

    def _made(self, account: EbayConfig) -> EbayConnector:
        self._connectors.append(EbayConnector(account, now=self.now))
        return self._connectors[-1]
