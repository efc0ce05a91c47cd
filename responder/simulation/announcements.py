"""Whether every threshold of every open conversation was announced in time, and once."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from responder.domain.model import ConversationId
from responder.domain.sla import SlaPolicy
from responder.simulation.ledger import Span, Telling
from responder.simulation.loop import BEGINNING
from responder.simulation.threads import conversation_of, threads
from responder.simulation.world import World
from responder.store.times import moment

PROMPT = 8.0  # seconds, the pager's own time included
LATE = 240.0
HAND_OVER = 10.0


def thresholds_are_announced(world: World) -> None:
    told = defaultdict(list)
    for telling in world.ledger.tellings:
        told[telling.notice.conversation].append(telling)
    for market in world.markets.values():
        policy = world.policy(market.account)
        for thread in threads(market):
            conversation = conversation_of(market, thread)
            for start, end, span in _waits(world, conversation):
                _check_wait(world, conversation, policy, (start, end, span), told[conversation])


def _waits(world: World, conversation: ConversationId) -> Iterator[tuple[float, float, Span]]:
    """From when to when the conversation waited since the same moment."""
    spans = world.ledger.spans[conversation]
    last = Span(at=world.time.loop.time(), since="", due="")
    for span, after in pairwise([*spans, last]):
        if span.since:
            yield span.at, after.at, span


def _check_wait(
    world: World,
    conversation: ConversationId,
    policy: SlaPolicy,
    wait: tuple[float, float, Span],
    told: list[Telling],
) -> None:
    start, end, span = wait
    due = moment(span.due)
    tellings = [one for one in told if one.notice.due_at == due and start <= one.at <= end + LATE]
    for step in policy.plan(moment(span.since), due).steps:
        reached = max(start, _seconds(step.at))
        allowed = PROMPT if _calm(world, reached, reached + PROMPT) else LATE
        if reached + allowed > end or not _watched(world, reached, reached + allowed):
            continue
        if not any(one.notice.at >= step.at and one.at <= reached + allowed for one in tellings):
            world.ledger.broken(
                "thresholds are announced",
                conversation,
                f"{step.risk.label} of {conversation}, reached at {reached:.3f}, "
                f"was not told within {allowed:.0f} s",
            )
    _check_once(world, conversation, tellings)


def _check_once(world: World, conversation: ConversationId, tellings: list[Telling]) -> None:
    by_step: dict[datetime, list[Telling]] = defaultdict(list)
    for telling in tellings:
        by_step[telling.notice.at].append(telling)
    for at, same in by_step.items():
        for first, second in pairwise(same):
            if not _hand_over_failed(world, first, second):
                world.ledger.broken(
                    "thresholds are announced once",
                    conversation,
                    f"{first.notice.kind} of {conversation} at {at} was told at "
                    f"{first.at:.3f} and {second.at:.3f}",
                )


def _hand_over_failed(world: World, first: Telling, second: Telling) -> bool:
    end = first.at + HAND_OVER
    deaths = any(
        first.at - HAND_OVER <= at <= end and who in {first.owner, "store"}
        for at, who in world.ledger.troubles
    )
    lost = any(first.at <= at <= end for at in world.lost_answers(first.owner))
    rolled_back = any(
        since - 1 <= second.at and first.at <= until + 1 for since, until in world.ledger.losses
    )
    return deaths or lost or rolled_back


def _calm(world: World, start: float, end: float) -> bool:
    """Whether nothing could have held up an announcement in this time."""
    profile = world.profile
    if profile.pager_fails or profile.answer_lost:
        return False
    recent = any(start - LATE <= at <= end for at, _ in world.ledger.troubles)
    off = any(machine.clock.off for machine in world.machines)
    return not recent and not off


def _watched(world: World, start: float, end: float) -> bool:
    """Whether one watcher, and the store, were up for all of that time."""
    up = any(
        since <= start and end <= until
        for machine in world.machines
        for since, until in machine.lives(world.time.loop.time())
        if not any(begun <= end and start <= over for begun, over in machine.freezes)
    )
    return up and not any(since <= end and start <= until for since, until in world.server.away)


def _seconds(at: datetime) -> float:
    return (at - BEGINNING) / timedelta(seconds=1)
