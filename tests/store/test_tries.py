"""Tries at somebody's password or code."""

import asyncio
from datetime import timedelta

import pytest

from responder.store.database import Database
from responder.store.keys import FAILED_LOGINS
from responder.store.tries import FAILURES_KEPT, FREE_TRIES, LONGEST_WAIT, Tries, wait_after
from responder.testing import FakeClock


@pytest.fixture
def tries(database: Database) -> Tries:
    return Tries(database)


async def test_wrong_passwords_cost_a_growing_wait_that_a_right_one_forgets(
    tries: Tries, clock: FakeClock
) -> None:
    waits = []
    for _ in range(FREE_TRIES + 3):
        tried = await tries.take("ann")
        assert tried.allowed
        waits.append(tried.wait.total_seconds())
        clock.advance(tried.wait)

    assert waits == [0, 0, 0, 0, 2, 4, 8]
    assert (await tries.take("bob")).wait == timedelta()
    locking = await tries.take("ann")
    clock.advance(timedelta(seconds=5))
    locked = await tries.take("ann")
    assert (locking.allowed, locked.allowed) == (True, False)
    assert locked.wait == timedelta(seconds=11)
    await tries.worked(locking, "ann", "her browser")
    assert (await tries.take("ann")).wait == timedelta()


async def test_of_many_tries_at_one_moment_no_more_pass_than_one_after_the_other(
    tries: Tries,
) -> None:
    tried = await asyncio.gather(*(tries.take("ann") for _ in range(40)))

    assert sum(one.allowed for one in tried) == FREE_TRIES + 1


async def test_a_try_that_was_right_is_given_back_with_its_wait(
    tries: Tries, database: Database
) -> None:
    for _ in range(FREE_TRIES):
        await tries.take("ann")

    for _ in range(3):
        right = await tries.take("ann")
        assert (right.allowed, right.wait) == (True, timedelta(seconds=2))
        await tries.give_back(right)

    wrong = await tries.take("ann")
    assert wrong.allowed
    assert not (await tries.take("ann")).allowed
    only = await tries.take("bob")
    await tries.give_back(only)
    assert len(await database.redis.keys(f"{FAILED_LOGINS}:*")) == 1


async def test_a_try_that_is_given_back_does_not_end_the_wait_of_another(
    tries: Tries, clock: FakeClock
) -> None:
    for _ in range(FREE_TRIES):
        await tries.take("ann")
    right = await tries.take("ann")
    clock.advance(right.wait)
    await tries.take("ann")  # somebody else, and wrong

    await tries.give_back(right)

    assert not (await tries.take("ann")).allowed


async def test_a_flood_of_names_that_nobody_has_does_not_fill_the_store(
    tries: Tries, database: Database
) -> None:
    names = [f"nobody {number}" for number in range(2_000)]

    for name in names:
        await tries.take(name, known=False)

    assert len(await database.redis.keys(f"{FAILED_LOGINS}:*")) < len(names)
    for _ in range(FREE_TRIES):
        await tries.take("somebody", known=False)
    assert (await tries.take("somebody", known=False)).wait > timedelta(), "it looks the same"


async def test_a_device_that_was_right_before_is_not_locked_out_by_guesses_from_elsewhere(
    tries: Tries,
) -> None:
    await tries.worked(await tries.take("ann"), "ann", "her browser")
    await tries.worked(await tries.take("bob"), "bob", "his browser")
    for _ in range(FREE_TRIES + 1):
        await tries.take("ann")

    assert not (await tries.take("ann")).allowed
    assert not (await tries.take("ann", device="his browser")).allowed
    for _ in range(FREE_TRIES + 1):
        assert (await tries.take("ann", device="her browser")).allowed
    assert not (await tries.take("ann", device="her browser")).allowed, "it is counted too"


async def test_the_longest_wait_holds_for_every_try_that_follows(
    tries: Tries, clock: FakeClock
) -> None:
    for _ in range(FREE_TRIES + 20):
        tried = await tries.take("ann")
        clock.advance(tried.wait)

    assert tried.wait == LONGEST_WAIT


def test_no_wait_is_longer_than_the_longest() -> None:
    assert wait_after(0) == timedelta()
    assert [wait_after(count) for count in (20, 1_000)] == [LONGEST_WAIT, LONGEST_WAIT]


async def test_the_count_of_wrong_passwords_does_not_stay_for_ever(
    tries: Tries, database: Database
) -> None:
    await tries.take("ann")

    [key] = await database.redis.keys(f"{FAILED_LOGINS}:*")
    assert 0 < await database.redis.ttl(key) <= FAILURES_KEPT.total_seconds()
