"""Who is told of what: channels, their quiet hours, and the teams behind them. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from responder.domain.calendar import Calendar
from responder.domain.model import AccountId
from responder.store.notices import Notice

EVERYBODY = frozenset({"*"})
MINUTE = timedelta(minutes=1)
LONGEST_QUIET = timedelta(days=8)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which a channel is left alone, as the clock on the wall shows them."""

    hours: Calendar
    loud: frozenset[str] = frozenset()  # kinds that break through

    def end(self, at: datetime) -> datetime | None:
        """When the quiet that lies over ``at`` ends; None when there is none."""

        def quiet_until(span: int) -> bool:
            length = span * _MICROSECOND
            return self.hours.between(at, at + length) == length

        if not quiet_until(1):
            return None
        least, most = 1, LONGEST_QUIET // _MICROSECOND
        while most - least > 1:
            middle = (least + most) // 2
            least, most = (middle, most) if quiet_until(middle) else (least, middle)
        return at + least * _MICROSECOND

    def holds(self, kind: str, at: datetime) -> datetime | None:
        """Until when an alert of this kind waits, where it does."""
        return None if kind in self.loud else self.end(at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One way to reach somebody: one URL of an ``[[alerts]]`` table.

    ``id`` is the table's name, with a number behind it where it has several URLs.
    """

    id: str
    name: str
    kinds: frozenset[str]
    accounts: frozenset[str] = EVERYBODY
    teams: frozenset[str] = EVERYBODY
    merge: timedelta = MINUTE  # from one message to the next at least
    quiet: Quiet | None = None
    escalate_after: timedelta | None = None
    escalate_to: str = ""  # the name of another table
    language: str = "en"
    zone: tzinfo = UTC  # of the times in its texts

    def wants(self, notice: Notice, teams: Collection[str]) -> bool:
        """Whether an alert that concerns ``teams`` goes here."""
        return (
            notice.kind in self.kinds
            and ("*" in self.accounts or notice.account in self.accounts)
            and ("*" in self.teams or not self.teams.isdisjoint(teams))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """People, and the accounts that are theirs while nobody is assigned."""

    name: str
    members: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()


def teams_of(teams: Sequence[Team], account: AccountId, assignee: str) -> frozenset[str]:
    """Whose business something is: the teams of who is assigned, else those of the account."""
    theirs = frozenset(team.name for team in teams if assignee and assignee in team.members)
    return theirs or frozenset(team.name for team in teams if account in team.accounts)


def who_wants(
    channels: Mapping[str, Channel], teams: Sequence[Team], notice: Notice, assignee: str
) -> list[Channel]:
    """Where an alert goes: to the teams of who is assigned, if any channel of theirs wants it.

    Else to those of the account: nobody's late reply is silent because of who has it.
    """
    for who in (assignee, ""):
        theirs = teams_of(teams, notice.account, who)
        if wanting := [one for one in channels.values() if one.wants(notice, theirs)]:
            return wanting
    return []


def of_table(channels: Mapping[str, Channel], name: str) -> list[Channel]:
    """The channels of an ``[[alerts]]`` table."""
    return [channel for channel in channels.values() if channel.name == name]


def standing_in(
    channels: Mapping[str, Channel], failed: Channel, failing: Collection[str]
) -> list[Channel]:
    """Who is told of what a failed channel does not take, and that it failed.

    Those that it escalates to, else the first other channel that works; when none
    works, the first other one all the same.
    """
    others = [one for one in channels.values() if one.id != failed.id]
    working = [one for one in others if one.id not in failing]
    wanted = [one for one in working if one.name == failed.escalate_to]
    return wanted or working[:1] or others[:1]
