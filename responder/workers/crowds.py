"""Many alerts of one kind that come too late become one: nobody reads five thousand."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from responder.domain.model import AccountId, Risk
from responder.store.notices import WHEN, Announcement, Notice

MANY = 10  # up to so many at once are told one by one, each with its conversation
BELATED = timedelta(minutes=1)  # a threshold passed for longer was passed while nobody could look
GATHER = timedelta(minutes=1)  # between two alerts about one crowd; the first is told at once
CLOSED = timedelta(seconds=5)  # before it is told, a crowd takes nobody in any more

Key = tuple[AccountId, str]


@dataclass(frozen=True, slots=True)
class _Crowd:
    count: int
    first_due: datetime
    begun: datetime
    tell_at: datetime


class Crowds:
    """Remembers the last crowd of each account and kind, for a minute.

    Nothing durable lies here: what a crowd says is written down with its
    conversations, and a restart only begins another one.
    """

    def __init__(self) -> None:
        self._last: dict[Key, _Crowd] = {}

    def gathered(self, announcements: Sequence[Announcement], now: datetime) -> list[Announcement]:
        """The same announcements, belated ones of a crowd with the one alert of all of them."""
        groups: defaultdict[Key, list[int]] = defaultdict(list)
        for place, one in enumerate(announcements):
            if one.notice is not None and now - one.notice.at > BELATED:
                groups[one.notice.account, one.notice.kind].append(place)
        result = list(announcements)
        for key, places in groups.items():
            if len(places) > MANY or self._gathering(key, now):
                crowd = self._joined(key, [result[place] for place in places], now)
                for place in places:
                    result[place] = replace(
                        result[place], notice=_notice(key, crowd, now), tell_at=crowd.tell_at
                    )
        return result

    def _gathering(self, key: Key, now: datetime) -> bool:
        last = self._last.get(key)
        return last is not None and now < last.tell_at + GATHER

    def _joined(self, key: Key, group: Sequence[Announcement], now: datetime) -> _Crowd:
        due = min(_dues(group), default=now)
        last = self._last.get(key)
        if last is None or not self._gathering(key, now):
            crowd = _Crowd(len(group), due, now, tell_at=now)
        elif now < last.tell_at - CLOSED:
            crowd = replace(last, count=last.count + len(group), first_due=min(last.first_due, due))
        else:
            crowd = _Crowd(len(group), due, now, tell_at=last.tell_at + GATHER)
        self._last[key] = crowd
        return crowd


def _dues(group: Iterable[Announcement]) -> Iterable[datetime]:
    return (one.notice.due_at for one in group if one.notice and one.notice.due_at)


def _notice(key: Key, crowd: _Crowd, now: datetime) -> Notice:
    account, kind = key
    return Notice(
        id=f"{account}:{kind}:many:{crowd.begun:{WHEN}}",
        kind=kind,
        at=now,
        account=account,
        due_at=crowd.first_due,
        reason=_reason(key, crowd),
    )


def _reason(key: Key, crowd: _Crowd) -> str:
    account, kind = key
    who = f"{crowd.count} conversations of {account} are"
    if crowd.count == 1:
        who = f"1 conversation of {account} is"
    if kind == Risk.BREACHED.label:
        return f"{who} already overdue, the oldest since {crowd.first_due:%Y-%m-%d %H:%M} UTC."
    return f"{who} already close to the deadline."
