"""One alert, told over a real local server, and what of it must arrive."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from responder.alerts.channels import Channels, Outcome, way_of
from responder.alerts.links import Links
from responder.alerts.message import Message
from responder.alerts.rules import Channel
from responder.domain.alerts import KINDS
from responder.domain.model import AccountId, ConversationId
from responder.store.notices import Notice
from responder.store.told import Item
from responder.testing import FakeClock

SECRET = "SEC-of-the-robot"
CHANNEL = Channel(id="night", name="night", kinds=frozenset(KINDS))


def links() -> Links:
    return Links("https://desk.example", b"key")


def message(clock: FakeClock, **changes: Any) -> Message:
    notice = Notice(
        id="n1",
        kind="critical",
        at=clock.now(),
        account=AccountId("amazon-us"),
        conversation=ConversationId("03-abc"),
        due_at=clock.now() + timedelta(hours=1),
    )
    item = Item(id="n1", notice=notice, arrived=clock.now())
    return replace(Message(id="night-1f", at=clock.now(), items=(item,)), **changes)


async def tell(url: str, clock: FakeClock, secret: str = "", **changes: Any) -> Outcome:
    way = way_of(url, secret, clock=clock, links=links())
    assert way is not None, url
    channels = Channels([CHANNEL], {"night": way}, clock=clock, links=links())
    return await channels.hand_over(CHANNEL, message(clock, **changes))


def is_the_alert(text: str) -> None:
    assert "A reply is nearly late (amazon-us)" in text
    assert "1 h 0 min left" in text
    assert "https://desk.example/c/03-abc" in text
    assert f"https://desk.example/a/{links().token('night-1f')}" in text
