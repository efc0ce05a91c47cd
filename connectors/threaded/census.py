"""An account's threads by the marketplace's own list, compared with what the caller has."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta

from connectors.base import (
    Batch,
    Census,
    ConnectorError,
    Cursor,
    InboundMessage,
    Missing,
    Rejected,
    SetAside,
    Span,
    Unavailable,
)
from connectors.threaded.looking import WAVE, Look, look_at, outage
from connectors.threaded.position import Sweep, head_of
from connectors.threaded.source import Head, Source, Thread, in_order, unreadable

TRIES = 3  # for a thread that the marketplace cannot show, each after all others
PATIENCE = timedelta(hours=1)  # where it cannot show several at once
EARLIER = timedelta(days=1)  # a list that dates a thread wrongly still names it
AT_ONCE = 20  # threads of a page of the census


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How far a census has come: the next page of the list (0: the last), and what is left of one.

    ``tries`` counts how often the threads that are left could not be read, the first of them
    at ``since``.
    """

    end: datetime | None = None
    page: int = 0
    left: tuple[Head, ...] = ()
    failed: tuple[Head, ...] = ()
    tries: int = 0
    since: datetime | None = None


@dataclass(slots=True)
class _Found:
    listed: int = 0
    messages: list[InboundMessage] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    failed: list[Head] = field(default_factory=list)

    def census(self, then: Place | None, here: Place) -> Census:
        batch = Batch(
            messages=in_order(self.messages),
            set_aside=self.set_aside,
            cursor=_written(then or here),
            more=then is not None,
        )
        return Census(listed=self.listed, found=batch)


class ThreadCensus:
    """Reads every thread that changed since the span began: the list does not say what is new."""

    def __init__(self, source: Source, now: Callable[[], datetime]) -> None:
        self._source = source
        self._now = now

    async def page(self, span: Span, cursor: Cursor | None, missing: Missing) -> Census:
        """Up to 20 threads, from the list's last page to its first."""
        here, found = _understood(cursor) or Place(), _Found()
        place = here if here.left else await self._listed(here, span, missing, found)
        now, rest = place.left[:AT_ONCE], place.left[AT_ONCE:]
        await self._take(now, span, missing, found, place)
        since = place.since or (self._now() if found.failed else None)
        then = replace(place, left=rest, failed=(*place.failed, *found.failed), since=since)
        return found.census(_next(then), here)

    async def _listed(self, place: Place, span: Span, missing: Missing, found: _Found) -> Place:
        """The next page of the list. Up to now, not to the span's end: news move a thread on."""
        end = place.end or self._now() + EARLIER
        sweep = Sweep(span=Span(since=span.since - EARLIER, until=end), page=place.page)
        page = await self._source.heads(sweep.span, sweep.page or 1)
        begun = sweep.started(page.total, self._source.page)
        if begun.page != (sweep.page or 1):
            page = await self._source.heads(sweep.span, begun.page)
        lacking = await missing([item.id for item in page.set_aside])
        found.listed += len(page.set_aside)
        found.set_aside += [item for item in page.set_aside if item.id in lacking]
        return replace(place, end=end, page=begun.page, left=tuple(reversed(page.heads)))

    async def _take(
        self, heads: Sequence[Head], span: Span, missing: Missing, found: _Found, place: Place
    ) -> None:
        """Read threads. Where none of them can be read that failed before, it is an outage, which
        is waited for; but the same threads may fail for ever, and then the census goes on.
        """
        lasts = place.since is None or self._now() - place.since >= PATIENCE
        for at in range(0, len(heads), WAVE):
            wave = heads[at : at + WAVE]
            seen = await look_at(self._source, wave)
            failure = outage(seen)
            is_passed_over = isinstance(failure, Unavailable) and (lasts or not place.tries)
            if failure is not None and not is_passed_over:
                raise failure
            for head, look in zip(wave, seen, strict=True):
                hopeless = place.tries + 1 >= TRIES
                await self._compare(head, look, span, missing, found, hopeless=hopeless)

    async def _compare(
        self, head: Head, look: Look, span: Span, missing: Missing, found: _Found, *, hopeless: bool
    ) -> None:
        thread = look if isinstance(look, Thread) else Thread()
        aside = list(thread.set_aside)
        if isinstance(look, ConnectorError) and (hopeless or isinstance(look, Rejected)):
            aside.append(unreadable(head, f"the thread cannot be read: {look}", span))
        elif isinstance(look, ConnectorError):
            found.failed.append(head)
        old = [one for one in thread.messages if span.since <= one.sent_at < span.until]
        ids = [*(one.id for one in old), *(item.id for item in aside)]
        found.listed += len(ids)
        lacking = await missing(ids) if ids else ()
        found.messages += [one for one in old if one.id in lacking]
        found.set_aside += [item for item in aside if item.id in lacking]


def _next(place: Place) -> Place | None:
    """What follows once some of a page was read: its rest, the page before, what failed."""
    if place.left:
        return place
    if place.page > 1:
        return replace(place, page=place.page - 1)
    if place.failed:
        return replace(place, left=place.failed, failed=(), tries=place.tries + 1, page=1)
    return None


def _written(place: Place) -> Cursor:
    return Cursor(json.dumps(asdict(place), default=datetime.isoformat, separators=(",", ":")))


def _understood(cursor: Cursor | None) -> Place | None:
    """The place in ``cursor``; None, which is the beginning, when it cannot be read."""
    try:
        told = json.loads(cursor or "")
        return Place(
            end=_moment(told["end"]),
            page=max(int(told["page"]), 0),
            left=tuple(head_of(one) for one in told["left"]),
            failed=tuple(head_of(one) for one in told["failed"]),
            tries=int(told["tries"]),
            since=_moment(told.get("since")),
        )
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def _moment(told: str | None) -> datetime | None:
    if not told:
        return None
    moment = datetime.fromisoformat(told)
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment
