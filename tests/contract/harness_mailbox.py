"""A shop's own mailbox for the contract suite: its mock and connectors that talk to it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from connectors.base import Connector
from connectors.mailbox.config import MailboxConfig
from connectors.mailbox.connector import MailboxConnector
from connectors.mailbox.mock import MailboxMock


class MailboxHarness:
    def __init__(self, folder: Path) -> None:
        self._now = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
        self._mock = MailboxMock(now=self.now, journal=folder / "mailbox.jsonl")
        self._connectors: list[MailboxConnector] = []

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

    def now(self) -> datetime:
        return self._now

    def advance(self, step: timedelta) -> None:
        self._now += step

    def entry(self, number: int) -> dict[str, Any]:
        return {
            "buyer": f"Buyer {number}",
            "order_id": f"AB-{number:05d}",
            "text": f"Where is parcel {number}?",
            "language": "en",
        }

    def connector(self) -> Connector:
        return self._made(self._mock.account())

    def connector_with_dead_credentials(self) -> Connector:
        account = self._mock.account()
        return self._made(
            replace(
                account,
                imap=replace(account.imap, password="wrong"),
                smtp=replace(account.smtp, password="wrong"),
            )
        )

    def _made(self, account: MailboxConfig) -> MailboxConnector:
        self._connectors.append(MailboxConnector(account, now=self.now, page=4))
        return self._connectors[-1]
