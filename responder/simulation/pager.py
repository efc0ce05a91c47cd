"""The channel of a world: it rings a person."""

import asyncio
from datetime import timedelta
from random import Random

from responder.alerts.channels import TAKEN, TIMEOUT, Channels, Handed, Outcome
from responder.alerts.links import Links
from responder.alerts.message import Message
from responder.alerts.rules import Channel
from responder.domain.alerts import KINDS
from responder.simulation.ledger import Ledger
from responder.simulation.line import Line
from responder.simulation.loop import MachineClock
from responder.simulation.profiles import Profile

PAGER = Channel(
    id="pager", name="pager", kinds=frozenset(KINDS), merge=timedelta(0)
)  # merges what is there at once, and waits for nothing
NO_ANSWER = Outcome(Handed.UNKNOWN, "no answer")


class Pager(Channels):
    """Rings a person; sometimes nobody hears, and what it took it has taken.

    What has left arrives, even if the one who handed it over has died meanwhile.
    """

    def __init__(
        self, line: Line, ledger: Ledger, clock: MachineClock, dice: Random, profile: Profile
    ) -> None:
        super().__init__([PAGER], {}, clock=clock, links=Links(""))
        self._line, self._ledger, self._time = line, ledger, ledger.server.time
        self._dice, self._fails = dice, profile.pager_fails

    async def hand_over(self, channel: Channel, message: Message) -> Outcome:  # noqa: ARG002 - there is one
        give_up_at = self._ledger.now + TIMEOUT
        await self._time.sleep(self._dice.uniform(0, 0.5))  # until it leaves
        await self._line.while_frozen()
        if self._ledger.now > give_up_at:
            return NO_ANSWER
        answer: asyncio.Future[Outcome] = self._time.loop.create_future()
        self._time.loop.call_later(self._dice.uniform(0.05, 1.5), self._arrive, message, answer)
        outcome = await answer
        await self._line.while_frozen()
        return NO_ANSWER if self._ledger.now > give_up_at else outcome

    def _arrive(self, message: Message, answer: "asyncio.Future[Outcome]") -> None:
        fails = self._fails > self._dice.random()
        for item in () if fails else message.alerts:
            self._ledger.told(item.notice, self._line.owner)
        outcome = Outcome(Handed.REFUSED, "engaged") if fails else TAKEN
        self._time.loop.call_later(self._dice.uniform(0.01, 1), _answer, answer, outcome)


def _answer(asked: "asyncio.Future[Outcome]", outcome: Outcome) -> None:
    """Nobody waits for it any more when the one who asked has died."""
    if not asked.done():
        asked.set_result(outcome)
