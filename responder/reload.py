"""Reading the configuration anew while the daemon runs."""

import asyncio
from collections.abc import Callable, Iterator, MutableMapping
from dataclasses import replace

import structlog

from responder.console.services import Reloaded
from responder.domain.ahead import Outlook
from responder.domain.model import AccountId, Severity
from responder.drafting import Drafting
from responder.errors import ConfigError
from responder.settings import Loaded, load
from responder.workers.accounts import Account

log = structlog.get_logger()


class Reloader:
    """Puts what ``sla.toml`` says now in the place of what it said.

    Only promises and what is said ahead of them are taken over: whatever else has changed
    holds after a restart. A configuration with a mistake changes nothing.
    """

    def __init__(
        self,
        loaded: Loaded,
        accounts: MutableMapping[AccountId, Account],
        outlooks: MutableMapping[AccountId, Outlook],
        *,
        drafting: Drafting,
        replan: Callable[[], None],
    ) -> None:
        self._loaded = loaded
        self._accounts = accounts
        self._outlooks = outlooks
        self._drafting = drafting
        self._replan = replan
        self._one_at_a_time = asyncio.Lock()

    async def reload(self) -> Reloaded:
        """Read the configuration anew; says what is wrong with it, or what has changed."""
        async with self._one_at_a_time:
            try:
                fresh = await asyncio.to_thread(load, self._loaded.directory)
                problems = list(refused_words(fresh, self._drafting))
            except ConfigError as error:
                problems = list(error.problems)
            except Exception as error:  # noqa: BLE001 - a file that nobody foresaw stops no daemon
                problems = [f"{self._loaded.directory}: {error.__class__.__name__}: {error}"]
            if problems:
                log.error("config.not_reloaded", problems=problems)
                return Reloaded(problems=tuple(problems))
            return self._take_over(fresh)

    def _take_over(self, fresh: Loaded) -> Reloaded:
        of = {AccountId(one.id): one.marketplace for one in fresh.settings.accounts}
        # Taken out of the configuration, or of another marketplace there: until the restart an
        # account goes on as it is, by the promises of the marketplace that it is read from.
        going_on = [name for name, one in self._accounts.items() if of.get(name) == one.marketplace]
        changed = [name for name in going_on if self._renew(fresh, name)]
        needs_restart = fresh.settings != self._loaded.settings
        if changed:
            self._replan()
        log.info("config.reloaded", accounts=changed, needs_restart=needs_restart)
        return Reloaded(accounts=tuple(changed), needs_restart=needs_restart)

    def _renew(self, fresh: Loaded, name: AccountId) -> bool:
        """Give an account its promises of now; False where they are what they were."""
        promises, old = fresh.promises[name], self._accounts[name]
        new = replace(old, policy=promises.usual, refinements=promises.refinements)
        same = (new.promises, fresh.outlooks[name]) == (old.promises, self._outlooks.get(name))
        self._accounts[name] = new
        self._outlooks[name] = fresh.outlooks[name]
        return not same


def refused_words(loaded: Loaded, drafting: Drafting) -> Iterator[str]:
    """First words that break a rule of the marketplace they are for; nobody approves them."""
    for account in loaded.settings.accounts:
        promises = loaded.promises[account.id]
        policies = [promises.usual, *(one.policy for one in promises.refinements)]
        for policy in policies:
            texts = policy.first_words.texts if policy.first_words else {}
            for hour, language, text in (
                (hour, language, text)
                for hour, said in texts.items()
                for language, text in said.items()
            ):
                for finding in drafting.check(text, account.marketplace):
                    if finding.severity is Severity.BLOCK:
                        yield (
                            f"{loaded.directory / 'sla.toml'}: {policy.name}.first_words.{hour}."
                            f"{language}: {finding.message}; nobody approves what is said by "
                            "itself, so it may break no rule"
                        )
