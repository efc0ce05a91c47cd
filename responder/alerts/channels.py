"""Where alerts go: the log always, and the channels that the configuration names.

apprise speaks to DingTalk, WeCom, Feishu, Slack, mail, SMS and plain webhooks
(``json://host/path``) by a URL each.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import apprise
import structlog

from responder.alerts.words import body, title
from responder.clock import Clock
from responder.store.notices import Notice

log = structlog.get_logger()

TIMEOUT = 20.0  # seconds for one channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Which alerts one or more channels want."""

    urls: tuple[str, ...] = field(repr=False)  # they hold keys
    kinds: frozenset[str]
    accounts: frozenset[str]

    def wants(self, notice: Notice) -> bool:
        return notice.kind in self.kinds and (
            "*" in self.accounts or notice.account in self.accounts
        )


class Channels:
    """Tells each notice to every channel that wants it, once each."""

    def __init__(self, routes: Sequence[Route], *, clock: Clock, console: str) -> None:
        self._routes = [(route, [_channel(url) for url in route.urls]) for route in routes]
        self._clock = clock
        self._console = console
        self._taken: dict[str, set[str]] = {}  # alert -> channels that have it, while it is retried

    async def tell(self, notice: Notice) -> list[str]:
        """Hand ``notice`` over; returns the names of the channels that did not take it."""
        taken = self._taken.setdefault(notice.id, set())
        if not taken:
            log.warning(
                "alert.told",
                kind=notice.kind,
                account=notice.account,
                conversation_id=notice.conversation,
                due_at=notice.due_at.isoformat() if notice.due_at else None,
                reason=notice.reason or None,
            )
            taken.add("log")
        wanted = [
            (f"{place}.{number}", channel)
            for place, (route, channels) in enumerate(self._routes)
            if route.wants(notice)
            for number, channel in enumerate(channels)
        ]
        failed = []
        for name, channel in wanted:
            if name not in taken and not await self._deliver(channel, notice):
                failed.append(name)
            else:
                taken.add(name)
        if not failed:
            del self._taken[notice.id]
        return failed

    async def try_all(self) -> dict[str, bool]:
        """Whether each channel takes a test message; for ``check --connect``."""
        answers = {}
        for place, (_, channels) in enumerate(self._routes):
            for number, channel in enumerate(channels):
                answers[f"alerts.{place}.urls.{number}"] = await _notify(
                    channel, "Test from marketplace-responder", "This channel works."
                )
        return answers

    async def _deliver(self, channel: apprise.Apprise, notice: Notice) -> bool:
        words = body(notice, self._clock.now(), self._console)
        return await _notify(channel, title(notice), words)


async def _notify(channel: apprise.Apprise, heading: str, words: str) -> bool:
    try:
        async with asyncio.timeout(TIMEOUT):
            return bool(await channel.async_notify(title=heading, body=words))
    except (asyncio.TimeoutError, OSError):
        return False


def _channel(url: str) -> apprise.Apprise:
    channel = apprise.Apprise()
    channel.add(url)
    return channel


def understood(url: str) -> bool:
    """Whether ``url`` names a channel that apprise knows."""
    return apprise.Apprise.instantiate(url, suppress_exceptions=True) is not None
