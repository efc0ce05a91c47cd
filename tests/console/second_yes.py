"""A second person's yes over the API."""

from responder.domain.model import ConversationId
from tests.console.person import Person, problem


async def confirm(who: Person, one: ConversationId, **body: str) -> tuple[int, str]:
    shown = await who.json(f"/conversations/{one}")
    body = {"id": shown["second_yes"]["id"], "token": await who.claim(one)} | body
    response = await who.act(one, "confirm", body)
    return (202, "") if response.status == 202 else await problem(response)
