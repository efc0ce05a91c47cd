"""Amazon, held to the connector contract."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from connectors.amazon.connector import AmazonConnector
from connectors.amazon.mock import AmazonMock
from connectors.base import Connector
from tests.contract.boxed import Boxed


class AmazonHarness(Boxed[AmazonMock]):
    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.mock = AmazonMock(now=self.now, dice=Random(7), journal=folder / "amazon.jsonl")

    @property
    def lost_answer(self) -> Mapping[str, float]:
        return {"smtp_timeout_after_data": 1}

    @property
    def unknown_order(self) -> str:
        return "999-9999999-9999999"

    @property
    def losing(self) -> Sequence[Mapping[str, float]]:
        return ({"mail_moved": 1}, {"mail_overtaken": 1})

    def entry(self, number: int) -> dict[str, Any]:
        return {
            "buyer": f"Buyer {number}",
            "order_id": f"111-{number:07d}-7654321",
            "text": f"Where is parcel {number}?",
            "language": "en",
        }

    def connector(self) -> Connector:
        return self.kept(AmazonConnector(self.mock.account(), self.now, page=4))

    def connector_with_dead_credentials(self) -> Connector:
        account = self.mock.account()
        assert account.sp_api is not None
        dead = replace(
            account,
            imap=replace(account.imap, password="wrong"),
            smtp=replace(account.smtp, password="wrong"),
            sp_api=replace(account.sp_api, refresh_token="wrong"),
        )
        return self.kept(AmazonConnector(dead, self.now))
