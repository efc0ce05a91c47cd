"""An invitation lets one person in, once."""

import pytest

from responder.domain.advice import Advice, Trial
from responder.store.users import Role, Users
from tests.console.house import House
from tests.console.logins import LONG
from tests.console.person import problem


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


@pytest.mark.parametrize("what", ["demoted", "taken out"])
async def test_an_invitation_ends_with_the_role_of_who_made_it(house: House, what: str) -> None:
    boss, eve = await house.person("boss", Role.ADMIN), await house.person("eve", Role.ADMIN)
    made = await eve.post("/invitations", {"name": "a back door", "role": "admin"})
    path = (await made.json())["path"]
    if what == "demoted":
        await boss.post("/people", {"name": "eve", "role": "agent"})
    else:
        await boss.post("/people/remove", {"name": "eve"})

    taken = await house.client.post(path, data={"password": LONG}, allow_redirects=False)

    assert taken.status == 404
    assert await house.services.users.get("a back door") is None


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
