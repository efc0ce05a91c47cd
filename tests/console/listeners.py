"""Many open pages as a process of their own: each listens, and notes every change it is told of.

``python listeners.py HOST PORT COOKIE LISTENERS CHANGES`` says "ready" when all are connected, and
at the end how many changes each has got, and how many different ones.
"""

import asyncio
import json
import sys

PATIENCE = 60  # seconds


async def listen(place: tuple[str, int], cookie: str, changes: int, ready: asyncio.Event) -> int:
    """How many different changes came; each must come once."""
    reader, writer = await asyncio.open_connection(*place)
    asked = f"GET /api/v1/events HTTP/1.1\r\nHost: console\r\nCookie: {cookie}\r\n\r\n"
    writer.write(asked.encode())
    await reader.readuntil(b"\r\n\r\n")
    ready.set()
    seen: list[str] = []
    while len(seen) < changes:
        line = (await reader.readline()).decode()
        if not line:
            break
        if line.startswith("data: ") and '"type": "note"' in line:
            seen.append(str(json.loads(line.removeprefix("data: "))["conversation"]))
    writer.close()
    return len(set(seen)) if len(seen) == len(set(seen)) else -1


async def main(host: str, port: str, cookie: str, listeners: str, changes: str) -> None:
    ready = [asyncio.Event() for _ in range(int(listeners))]
    async with asyncio.timeout(PATIENCE):
        tasks = [
            asyncio.create_task(listen((host, int(port)), cookie, int(changes), one))
            for one in ready
        ]
        for one in ready:
            await one.wait()
        print("ready", flush=True)
        print(json.dumps(await asyncio.gather(*tasks)), flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
