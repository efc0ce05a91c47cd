"""What the composition root makes of ``[proactive]``: habits, words, and what may not be said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from connectors.order_desk import Audience, Route
from responder.domain.outreach import Habits, Occasion
from responder.drafting import Drafting, DraftingConfigError
from responder.drafting.outreach_words import OutreachWords, broken_rules
from responder.drafting.outreach_words import load as load_words
from responder.errors import ConfigError
from responder.settings import Loaded
from responder.store.outreach import Outreach
from responder.workers.accounts import Accounts


@dataclass(frozen=True, slots=True)
class Proactive:
    """What the workers and the console go by."""

    habits: Habits
    every: timedelta
    words: OutreachWords

    def said(
        self, occasion: Occasion, language: str, known: Mapping[str, str], route: Route
    ) -> str | None:
        """The words for a route; "" where the marketplace says its own, None where none fit."""
        if not route.free:
            return ""
        text = self.words.said(occasion, route.audience, language, known)
        return text if text is not None and route.takes(text) else None


def proactive_of(loaded: Loaded) -> Proactive | None:
    """None where the shop does not want it. ``ConfigError`` names what is wrong with the words."""
    table = loaded.settings.proactive
    if table is None:
        return None
    try:
        words = load_words(loaded.proactive)
    except DraftingConfigError as error:
        raise ConfigError([str(problem) for problem in error.problems]) from error
    return Proactive(table.habits, table.look_every, words)


class Objecting:
    """Why words may not leave: the content rules, asked once more when they go."""

    def __init__(self, accounts: Accounts, drafting: Drafting) -> None:
        self._accounts = accounts
        self._drafting = drafting

    async def to(self, one: Outreach) -> str:
        """In words; "" for none. Colleagues may be told anything."""
        account = self._accounts.get(one.account)
        if one.audience != Audience.BUYER or not one.is_free or account is None:
            return ""
        broken = broken_rules(
            self._drafting,
            one.text,
            account=one.account,
            marketplace=account.marketplace,
            language=one.language,
            order_id=one.order_id,
        )
        return f"it breaks the rules: {', '.join(broken)}" if broken else ""
