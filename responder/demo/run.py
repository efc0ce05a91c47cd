"""Runs mocks, daemon and buyers together."""

import asyncio
import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import chain, count, islice
from pathlib import Path
from random import Random

from redis.exceptions import RedisError

from connectors.amazon.mock import AmazonMock
from connectors.faults import FaultsError
from connectors.taobao.mock import TaobaoMock
from responder.app import ROLES, Running, serve
from responder.clock import SystemClock
from responder.console.auth import new_secret
from responder.console.passwords import hashed
from responder.demo.buyers import AT_ONCE, Letter, again, mixed, overnight, read_letters
from responder.demo.setup import write_config, write_private
from responder.errors import ResponderError
from responder.settings import load, shipped_config
from responder.store.database import Database
from responder.store.events import EventFeed
from responder.store.users import Role, User, Users

Say = Callable[[str], None]

LOGIN = "demo"
PASSWORD = "demo"  # noqa: S105 - of a demo on loopback


class Demo:
    """State lies in ``data``: the store, the mocks' books, the configuration, a token."""

    def __init__(
        self, data: Path, *, port: int, rate: float, feed: Path | None, faults: Path | None
    ) -> None:
        self._data = data
        self._port = port
        self._rate = rate
        self._clock = SystemClock()
        self._letters = _letters(feed)
        self._endless = feed is None
        rates = _rates(faults)
        try:
            self._amazon = AmazonMock(
                now=self._clock.now,
                dice=Random(1),  # noqa: S311 - faults, no secrets
                http_port=port + 1,
                imap_port=port + 2,
                smtp_port=port + 3,
                journal=data / "amazon.jsonl",
            )
            self._taobao = TaobaoMock(
                now=self._clock.now, port=port + 4, journal=data / "taobao.jsonl", seed=1
            )
            self._amazon.faults.set(rates.get("amazon", {}))
            self._taobao.faults.set(rates.get("taobao", {}))
        except FaultsError as error:
            raise ResponderError(f"{faults}: {error}") from error

    async def run(
        self, stop: asyncio.Event, say: Say, on_ready: Callable[[Running], None] = lambda _: None
    ) -> None:
        """Run until ``stop`` is set."""
        try:
            await self._start_mocks()
            config = self._data / "config"
            write_config(
                config,
                store=self._data / "store",
                port=self._port,
                amazon=self._amazon,
                taobao=self._taobao,
            )
            ready: asyncio.Future[Running] = asyncio.get_running_loop().create_future()

            def is_up(running: Running) -> None:
                if not ready.done():  # cancelled with the buyers, where it was stopped meanwhile
                    ready.set_result(running)
                on_ready(running)

            async with asyncio.TaskGroup() as tasks:
                buyers = tasks.create_task(self._buyers(ready, say))
                tasks.create_task(_end(buyers, stop))
                await serve(
                    load(config),
                    roles=ROLES,
                    clock=self._clock,
                    stop=stop,
                    on_ready=is_up,
                    on_first_login=lambda _: None,  # it has a login of its own
                )
        finally:
            await self._amazon.stop()
            await self._taobao.stop()
        say("Stopped. Another start goes on from here.")

    async def _start_mocks(self) -> None:
        try:
            await self._amazon.start()
            await self._taobao.start()
        except OSError as error:
            raise ResponderError(
                f"the ports {self._port + 1} to {self._port + 4} are needed and one is taken "
                f"({error.strerror}): stop what uses it, or choose another --port"
            ) from error

    async def _buyers(self, ready: asyncio.Future[Running], say: Say) -> None:
        """Once the daemon is up: let people in, and have buyers write for ever."""
        running = await ready
        started = self._clock.now()
        await _let_in(running.database, self._data / "token")
        say(_welcome(running.console or "", self._port, self._data))
        place = _Place(self._data / "feed-position")
        letters = self._from(place.read())
        async with asyncio.TaskGroup() as tasks:
            position = await EventFeed(running.database).end()
            tasks.create_task(self._first_draft(running.database, position, say))
            if place.read() == 0:
                place.write(AT_ONCE)
                self._deliver(overnight(list(islice(letters, AT_ONCE)), started))
            if self._rate > 0:
                await self._write_on(letters, place)

    async def _first_draft(self, database: Database, position: str, say: Say) -> None:
        started = self._clock.now()
        with suppress(RedisError):  # the daemon speaks for the store; this is only a courtesy
            async for events in EventFeed(database).follow(position):
                if any(event.type == "draft_ready" for event in events):
                    seconds = (self._clock.now() - started).total_seconds()
                    say(f"  A first draft was ready {seconds:.1f} s after the buyer wrote.")
                    return

    async def _write_on(self, letters: Iterator[Letter], place: "_Place") -> None:
        for letter in letters:
            await self._clock.sleep(1 / self._rate)
            place.write(place.read() + 1)
            self._deliver([letter])

    def _from(self, position: int) -> Iterator[Letter]:
        rounds = count() if self._endless else range(1)
        endless = chain.from_iterable(again(self._letters, number) for number in rounds)
        return islice(endless, position, None)

    def _deliver(self, letters: list[Letter]) -> None:
        self._amazon.add([one.entry for one in letters if one.marketplace == "amazon"])
        self._taobao.deliver([one.entry for one in letters if one.marketplace == "taobao"])


async def _end(buyers: asyncio.Task[None], stop: asyncio.Event) -> None:
    """Nobody writes to a service that is being stopped."""
    await stop.wait()
    buyers.cancel()


class _Place:
    """How far the buyers have read in their feed, over restarts."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> int:
        text = self._path.read_text() if self._path.exists() else ""
        return int(text) if text.isdecimal() else 0

    def write(self, position: int) -> None:
        self._path.write_text(str(position))


def _letters(feed: Path | None) -> list[Letter]:
    if feed is not None:
        return read_letters(feed)
    shipped = shipped_config() / "demo"
    return mixed(read_letters(shipped / "amazon.jsonl"), read_letters(shipped / "taobao.jsonl"))


def _rates(path: Path | None) -> dict[str, dict[str, object]]:
    if path is None:
        return {}
    try:
        rates = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ResponderError(f"{path}: is not TOML: {error}") from error
    if unknown := rates.keys() - {"amazon", "taobao"}:
        raise ResponderError(f"{path}: {', '.join(sorted(unknown))}: use [amazon] and [taobao]")
    return rates


async def _let_in(database: Database, token: Path) -> None:
    """A ready login, and an API token of the demo's admin in a file."""
    users = Users(database)
    if await users.get(LOGIN) is None:
        password = await hashed(PASSWORD)
        await users.put(User(name=LOGIN, role=Role.ADMIN, password=password))
    known = _known_token(token)
    if not known or await users.token(known) is None:
        secret = new_secret()
        await users.put_token(secret, LOGIN, Role.ADMIN, None)
        write_private(token, secret + "\n")


def _known_token(token: Path) -> str:
    return token.read_text(encoding="utf-8").strip() if token.exists() else ""


def _welcome(console: str, port: int, data: Path) -> str:
    return f"""
  Console        {console}   log in as {LOGIN} / {PASSWORD}
  API            {console}api/docs   token in {data / "token"}
  Mock Amazon    http://127.0.0.1:{port + 1}/_mock/sent   IMAP {port + 2}, SMTP {port + 3}
  Mock Taobao    http://127.0.0.1:{port + 4}/_mock/sent
  Configuration  {data / "config"}

  Buyers are writing. Ctrl-C stops everything; the next start goes on from here.
"""
