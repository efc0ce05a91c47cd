"""A proxy that writes down who asked it for what: CONNECT, plain HTTP forward and SOCKS5."""

import asyncio
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal, Self
from urllib.parse import urlsplit

Address = tuple[str, int]
Fault = Literal["", "407", "502", "slow"]

SLOW = 0.3  # seconds that a slow proxy takes before it answers
KEPT = 4_000  # bytes of what a client said in a tunnel


@dataclass(slots=True)
class Seen:
    """One request or one tunnel."""

    method: str
    target: Address
    user_agent: str = ""
    cookie: str = ""
    said: bytes = b""  # the beginning of what the client said


@dataclass(slots=True)
class RecordingProxy:
    """``routes`` says where the names that clients use really lie; nothing else is reached."""

    routes: Mapping[Address, Address]
    login: str = ""  # the Basic credentials that it wants, if any
    cookie: str = ""  # a cookie that it sets for every client, as a marketplace would
    fault: Fault = ""
    seen: list[Seen] = field(default_factory=list)
    strangers: list[Address] = field(default_factory=list)
    refused: int = 0
    port: int = 0
    _server: asyncio.Server | None = None
    _open: set[asyncio.StreamWriter] = field(default_factory=set)
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen, on the port it had before if there was one."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Go away with everything that is under way."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._open):
            writer.transport.abort()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def url(self, scheme: str = "http", login: str = "") -> str:
        return f"{scheme}://{login + '@' if login else ''}127.0.0.1:{self.port}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._open.add(writer)
        try:
            with suppress(OSError, EOFError, asyncio.LimitOverrunError, ValueError):
                first = await reader.readexactly(1)
                if first == b"\x05":
                    await self._socks(reader, writer)
                else:
                    await self._http(first, reader, writer)
        except asyncio.CancelledError:
            pass
        finally:
            self._open.discard(writer)
            self._tasks.discard(task)
            writer.close()

    async def _http(
        self, first: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        head = first + await reader.readuntil(b"\r\n\r\n")
        line, _, rest = head.partition(b"\r\n")
        method, url, _ = line.decode().split()
        fields = dict(re.findall(r"(?m)^([\w-]+): *(.*?)\r?$", rest.decode("latin-1").lower()))
        if self.fault == "slow":
            await asyncio.sleep(SLOW)
        refusal = self._refusal(fields.get("proxy-authorization", ""))
        if refusal:
            self.refused += 1
            writer.write(f"HTTP/1.1 {refusal}\r\nContent-Length: 0\r\n\r\n".encode())
            await writer.drain()
        elif method == "CONNECT":
            host, _, port = url.rpartition(":")
            await self._tunnel((host, int(port)), reader, writer)
        else:
            await self._forward(method, url, head, reader, writer)

    def _refusal(self, authorization: str) -> str:
        if self.fault == "502":
            return "502 Bad Gateway"
        if self.fault == "407" or (self.login and authorization != f"basic {self.login.lower()}"):
            return "407 Proxy Authentication Required"
        return ""

    async def _tunnel(
        self, target: Address, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        there = await self._reach(target)
        if there is None:
            writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
            return
        seen = Seen("CONNECT", target)
        self.seen.append(seen)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        await self._both_ways(seen, reader, writer, *there)

    async def _socks(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly((await reader.readexactly(1))[0])
        writer.write(b"\x05\x00")
        kind = (await reader.readexactly(4))[3]
        assert kind == 3, "a name is looked up by the proxy, not before it"
        host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
        target = (host, int.from_bytes(await reader.readexactly(2), "big"))
        there = await self._reach(target)
        if there is None:
            writer.write(b"\x05\x04\x00\x01" + bytes(6))
            await writer.drain()
            return
        seen = Seen("SOCKS5", target)
        self.seen.append(seen)
        writer.write(b"\x05\x00\x00\x01" + bytes(6))
        await self._both_ways(seen, reader, writer, *there)

    async def _forward(
        self,
        method: str,
        url: str,
        head: bytes,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        """One request, one answer, and the connection ends."""
        parts = urlsplit(url)
        target = (parts.hostname or "", parts.port or 80)
        fields = dict(re.findall(r"(?mi)^([\w-]+): *(.*?)\r?$", head.decode("latin-1")))
        known = {name.lower(): value for name, value in fields.items()}
        body = await reader.readexactly(int(known.get("content-length", 0)))
        there = await self._reach(target)
        if there is None:
            writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
            return
        self.seen.append(
            Seen(method, target, known.get("user-agent", ""), known.get("cookie", ""), body[:KEPT])
        )
        from_there, to_there = there
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        kept = "".join(
            f"{name}: {value}\r\n"
            for name, value in fields.items()
            if name.lower() not in {"connection", "proxy-authorization"}
        )
        to_there.write(f"{method} {path} HTTP/1.1\r\n{kept}Connection: close\r\n\r\n".encode())
        to_there.write(body)
        await to_there.drain()
        status = await from_there.readuntil(b"\r\n")
        extra = f"Set-Cookie: exit={self.cookie}; Path=/\r\n" if self.cookie else ""
        writer.write(status + extra.encode() + await from_there.read())
        await writer.drain()
        to_there.close()

    async def _reach(
        self, target: Address
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        if target not in self.routes:
            self.strangers.append(target)
            return None
        reader, writer = await asyncio.open_connection(*self.routes[target])
        self._open.add(writer)
        return reader, writer

    async def _both_ways(
        self,
        seen: Seen,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        from_there: asyncio.StreamReader,
        to_there: asyncio.StreamWriter,
    ) -> None:
        async def onward() -> None:
            while data := await reader.read(65_536):
                seen.said += data[: max(0, KEPT - len(seen.said))]
                to_there.write(data)
                await to_there.drain()

        async def back() -> None:
            while data := await from_there.read(65_536):
                writer.write(data)
                await writer.drain()

        ways = {asyncio.ensure_future(onward()), asyncio.ensure_future(back())}
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            self._open.discard(to_there)
            to_there.close()
            writer.close()
