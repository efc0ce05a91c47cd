"""What an unanswered message was promised, as it stands in a conversation's ``owed``."""

import re
from dataclasses import dataclass
from datetime import datetime

from responder.store.times import maybe, moment, ms

# seq, then ":n" where the marketplace named the deadline or ":p" where a policy gave it, with the
# team's own deadline (ms) if it has one; deadline (ms); first step of the plan (ms).
_MEMBER = re.compile(r"(\d+)(?::([np])(\d*))?\|(\d+)\|(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """One unanswered message and its deadline."""

    seq: int
    since: datetime
    due_at: datetime
    named: bool  # by the marketplace: no policy changes it
    team_due_at: datetime | None
    first_step: datetime

    @property
    def member(self) -> str:
        mark = mark_of(named=self.named, team_due_at=self.team_due_at)
        return f"{self.seq}{mark}|{ms(self.due_at)}|{ms(self.first_step)}"


def mark_of(*, named: bool, team_due_at: datetime | None) -> str:
    return f":{'n' if named else 'p'}{ms(team_due_at) if team_due_at else ''}"


def read_owed(member: str, since: int) -> Owed:
    """A member and its score. One without a mark, of an earlier version, keeps its deadline."""
    found = _MEMBER.fullmatch(member)
    if found is None:
        raise ValueError(f"{member!r} is no member of owed")
    seq, named, team, due, step = found.groups()
    return Owed(
        seq=int(seq),
        since=moment(since),
        due_at=moment(due),
        named=named != "p",
        team_due_at=maybe(team),
        first_step=moment(step),
    )
