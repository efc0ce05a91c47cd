"""What comes to light when its conversation has been forgotten."""

from datetime import timedelta

from connectors.base import Author, Kind
from responder.alerts.rules import Channel
from responder.domain.alerts import KINDS
from responder.domain.states import CLOSED
from responder.store.purge import purge_closed
from tests.workers.conftest import Service

MINUTE = timedelta(minutes=1)


async def test_that_a_forgotten_reply_was_refused_is_not_over_by_itself(service: Service) -> None:
    ding = Channel(id="ding", name="ding", kinds=frozenset(KINDS), merge=timedelta(0))
    service.channels.rules = {ding.id: ding}
    service.connector.writes("Hello?")
    await service.work()
    await service.approve()
    await service.work()
    service.clock.advance(MINUTE)
    assert await purge_closed(service.database, CLOSED, service.clock.now()) == 1

    service.connector.writes("not delivered", author=Author.PLATFORM, kind=Kind.REFUSAL)
    for _ in range(10):
        service.clock.advance(MINUTE)
        await service.work("poll", "watch", "alert")

    told = [item.notice.kind for _, message in service.channels.messages for item in message.items]
    assert told == ["send_refused"]
