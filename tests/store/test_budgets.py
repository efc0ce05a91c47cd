import asyncio
from datetime import timedelta

from connectors.budget import NO_WAIT, OwnBudget, Rate
from responder.domain.model import AccountId
from responder.store.budgets import AccountBudget
from responder.store.database import Database
from responder.testing import FakeClock

SHOP, OTHER = AccountId("amazon-us"), AccountId("amazon-de")
SLOW = Rate(0.5, 3)


async def test_two_daemons_share_one_accounts_budget(database: Database) -> None:
    daemons = AccountBudget(database, SHOP), AccountBudget(database, SHOP)

    waits = await asyncio.gather(*(daemons[n % 2].take("getOrder", SLOW) for n in range(10)))

    assert sorted(waits)[:4] == [NO_WAIT, NO_WAIT, NO_WAIT, timedelta(seconds=2)]


async def test_neither_another_account_nor_another_operation_is_touched(
    database: Database,
) -> None:
    for _ in range(4):
        last = await AccountBudget(database, SHOP).take("getOrder", SLOW)

    assert last > NO_WAIT
    assert await AccountBudget(database, OTHER).take("getOrder", SLOW) == NO_WAIT
    assert await AccountBudget(database, SHOP).take("searchOrders", SLOW) == NO_WAIT


async def test_the_store_counts_as_one_process_does(database: Database, clock: FakeClock) -> None:
    shared, own = AccountBudget(database, SHOP), OwnBudget(clock.now)
    for number, pause in enumerate((0, 0, 0, 0, 1, 1, 0, 7, 0, 0, 0, 0, 2)):
        clock.advance(timedelta(seconds=pause))
        if number == 9:
            await shared.drain("getOrder", SLOW)
            await own.drain("getOrder", SLOW)
        assert await shared.take("getOrder", SLOW) == await own.take("getOrder", SLOW)


async def test_a_full_bucket_leaves_nothing_behind(database: Database, clock: FakeClock) -> None:
    budget = AccountBudget(database, SHOP)
    key = database.partitions.of_account(SHOP).budget(SHOP)
    await budget.take("searchOrders", Rate(0.0056, 20))
    await budget.take("getOrder", SLOW)

    left = await database.redis.pttl(key)

    assert 170_000 < left <= 178_572, "as long as the slowest of its buckets takes"


async def test_a_clock_that_was_ahead_leaves_no_bucket_emptier_than_empty(
    database: Database, clock: FakeClock
) -> None:
    shared, own = AccountBudget(database, SHOP), OwnBudget(clock.now)
    clock.advance(timedelta(hours=6))
    waits = [await budget.take("getOrder", SLOW) for budget in (shared, own)]
    clock.advance(-timedelta(hours=6))

    late = [await budget.take("getOrder", SLOW) for budget in (shared, own)]

    assert waits == [NO_WAIT, NO_WAIT]
    assert max(late) <= timedelta(seconds=2)
