"""The HTTP of a TOP gateway in a box."""

import asyncio
from typing import Final

from aiohttp import web

from connectors.top.mock_gateway import TopGateway

PATH: Final = "/router/rest"


def router(gateway: TopGateway) -> list[web.RouteDef]:
    """TOP's one address, by GET and by POST."""

    async def rest(request: web.Request) -> web.StreamResponse:
        params, image = await parameters(request)
        written = gateway.answer(params, image)
        if written.dropped and request.transport is not None:
            request.transport.abort()
        return web.Response(
            status=written.status,
            body=written.body,
            content_type=written.content_type,
            charset="utf-8",
        )

    return [web.get(PATH, rest), web.post(PATH, rest)]


async def parameters(request: web.Request) -> tuple[dict[str, str], bytes | None]:
    """Every parameter from the address and the body; a file comes apart from them."""
    params = dict(request.query)
    image: bytes | None = None
    if request.method == "POST":
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                image = await asyncio.to_thread(value.file.read)
            else:
                params[name] = str(value)
    return params, image
