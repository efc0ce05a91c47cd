"""Roles, skills, invitations, passwords and second factors."""

from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientResponse

from responder.console import totp
from responder.domain.advice import Advice, Trial
from responder.store.users import FREE_TRIES, Role, Users
from responder.testing import FakeClock
from tests.console.house import PASSWORD, House, Person, problem

LONG = "a long enough password"


async def log_in(house: House, **body: str) -> ClientResponse:
    told = {"name": "ann", "password": PASSWORD} | body
    return await house.client.post("/api/v1/login", json=told)


async def hired(house: House, role: Role = Role.AGENT) -> Person:
    """Ann with a real password, logged in."""
    await house.hire("ann", role)
    return await house.person("ann", role)


async def with_code(house: House, ann: Person, clock: FakeClock) -> str:
    """Turn the second factor on; returns its secret."""
    secret = str((await (await ann.post("/me/code")).json())["secret"])
    typed = totp.code(secret, totp.step_at(clock.now()))
    response = await ann.post("/me/code/confirm", {"secret": secret, "code": typed})
    assert response.status == 200, await response.text()
    return secret


# Second factor


async def test_a_second_factor_is_asked_for_after_the_password(
    house: House, clock: FakeClock
) -> None:
    ann = await hired(house)
    secret = await with_code(house, ann, clock)
    clock.advance(timedelta(minutes=1))
    typed = totp.code(secret, totp.step_at(clock.now()))

    assert await problem(await log_in(house)) == (401, "code_needed")
    assert await problem(await log_in(house, code="000000")) == (401, "wrong_login")
    assert (await log_in(house, code=typed)).status == 200
    assert await problem(await log_in(house, code=typed)) == (401, "wrong_login"), "it opens once"


async def test_a_wrong_code_turns_nothing_on(house: House) -> None:
    ann = await hired(house)
    secret = str((await (await ann.post("/me/code")).json())["secret"])

    refused = await ann.post("/me/code/confirm", {"secret": secret, "code": "12"})

    assert await problem(refused) == (409, "wrong_code")
    assert (await log_in(house)).status == 200


async def test_a_second_factor_is_not_put_in_anothers_place(house: House, clock: FakeClock) -> None:
    ann = await hired(house)
    await with_code(house, ann, clock)
    other = totp.new_secret()

    body = {"secret": other, "code": totp.code(other, totp.step_at(clock.now()))}
    assert await problem(await ann.post("/me/code/confirm", body)) == (409, "has_code")


async def test_who_does_without_codes_again_says_the_password(
    house: House, clock: FakeClock
) -> None:
    ann = await hired(house)
    await with_code(house, ann, clock)

    wrong = await ann.post("/me/code/remove", {"password": "guess"})
    right = await ann.post("/me/code/remove", {"password": PASSWORD})

    assert await problem(wrong) == (409, "wrong_password")
    assert right.status == 200
    assert (await log_in(house)).status == 200


async def test_a_lost_second_factor_is_taken_off_by_an_admin(
    house: House, clock: FakeClock
) -> None:
    ann = await hired(house)
    await with_code(house, ann, clock)
    boss = await house.person("boss", Role.ADMIN)

    refused = await ann.post("/people/reset-code", {"name": "ann"})
    assert await problem(refused) == (403, "forbidden")
    assert (await boss.post("/people/reset-code", {"name": "ann"})).status == 200
    assert (await log_in(house)).status == 200


async def test_where_everybody_must_have_one_nothing_else_is_open_before(
    house: House, clock: FakeClock
) -> None:
    object.__setattr__(house.services, "second_factor", True)
    ann = await hired(house)

    refused = await ann.get("/api/v1/conversations")
    page = await ann.get("/")
    own = await ann.html("/me")
    await with_code(house, ann, clock)

    assert await problem(refused) == (403, "second_factor_needed")
    assert (page.status, page.headers["Location"]) == (303, "/me")
    assert "Set yours up" in own
    assert (await ann.get("/api/v1/conversations")).status == 200


async def test_a_token_needs_no_second_factor_and_changes_no_login(house: House) -> None:
    object.__setattr__(house.services, "second_factor", True)
    await house.hire("ann")
    await house.services.users.put_token("secret", "ann", Role.AGENT, None)
    headers = {"Authorization": "Bearer secret"}

    body = {"old": PASSWORD, "new": LONG}
    refused = await house.client.post("/api/v1/me/password", json=body, headers=headers)

    assert (await house.client.get("/api/v1/conversations", headers=headers)).status == 200
    assert await problem(refused) == (403, "forbidden")


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


# People


async def test_an_admin_gives_skills_and_roles(house: House) -> None:
    boss = await house.person("boss", Role.ADMIN)
    await house.hire("ann")
    skills = {"accounts": ["amazon-us"], "languages": ["en"], "intents": ["invoice"], "limit": 7}

    changed = await boss.post("/people", {"name": "ann", "role": "supervisor"} | skills)

    assert changed.status == 200
    [ann] = [one for one in (await boss.json("/people"))["items"] if one["name"] == "ann"]
    assert (
        ann
        == {
            "name": "ann",
            "role": "supervisor",
            "second_factor": False,
            "open": 0,
            "here": False,
            "looking": None,
        }
        | skills
    )
    assert (await log_in(house)).status == 200, "the password stays"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/people", {"name": "boss", "role": "agent"}),
        ("/people/remove", {"name": "boss"}),
    ],
)
async def test_an_admin_does_not_lock_the_house_from_inside(
    house: House, path: str, body: Any
) -> None:
    boss = await house.person("boss", Role.ADMIN)

    assert await problem(await boss.post(path, body)) == (409, "own_role")


@pytest.mark.parametrize("path", ["/people", "/people/remove", "/people/reset-code"])
async def test_who_is_not_there_is_not_changed(house: House, path: str) -> None:
    boss = await house.person("boss", Role.ADMIN)
    body = {"name": "ghost"} | ({"role": "agent"} if path == "/people" else {})

    assert await problem(await boss.post(path, body)) == (404, "not_found")


@pytest.mark.parametrize("role", [Role.TRAINEE, Role.AGENT, Role.SUPERVISOR])
async def test_only_an_admin_changes_people(house: House, role: Role) -> None:
    person = await house.person("eve", role)

    for path, body in {
        "/people": {"name": "eve", "role": "admin"},
        "/people/remove": {"name": "boss"},
        "/invitations": {"name": "mallory", "role": "admin"},
        "/accounts/try": {"table": "x"},
    }.items():
        assert await problem(await person.post(path, body)) == (403, "forbidden"), path
    expected = 200 if role is Role.SUPERVISOR else 403
    assert (await person.get("/api/v1/people")).status == expected


async def test_who_is_taken_out_is_out_at_once(house: House) -> None:
    boss = await house.person("boss", Role.ADMIN)
    ann = await house.person("ann")

    assert (await boss.post("/people/remove", {"name": "ann"})).status == 200

    assert (await ann.get("/api/v1/me")).status == 401


# Invitations


async def test_an_invitation_lets_somebody_in_once(house: House) -> None:
    boss = await house.person("boss", Role.ADMIN)
    made = await boss.post("/invitations", {"name": "cleo", "role": "trainee"})
    path = (await made.json())["path"]

    welcome = await (await house.client.get(path)).text()
    short = await house.client.post(path, data={"password": "short"}, allow_redirects=False)
    taken = await house.client.post(path, data={"password": LONG}, allow_redirects=False)
    again = await house.client.post(path, data={"password": LONG}, allow_redirects=False)

    assert made.status == 201
    assert "Welcome, cleo" in welcome
    assert 'value="cleo" autocomplete="username"' in welcome, "what keeps passwords needs a name"
    assert "ten characters" in await short.text()
    assert (taken.status, taken.headers["Location"]) == (303, "/")
    assert again.status == 404
    me = await (await house.client.get("/api/v1/me")).json()
    assert me == {"name": "cleo", "role": "trainee"}


async def test_an_invitation_is_not_taken_by_another_site(house: House) -> None:
    users: Users = house.services.users
    await users.invite("secret", "cleo", Role.AGENT)

    response = await house.client.post(
        "/invite/secret", data={"password": LONG}, headers={"Sec-Fetch-Site": "cross-site"}
    )

    assert response.status == 403
    assert await users.invited("secret") is not None


async def test_a_shop_is_tried_by_what_the_process_gives(house: House) -> None:
    boss = await house.person("boss", Role.ADMIN)
    without = await boss.post("/accounts/try", {"table": "x"})

    async def attempt(table: str) -> tuple[bool, list[Advice]]:
        return table == "good", [Advice(says=Trial.EMPTY, about={"key": "imap.host"})] * 2

    object.__setattr__(house.services, "try_account", attempt)
    good = await boss.post("/accounts/try", {"table": "good"})

    assert await problem(without) == (400, "invalid")
    assert await good.json() == {
        "ok": True,
        "said": "\n".join(["imap.host: fill this in, it is empty"] * 2),
    }
    chinese = await boss.post("/accounts/try", {"table": "bad"}, **{"Accept-Language": "zh"})
    assert await chinese.json() == {
        "ok": False,
        "said": "\n".join(["imap.host：此项为空，请填写"] * 2),
    }


@pytest.mark.parametrize("name", [" ann", "ann ", "-cmd", "\u0430nn", "\uff41nn"])
async def test_nobody_is_invited_by_a_name_that_reads_like_another(house: House, name: str) -> None:
    boss = await house.person("boss", Role.ADMIN)

    refused = await boss.post("/invitations", {"name": name, "role": "agent"})

    assert await problem(refused) == (400, "invalid")


async def test_who_has_such_a_name_already_is_invited_anew_and_taken_out(house: House) -> None:
    boss = await house.person("boss", Role.ADMIN)
    await house.hire("-cmd")

    assert (await boss.post("/invitations", {"name": "-cmd", "role": "agent"})).status == 201
    assert (await boss.post("/people/remove", {"name": "-cmd"})).status == 200
