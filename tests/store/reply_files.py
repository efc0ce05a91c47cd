"""What the tests of files share: a file beside a reply, and the verbs around it."""

from collections.abc import Awaitable

import pytest

from responder.domain.model import ConversationId, ReplyFile, Token
from responder.errors import Conflict
from responder.store.files import contents, keep_file
from tests.store.shop import Shop

PDF = b"%PDF-1.7 how to wash it"
ROOM = (3, 1000)


async def keep(
    shop: Shop, conversation: ConversationId, token: Token, name: str = "a.pdf", body: bytes = PDF
) -> ReplyFile:
    file = (name, "application/pdf", body)
    return await keep_file(shop.database, conversation, token, file, room=ROOM)


async def kept(shop: Shop) -> tuple[ConversationId, Token, ReplyFile]:
    """A conversation that ann is in, and a file beside her reply."""
    one = await shop.drafted()
    token = (await shop.lease(one)).token
    return one, token, await keep(shop, one, token)


async def approve(
    shop: Shop, conversation: ConversationId, token: Token, *files: str, text: str = "See there."
) -> str:
    return await shop.desk.approve(
        conversation, "ann", token, version=1, text=text, newest=1, files=files
    )


async def code(work: Awaitable[object]) -> str:
    with pytest.raises(Conflict) as refused:
        await work
    return refused.value.code


async def bodies(shop: Shop, conversation: ConversationId, *files: ReplyFile) -> list[bytes | None]:
    return await contents(shop.database, conversation, files)
