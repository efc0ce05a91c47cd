"""A shop's own mailbox for the contract suite: its mock and connectors that talk to it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from connectors.base import Connector
from connectors.mailbox.config import MailboxConfig
from connectors.mailbox.connector import MailboxConnector
from connectors.mailbox.mock import MailboxMock
from tests.contract.boxed import Boxed


class MailboxHarness(Boxed[MailboxMock]):
    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.mock = MailboxMock(now=self.now, journal=folder / "mailbox.jsonl")

    @property
    def lost_answer(self) -> Mapping[str, float]:
        return {"smtp_timeout_after_data": 1}

    @property
    def unknown_order(self) -> str:
        return "ZZ-99999"

    @property
    def tells_orders(self) -> bool:
        return False

    @property
    def losing(self) -> Sequence[Mapping[str, float]]:
        return ({"mail_moved": 1},)

    def entry(self, number: int) -> dict[str, Any]:
        return {
            "buyer": f"Buyer {number}",
            "order_id": f"AB-{number:05d}",
            "text": f"Where is parcel {number}?",
            "language": "en",
        }

    def connector(self) -> Connector:
        return self._made(self.mock.account())

    def connector_with_dead_credentials(self) -> Connector:
        account = self.mock.account()
        return self._made(
            replace(
                account,
                imap=replace(account.imap, password="wrong"),
                smtp=replace(account.smtp, password="wrong"),
            )
        )

    def _made(self, account: MailboxConfig) -> Connector:
        return self.kept(MailboxConnector(account, now=self.now, page=4))
