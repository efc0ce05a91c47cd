"""A second factor: asked for after the password, set up, taken off."""

from datetime import timedelta

from responder.console import totp
from responder.store.users import Role
from responder.testing import FakeClock
from tests.console.house import PASSWORD, House
from tests.console.logins import LONG, hired, log_in, with_code
from tests.console.person import problem


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
