"""Files of a reply over the API: uploaded and taken away."""

from typing import Any

from aiohttp import ClientResponse

from responder.domain.model import ConversationId
from tests.console.house import House
from tests.console.person import Person

PDF = b"%PDF-1.7 how to wash it"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


async def upload(
    who: Person,
    one: ConversationId,
    token: str,
    name: str = "how to wash.pdf",
    body: Any = PDF,
    **headers: str,
) -> ClientResponse:
    sent = {"Cookie": f"responder_session={who.cookie}", "X-CSRF-Token": who.csrf} | headers
    path = f"/api/v1/conversations/{one}/files"
    return await who.client.post(
        path, params={"name": name, "token": token}, data=body, headers=sent
    )


async def remove(who: Person, one: ConversationId, token: str, file: str) -> ClientResponse:
    sent = {"Cookie": f"responder_session={who.cookie}", "X-CSRF-Token": who.csrf}
    path = f"/api/v1/conversations/{one}/files/{file}"
    return await who.client.delete(path, params={"token": token}, headers=sent)


async def drafted(house: House, **more: Any) -> ConversationId:
    one = await house.buyer_writes(**more)
    await house.draft()
    return one
