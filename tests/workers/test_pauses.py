"""An account that asks for a pause, or is tried again, is asked no more and no less than that."""

from datetime import timedelta

from connectors.base import RateLimited, Unavailable
from responder.domain.breaker import AT_ONCE, Breaker, Gate
from responder.store.breakers import Told, change_breaker
from responder.store.conversations import Conversation
from responder.store.outbox import Outgoing
from tests.workers.beside import sender
from tests.workers.conftest import ACCOUNT, Service
from tests.workers.many_replies import approve_all, gate


async def test_what_was_on_its_way_when_an_account_asked_for_a_pause_does_not_end_it(
    service: Service,
) -> None:
    await approve_all(service, AT_ONCE + 2)
    service.connector.trouble.append(RateLimited(timedelta(seconds=90)))

    for _ in range(8):
        await service.work("send")
        service.clock.advance(timedelta(seconds=10))

    assert len(service.connector.accepted) == AT_ONCE - 1
    await service.work("send")
    assert await gate(service) is Gate.OPEN


async def test_an_account_that_fails_after_a_pause_is_told_of_though_it_had_failed_before(
    service: Service,
) -> None:
    await approve_all(service, 1)
    service.connector.trouble.append(Unavailable("connection refused"))
    service.connector.trouble.append(RateLimited(timedelta(seconds=30)))
    service.connector.trouble.extend([Unavailable("connection refused")] * 20)

    for _ in range(6):
        await service.work("send", "alert")
        service.clock.advance(timedelta(minutes=1))

    assert [notice.kind for notice in service.channels.told] == ["account_down"]


async def test_a_probe_that_asks_nothing_after_all_lets_the_next_one_go(service: Service) -> None:
    service.clock.advance(timedelta(microseconds=123_456))
    await approve_all(service, 2)
    objected: list[str] = []

    async def first_only(one: Conversation, _: Outgoing) -> str:
        objected.append(one.id)
        return "the rules have changed" if len(objected) == 1 else ""

    service.workers["send"] = sender(service, objection=first_only)
    now = service.clock.now()
    await change_breaker(
        service.database, ACCOUNT, lambda _: (Breaker(failures=3, until=now), Told())
    )

    for _ in range(5):
        await service.work("send")
        service.clock.advance(timedelta(seconds=2))

    assert len(service.connector.accepted) == 1
    assert await gate(service) is Gate.CLOSED
