"""Whether every threshold of every open conversation was announced in time, and once."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from math import inf
from typing import NamedTuple

from responder.domain.model import ConversationId, Risk
from responder.domain.sla import Plan
from responder.simulation.loop import BEGINNING
from responder.simulation.marketplace import Shop
from responder.simulation.records import Span, Telling
from responder.simulation.threads import conversation_of, conversations, threads
from responder.simulation.world import World
from responder.store.times import moment

PROMPT = 8.0  # seconds, the pager's own time included
LATE = 240.0
HAND_OVER = 10.0
# The one script between a telling and its being noted: where its answer is lost, it is told again.
# A channel that works again has others told first, and in worlds there is no other channel.
NOTES = "settle_channel"
RISKS = {risk.label: risk for risk in Risk if risk}


def thresholds_are_announced(world: World) -> None:
    told = _tellings(world)
    for market, conversation, _ in conversations(world.markets):
        for wait in _waits(world, conversation):
            _check_wait(world, market, wait, told[conversation])


def _tellings(world: World) -> dict[ConversationId | None, list[Telling]]:
    """What was told of each conversation, by itself or in one message with others."""
    told: dict[ConversationId | None, list[Telling]] = defaultdict(list)
    for telling in world.ledger.tellings:
        told[telling.notice.conversation].append(telling)
    return told


def deadlines_follow_the_promise(world: World) -> None:
    """Soon after a promise has changed, nobody who waits is due by another one.

    A deadline that the marketplace has named is none of them.
    """
    now = world.time.loop.time()
    for market in world.markets.values():
        promised = world.promises[market.account]
        policies = [one.policy for one in promised]
        ends = [*(one.begun for one in promised[2:]), now]
        for (_, at, policy), until in zip(promised[1:], ends, strict=False):
            known = at + LATE
            if known > until or not _watched(world, at, known):
                continue
            for thread in threads(market):
                for wait in _waits(world, conversation_of(market, thread)):
                    holds = wait.start <= known < min(wait.end, until)
                    dues = {one.plan(wait.since).due_at for one in policies}
                    if holds and wait.due in dues - {policy.plan(wait.since).due_at}:
                        world.ledger.broken(
                            "deadlines follow the promise",
                            wait.conversation,
                            f"{wait.conversation} is due at {wait.due}, not by {policy.name}, "
                            f"which was promised by {at:.0f}",
                        )


class _Wait(NamedTuple):
    """From when to when a conversation waited since one moment, for one deadline."""

    conversation: ConversationId
    start: float
    end: float
    since: datetime
    due: datetime
    is_replanned: bool  # only the deadline has changed


def _waits(world: World, conversation: ConversationId) -> Iterator[_Wait]:
    last = Span(at=world.time.loop.time(), since="", due="")
    before = ""
    for span, after in pairwise([*world.ledger.spans[conversation], last]):
        if span.since:
            yield _Wait(
                conversation,
                span.at,
                after.at,
                moment(span.since),
                moment(span.due),
                is_replanned=span.since == before,
            )
        before = span.since


class _Term(NamedTuple):
    """A part of a wait in which one plan held: from when everybody knew of it, to when."""

    start: float
    end: float
    plan: Plan
    is_other: bool  # other warnings than before, of the same deadline


def _terms(world: World, market: Shop, wait: _Wait) -> Iterator[_Term]:
    promised = world.fitting(market.account, wait.since, wait.due)
    ends = [*(one.begun for one in promised[1:]), inf]
    for place, (one, end) in enumerate(zip(promised, ends, strict=True)):
        start = max(wait.start, one.known) if place else wait.start
        yield _Term(start, min(end, wait.end), one.policy.plan(wait.since, wait.due), place > 0)


def _check_wait(world: World, market: Shop, wait: _Wait, told: list[Telling]) -> None:
    for term in _terms(world, market, wait):
        _check_term(world, wait, term, told)
    _check_once(world, market, wait, told)


def _check_term(world: World, wait: _Wait, term: _Term, told: list[Telling]) -> None:
    tellings = _of_wait(wait, told)
    # What was announced for the promise before may reach the pager a little after the change.
    before = [one for one in told if one.at <= term.start + LATE and one.notice.at >= wait.since]
    heard = max(map(_risk, before), default=0)
    for step in term.plan.steps:
        reached = max(term.start, _seconds(step.at))
        allowed = PROMPT if _calm(world, reached, reached + PROMPT) else LATE
        if reached + allowed > term.end or not _watched(world, reached, reached + allowed):
            continue
        crossed = wait.is_replanned and reached <= term.start + _ahead(world, term.start)
        if heard >= step.risk and (term.is_other or crossed):
            continue  # what is told is not told again for a promise that is crossed as it comes
        if not any(
            _risk(one) and one.notice.at >= step.at and one.at <= reached + allowed
            for one in tellings
        ):
            world.ledger.broken(
                "thresholds are announced",
                wait.conversation,
                f"{step.risk.label} of {wait.conversation}, reached at {reached:.3f}, "
                f"was not told within {allowed:.0f} s",
            )


def _of_wait(wait: _Wait, told: list[Telling]) -> list[Telling]:
    until = wait.end + LATE
    return [one for one in told if one.notice.due_at == wait.due and wait.start <= one.at <= until]


def _risk(telling: Telling) -> int:
    """Which threshold it tells of; 0 for other news."""
    return RISKS.get(telling.notice.kind, Risk.NONE)


def _check_once(world: World, market: Shop, wait: _Wait, told: list[Telling]) -> None:
    by_step: dict[tuple[str, datetime], list[Telling]] = defaultdict(list)
    for telling in _of_wait(wait, told):
        by_step[telling.notice.kind, telling.notice.at].append(telling)
    disputed = len(world.promises[market.account]) > 1
    for (_, at), same in by_step.items():
        for first, second in pairwise(same):
            pair = (first, second)
            meant = _reopened(world, wait, pair) or (
                disputed and _overtaken(world, wait, told, pair)
            )
            if not meant and not _hand_over_failed(world, *pair):
                world.ledger.broken(
                    "thresholds are announced once",
                    wait.conversation,
                    f"{first.notice.kind} of {wait.conversation} at {at} was told at "
                    f"{first.at:.3f} and {second.at:.3f}",
                )


def _reopened(world: World, wait: _Wait, twice: tuple[Telling, Telling]) -> bool:
    """Whether the wait was over in between, as channels say too, and began again where it was."""
    first, second = twice
    return any(
        (one.since, one.due) == (wait.since, wait.due) and not one.is_replanned
        for one in _waits(world, wait.conversation)
        if first.at < one.start <= second.at
    )


def _overtaken(
    world: World, wait: _Wait, told: list[Telling], twice: tuple[Telling, Telling]
) -> bool:
    """Whether another promise was told of in between, and this one held again after."""
    first, second = twice
    between = any(
        first.at < one.at < second.at and one.notice.due_at != wait.due
        for one in told
        if _risk(one) and one.notice.at >= wait.since
    )
    return between and any(
        one.due == wait.due and one.since == wait.since and one.start <= second.at <= one.end + LATE
        for one in _waits(world, wait.conversation)
        if one.start > first.at
    )


def _hand_over_failed(world: World, first: Telling, second: Telling) -> bool:
    end = first.at + HAND_OVER
    deaths = any(
        first.at - HAND_OVER <= at <= end and who in {first.owner, "store"}
        for at, who in world.ledger.troubles
    )
    lost = any(first.at <= at <= end for at in world.lost_answers(first.owner, NOTES))
    rolled_back = any(
        since - 1 <= second.at and first.at <= until + 1 for since, until in world.ledger.losses
    )
    return deaths or lost or rolled_back


def _calm(world: World, start: float, end: float) -> bool:
    """Whether nothing could have held up an announcement in this time."""
    profile = world.profile
    if profile.pager_fails or profile.answer_lost or profile.scripts_late:
        return False
    recent = any(start - LATE <= at <= end for at, _ in world.ledger.troubles)
    return not recent and not any(_clocks_off(world, end))


def _watched(world: World, start: float, end: float) -> bool:
    """Whether one watcher, and the store, were up for all of that time."""
    up = any(
        since <= start and end <= until
        for machine in world.machines
        for since, until in machine.lives(world.time.loop.time())
        if not any(begun <= end and start <= over for begun, over in machine.freezes)
    )
    return up and not any(since <= end and start <= until for since, until in world.server.away)


def _ahead(world: World, at: float) -> float:
    """By how many seconds the fastest clock was ahead: to whoever reads it, so much was past."""
    return max(0.0, *_clocks_off(world, at))


def _clocks_off(world: World, at: float) -> Iterator[float]:
    """By how many seconds each machine's clock was ahead then."""
    for machine in world.machines:
        yield [0.0, *(ahead for when, ahead in machine.steps if when <= at)][-1]


def _seconds(at: datetime) -> float:
    return (at - BEGINNING) / timedelta(seconds=1)
