import asyncio
from datetime import timedelta

from responder.store.database import Database
from responder.store.keys import spent
from responder.store.spending import Cost, Limits, Spending
from responder.testing import FakeClock


def today(database: Database) -> str:
    return database.clock.now().date().isoformat()


async def test_what_is_set_aside_counts_until_it_is_given_back(database: Database) -> None:
    books = Spending(database, Limits(tokens=100))

    day = await books.take(Cost(70, 7))
    assert day == today(database)
    assert await books.take(Cost(40, 4)) is None

    await books.give_back(day, Cost(50, 5))

    assert await books.spent(day) == Cost(20, 2)
    assert await books.take(Cost(80, 8)) == day
    assert await books.take(Cost(1, 0)) is None


async def test_money_is_counted_apart_from_tokens(database: Database) -> None:
    books = Spending(database, Limits(money=100))

    assert await books.take(Cost(10**9, 100))
    assert await books.take(Cost(1, 1)) is None
    assert await books.take(Cost(1, 0))


async def test_more_than_was_set_aside_can_have_been_needed(database: Database) -> None:
    books = Spending(database, Limits(tokens=100))
    day = await books.take(Cost(10, 0))
    assert day is not None

    await books.give_back(day, Cost(-200, 0))

    assert (await books.spent(day)).tokens == 210
    assert await books.take(Cost(1, 0)) is None


async def test_another_process_and_a_restart_see_the_same_books(database: Database) -> None:
    assert await Spending(database, Limits(tokens=100)).take(Cost(90, 0))

    assert await Spending(database, Limits(tokens=100)).take(Cost(20, 0)) is None


async def test_many_at_once_never_take_more_than_there_is(database: Database) -> None:
    books = Spending(database, Limits(tokens=100))

    taken = await asyncio.gather(*(books.take(Cost(7, 0)) for _ in range(40)))

    assert sum(day is not None for day in taken) == 14
    assert (await books.spent(today(database))).tokens == 98


async def test_a_new_day_starts_at_nothing_and_old_books_go(
    database: Database, clock: FakeClock
) -> None:
    books = Spending(database, Limits(tokens=100))
    yesterday = await books.take(Cost(100, 0))
    assert yesterday is not None
    clock.advance(timedelta(days=1))

    assert await books.take(Cost(100, 0)) == today(database)
    assert (
        0 < await database.redis.pttl(spent(yesterday)) <= timedelta(days=8).total_seconds() * 1000
    )

    await books.give_back(yesterday, Cost(60, 0))
    assert (await books.spent(today(database))).tokens == 100, "it counts for its own day"
