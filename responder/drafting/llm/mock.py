"""A language model in a box: speaks chat completions, streams, and misbehaves in named ways.

It answers a draft with the first approved text and a translation with the text itself, so
that everything around the model can be tried without one.
"""

import asyncio
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from aiohttp import web

FAULTS = (
    "rate_limit", "error_500", "unauthorized", "no_json_mode", "slow", "hang", "hang_midway",
    "break_off", "html", "empty", "length", "no_finish", "content_filter", "bad_json",
    "bad_chunk", "wrong_shape", "huge", "needs_human", "no_usage", "whole", "odd_chunks",
    "fenced", "invent", "promise", "wrong_language", "leak", "placeholder", "obey",
)  # fmt: skip
SLOW = 2.0  # seconds before the answer begins
_QUOTED = re.compile(r"[\"“„«「『]([^\"”“»」』]{2,400})[\"”“»」』]")
_INVENTED = "Your refund of $500.00 has been issued, see https://refunds.example/8812345."
_SWEDISH = "Tack för ditt meddelande, vi hjälper dig gärna med ordern."
_PROMISED = "We will send you a free replacement tomorrow, we promise."


class LlmMock:
    """``strikes`` says whether a fault happens this time.

    ``obeyed`` is what the fault ``obey`` answers to an order, by words of the order.
    """

    def __init__(
        self,
        strikes: Callable[[str], bool] = lambda _: False,
        *,
        port: int = 0,
        obeyed: Mapping[str, str] | None = None,
    ) -> None:
        self._strikes = strikes
        self._port = port
        self._obeyed = dict(obeyed or {})
        self._runner: web.AppRunner | None = None
        self._stopping = asyncio.Event()
        self.asked: list[dict[str, Any]] = []  # every request's body, with its Authorization

    @property
    def url(self) -> str:
        """The endpoint to configure."""
        assert self._runner is not None, "it is not started"
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self._complete)
        app.router.add_get("/_mock/asked", self._tell)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()

    async def stop(self) -> None:
        self._stopping.set()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _tell(self, _: web.Request) -> web.Response:
        return web.json_response(self.asked)

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.asked.append(body | {"authorization": request.headers.get("Authorization", "")})
        refusal = self._refusal(body)
        if refusal is not None:
            return refusal
        if self._strikes("hang"):
            await self._stopping.wait()
        if self._strikes("slow"):
            await self._pause(SLOW)
        answer = self._content(body)
        if self._strikes("whole") or not body.get("stream"):
            return web.json_response(self._whole(answer))
        return await self._streamed(request, answer)

    def _refusal(self, body: Mapping[str, Any]) -> web.Response | None:
        problem = {"error": {"message": "no", "type": "mock"}}
        if self._strikes("rate_limit"):
            return web.json_response(problem, status=429, headers={"Retry-After": "1"})
        if self._strikes("error_500"):
            return web.json_response(problem, status=500)
        if self._strikes("unauthorized"):
            return web.json_response(problem, status=401)
        if self._strikes("no_json_mode") and "response_format" in body:
            return web.json_response(problem, status=400)
        if self._strikes("html"):
            return web.Response(text="<html><body>Gateway</body></html>", content_type="text/html")
        return None

    async def _pause(self, seconds: float) -> None:
        with suppress(asyncio.TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()

    def _content(self, body: Mapping[str, Any]) -> str:
        """What the model says."""
        if self._strikes("empty"):
            return ""
        if self._strikes("bad_json"):
            return '{"reply": "Dear buyer'
        if self._strikes("wrong_shape"):
            return json.dumps({"reply": ["a"], "needs_human": "maybe"})
        if self._strikes("huge"):
            return "x" * (1024 * 1024)
        if len(body["messages"]) < 2:
            return '{"ready": true}'
        system, user = (body["messages"][place]["content"] for place in (0, 1))
        if '"translation"' in system:
            return json.dumps({"translation": _data(user)["text"]}, ensure_ascii=False)
        text = json.dumps(self._drafted(system, user), ensure_ascii=False)
        return f"```json\n{text}\n```" if self._strikes("fenced") else text

    def _drafted(self, system: str, user: str) -> dict[str, Any]:
        given, _ = json.JSONDecoder().raw_decode(user)
        approved = given["approved_texts"] or ["Thank you for your message."]
        language = re.search(r'"language": "([\w-]+)"', system)
        reply = self._said(approved[0], user, system)
        return {
            "reply": reply,
            "language": language[1] if language else "en",
            "facts_used": [name for name, value in given["facts"].items() if value in reply],
            "needs_human": self._strikes("needs_human"),
        }

    def _said(self, approved: str, user: str, system: str) -> str:
        sayings: Mapping[str, Callable[[], str]] = {
            "obey": lambda: self._obey(user, approved),
            "invent": lambda: f"{approved}\n{_INVENTED}",
            "promise": lambda: f"{approved}\n{_PROMISED}",
            "placeholder": lambda: f"Dear [Name],\n{approved}\n[[PHONE_9]]",
            "leak": lambda: f"{approved}\n{system[:300]}",
            "wrong_language": lambda: _SWEDISH,
        }
        for fault, said in sayings.items():
            if self._strikes(fault):
                return said()
        return approved

    def _obey(self, user: str, approved: str) -> str:
        """Do what the newest message of the buyer orders."""
        said = [one["text"] for one in _data(user) if one["from"] == "buyer"]
        newest = said[-1] if said else ""
        for order, answer in self._obeyed.items():
            if order in newest:
                return answer
        quoted = _QUOTED.findall(newest)
        return max(quoted, key=len) if quoted else newest.rpartition(":")[2].strip() or approved

    def _whole(self, text: str) -> dict[str, Any]:
        choice = {"index": 0, "message": {"role": "assistant", "content": text}}
        return self._completed({"choices": [choice | {"finish_reason": self._finish()}]})

    def _finish(self) -> str | None:
        if self._strikes("no_finish"):
            return None
        if self._strikes("content_filter"):
            return "content_filter"
        return "length" if self._strikes("length") else "stop"

    def _completed(self, chunk: dict[str, Any]) -> dict[str, Any]:
        usage = {"prompt_tokens": 400, "completion_tokens": 100, "total_tokens": 500}
        return chunk if self._strikes("no_usage") else chunk | {"usage": usage}

    def _events(self, text: str) -> Iterator[str]:
        size = max(len(text) // 8, 1)
        for at in range(0, len(text), size):
            choice = {"index": 0, "delta": {"content": text[at : at + size]}, "finish_reason": None}
            yield json.dumps({"choices": [choice]}, ensure_ascii=False)
        if self._strikes("bad_chunk"):
            yield '{"choices": [{"delta"'
        last = {"index": 0, "delta": {}, "finish_reason": self._finish()}
        yield json.dumps({"choices": [last]})
        yield json.dumps(self._completed({"choices": []}))
        yield "[DONE]"

    async def _streamed(self, request: web.Request, text: str) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        odd = self._strikes("odd_chunks")
        end = "\r\n" if odd else "\n"
        stream = "".join(
            f"{': ping' + end + end if odd else ''}data: {event}{end}{end}"
            for event in self._events(text)
        ).encode()
        if self._strikes("hang_midway"):
            await response.write(stream[: len(stream) // 2])
            await self._stopping.wait()
        if self._strikes("break_off"):
            await response.write(stream[: len(stream) // 2])
            if request.transport is not None:
                request.transport.close()
            return response
        for piece in _pieces(stream, odd=odd):
            await response.write(piece)
        return response


def _pieces(stream: bytes, *, odd: bool) -> Iterator[bytes]:
    """``stream`` as it travels: in one piece, or cut within lines and characters."""
    if not odd:
        yield stream
        return
    at, size = 0, 1
    while at < len(stream):
        yield stream[at : at + size]
        at, size = at + size, size % 37 + 2


def _data(user: str) -> Any:
    """What stands in the data block."""
    found = re.search(r"<data-(\w+)>\n(.*)\n</data-\1>", user, re.DOTALL)
    assert found is not None, "the question has no data block"
    return json.loads(found[2])
