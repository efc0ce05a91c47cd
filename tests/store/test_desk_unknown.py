"""No verb does anything to a conversation that does not exist."""

import pytest

from responder.domain.model import ConversationId, Token
from responder.errors import Unknown
from responder.store import remarks
from responder.store.desk import Desk
from tests.store.shop import Shop

NOBODY = ConversationId("03-0123456789abcdef0123")


@pytest.mark.parametrize("conversation", [NOBODY, ConversationId("nonsense")])
async def test_nothing_can_be_done_to_what_does_not_exist(
    shop: Shop, conversation: ConversationId
) -> None:
    desk: Desk = shop.desk
    token = Token("t")
    verbs = (
        lambda: desk.claim(conversation, "ann"),
        lambda: desk.take_over(conversation, "ann"),
        lambda: remarks.assign_if_free(shop.database, conversation, "ann", by=""),
        lambda: desk.renew(conversation, "ann", token),
        lambda: desk.release(conversation, token),
        lambda: desk.approve(conversation, "ann", token, version=1, text="x"),
        lambda: desk.withdraw(conversation, "ann"),
        lambda: desk.reject(conversation, "ann", version=None, again=True, why=""),
        lambda: desk.no_reply_needed(conversation, "ann"),
        lambda: desk.resolve_uncertain(conversation, "ann", was_sent=True),
        lambda: desk.resolve_uncertain(conversation, "ann", was_sent=False),
        lambda: remarks.annotate(shop.database, conversation, "ann", "tags", {"tags": "x"}),
        lambda: remarks.tag(shop.database, conversation, "ann", add=["x"], flag="red"),
        lambda: remarks.note(shop.database, conversation, "ann", "x"),
    )

    for verb in verbs:
        with pytest.raises(Unknown):
            await verb()

    assert await shop.keys() == set()
    assert await shop.events() == []
