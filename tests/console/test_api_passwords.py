"""Passwords: each wrong try costs more, and a new one ends every session."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from aiohttp import ClientResponse

from responder.console.auth import COOKIE
from responder.store.keys import FAILED_LOGINS
from responder.store.tries import FREE_TRIES
from responder.store.users import Role
from responder.testing import FakeClock
from tests.console.house import PASSWORD, House
from tests.console.logins import LONG, hired, log_in
from tests.console.person import problem

# Locks


async def test_each_wrong_try_costs_more_and_the_wait_is_told(
    house: House, clock: FakeClock
) -> None:
    await house.hire("ann")
    for _ in range(FREE_TRIES):
        assert await problem(await log_in(house, password="guess")) == (401, "wrong_login")

    fifth = (await (await log_in(house, password="guess")).json())["error"]
    locked = (await (await log_in(house)).json())["error"]
    clock.advance(timedelta(seconds=2))

    assert fifth["details"] == {"wait_seconds": 2}
    assert locked["details"] == {"wait_seconds": 2}
    assert (await log_in(house)).status == 200


# Passwords


async def test_a_new_password_ends_every_session(house: House) -> None:
    ann = await hired(house)

    wrong = await ann.post("/me/password", {"old": "guess", "new": LONG})
    short = await ann.post("/me/password", {"old": PASSWORD, "new": "short"})
    right = await ann.post("/me/password", {"old": PASSWORD, "new": LONG})

    assert await problem(wrong) == (409, "wrong_password")
    assert await problem(short) == (400, "invalid")
    assert right.status == 200
    assert (await ann.get("/api/v1/me")).status == 401
    assert (await log_in(house, password=LONG)).status == 200


async def test_a_stolen_session_cannot_guess_the_password(house: House) -> None:
    ann = await hired(house)
    for _ in range(FREE_TRIES + 1):
        await ann.post("/me/password", {"old": "guess", "new": LONG})

    refused = await ann.post("/me/password", {"old": PASSWORD, "new": LONG})

    assert await problem(refused) == (409, "wait")


# What happens while a password is looked at, which takes a good part of a second


async def looked_at(house: House, answer: "asyncio.Future[ClientResponse]") -> None:
    """Wait until a password is looked at."""
    while not await house.database.redis.keys(f"{FAILED_LOGINS}:*"):  # noqa: ASYNC110 - of the store
        await asyncio.sleep(0)
    assert not answer.done()


async def test_whoever_is_taken_out_meanwhile_does_not_come_back_by_a_new_password(
    house: House,
) -> None:
    ann, boss = await hired(house), await house.person("boss", Role.ADMIN)
    change = asyncio.ensure_future(ann.post("/me/password", {"old": PASSWORD, "new": LONG}))

    await looked_at(house, change)
    assert (await boss.post("/people/remove", {"name": "ann"})).status == 200

    assert await problem(await change) == (404, "not_found")
    assert await problem(await log_in(house, password=LONG)) == (401, "wrong_login")


async def test_a_role_that_is_taken_away_meanwhile_does_not_come_back_by_a_new_password(
    house: House,
) -> None:
    ann, boss = await hired(house, Role.SUPERVISOR), await house.person("boss", Role.ADMIN)
    change = asyncio.ensure_future(ann.post("/me/password", {"old": PASSWORD, "new": LONG}))

    await looked_at(house, change)
    assert (await boss.post("/people", {"name": "ann", "role": "trainee"})).status == 200

    assert (await change).status == 200
    assert (await (await log_in(house, password=LONG)).json())["role"] == Role.TRAINEE


async def test_who_comes_in_by_the_password_that_is_changed_meanwhile_is_out_again(
    house: House,
) -> None:
    await house.hire("ann")
    users = house.services.users
    change = asyncio.ensure_future(log_in(house))

    await looked_at(house, change)
    await users.change("ann", lambda user: replace(user, password="another hash"))

    opened = (await change).cookies[COOKIE].value
    assert await users.session(opened) is None
