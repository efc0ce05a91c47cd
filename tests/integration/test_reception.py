"""Who is let in first: of daemons that start together, one shows a link, and that one counts."""

import asyncio
from datetime import timedelta

from redis.asyncio import Redis

from responder.reception import FIRST_ADMIN, welcome
from responder.store import keys
from responder.store.database import Database
from responder.store.users import AT_ONCE, Role, User, Users

CONSOLE = "http://console/"


async def start(database: Database, shown: list[str]) -> None:
    await welcome(Users(database), CONSOLE, shown.append)


async def who_is_let_in(database: Database, link: str) -> tuple[str, Role] | None:
    return await Users(database).invited(link.removeprefix(f"{CONSOLE}invite/"))


async def test_of_daemons_that_start_at_once_one_shows_a_link_that_counts(
    database: Database,
) -> None:
    shown: list[str] = []

    await asyncio.gather(*(start(database, shown) for _ in range(8)))

    [link] = shown
    assert await who_is_let_in(database, link) == (FIRST_ADMIN, Role.ADMIN)


async def test_whoever_starts_again_later_is_shown_another_that_counts_instead(
    database: Database, redis: Redis
) -> None:
    shown: list[str] = []
    await start(database, shown)
    assert timedelta(seconds=await redis.ttl(keys.FIRST_LINK)) <= AT_ONCE

    await redis.delete(keys.FIRST_LINK)  # as the server does when its time is over
    await start(database, shown)

    first, second = shown
    assert await who_is_let_in(database, first) is None
    assert await who_is_let_in(database, second) == (FIRST_ADMIN, Role.ADMIN)


async def test_a_daemon_alone_with_its_store_shows_another_link_at_once(
    database: Database,
) -> None:
    shown: list[str] = []
    await start(database, shown)

    await Users(database).forget_first_link()
    await start(database, shown)

    assert await who_is_let_in(database, shown[-1]) == (FIRST_ADMIN, Role.ADMIN)


async def test_no_link_is_shown_where_somebody_can_log_in(database: Database) -> None:
    await Users(database).put(User(name="ann", role=Role.ADMIN, password="x"))
    shown: list[str] = []

    await start(database, shown)

    assert shown == []
