"""Taobao for the contract suite: its mock and connectors that talk to it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from connectors.base import Connector
from connectors.taobao.account import TopAccount
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock
from tests.contract.boxed import Boxed


class TaobaoHarness(Boxed[TaobaoMock]):
    """A mock shop with chat. One order in five talks in its refund thread, the others in chat."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.mock = TaobaoMock(now=self.now, journal=folder / "taobao.jsonl")

    @property
    def lost_answer(self) -> Mapping[str, float]:
        return {"drop_after_store": 1.0}

    @property
    def unknown_order(self) -> str:
        return "2299999999999999999"

    @property
    def losing(self) -> Sequence[Mapping[str, float]]:
        return ({"tmc_dropped": 1}, {"chat_overtaken": 1})

    def entry(self, number: int) -> dict[str, Any]:
        return {
            "buyer": f"买家{number}",
            "order_id": f"{2_200_000_000_000_000_000 + number}",
            "text": f"在吗？第{number}个问题：什么时候发货",
            "language": "zh",
        }

    def connector(self) -> Connector:
        return self._made(self.mock.account())

    def connector_with_dead_credentials(self) -> Connector:
        return self._made(replace(self.mock.account(), session="dead"))

    def _made(self, account: TopAccount) -> Connector:
        return self.kept(TaobaoConnector(account, now=self.now))
