"""Who gets in, and with what."""

import asyncio
import threading
from datetime import timedelta

import pytest

from responder.console import auth, passwords
from responder.console.endpoints import ENDPOINTS
from responder.console.passwords import password_is_right
from responder.store.tries import FREE_TRIES
from responder.store.users import Role, User
from responder.testing import FakeClock
from tests.console.house import PASSWORD, House
from tests.console.logins import log_in
from tests.console.person import Person, problem

PRIVATE = [one for one in ENDPOINTS if not one.public]


@pytest.mark.parametrize("endpoint", PRIVATE, ids=lambda one: f"{one.method} {one.path}")
async def test_nobody_gets_in_unknown(house: House, endpoint: object) -> None:
    path = endpoint.path.replace("{id}", "00-x")  # type: ignore[attr-defined]

    response = await house.client.request(endpoint.method, path)  # type: ignore[attr-defined]

    assert await problem(response) == (401, "unauthenticated")


async def test_a_token_opens_the_api_until_it_expires(house: House, clock: FakeClock) -> None:
    users = house.services.users
    await users.put_token("secret", "ci", Role.AGENT, clock.now() + timedelta(days=1))
    headers = {"Authorization": "Bearer secret"}

    assert (await house.client.get("/api/v1/me", headers=headers)).status == 200
    clock.advance(timedelta(days=2))
    assert (await house.client.get("/api/v1/me", headers=headers)).status == 401


async def test_a_token_needs_no_csrf_header(house: House) -> None:
    one = await house.buyer_writes()
    await house.services.users.put_token("secret", "ci", Role.AGENT, None)

    response = await house.client.post(
        f"/api/v1/conversations/{one}/claim", headers={"Authorization": "Bearer secret"}
    )

    assert response.status == 200


@pytest.mark.parametrize("token", ["", "wrong", "csrf-of-bob"])
async def test_a_session_writes_only_with_its_own_csrf_token(
    house: House, ann: Person, token: str
) -> None:
    one = await house.buyer_writes()
    await house.person("bob")

    response = await ann.post(f"/conversations/{one}/claim", None, **{"X-CSRF-Token": token})

    assert await problem(response) == (403, "forbidden")
    assert (await house.read(one)).holder == ""


async def test_logging_in_gives_a_session_that_scripts_cannot_read(house: House) -> None:
    await house.hire("ann")

    response = await house.client.post("/api/v1/login", json={"name": "ann", "password": PASSWORD})

    body = await response.json()
    cookie = response.cookies["responder_session"]
    assert response.status == 200
    assert (body["name"], body["role"]) == ("ann", "agent")
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert (await house.client.get("/api/v1/me")).status == 200
    headers = {"X-CSRF-Token": body["csrf"]}
    assert (await house.client.post("/api/v1/logout", headers=headers)).status == 200
    assert (await house.client.get("/api/v1/me")).status == 401


async def test_a_flood_of_names_that_nobody_has_keeps_nobody_out(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.hire("ann")
    ann_is_in, looks, verify = threading.Event(), list[str](), passwords._verify

    def look_at(known: str, password: str) -> bool:
        if not known:
            looks.append(password)
            ann_is_in.wait(timeout=10)
        return verify(known, password)

    monkeypatch.setattr(passwords, "_verify", look_at)
    flood = asyncio.gather(
        *(
            house.client.post("/api/v1/login", json={"name": f"nobody {number}", "password": "x"})
            for number in range(40)
        )
    )
    while not looks:  # noqa: ASYNC110 - of another thread
        await asyncio.sleep(0)

    assert (await log_in(house)).status == 200

    assert len(looks) == 1, "and those that came meanwhile share the next"
    ann_is_in.set()
    assert {answer.status for answer in await flood} == {401}


@pytest.mark.parametrize(("name", "password"), [("ann", "wrong"), ("nobody", PASSWORD)])
async def test_a_wrong_login_does_not_say_what_is_wrong(
    house: House, name: str, password: str
) -> None:
    await house.hire("ann")

    response = await house.client.post("/api/v1/login", json={"name": name, "password": password})

    assert await problem(response) == (401, "wrong_login")


async def test_after_many_wrong_passwords_the_right_one_does_not_open(house: House) -> None:
    await house.hire("ann")
    for _ in range(8):
        await house.services.users.tries.take("ann")

    response = await house.client.post("/api/v1/login", json={"name": "ann", "password": PASSWORD})

    assert await problem(response) == (401, "wrong_login")


async def test_whoever_came_in_by_this_browser_before_is_locked_out_by_nobody_elsewhere(
    house: House,
) -> None:
    await house.hire("ann")
    device = (await log_in(house)).cookies["responder_device"]
    for _ in range(8):
        await house.services.users.tries.take("ann")

    house.client.session.cookie_jar.clear()
    elsewhere = await log_in(house)
    headers = {"Cookie": f"responder_device={device.value}"}
    body = {"name": "ann", "password": PASSWORD}
    here = await house.client.post("/api/v1/login", json=body, headers=headers)

    assert (elsewhere.status, here.status) == (401, 200)
    assert device["httponly"]
    assert here.cookies["responder_device"].value == device.value, "the same from now on"


async def test_a_password_that_is_kept_in_no_form_we_know_is_a_wrong_one(house: House) -> None:
    await house.services.users.put(User(name="ann", role=Role.ADMIN, password="from elsewhere"))

    response = await house.client.post("/api/v1/login", json={"name": "ann", "password": PASSWORD})

    assert await problem(response) == (401, "wrong_login")


async def test_guesses_that_come_at_once_are_not_more_than_one_after_the_other(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.hire("ann")
    looked_at: list[str] = []

    async def look_at(user: User | None, password: str) -> bool:
        looked_at.append(password)
        return await password_is_right(user, password)

    monkeypatch.setattr(auth, "password_is_right", look_at)
    bodies = [{"name": "ann", "password": f"guess {number}"} for number in range(40)]

    answers = await asyncio.gather(
        *(house.client.post("/api/v1/login", json=body) for body in bodies)
    )
    late = await house.client.post("/api/v1/login", json={"name": "ann", "password": PASSWORD})

    assert {answer.status for answer in (*answers, late)} == {401}
    assert len(looked_at) == FREE_TRIES + 1


async def test_a_user_who_is_removed_is_out_at_once_with_session_and_token(house: House) -> None:
    await house.hire("boss", Role.ADMIN)
    ann = await house.person("ann", Role.ADMIN)
    users = house.services.users
    await users.put_token("secret", "ann", Role.ADMIN, None)

    assert (await ann.get("/api/v1/me")).status == 200
    await users.remove("ann")

    assert (await ann.get("/api/v1/me")).status == 401
    assert await users.token("secret") is None


async def test_a_new_role_holds_at_once_and_a_new_password_ends_sessions(house: House) -> None:
    ann = await house.person("ann", Role.ADMIN)
    users = house.services.users

    await users.put(User(name="ann", role=Role.TRAINEE, password="x"))
    role = (await (await ann.get("/api/v1/me")).json())["role"]
    await users.put(User(name="ann", role=Role.ADMIN, password="y"))

    assert role == "trainee"
    assert (await ann.get("/api/v1/me")).status == 401


async def test_a_token_can_be_listed_and_revoked(house: House) -> None:
    users = house.services.users
    await users.put_token("secret", "robot", Role.AGENT, None)

    [card] = await users.tokens()
    removed = await users.remove_token(card.id)

    assert (card.name, removed) == ("robot", True)
    assert await users.token("secret") is None
