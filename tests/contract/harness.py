"""What a marketplace must offer to be held to the connector contract.

Write ``tests/contract/harness_<name>.py`` with one class that has these members,
and name it in ``HARNESSES`` of ``conftest.py``. The suite talks to
the mock over its own HTTP (``/_mock/messages``, ``/_mock/sent``, ``/_mock/faults``).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from connectors.base import Connector


class Harness(Protocol):
    """One marketplace in a box on free ports of 127.0.0.1, and connectors that talk to it.

    Built as ``Harness(folder)``: a temporary folder for its journal. Entering
    starts the mock; leaving stops it and closes every connector it handed out.
    """

    def __init__(self, folder: Path) -> None: ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    @property
    def url(self) -> str:
        """Root of the mock's HTTP, without a slash at the end."""

    @property
    def lost_answer(self) -> Mapping[str, float]:
        """Faults (for PUT ``/_mock/faults``) under which a send is accepted but its answer lost."""

    @property
    def unknown_order(self) -> str:
        """An order id that is well formed and that the mock does not know."""

    @property
    def tells_orders(self) -> bool:
        """Whether this kind of inbox knows orders at all; a shop's own mailbox does not."""

    @property
    def losing(self) -> Sequence[Mapping[str, float]]:
        """Faults under which ``fetch`` never brings some of what buyers write, each by itself."""

    def now(self) -> datetime:
        """The clock of the mock and of its connectors."""

    def advance(self, step: timedelta) -> None:
        """Move that clock on."""

    def entry(self, number: int) -> dict[str, Any]:
        """A feed entry of its own buyer and order; the same number gives the same entry."""

    def connector(self) -> Connector:
        """A connector with good credentials."""

    def connector_with_dead_credentials(self) -> Connector:
        """A connector whose credentials the mock refuses."""
