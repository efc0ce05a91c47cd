"""AliExpress for the contract suite: its mock and connectors that talk to it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from connectors.aliexpress.account import AliexpressAccount
from connectors.aliexpress.connector import AliexpressConnector
from connectors.aliexpress.mock import AliexpressMock
from connectors.base import Connector
from tests.contract.boxed import Boxed


class AliexpressHarness(Boxed[AliexpressMock]):
    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.mock = AliexpressMock(now=self.now, journal=folder / "aliexpress.jsonl")

    @property
    def lost_answer(self) -> Mapping[str, float]:
        return {"drop_after_store": 1}

    @property
    def unknown_order(self) -> str:
        return "8999999999999999"

    @property
    def losing(self) -> Sequence[Mapping[str, float]]:
        return ({"index_behind": 1},)

    def entry(self, number: int) -> dict[str, Any]:
        return {
            "buyer": f"buyer_{number}",
            "order_id": f"{8_100_000_000_000_000 + number}",
            "text": f"Where is parcel {number}?",
            "language": "en",
        }

    def connector(self) -> Connector:
        return self._made(self.mock.account())

    def connector_with_dead_credentials(self) -> Connector:
        return self._made(replace(self.mock.account(), session="dead"))

    def _made(self, account: AliexpressAccount) -> Connector:
        return self.kept(AliexpressConnector(account, now=self.now))
