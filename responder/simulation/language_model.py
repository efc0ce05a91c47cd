"""A language model of a world, which writes better drafts, and whether those are in their place."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from responder.clock import Clock
from responder.domain.model import Proposal
from responder.drafting.drafter import Question
from responder.drafting.llm.writer import Stands
from responder.metrics import Metrics
from responder.simulation.profiles import Profile
from responder.simulation.records import Holding
from responder.store.database import Database
from responder.store.queues import Queues
from responder.workers.accounts import Accounts
from responder.workers.improver import Improver, Wishes
from responder.workers.loop import Crew
from responder.workers.orders import Orders

EVERY_ACCOUNT = frozenset({"*"})
SLOWEST = 300.0  # seconds; longer than the lease of what it is asked
FAILS = 0.2  # of questions


class Model:
    """Has better words for every draft; takes its time, now and then very much, or fails."""

    def __init__(self, clock: Clock, dice: Random, profile: Profile) -> None:
        self._clock = clock
        self._dice = dice
        self._profile = profile

    def wants(self, _: Proposal) -> bool:
        return True

    async def improve(self, _: Question, proposal: Proposal) -> Proposal | Stands:
        slow = self._profile.slow_draft > self._dice.random()
        await self._clock.sleep(self._dice.uniform(1, SLOWEST if slow else 40))
        if self._dice.random() < FAILS:
            return Stands("failed")
        return replace(proposal, text=f"{proposal.text} We are sorry.", source="model")

    def wishes(self, queues: Queues) -> Wishes:
        """Whom the drafter tells that there is a draft."""
        return Wishes(queues, self, EVERY_ACCOUNT)

    def improver(
        self, database: Database, queues: Queues, accounts: Accounts, crew: Crew, metrics: Metrics
    ) -> Improver:
        """Who asks the model."""
        return Improver(
            database,
            queues,
            accounts,
            writer=self,
            orders=Orders(self._clock),
            crew=crew,
            clock=self._clock,
            metrics=metrics,
        )


def out_of_place(
    told: Sequence[str], holding: Holding | None, messages: Callable[[int | None], frozenset[str]]
) -> str:
    """Why a better version, stored with the arguments ``told``, should not have been; "" for fit.

    ``messages``: the buyer's that are stored, up to a place in the thread.
    """
    now, seen = int(told[1]), int(told[4])
    if holding is not None and holding.until > now:
        return f"it changed under the hands of {holding.agent}"
    unseen = messages(None) - messages(seen)
    return f"it has not seen {sorted(unseen)}" if unseen else ""
