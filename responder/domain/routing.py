"""Who gets which conversation: who knows the buyer, else who fits, has room and waited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a conversation asks of whoever answers it."""

    account: str
    language: str
    intent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Skills:
    """What an agent is given; an empty tuple leaves nothing out, a limit of 0 is the team's."""

    accounts: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    limit: int = 0

    def fit(self, work: Work) -> bool:
        """A language that is not known fits everybody: somebody must look."""
        return (
            (not self.accounts or work.account in self.accounts)
            and (not self.languages or not work.language or work.language in self.languages)
            and (not self.intents or work.intent in self.intents)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """An agent who is here. ``load``: open conversations; ``given_at``: the last one came then."""

    name: str
    skills: Skills
    load: int
    limit: int
    given_at: datetime = LONG_AGO

    @property
    def has_room(self) -> bool:
        return self.load < self.limit


def choose(work: Work, colleagues: Sequence[Colleague], known: Sequence[str] = ()) -> str | None:
    """Who gets ``work``: the first of ``known`` that can, else the least loaded; None for nobody.

    ``known`` are the agents whom the buyer knows, the latest first. Of equally loaded
    agents the one comes whose last one is the longest ago, so that turns go round.
    """
    able = [one for one in colleagues if one.has_room and one.skills.fit(work)]
    names = {one.name for one in able}
    for name in known:
        if name in names:
            return name
    first = min(able, key=lambda one: (one.load, one.given_at, one.name), default=None)
    return first.name if first else None
