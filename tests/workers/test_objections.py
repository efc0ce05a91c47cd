"""The rules are asked once more when a reply leaves: its approval may be of another day."""

from datetime import timedelta

import pytest

from responder.domain.model import ConversationId, State
from responder.store.outbox import attempt
from tests.workers.conftest import Service


@pytest.fixture
async def waiting(service: Service) -> Service:
    service.connector.writes("Where is parcel YT1234567890123? Order 113-1234567-1234567.")
    await service.work()
    return service


async def approve(service: Service, text: str, override: str = "") -> ConversationId:
    one = await service.only()
    lease = await service.desk.claim(one.id, "ann")
    await service.desk.approve(
        one.id, "ann", lease.token, version=one.draft_version, text=text, override=override
    )
    return one.id


async def test_what_breaks_a_rule_by_now_comes_back_with_the_rule(waiting: Service) -> None:
    await approve(waiting, "Please write to help@corner.example.com.")

    await waiting.work("send")

    one = await waiting.only()
    assert (one.state, one.held) == (State.WAITING, "Please write to help@corner.example.com.")
    assert one.problem == "not_sent: it breaks the rules: email"
    assert waiting.connector.accepted == []


@pytest.mark.parametrize(
    ("text", "override"),
    [
        ("Please write to help@corner.example.com.", "a supervisor has seen it"),
        ("Parcel YT1234567890123 is on its way.", ""),
        ("We guarantee nothing, but we are looking.", ""),
    ],
)
async def test_what_is_overridden_warned_of_or_the_buyers_own_leaves(
    waiting: Service, text: str, override: str
) -> None:
    await approve(waiting, text, override)

    await waiting.work("send")

    assert [reply.text for reply in waiting.connector.accepted] == [text]


async def test_a_gap_does_not_leave_whoever_approved_it(waiting: Service) -> None:
    await approve(waiting, "Send it to ⟦address⟧.")

    await waiting.work("send")

    assert (await waiting.only()).problem == "not_sent: it breaks the rules: gap"


async def test_what_a_worker_died_over_is_looked_at_before_it_leaves_after_all(
    waiting: Service,
) -> None:
    await approve(waiting, "Please write to help@corner.example.com.")
    [claim] = await waiting.queues.outbox.claim(1)
    await attempt(waiting.database, claim)

    for _ in range(2):
        waiting.clock.advance(timedelta(minutes=10))
        await waiting.work("send")

    one = await waiting.only()
    assert one.problem == "not_sent: it breaks the rules: email"
    assert waiting.connector.accepted == []
