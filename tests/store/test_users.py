"""Who may use the service: people, tokens, sessions."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from responder.domain.routing import Skills
from responder.errors import Conflict
from responder.store.database import Database
from responder.store.keys import USERS
from responder.store.users import Role, Session, User, Users
from responder.testing import FakeClock

ANN = User(name="ann", role=Role.AGENT, password="a hash")
HOUR = timedelta(hours=1)


@pytest.fixture
def users(database: Database) -> Users:
    return Users(database)


async def test_people_are_listed_by_name_and_changed_by_putting_them_again(users: Users) -> None:
    bob = User(name="bob", role=Role.SUPERVISOR, password="another")
    await users.put(bob)
    await users.put(ANN)
    await users.put(User(name="ann", role=Role.ADMIN, password="a hash"))

    assert [(one.name, one.role) for one in await users.all()] == [
        ("ann", Role.ADMIN),
        ("bob", Role.SUPERVISOR),
    ]
    assert await users.get("nobody") is None


async def test_two_changes_at_the_same_moment_both_hold(users: Users) -> None:
    await users.put(ANN)

    await asyncio.gather(
        users.change("ann", lambda user: replace(user, role=Role.ADMIN)),
        users.change("ann", lambda user: replace(user, password="newer")),
        users.change("ann", lambda user: replace(user, totp="GEZA")),
    )

    assert await users.get("ann") == replace(ANN, role=Role.ADMIN, password="newer", totp="GEZA")


async def test_whoever_was_taken_out_is_changed_no_more(users: Users) -> None:
    assert await users.change("ann", lambda user: user) is None
    assert await users.all() == []


async def test_of_two_admins_who_demote_each_other_at_the_same_moment_one_stays(
    users: Users,
) -> None:
    bosses = [replace(ANN, name=name, role=Role.ADMIN) for name in ("ann", "bob")]
    for boss in bosses:
        await users.put(boss)

    answers = await asyncio.gather(
        users.change("ann", lambda user: replace(user, role=Role.AGENT)),
        users.change("bob", lambda user: replace(user, role=Role.AGENT)),
        return_exceptions=True,
    )

    assert sorted(one.role for one in await users.all()) == [Role.ADMIN, Role.AGENT]
    assert sum(isinstance(one, Conflict) for one in answers) == 1


async def test_of_two_admins_who_take_each_other_out_at_the_same_moment_one_stays(
    users: Users,
) -> None:
    for name in ("ann", "bob"):
        await users.put(replace(ANN, name=name, role=Role.ADMIN))

    answers = await asyncio.gather(
        users.remove("ann"),
        users.change("bob", lambda user: replace(user, role=Role.AGENT)),
        users.remove("bob"),
        return_exceptions=True,
    )

    assert [one.role for one in await users.all() if one.role is Role.ADMIN] == [Role.ADMIN]
    assert any(isinstance(one, Conflict) for one in answers)


async def test_the_only_admin_stays_one_by_an_invitation_to_another_role(users: Users) -> None:
    await users.put(replace(ANN, role=Role.ADMIN, totp="GEZA"))
    await users.invite("secret", "ann", Role.AGENT)

    made = await users.accept("secret", "newer")

    assert made == await users.get("ann") == replace(ANN, role=Role.ADMIN, password="newer")


async def test_whoever_is_taken_out_loses_tokens_and_sessions_and_nobody_else_does(
    users: Users,
) -> None:
    await users.put(ANN)
    await users.put_token("of-ann", "ann", Role.AGENT, None)
    await users.put_token("of-bob", "bob", Role.AGENT, None)
    await users.open_session(
        "cookie", Session(name="ann", role=Role.AGENT, csrf="c"), HOUR, password=ANN.password
    )

    assert await users.remove("ann")

    assert await users.token("of-ann") is None
    assert await users.session("cookie") is None
    assert await users.token("of-bob") is not None
    assert not await users.remove("ann")


async def test_who_has_only_a_token_or_an_invitation_is_taken_out_too(users: Users) -> None:
    await users.put_token("secret", "robot", Role.AGENT, None)
    await users.invite("link", "cleo", Role.AGENT)

    assert [await users.remove(name) for name in ("robot", "cleo", "nobody")] == [True, True, False]

    assert await users.token("secret") is None
    assert await users.invited("link") is None


async def test_a_token_ends_at_its_hour_and_leaves_nothing_behind(
    users: Users, clock: FakeClock
) -> None:
    await users.put_token("secret", "robot", Role.AGENT, clock.now() + HOUR)
    clock.advance(HOUR - timedelta(milliseconds=1))
    before = await users.token("secret")

    clock.advance(timedelta(milliseconds=1))

    assert before == Session(name="robot", role=Role.AGENT, csrf="")
    assert await users.token("secret") is None
    assert await users.tokens() == []


async def test_a_token_is_revoked_by_the_id_that_the_list_shows(users: Users) -> None:
    await users.put_token("one", "robot", Role.AGENT, None)
    await users.put_token("two", "robot", Role.AGENT, None)
    [first, second] = await users.tokens()

    assert await users.remove_token(first.id)

    assert await users.tokens() == [second]
    assert not await users.remove_token(first.id)


async def test_no_id_revokes_no_token_also_where_there_is_only_one(users: Users) -> None:
    await users.put_token("one", "robot", Role.AGENT, None)

    assert not await users.remove_token("")


async def test_an_id_that_fits_several_tokens_revokes_none(users: Users) -> None:
    await users.put_token("one", "robot", Role.AGENT, None)
    await users.put_token("two", "robot", Role.AGENT, None)

    assert not await users.remove_token("")
    assert len(await users.tokens()) == 2


async def test_a_new_password_ends_the_sessions_and_a_new_role_holds_at_once(users: Users) -> None:
    await users.put(ANN)
    await users.open_session(
        "cookie", Session(name="ann", role=Role.AGENT, csrf="c"), HOUR, password=ANN.password
    )

    await users.put(User(name="ann", role=Role.ADMIN, password="a hash"))
    promoted = await users.session("cookie")
    await users.put(User(name="ann", role=Role.ADMIN, password="changed"))

    assert promoted == Session(name="ann", role=Role.ADMIN, csrf="c")
    assert await users.session("cookie") is None


async def test_a_session_that_was_closed_opens_nothing(users: Users) -> None:
    await users.put(ANN)
    await users.open_session(
        "cookie", Session(name="ann", role=Role.AGENT, csrf="c"), HOUR, password=ANN.password
    )

    await users.close_session("cookie")

    assert await users.session("cookie") is None


async def test_a_session_of_nobody_opens_nothing(users: Users) -> None:
    await users.open_session(
        "cookie", Session(name="ghost", role=Role.ADMIN, csrf="c"), HOUR, password=ANN.password
    )

    assert await users.session("cookie") is None


async def test_an_invitation_makes_a_user_once(users: Users) -> None:
    await users.invite("secret", "cleo", Role.TRAINEE)

    assert await users.invited("secret") == ("cleo", Role.TRAINEE)
    made = await users.accept("secret", "a hash")

    assert made == User(name="cleo", role=Role.TRAINEE, password="a hash")
    assert await users.get("cleo") == made
    assert await users.invited("secret") is None
    assert await users.accept("secret", "another") is None


async def test_only_the_newest_invitation_of_a_name_counts(users: Users) -> None:
    await users.invite("old", "cleo", Role.ADMIN)
    await users.invite("new", "cleo", Role.TRAINEE)

    assert await users.invited("old") is None
    assert await users.accept("old", "a hash") is None
    assert await users.accept("new", "a hash") is not None
    await users.invite("late", "cleo", Role.ADMIN)
    await users.remove("cleo")
    assert await users.accept("late", "a hash") is None, "who was taken out is invited no more"


async def test_whoever_is_invited_anew_keeps_their_skills_and_loses_the_second_factor(
    users: Users,
) -> None:
    skills = Skills(accounts=("amazon-us",), languages=("en",), intents=("invoice",), limit=7)
    await users.put(User(name="ann", role=Role.AGENT, password="x", totp="GEZA", skills=skills))
    await users.invite("secret", "ann", Role.SUPERVISOR)

    await users.accept("secret", "new")

    expected = User(name="ann", role=Role.SUPERVISOR, password="new", skills=skills)
    assert await users.get("ann") == expected


async def test_a_user_of_an_earlier_version_is_read(users: Users, database: Database) -> None:
    await database.redis.hset(USERS, "old", '{"role":"agent","password":"p"}')

    assert await users.get("old") == User(name="old", role=Role.AGENT, password="p")


async def test_a_code_opens_once(users: Users) -> None:
    assert await users.use_code("ann", 7)
    assert not await users.use_code("ann", 7)
    assert await users.use_code("bob", 7)


async def test_a_right_password_is_remembered_for_its_code(users: Users) -> None:
    await users.ask_code("pending", ANN)

    assert await users.was_asked("pending", ANN)
    assert not await users.was_asked("other", ANN)
    assert not await users.was_asked("pending", replace(ANN, password="a newer hash"))
    assert not await users.was_asked("pending", replace(ANN, name="bob"))
