"""Skills and roles, given by an admin who cannot lock the house from inside."""

import asyncio
from typing import Any

import pytest

from responder.store.users import Role
from tests.console.house import House
from tests.console.logins import log_in
from tests.console.person import problem


async def test_an_admin_gives_skills_and_roles(house: House) -> None:
    boss = await house.person("boss", Role.ADMIN)
    await house.hire("ann")
    skills = {"accounts": ["amazon-us"], "languages": ["en"], "intents": ["invoice"], "limit": 7}

    changed = await boss.post("/people", {"name": "ann", "role": "supervisor"} | skills)

    assert changed.status == 200
    [ann] = [one for one in (await boss.json("/people"))["items"] if one["name"] == "ann"]
    assert ann.pop("version") == (await changed.json())["version"]
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


async def test_a_page_of_before_puts_no_old_role_back(house: House) -> None:
    boss, other = await house.person("boss", Role.ADMIN), await house.person("eve", Role.ADMIN)
    await house.hire("ann", Role.SUPERVISOR)
    [shown] = [one for one in (await boss.json("/people"))["items"] if one["name"] == "ann"]
    old = {"name": "ann", "role": "supervisor", "limit": 7, "version": shown["version"]}
    assert f'name="version" value="{shown["version"]}"' in await boss.html("/people")

    demoted = await other.post("/people", old | {"role": "trainee"})
    too_late = await boss.post("/people", old)
    shown_anew = await boss.post("/people", old | {"version": (await demoted.json())["version"]})

    assert await problem(too_late) == (409, "changed")
    assert shown_anew.status == 200


async def test_two_admins_do_not_leave_the_house_without_one(house: House) -> None:
    boss, other = await house.person("boss", Role.ADMIN), await house.person("eve", Role.ADMIN)

    answers = await asyncio.gather(
        boss.post("/people", {"name": "eve", "role": "agent"}),
        other.post("/people", {"name": "boss", "role": "agent"}),
    )

    assert Role.ADMIN in {user.role for user in await house.services.users.all()}
    assert sorted(answer.status for answer in answers) in ([200, 403], [200, 409])


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
