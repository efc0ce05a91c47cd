"""Gives waiting conversations to agents who are here, by the rules of the team."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from responder.clock import Clock
from responder.domain.model import State
from responder.domain.routing import LONG_AGO, Colleague, Work, choose
from responder.store import remarks
from responder.store.conversations import Conversation, of_the_same_buyer
from responder.store.counting import Counting
from responder.store.database import Database
from responder.store.listing import Place, listing
from responder.store.presence import Presence, Seat
from responder.store.users import Role, Users

log = structlog.get_logger()

PAGE = 100
MOST = 1_000  # conversations that are looked at in one round: those that are due first
LOOK_EVERY = timedelta(seconds=15)  # agents come and go without a word


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How a team shares its work. ``everything``: not only buyers whom an agent knows already."""

    everything: bool
    limit: int  # open conversations that an agent is given, unless the agent has an own limit


class Assigner:
    """Earliest deadline first. What somebody holds is never taken away; who is gone gives back
    what is at risk.
    """

    name = "assign"

    def __init__(
        self, database: Database, counting: Counting, *, rules: Rules, clock: Clock
    ) -> None:
        self._database = database
        self._counting = counting
        self._presence = Presence(database)
        self._users = Users(database)
        self._rules = rules
        self._clock = clock
        self._looked_at: datetime | None = None

    async def next_at(self) -> datetime | None:
        return self._looked_at + LOOK_EVERY if self._looked_at else None

    async def run_once(self) -> bool:
        """Look at what is nobody's; never busy: what nobody can take waits for the next look."""
        self._looked_at = self._clock.now()
        seats = await self._presence.here()
        if not seats:
            return False
        team = await self._team(seats)
        behind: Place | None = None
        for _ in range(MOST // PAGE):
            found = await listing(
                self._database,
                {State.WAITING},
                limit=PAGE,
                behind=behind,
                keep=lambda one: _is_free(one, seats),
            )
            for one in found.items:
                await self._give(one, team)
            behind = found.next
            if behind is None:
                break
        return False

    async def _team(self, seats: Mapping[str, Seat]) -> dict[str, Colleague]:
        """Who is here and may answer, by name."""
        load: Counter[str] = (await self._counting.overview()).by_agent
        turns = await self._presence.turns()
        return {
            user.name: Colleague(
                name=user.name,
                skills=user.skills,
                load=load[user.name],
                limit=user.skills.limit or self._rules.limit,
                given_at=turns.get(user.name, LONG_AGO),
            )
            for user in await self._users.all()
            if user.name in seats and user.role in {Role.AGENT, Role.TRAINEE}
        }

    async def _give(self, one: Conversation, team: dict[str, Colleague]) -> None:
        others = await of_the_same_buyer(self._database, one, limit=5)
        known = [name for name in (one.assignee, *(each.assignee for each in others)) if name]
        work = Work(account=one.account, language=one.language, intent=one.intent)
        wanted = (
            team if self._rules.everything else {name: team[name] for name in known if name in team}
        )
        chosen = choose(work, list(wanted.values()), known)
        if chosen is None:
            return
        if await remarks.assign_if_free(self._database, one.id, chosen, by="", whose=one.assignee):
            await self._presence.given(chosen)
            now = self._clock.now()
            team[chosen] = replace(team[chosen], load=team[chosen].load + 1, given_at=now)
            log.info("conversation.assigned", conversation_id=one.id, agent=chosen)


def _is_free(one: Conversation, seats: Mapping[str, Seat]) -> bool:
    """Whether it is nobody's: never given, or at risk in the hands of somebody who is gone.

    Only what the drafter has looked at: before, nobody knows what it is about.
    """
    if one.holder or one.draft_version == 0:
        return False
    return not one.assignee or (one.assignee not in seats and one.risk != "none")
