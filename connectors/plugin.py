"""How a marketplace is added: one value that says all the service must know of it.

``PLUGIN = Plugin(…)`` stands in the marketplace's folder. Those that come with the program are
named in ``connectors/registry.py``; another package names its own as an entry point::

    [project.entry-points."marketplace_responder.connectors"]
    shopify = "my_package.connector:PLUGIN"

An account of it is written as ``marketplace = "shopify"`` with its options in
``[accounts.shopify]``; ``{ env = "NAME" }`` and ``{ file = "PATH" }`` are read before
``options`` sees them. Nothing else of the service has to change.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

from connectors.base import Connector
from connectors.budget import Budget
from connectors.faults import Faults
from connectors.feed import FeedEntry
from connectors.shared import ALONE, Shared

NAME = re.compile(r"[a-z][a-z0-9_]{1,30}")


class Options(BaseModel):
    """An account's own table: an unknown key is an error. Secrets are ``pydantic.SecretStr``."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What an account has besides its options. All its connections leave through ``proxy``.

    ``shared`` is what all processes that serve it have in common.
    """

    now: Callable[[], datetime]
    proxy: str | None = field(repr=False)  # may hold a password
    user_agent: str
    shared: Shared = ALONE

    @property
    def budget(self) -> Budget | None:
        return self.shared.budget


@dataclass(frozen=True, slots=True, kw_only=True)
class MockPlace:
    """Where a mock runs: its port, its books (None: none), its faults and its dice."""

    now: Callable[[], datetime]
    port: int
    journal: Path | None
    faults: Faults
    seed: int


class Mock(Protocol):
    """A marketplace in a box, as ``responder mock`` runs it."""

    @property
    def url(self) -> str:
        """Root of its HTTP. Known after the start."""

    def deliver(self, entries: Iterable[FeedEntry]) -> list[str]:
        """Buyers write; returns the ids. Raises ``FeedError``, and then took none."""

    async def start(self) -> None:
        """Listen."""

    async def stop(self) -> None:
        """Cut every connection and close the books."""


@dataclass(frozen=True, slots=True)
class App:
    """Whose calls of a day a platform counts together; ``daily_calls`` None: nobody counts."""

    name: str
    daily_calls: int | None


def in_a_box(mock: Callable[..., Mock]) -> Callable[[MockPlace], Mock]:
    """``mock``, made where it is to run."""

    def made(place: MockPlace) -> Mock:
        return mock(
            now=place.now,
            port=place.port,
            journal=place.journal,
            faults=place.faults,
            seed=place.seed,
        )

    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """A marketplace. ``own`` names what belongs to one account alone, by what a person calls it.

    ``options`` is a model of the account's table; ``connect``, ``own`` and ``app`` are given one
    of it.
    ``faults`` are those of ``mock``, each with its rate by default. ``zone`` and ``country``
    are shown beside the account's name.
    """

    name: str
    title: str
    options: type[Options]
    connect: Callable[[Any, Place], Connector]
    own: Callable[[Any], Mapping[str, tuple[str, ...]]]
    app: Callable[[Any], App | None] = lambda _: None  # what accounts may share, and count alike
    language: str = "en"  # what a text is taken for that does not say
    poll_every: timedelta = timedelta(seconds=30)
    speaks_mail: bool = False  # IMAP and SMTP: some proxies cannot carry them
    mock: Callable[[MockPlace], Mock] | None = None
    faults: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise ValueError(f"{self.name!r}: a marketplace's name is small letters and digits")
