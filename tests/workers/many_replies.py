"""Many replies of one account that wait to leave, and whether they may."""

from responder.domain.breaker import Gate
from responder.store.accounts import read_account
from tests.workers.conftest import ACCOUNT, Service


async def approve_all(service: Service, count: int) -> None:
    for number in range(count):
        service.connector.writes("Where is it?", thread=f"thread-{number}")
    await service.work()
    for one in await service.all():
        assert one.draft is not None
        lease = await service.desk.claim(one.id, "ann")
        await service.desk.approve(
            one.id, "ann", lease.token, version=one.draft.version, text="It is on its way."
        )


async def gate(service: Service) -> Gate:
    book = await read_account(service.database, ACCOUNT)
    return book.sends.gate(service.clock.now())
