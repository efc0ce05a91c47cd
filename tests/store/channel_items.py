"""Items for channels of alerts, and a channel in a worker's hand."""

from dataclasses import replace

from responder.domain.model import AccountId, ConversationId
from responder.store.channels import Delivery, Settlement, read_channel, settle
from responder.store.database import Database
from responder.store.notices import Notice
from responder.store.queue import Claim
from responder.store.queues import Queues
from responder.store.told import Item
from responder.testing import FakeClock


def item(clock: FakeClock, name: str = "n1", **changes: object) -> Item:
    notice = Notice(
        id=name,
        kind="at_risk",
        at=clock.now(),
        account=AccountId("shop"),
        conversation=ConversationId("00-1"),
    )
    return replace(Item(id=name, notice=notice, arrived=clock.now()), **changes)  # type: ignore[arg-type]


def to(clock: FakeClock, channel: str = "ding", name: str = "n1") -> Delivery:
    return Delivery(channel, item(clock, name), clock.now())


async def claimed(queues: Queues) -> Claim:
    [claim] = await queues.channel.claim(1)
    return claim


def looked(clock: FakeClock, **more: object) -> Settlement:
    return replace(Settlement(next_at=None, not_before=clock.now()), **more)  # type: ignore[arg-type]


async def look(database: Database, claim: Claim, what: Settlement) -> bool:
    return await settle(database, claim, await read_channel(database, claim.item), what)
