"""What the console's handlers are given."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from responder.clock import Clock
from responder.console.live import Hub
from responder.domain.model import AccountId, ConversationId
from responder.drafting.drafter import Drafting
from responder.metrics import Metrics
from responder.store.database import Database
from responder.store.desk import Desk
from responder.store.overview import Counting
from responder.store.presence import Presence
from responder.store.users import Users

# Tries an [[accounts]] table as TOML: whether it answered, and what it or the problem says.
TryAccount = Callable[[str], Awaitable[tuple[bool, str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCard:
    """An account as the console shows it."""

    id: AccountId
    marketplace: str
    marketplace_id: str
    poll_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    database: Database
    clock: Clock
    desk: Desk
    users: Users
    presence: Presence
    counting: Counting
    hub: Hub
    metrics: Metrics
    drafting: Drafting
    accounts: tuple[AccountCard, ...]
    byte_limit: Callable[[AccountId, str], int | None]  # of a thread
    ready: Callable[[], Awaitable[list[str]]]  # what is not ready, in words
    session_for: timedelta
    undo: timedelta
    second_factor: bool = False  # whether everybody must set one up
    guided: bool = False  # whether passing a conversation on needs a reason
    limit: int = 50  # open conversations that an agent is given
    try_account: TryAccount | None = None  # tries a shop that is not configured yet


SERVICES = web.AppKey("services", Services)


def services(request: web.Request) -> Services:
    return request.app[SERVICES]


def conversation_of(request: web.Request) -> ConversationId:
    return ConversationId(request.match_info["id"])
