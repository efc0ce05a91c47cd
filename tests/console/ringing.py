"""An alert that a channel has told, and who heard it."""

from datetime import timedelta
from random import Random

from responder.alerts.channels import TAKEN, Channels, Outcome
from responder.alerts.message import Message
from responder.alerts.rules import Channel
from responder.domain.alerts import KINDS
from responder.domain.model import ConversationId
from responder.metrics import Metrics
from responder.store.channels import Delivery, read_told, route
from responder.store.notices import Notice
from responder.store.told import Item
from responder.workers.teller import Teller
from tests.console.house import House
from tests.console.shops import AMAZON

HOUR = timedelta(hours=1)


class Mouth(Channels):
    """Takes whatever it is told."""

    async def hand_over(self, channel: Channel, message: Message) -> Outcome:
        return TAKEN


async def ring(house: House, one: ConversationId) -> str:
    """Tell the channel ``night`` of a conversation; the id of the message."""
    now, given = house.clock.now(), house.services
    notice = Notice(
        id="n1", kind="critical", at=now, account=AMAZON, conversation=one,
        due_at=(await house.read(one)).due_at,
    )  # fmt: skip
    channel = Channel(id="night", name="night", kinds=frozenset(KINDS))
    channels = Mouth([channel], {}, clock=house.clock, links=given.links)
    item = Item(id=notice.id, notice=notice, arrived=now)
    await route(house.database, [Delivery("night", item, now)])
    teller = Teller(
        house.database,
        house.queues,
        channels=channels,
        clock=house.clock,
        metrics=Metrics(),
        dice=Random(7),
    )
    for claim in await house.queues.channel.claim(1):
        await teller.look(claim, now + HOUR)
    [message] = (await read_told(house.database, "night"))[1]
    return message


async def who_heard(house: House) -> str:
    _, messages = await read_told(house.database, "night")
    return next(iter(messages.values())).heard_by
