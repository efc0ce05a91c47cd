"""A store of the user's own: a real server on TCP that can crash, and lose its last second."""

import asyncio
import os
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import monotonic
from typing import Literal

from redis.asyncio import Redis

from responder.store.embedded import find_server

Fsync = Literal["always", "everysec"]
LAST = 0.9  # seconds before a crash whose writes may be lost; under what everysec promises to keep
SAMPLE = 0.02
START_TIMEOUT = 30.0


@dataclass(frozen=True, slots=True)
class Crash:
    """One death of the store. ``lost`` bytes of its file were not yet flushed and are gone."""

    fsync: Fsync
    lost: int


class StoreServer:
    """Its port stays the same over every crash. Rewriting of its file is off, so that the last
    written bytes are the file's last bytes."""

    def __init__(self, directory: Path, port: int, fsync: Fsync = "always") -> None:
        self.fsync = fsync
        self.port = port
        self._directory = directory
        self._process: asyncio.subprocess.Process | None = None
        self._runs_with = fsync
        self._sizes: deque[tuple[float, int]] = deque(maxlen=200)
        self._sampling: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the server and wait until it has read its file."""
        self._directory.mkdir(exist_ok=True)
        self._runs_with = self.fsync
        with (self._directory / "server.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                find_server(), "--port", str(self.port), "--bind", "127.0.0.1",
                "--dir", str(self._directory), "--appendonly", "yes",
                "--appendfsync", self.fsync, "--save", "",
                "--auto-aof-rewrite-percentage", "0",
                stdout=log, stderr=log,
            )  # fmt: skip
        await self._answers()
        self._sizes.clear()
        self._sampling = asyncio.create_task(self._sample())

    async def _answers(self) -> None:
        waited = 0.0
        async with Redis(port=self.port) as client:
            while waited < START_TIMEOUT:
                try:
                    if await client.ping():
                        return
                except Exception:  # noqa: BLE001 - loading, or not listening yet
                    waited += 0.05
                    await asyncio.sleep(0.05)
        raise AssertionError(f"the store did not start: {self._directory / 'server.log'}")

    async def crash(self, dice: Random) -> Crash:
        """``kill -9``; with ``everysec`` a part of the last second's writes goes with it.

        Nobody but the writer of these bytes says what had been flushed: WAITAOF says yes too early.
        """
        assert self._process is not None
        assert self._sampling is not None
        self._process.kill()
        self._sampling.cancel()
        await self._process.wait()
        size = self._file.stat().st_size
        if self._runs_with == "always":
            return Crash("always", 0)
        since = monotonic() - LAST
        kept = dice.randint(
            min((was for at, was in self._sizes if at >= since), default=size), size
        )
        os.truncate(self._file, kept)
        return Crash("everysec", size - kept)

    async def _sample(self) -> None:
        """Remember how large the file was in the last seconds."""
        while True:
            self._sizes.append((monotonic(), self._file.stat().st_size))
            await asyncio.sleep(SAMPLE)

    @property
    def _file(self) -> Path:
        return max(self._directory.glob("appendonlydir/*.incr.aof"))

    @property
    def bytes(self) -> int:
        """How large its file is."""
        return self._file.stat().st_size

    async def stop(self) -> None:
        if self._sampling is not None:
            self._sampling.cancel()
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()
