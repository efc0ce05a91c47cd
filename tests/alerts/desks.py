"""Servers on this machine that speak as the services do, and refuse as they do."""

import asyncio
import json
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import new as hmac
from typing import Any

from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope


@dataclass
class Desk:
    """A service: what it took, and what is wrong with it, if anything."""

    root: str = ""
    took: list[dict[str, Any]] = field(default_factory=list)
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    wrong: str = ""  # what it refuses messages with
    secret: str = ""


async def dingtalk(desk: Desk, request: web.Request, body: bytes) -> web.Response:
    """HTTP 200 whatever is wrong: errcode says it."""
    said = json.loads(body)
    if request.path != "/robot/send" or request.query.get("access_token") != "tok3n":
        return web.json_response({"errcode": 300005, "errmsg": "token is not exist"})
    if desk.secret:
        at = request.query.get("timestamp", "")
        words = f"{at}\n{desk.secret}".encode()
        right = b64encode(hmac(desk.secret.encode(), words, sha256).digest()).decode()
        if request.query.get("sign") != right:
            return web.json_response(
                {"errcode": 310000, "errmsg": "sign not match, more: [https://ding-doc…]"}
            )
    if desk.wrong:
        return web.json_response({"errcode": 310000, "errmsg": desk.wrong})
    assert said["msgtype"] == "text"
    desk.took.append({"text": said["text"]["content"]})
    return web.json_response({"errcode": 0, "errmsg": "ok"})


async def wecom(desk: Desk, request: web.Request, body: bytes) -> web.Response:
    said = json.loads(body)
    if request.path != "/cgi-bin/webhook/send" or request.query.get("key") != "k3y-1":
        return web.json_response({"errcode": 93000, "errmsg": "invalid webhook url"})
    if desk.wrong:
        return web.json_response({"errcode": 45009, "errmsg": desk.wrong})
    if len(said["text"]["content"].encode()) > 2048:
        return web.json_response({"errcode": 40058, "errmsg": "text.content exceed max length"})
    desk.took.append({"text": said["text"]["content"]})
    return web.json_response({"errcode": 0, "errmsg": "ok"})


async def feishu(desk: Desk, request: web.Request, body: bytes) -> web.Response:
    said = json.loads(body)
    if request.path != "/open-apis/bot/v2/hook/h00k":
        return web.json_response(
            {"code": 19001, "msg": "param invalid: incoming webhook", "data": {}}
        )
    if desk.secret:
        key = f"{said['timestamp']}\n{desk.secret}".encode()
        if said["sign"] != b64encode(hmac(key, b"", sha256).digest()).decode():
            return web.json_response(
                {"code": 19021, "msg": "sign match fail or timestamp is not within one hour"}
            )
    if desk.wrong:
        return web.json_response({"code": 19024, "msg": desk.wrong, "data": {}})
    assert said["msg_type"] == "text"
    desk.took.append({"text": said["content"]["text"]})
    return web.json_response(
        {"StatusCode": 0, "StatusMessage": "success", "code": 0, "msg": "success", "data": {}}
    )


async def slack(desk: Desk, request: web.Request, body: bytes) -> web.Response:
    """An incoming webhook: "ok" in plain text, or a word and a status."""
    if desk.wrong:
        return web.Response(status=404, text=desk.wrong)
    said = json.loads(body)
    texts = [part["text"] for part in said.get("attachments", [])] or [said["text"]]
    desk.took.append(
        {"text": "\n".join([*(p.get("title", "") for p in said.get("attachments", [])), *texts])}
    )
    return web.Response(text="ok")


async def telegram(desk: Desk, request: web.Request, body: bytes) -> web.Response:
    said = json.loads(body)
    if desk.wrong:
        return web.json_response(
            {"ok": False, "error_code": 400, "description": desk.wrong}, status=400
        )
    if len(said["text"]) > 4096:
        return web.json_response(
            {"ok": False, "error_code": 400, "description": "message is too long"}, status=400
        )
    assert request.path.endswith("/sendMessage")
    desk.took.append({"text": said["text"], "chat": said["chat_id"]})
    return web.json_response({"ok": True, "result": {"message_id": 1}})


async def teams(desk: Desk, request: web.Request, body: bytes) -> web.Response:
    """A workflow of Power Automate: 202 and no text."""
    if desk.wrong:
        return web.json_response({"error": {"code": desk.wrong}}, status=400)
    said = json.loads(body)
    [attachment] = said["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    texts = [part["text"] for part in attachment["content"]["body"] if "text" in part]
    desk.took.append({"text": "\n".join(texts)})
    return web.Response(status=202)


async def webhook(desk: Desk, request: web.Request, body: bytes) -> web.Response:
    if desk.wrong:
        return web.Response(status=int(desk.wrong))
    desk.took.append(json.loads(body))
    return web.Response(status=204)


@asynccontextmanager
async def serving(
    answer: Callable[[Desk, web.Request, bytes], Awaitable[web.StreamResponse]], secret: str = ""
) -> AsyncIterator[Desk]:
    desk = Desk(secret=secret)

    async def take(request: web.Request) -> web.StreamResponse:
        body = await request.read()
        desk.requests.append((request.path_qs, dict(request.headers), body))
        return await answer(desk, request, body)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    desk.root = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield desk
    finally:
        await runner.cleanup()


class Postbox:
    """An SMTP server's handler: keeps the mails, or refuses each."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.refuse = ""

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Envelope) -> str:  # noqa: N802
        if self.refuse:
            return self.refuse
        assert isinstance(envelope.content, bytes)
        self.mails.append(envelope.content)
        return "250 OK"


@asynccontextmanager
async def post_office() -> AsyncIterator[tuple[Postbox, int]]:
    postbox = Postbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(postbox, loop=loop), "127.0.0.1", 0)
    try:
        yield postbox, server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()
