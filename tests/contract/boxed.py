"""What every marketplace in a box has in common: a clock, a start and an end, its connectors."""

from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Generic, Protocol, Self, TypeVar

from connectors.base import Connector


class Mock(Protocol):
    @property
    def url(self) -> str: ...

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


M = TypeVar("M", bound=Mock)


class Boxed(Generic[M]):
    """``mock`` is made by who inherits, with ``now`` as its clock."""

    mock: M

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
        self._connectors: list[Connector] = []

    async def __aenter__(self) -> Self:
        await self.mock.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for connector in self._connectors:
            await connector.close()
        await self.mock.stop()

    @property
    def url(self) -> str:
        """Root of the mock's HTTP."""
        return self.mock.url

    @property
    def tells_orders(self) -> bool:
        """Nearly every kind of inbox knows orders."""
        return True

    def now(self) -> datetime:
        return self._now

    def advance(self, step: timedelta) -> None:
        self._now += step

    def kept(self, connector: Connector) -> Connector:
        """``connector``, closed at the end."""
        self._connectors.append(connector)
        return connector
