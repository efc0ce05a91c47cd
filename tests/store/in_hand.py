"""A reply in a worker's hand."""

from datetime import timedelta

from responder.domain.model import ConversationId
from responder.store.queue import Claim
from responder.testing import FakeClock
from tests.store.shop import UNDO, Shop

LEASE = timedelta(seconds=120)


async def ready(
    shop: Shop, clock: FakeClock, text: str = "Tomorrow."
) -> tuple[ConversationId, Claim]:
    """A reply in a worker's hand, not yet attempted."""
    conversation, _ = await shop.approved(text)
    clock.advance(UNDO)
    return conversation, await shop.take(shop.queues.outbox)
