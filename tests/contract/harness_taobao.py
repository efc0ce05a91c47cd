"""Taobao for the contract suite: its mock and connectors that talk to it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from connectors.base import Connector
from connectors.taobao.account import TopAccount
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock


class TaobaoHarness:
    """A mock shop with chat. One order in five talks in its refund thread, the others in chat."""

    def __init__(self, folder: Path) -> None:
        self._now = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
        self._mock = TaobaoMock(now=self.now, journal=folder / "taobao.jsonl")
        self._connectors: list[TaobaoConnector] = []

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
        return {"drop_after_store": 1.0}

    @property
    def unknown_order(self) -> str:
        return "2299999999999999999"

    @property
    def tells_orders(self) -> bool:
        return True

    @property
    def losing(self) -> Sequence[Mapping[str, float]]:
        return ({"tmc_dropped": 1}, {"chat_overtaken": 1})

    def now(self) -> datetime:
        return self._now

    def advance(self, step: timedelta) -> None:
        self._now += step

    def entry(self, number: int) -> dict[str, Any]:
        return {
            "buyer": f"买家{number}",
            "order_id": f"{2_200_000_000_000_000_000 + number}",
            "text": f"在吗？第{number}个问题：什么时候发货",
            "language": "zh",
        }

    def connector(self) -> Connector:
        return self._made(self._mock.account())

    def connector_with_dead_credentials(self) -> Connector:
        return self._made(replace(self._mock.account(), session="dead"))

    def _made(self, account: TopAccount) -> TaobaoConnector:
        self._connectors.append(TaobaoConnector(account, now=self.now))
        return self._connectors[-1]
