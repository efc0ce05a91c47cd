"""A reply that has left, and its copy as the marketplace lists it."""

from responder.domain.model import Author, ConversationId
from responder.store.outbox import Outgoing
from responder.testing import FakeClock
from tests.store.shop import UNDO, Shop

TEXT = "It comes tomorrow."


async def on_the_wire(shop: Shop, clock: FakeClock) -> tuple[ConversationId, Outgoing]:
    """A reply whose attempt is written down and whose answer has not come."""
    conversation, _ = await shop.approved(TEXT)
    clock.advance(UNDO)
    reply = await shop.attempt(await shop.take(shop.queues.outbox))
    return conversation, reply


async def answered(shop: Shop, clock: FakeClock, receipt: str = "R1") -> ConversationId:
    conversation, reply = await on_the_wire(shop, clock)
    await shop.accept(conversation, reply, receipt)
    return conversation


async def read_back(shop: Shop, clock: FakeClock, name: str = "copy-1") -> None:
    await shop.receive(
        shop.arrival(Author.SELLER, "It comes\r\n tomorrow. ", name=name, at=clock.now())
    )
