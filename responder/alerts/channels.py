"""Where alerts go: the log always, and the channels that the configuration names.

apprise speaks to Slack, Teams, Telegram, mail, SMS and many more by a URL each; the
robots of DingTalk, WeCom and Feishu and signed webhooks are our own.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from urllib.parse import urlsplit

import aiohttp
import apprise
import structlog

from responder.alerts import robots, webhook
from responder.alerts.links import Links
from responder.alerts.message import Message
from responder.alerts.phrases import PHRASES
from responder.alerts.rules import Channel, Team
from responder.alerts.words import Speaker
from responder.clock import Clock
from responder.store.notices import Notice

log = structlog.get_logger()

TIMEOUT = 15.0  # seconds for one message
CROWD = 10  # alerts of a kind at once: more of them are one line of the log
SHORTEST_LIMIT = 1_000  # characters: who takes fewer takes several parts, as SMS services do
MOST_READ = 64 * 1024  # bytes of an answer


class Handed(Enum):
    """What is known of a message after it was handed over."""

    TAKEN = "taken"
    REFUSED = "refused"
    UNKNOWN = "unknown"  # it may have arrived


@dataclass(frozen=True, slots=True)
class Outcome:
    handed: Handed
    reason: str = ""  # without secrets


TAKEN = Outcome(Handed.TAKEN)
Way = Callable[[Message, str, str], Awaitable[Outcome]]  # a message, its title and its text


class Channels:
    """Every channel with its rules and its way out. Remembers nothing."""

    def __init__(
        self,
        rules: Sequence[Channel],
        ways: Mapping[str, Way],
        *,
        clock: Clock,
        links: Links,
        teams: Sequence[Team] = (),
    ) -> None:
        self.rules = {channel.id: channel for channel in rules}
        self.teams = tuple(teams)
        self._ways = ways
        self._clock = clock
        self._links = links

    def note(self, notices: Sequence[Notice]) -> None:
        """Say alerts to the log, which is a channel that everybody has; a crowd in one line."""
        groups: defaultdict[tuple[str, str], list[Notice]] = defaultdict(list)
        for notice in notices:
            groups[notice.account, notice.kind].append(notice)
        for group in groups.values():
            if len(group) > CROWD:
                _log(min(group, key=lambda one: one.due_at or one.at), len(group))
            else:
                for notice in group:
                    _log(notice)

    def title(self, channel: Channel, message: Message) -> str:
        return self._speaker(channel).title(message, self._clock.now())

    async def hand_over(self, channel: Channel, message: Message) -> Outcome:
        """Give ``message`` to ``channel``, in its language."""
        speaker, now = self._speaker(channel), self._clock.now()
        words = speaker.title(message, now), speaker.body(message, now)
        return await self._within(self._ways[channel.id](message, *words))

    async def try_all(self) -> dict[str, Outcome]:
        """Whether each channel takes a test message; for ``check --connect``."""
        answers = {}
        for name, channel in self.rules.items():
            said = PHRASES[channel.language]
            message = Message(id=f"{name}-test", at=self._clock.now(), items=())
            way = self._ways[name](message, said["test_title"], said["test"])
            answers[name] = await self._within(way)
        return answers

    async def _within(self, way: Awaitable[Outcome]) -> Outcome:
        try:
            async with asyncio.timeout(TIMEOUT):
                return await way
        except asyncio.TimeoutError:
            return Outcome(Handed.UNKNOWN, f"no answer within {TIMEOUT:.0f} s")
        except Exception as error:
            log.error("channel.broken", error=error.__class__.__name__, exc_info=error)
            return Outcome(Handed.UNKNOWN, error.__class__.__name__)

    def _speaker(self, channel: Channel) -> Speaker:
        return Speaker(channel.language, channel.zone, self._links)


def _log(notice: Notice, count: int = 1) -> None:
    log.warning(
        "alert.told",
        kind=notice.kind,
        account=notice.account,
        conversation_id=notice.conversation if count == 1 else None,
        due_at=notice.due_at.isoformat() if notice.due_at else None,
        reason=notice.reason or None,
        count=count,
    )


def way_of(url: str, secret: str, *, clock: Clock, links: Links) -> Way | None:
    """The way to the channel that ``url`` names; None for a URL that names none."""
    robot = robots.robot_of(url)
    if robot is not None:
        return partial(_to_robot, robot, clock)
    channel = apprise.Apprise()
    if understood(url) and channel.add(url):
        return partial(_to_apprise, channel)
    if is_webhook(url):
        return partial(_to_webhook, _Webhook(url, secret, links), clock)
    return None


def understood(url: str) -> bool:
    """Whether ``url`` names a channel other than a webhook of one's own."""
    if robots.robot_of(url) is not None:
        return True
    return apprise.Apprise.instantiate(url, suppress_exceptions=True) is not None


def is_webhook(url: str) -> bool:
    """Whether ``url`` is a plain web address, which is sent signed webhooks."""
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not understood(url)


async def _to_apprise(channel: apprise.Apprise, _: Message, title: str, text: str) -> Outcome:
    longest = max(min(plugin.body_maxlen for plugin in channel), SHORTEST_LIMIT)
    text = _cut(text, longest * 9 // 10 - len(title))  # the form of a service adds to it
    try:
        taken = bool(await channel.async_notify(title=title, body=text))
    except (OSError, TypeError) as error:
        return Outcome(Handed.REFUSED, error.__class__.__name__)
    service = ", ".join(str(plugin.service_name) for plugin in channel)
    return TAKEN if taken else Outcome(Handed.REFUSED, f"{service} did not take it")


def _cut(text: str, most: int) -> str:
    """At most so many characters of ``text``; the last line, which has the link, is kept."""
    if len(text) <= most:
        return text
    head, _, last = text.rpartition("\n")
    return head[: max(most - len(last) - len("…\n"), 0)] + "…\n" + last


async def _to_robot(
    robot: robots.Robot, clock: Clock, _: Message, title: str, text: str
) -> Outcome:
    url, body = robots.request(robot, f"{title}\n{text}", clock.now())
    async with _session() as session:
        return await _posted(session.post(url, json=body), _robot_refuses)


@dataclass(frozen=True, slots=True)
class _Webhook:
    url: str = field(repr=False)
    secret: str = field(repr=False)
    links: Links


async def _to_webhook(hook: _Webhook, clock: Clock, message: Message, *words: str) -> Outcome:
    title, text = words
    body = webhook.payload(message, title=title, text=text, links=hook.links)
    headers = webhook.headers(hook.secret, message.id, body, clock.now())
    async with _session() as session:
        post = session.post(hook.url, data=body, headers=headers, allow_redirects=False)
        return await _posted(post, _webhook_refuses)


async def _robot_refuses(answer: aiohttp.ClientResponse) -> str:
    return robots.refusal(answer.status, await _said(answer))


async def _webhook_refuses(answer: aiohttp.ClientResponse) -> str:
    """The status says all: what else it says, or never ends saying, is not waited for."""
    return "" if 200 <= answer.status < 300 else f"HTTP {answer.status}"


async def _said(answer: aiohttp.ClientResponse) -> bytes:
    """The whole of it, which may come in pieces, as far as anybody reads."""
    said = bytearray()
    async for piece in answer.content.iter_any():
        said += piece
        if len(said) >= MOST_READ:
            break
    return bytes(said)


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT - 1))


async def _posted(
    post: "aiohttp.client._RequestContextManager",
    refuses: Callable[[aiohttp.ClientResponse], Awaitable[str]],
) -> Outcome:
    try:
        async with post as answer:
            reason = await refuses(answer)
    except aiohttp.ClientConnectorError as error:
        where = f"{error.host}:{error.port}"
        kind = error.__class__.__name__
        return Outcome(Handed.REFUSED, f"no connection to {where} ({kind}): is the address right?")
    except (aiohttp.ClientError, OSError, asyncio.TimeoutError) as error:
        return Outcome(Handed.UNKNOWN, f"no answer: {error.__class__.__name__}")
    return Outcome(Handed.REFUSED, reason) if reason else TAKEN
