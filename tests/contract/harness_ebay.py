"""eBay for the contract suite: its mock and connectors that talk to it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from connectors.base import Connector
from connectors.ebay.config import EbayConfig
from connectors.ebay.connector import EbayConnector
from connectors.ebay.mock import EbayMock
from tests.contract.boxed import Boxed


class EbayHarness(Boxed[EbayMock]):
    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.mock = EbayMock(now=self.now, journal=folder / "ebay.jsonl")

    @property
    def lost_answer(self) -> Mapping[str, float]:
        return {"drop_after_store": 1}

    @property
    def unknown_order(self) -> str:
        return "99-99999-99999"

    @property
    def losing(self) -> Sequence[Mapping[str, float]]:
        return ({"index_behind": 1},)

    def entry(self, number: int) -> dict[str, Any]:
        return {
            "buyer": f"buyer_{number}",
            "order_id": f"12-{number:05d}-34567",
            "text": f"Where is parcel {number}?",
            "language": "en",
        }

    def connector(self) -> Connector:
        return self._made(self.mock.account())

    def connector_with_dead_credentials(self) -> Connector:
        return self._made(replace(self.mock.account(), refresh_token="dead"))

    def _made(self, account: EbayConfig) -> Connector:
        return self.kept(EbayConnector(account, now=self.now))
