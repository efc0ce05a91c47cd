"""Passwords: each wrong try costs more, and a new one ends every session."""

from datetime import timedelta

from responder.store.users import FREE_TRIES
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
