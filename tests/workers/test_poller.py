"""Polling: leases, limits, trouble, recovery."""

from datetime import timedelta

import pytest
from redis.exceptions import TimeoutError as StoreTimeout

from connectors.base import RateLimited, SetAside, Unauthorized, Unavailable
from responder.store.accounts import read_account
from responder.store.dead_letters import dead_letters
from responder.store.threads import messages
from responder.workers.intake import LONGEST
from responder.workers.poller import LONGEST_SILENCE
from tests.workers.conftest import ACCOUNT, Service


async def test_an_inbox_of_many_pages_comes_in_whole_and_in_order(service: Service) -> None:
    for number in range(250):
        service.connector.writes("Hello?", thread=f"thread-{number}")

    await service.work("poll")

    book = await read_account(service.database, ACCOUNT)
    assert (book.seen, book.stored, book.cursor) == (250, 250, "250")
    assert len(service.connector.acknowledged) == 250


async def test_a_rate_limit_is_waited_for_and_is_no_failure(service: Service) -> None:
    service.connector.trouble.append(RateLimited(timedelta(seconds=71)))

    await service.work("poll")

    assert await service.queues.poll.next_at() == service.clock.now() + timedelta(seconds=71)
    assert (await read_account(service.database, ACCOUNT)).failures == 0


async def test_an_account_that_fails_again_and_again_is_told_of_once(service: Service) -> None:
    service.connector.trouble.extend([Unavailable("connection refused")] * 60)

    for _ in range(6):
        await service.work("poll", "alert")
        service.clock.advance(timedelta(minutes=6))

    book = await read_account(service.database, ACCOUNT)
    assert book.problem == "connection refused"
    assert [notice.kind for notice in service.channels.told] == ["account_down"]


@pytest.mark.parametrize("wait", [timedelta(minutes=1), timedelta(hours=9)])
async def test_an_inbox_that_is_not_read_for_long_because_of_a_rate_limit_is_told_of_once(
    service: Service, wait: timedelta
) -> None:
    """Nobody would know of its messages, nor of their deadlines."""
    await service.work("poll")
    begun = service.clock.now()
    service.connector.trouble.extend([RateLimited(wait, "the day's quota")] * 100)

    for _ in range(60):
        service.clock.advance(timedelta(minutes=1))
        await service.work("poll", "alert")

    [told] = service.channels.told
    assert (told.kind, told.reason) == ("account_down", str(RateLimited(wait, "the day's quota")))
    assert told.at - begun <= LONGEST_SILENCE
    book = await read_account(service.database, ACCOUNT)
    assert book.next_poll is not None
    assert book.next_poll - service.clock.now() > wait - timedelta(hours=1)
    service.connector.trouble.clear()
    service.clock.advance(wait)
    await service.work("poll")
    assert (await read_account(service.database, ACCOUNT)).failures == 0


async def test_a_new_inbox_that_is_never_read_because_of_a_rate_limit_is_told_of(
    service: Service,
) -> None:
    service.connector.trouble.extend([RateLimited(timedelta(minutes=1))] * 100)

    for _ in range(60):
        await service.work("poll", "alert")
        service.clock.advance(timedelta(minutes=1))

    assert [told.kind for told in service.channels.told] == ["account_down"]


async def test_a_store_that_fails_while_an_inbox_is_read_is_no_failure_of_the_inbox(
    service: Service,
) -> None:
    """A connector asks for budgets while it reads several threads at once."""
    away = StoreTimeout("Timeout reading from the store")
    service.connector.trouble.append(ExceptionGroup("", [ExceptionGroup("", [away])]))
    service.connector.writes("Hello?")

    await service.work("poll", "alert")
    service.clock.advance(timedelta(seconds=2))
    await service.work("poll", "alert")

    book = await read_account(service.database, ACCOUNT)
    assert (book.failures, book.stored, service.channels.told) == (0, 1, [])


async def test_an_inbox_that_cannot_be_reached_is_told_of_though_its_connector_lets_it_out(
    service: Service,
) -> None:
    """A connector that somebody else wrote may; the store's own troubles look the same."""
    service.connector.trouble.extend([ConnectionResetError("cut")] * 50)

    for _ in range(6):
        await service.work("poll", "alert")
        service.clock.advance(timedelta(minutes=6))

    book = await read_account(service.database, ACCOUNT)
    assert book.problem == "the inbox cannot be read: ConnectionResetError"
    assert [notice.kind for notice in service.channels.told] == ["account_down"]


async def test_dead_credentials_are_told_of_at_once_and_tried_again_later(
    service: Service,
) -> None:
    service.connector.trouble.append(Unauthorized("the session is dead"))
    service.connector.writes("Hello?")

    await service.work("poll", "alert")
    assert [notice.kind for notice in service.channels.told] == ["account_down"]
    service.clock.advance(timedelta(minutes=10))
    await service.work("poll")

    book = await read_account(service.database, ACCOUNT)
    assert (book.failures, book.problem, book.stored) == (0, "", 1)


async def test_a_message_of_megabytes_does_not_fill_the_store_and_says_that_it_was_cut(
    service: Service,
) -> None:
    """A mail may have 40 MB, and anybody may write one."""
    service.connector.writes("Where is it? " + "a" * 3_000_000)

    await service.work()

    one = await service.only()
    [message] = await messages(service.database, one.id, 10)
    assert message.text == ("Where is it? " + "a" * 3_000_000)[:LONGEST]
    [warning] = message.warnings
    assert str(LONGEST) in warning
    assert one.draft is not None


async def test_what_cannot_become_a_message_is_kept_with_its_reason(service: Service) -> None:
    service.connector.set_aside.append(
        SetAside(id="mail-9", reason="look-alike domain", ref="INBOX/9", at=service.clock.now())
    )

    await service.work("poll")

    [letter] = (await dead_letters(service.database)).values()
    assert letter["reason"] == "look-alike domain"
    assert letter["ref"] == "INBOX/9"
    assert (await read_account(service.database, ACCOUNT)).set_aside == 1
