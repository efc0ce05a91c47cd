"""What the console's handlers are given."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from aiohttp import web

from connectors.files import FileLimits
from responder.alerts.links import Links
from responder.clock import Clock
from responder.console.live import Hub
from responder.console.uploads import Uploads
from responder.domain.advice import Advice
from responder.domain.ahead import Outlook
from responder.domain.model import AccountId, ConversationId
from responder.drafting.drafter import Drafting
from responder.drafting.from_edit import Edited, Wish
from responder.drafting.llm.translation import Translator
from responder.metrics import Metrics
from responder.store.counting import Counting
from responder.store.database import Database
from responder.store.desk import Desk
from responder.store.presence import Presence
from responder.store.users import Users

# Tries an [[accounts]] table as TOML: whether it answered, and what to know or do.
TryAccount = Callable[[str], Awaitable[tuple[bool, Sequence[Advice]]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCard:
    """An account as the console shows it."""

    id: AccountId
    marketplace: str
    marketplace_id: str
    poll_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reloaded:
    """What came of reading the configuration anew: problems, or the accounts that changed.

    ``needs_restart``: more has changed than may change while the daemon runs.
    """

    problems: tuple[str, ...] = ()
    accounts: tuple[AccountId, ...] = ()
    needs_restart: bool = False


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
    outlooks: Mapping[AccountId, Outlook]  # changes when the configuration is read anew
    byte_limit: Callable[[AccountId, str], int | None]  # of a thread
    file_limits: Callable[[AccountId, str], FileLimits | None]  # of a thread; None: it takes none
    ready: Callable[[], Awaitable[list[str]]]  # what is not ready, in words
    reload: Callable[[], Awaitable[Reloaded]]  # reads the configuration anew
    session_for: timedelta
    undo: timedelta
    links: Links
    tables: Mapping[str, str]  # of each channel of alerts
    keep_template: Callable[[Edited, Wish], Path]  # ``DraftingConfigError`` where it is unusable
    refresh_templates: Callable[[], Awaitable[None]]  # takes over what was edited elsewhere
    translator: Translator | None = None  # where the seller wants a language model
    model_sees: frozenset[str] = frozenset({"*"})  # accounts of whose texts it may be told
    second_factor: bool = False  # whether everybody must set one up
    open_metrics: bool = True  # whether they are told without a token
    guided: bool = False  # whether passing a conversation on needs a reason
    uploads: Uploads = field(default_factory=Uploads)  # what one process takes in at once
    limit: int = 50  # open conversations that an agent is given
    # The bytes of a file that came with a message, None where it is gone; where it can be read.
    attached: Callable[[AccountId, Mapping[str, str]], Awaitable[bytes | None]] | None = None
    try_account: TryAccount | None = None  # tries a shop that is not configured yet
    examples: Mapping[str, str] = field(default_factory=dict)  # tables of shops, by marketplace

    def translator_of(self, account: AccountId) -> Translator | None:
        """Who translates what an account's buyers and agents write; None for nobody."""
        return self.translator if self.model_sees & {"*", account} else None


SERVICES = web.AppKey("services", Services)


def services(request: web.Request) -> Services:
    return request.app[SERVICES]


def conversation_of(request: web.Request) -> ConversationId:
    return ConversationId(request.match_info["id"])
