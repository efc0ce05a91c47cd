"""Whether the way into an account will last: noted for pages, and told of while there is time.

A session that ends and cannot be renewed, a level of it, a renewal that fails, an app's calls that
run short: a person hears of each once, before it stops the account. What has stopped it already is
told of by the poll or the send that failed.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from connectors.access import Access, CallsOfADay, access_of
from responder.clock import Clock
from responder.domain.model import AccountId
from responder.store.access import Noted, note_access, read_noted
from responder.store.database import Database
from responder.store.notices import WHEN, Notice
from responder.workers.accounts import Account

WARN_BEFORE = timedelta(days=1)
LASTING = timedelta(days=2)  # a level that was given for less is no news when it ends
_CALLS = "calls"
_DAY = "%Y-%m-%d %H:%M UTC"


class Watch:
    """Looks after a poll. It writes only what has changed."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._known: dict[AccountId, Noted] = {}

    async def look(self, account: Account) -> None:
        """Note how the way into ``account`` stands, and tell of what is new about it."""
        access = access_of(account.connector)
        if access is None:
            return
        now = self._clock.now()
        found = dict(warnings(access, now))
        seen = Noted(standing(access), "\n".join(sorted(found)))
        if self._known.get(account.id) == seen:
            return
        before = await read_noted(self._database, account.id)
        told = set(filter(None, before.told.split("\n")))
        new = [found[name] for name in sorted(found.keys() - told)]
        notice = _notice(account.id, now, "; ".join(new)) if new else None
        kept = {*found, *_of_today(told, access)}
        after = replace(seen, told="\n".join(sorted(kept)))
        if before == after or await note_access(self._database, account.id, before, after, notice):
            self._known[account.id] = seen


def _of_today(told: Iterable[str], access: Access) -> Iterator[str]:
    """What stays told for its day, although this daemon has not seen it: another has."""
    today = access.calls.day if access.calls else ""
    return (name for name in told if name.startswith(f"{_CALLS}:{today}"))


def warnings(access: Access, now: datetime) -> Iterator[tuple[str, str]]:
    """What a person should do something about, each with a name that stays the same."""
    yield from _ends(access, now)
    for level, ends in sorted(access.levels.items()):
        lasting = access.given_at is not None and ends - access.given_at >= LASTING
        with_all = access.ends_at is not None and ends >= access.ends_at
        if lasting and not with_all and not access.renews and now >= ends - WARN_BEFORE:
            yield (
                f"level:{level}:{ends:%Y%m%d%H%M}",
                f"its level {level} ends on {ends:{_DAY}}; authorize the app again",
            )
    if access.calls is not None and access.calls.short:
        yield f"{_CALLS}:{access.calls.day}", _short(access.calls)


def _ends(access: Access, now: datetime) -> Iterator[tuple[str, str]]:
    ends = f"ends on {access.ends_at:{_DAY}}" if access.ends_at else "cannot be renewed"
    when = f"{access.ends_at:%Y%m%d%H%M}" if access.ends_at else ""
    near = access.ends_at is not None and now >= access.ends_at - WARN_BEFORE
    again = "authorize the app again"
    if access.hopeless:
        yield f"refused:{when}", f"its session {ends}: {access.trouble}; {again}"
    elif near and access.trouble:
        yield f"failing:{when}", f"its session {ends}, and {access.trouble}; {again}"
    elif near and not access.renews:
        yield f"ends:{when}", f"its session {ends} and cannot be renewed; {again}"


def _short(calls: CallsOfADay) -> str:
    return (
        f"{calls.used} of the {calls.of} calls that its app has a day are used ({calls.day}, "
        "GMT+8): the inbox is read less often, and what is left is kept for replies"
    )


def standing(access: Access) -> str:
    """As JSON, for the account's book. Calls are told in whole percent: few writes a day."""
    calls = access.calls
    if not any((access.ends_at, access.renews, access.levels, access.trouble, calls)):
        return ""
    told = {
        "ends_at": access.ends_at.isoformat() if access.ends_at else None,
        "renews": access.renews,
        "levels": {name: ends.isoformat() for name, ends in sorted(access.levels.items())},
        "problem": access.trouble or None,
        "calls": {
            "day": calls.day,
            "of": calls.of,
            "used_percent": calls.used * 100 // calls.of,
            "short": calls.short,
        }
        if calls
        else None,
    }
    return json.dumps(told)


def _notice(account: AccountId, now: datetime, reason: str) -> Notice:
    return Notice(
        id=f"{account}:access:{now:{WHEN}}",
        kind="account_warning",
        at=now,
        account=account,
        reason=reason,
    )
