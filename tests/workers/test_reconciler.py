"""What the source lists and no poll has brought comes in, and somebody is told."""

from datetime import timedelta

import pytest

from connectors.base import Author, Kind, RateLimited, Unauthorized, Unavailable
from responder.domain.census import SETTLED
from responder.store.accounts import AccountBook, read_account
from tests.workers.conftest import ACCOUNT, Service

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


async def book_of(service: Service) -> AccountBook:
    return await read_account(service.database, ACCOUNT)


async def compare(service: Service, after: timedelta = 2 * HOUR) -> None:
    """Time passes with polls in it, then the lists are compared until there is no more to do."""
    service.clock.advance(after)
    await service.work("poll")
    partition = service.database.partitions.of_account(ACCOUNT)
    await service.queues.census.schedule(partition, {ACCOUNT: service.clock.now()})
    for _ in range(8):
        await service.work("census", "alert")
        service.clock.advance(timedelta(seconds=1))


def told(service: Service) -> list[str]:
    return [notice.kind for notice in service.channels.told]


async def test_what_no_poll_has_brought_is_found_stored_and_told_of(service: Service) -> None:
    await service.work("poll")
    service.clock.advance(MINUTE)
    service.connector.writes("Hello?")
    service.connector.loses("Is anybody there?", thread="thread-2")

    await compare(service)

    assert {one.preview for one in await service.all()} == {"Hello?", "Is anybody there?"}
    assert told(service) == ["ingest_gap"]
    assert "1 thing was at the marketplace" in service.channels.told[0].reason
    book = await book_of(service)
    assert (book.recovered, book.gap_since is not None) == (1, True)


async def test_a_message_that_is_found_late_has_the_clock_of_when_it_was_written(
    service: Service,
) -> None:
    await service.work("poll")
    wrote = service.connector.loses("Hello?").sent_at

    await compare(service, after=5 * HOUR)

    assert (await service.only()).waiting_since == wrote


async def test_the_next_clean_census_closes_the_gap(service: Service) -> None:
    await service.work("poll")
    service.connector.loses("Hello?")
    await compare(service)

    await compare(service)

    assert told(service) == ["ingest_gap"]
    assert (await book_of(service)).gap_since is None


async def test_what_the_platform_wrote_itself_is_stored_and_nobody_is_paged(
    service: Service,
) -> None:
    await service.work("poll")
    service.connector.writes("Hello?")
    service.connector.loses("The parcel was returned.", author=Author.PLATFORM, kind=Kind.NOTICE)

    await compare(service)

    assert told(service) == []
    assert (await book_of(service)).stored == 2


async def test_when_everything_is_there_nobody_is_told(service: Service) -> None:
    await service.work("poll")
    for number in range(250):
        service.connector.writes("Hello?", thread=f"thread-{number}")

    await compare(service)

    assert told(service) == []
    book = await book_of(service)
    assert (book.recovered, book.unaccounted, book.stored) == (0, 0, 250)
    assert book.census.done_until == service.connector.censuses[-1].until


async def test_what_is_younger_than_a_quarter_of_an_hour_is_left_to_the_poll(
    service: Service,
) -> None:
    await service.work("poll")
    service.clock.advance(HOUR)
    service.connector.loses("Just now")

    await compare(service, after=SETTLED - MINUTE)
    early = told(service)
    await compare(service, after=2 * MINUTE)

    assert (early, told(service)) == ([], ["ingest_gap"])


async def test_a_backlog_that_waits_to_be_read_is_no_gap(service: Service) -> None:
    await service.work("poll")
    service.clock.advance(HOUR)
    service.connector.writes("Hello?")
    service.connector.trouble.extend([Unavailable("out")] * 3)

    await compare(service)

    assert told(service) == []
    assert service.connector.censuses == []


async def test_after_an_outage_the_lists_are_compared_at_once(service: Service) -> None:
    await service.work("poll")
    service.connector.loses("Hello?")
    service.clock.advance(3 * 24 * HOUR)

    await service.work("poll")
    await service.work("census", "alert")

    assert [span.since for span in service.connector.censuses] == [
        service.clock.now() - 3 * 24 * HOUR
    ]
    assert told(service) == ["ingest_gap"]


async def test_a_page_that_does_not_add_up_is_told_of_and_compared(service: Service) -> None:
    await service.work("poll")
    service.clock.advance(HOUR)
    service.connector.writes("Hello?")
    service.connector.vanish = 2

    await service.work("poll", "alert")

    assert told(service) == ["ingest_gap"]
    assert (await book_of(service)).unaccounted == 2
    assert await service.queues.census.next_at() == service.clock.now()


async def test_a_gap_that_was_not_told_of_when_a_worker_died_is_told_of_at_the_next_poll(
    service: Service,
) -> None:
    await service.work("poll")
    key = service.database.partitions.of_account(ACCOUNT).account(ACCOUNT)
    await service.database.redis.hincrby(key, "recovered", 1)
    service.clock.advance(MINUTE)

    await service.work("poll", "alert")

    assert told(service) == ["ingest_gap"]


@pytest.mark.parametrize(
    "trouble", [Unavailable("out"), Unauthorized("no"), RateLimited(timedelta(seconds=30))]
)
async def test_a_census_that_fails_is_tried_again_and_loses_nothing(
    service: Service, trouble: Exception
) -> None:
    await service.work("poll")
    service.connector.loses("Hello?")
    service.connector.census_trouble.append(trouble)

    await compare(service)
    missing = (await book_of(service)).recovered
    service.clock.advance(MINUTE)
    await service.work("census", "alert")

    assert (missing, (await book_of(service)).recovered) == (0, 1)


async def test_a_long_list_is_gone_through_page_by_page_over_restarts(service: Service) -> None:
    await service.work("poll")
    for number in range(230):
        service.connector.loses("Hello?", thread=f"thread-{number}")
    service.clock.advance(2 * HOUR)
    await service.work("poll")
    await service.work("census")
    under_way = (await book_of(service)).census

    for _ in range(3):
        service.clock.advance(timedelta(seconds=2))
        await service.work("census", "alert")

    assert (under_way.cursor, under_way.found) == ("100", 100)
    book = await book_of(service)
    assert (book.recovered, book.census.until) == (230, None)
    assert told(service) == ["ingest_gap"], "the rest is told of together, an hour later"


async def test_an_account_that_was_taken_out_of_the_configuration_is_forgotten(
    service: Service,
) -> None:
    partition = service.database.partitions.all[0]
    await service.queues.census.schedule(partition, {"gone": service.clock.now()})

    await service.work("census")

    assert await service.queues.census.depth() == 0


async def test_new_accounts_are_compared_too(service: Service) -> None:
    reconciler = service.workers["census"]

    await reconciler.plan()  # type: ignore[attr-defined]

    at = await service.queues.census.next_at()
    assert at is not None
    assert at > service.clock.now()


async def test_a_failure_while_a_failure_is_dealt_with_ends_nothing(service: Service) -> None:
    await service.work("poll")
    service.connector.loses("Hello?")
    service.connector.census_trouble.append(RateLimited(timedelta.max))  # until the end of time

    await compare(service)
    await compare(service)

    assert told(service) == ["ingest_gap"]
