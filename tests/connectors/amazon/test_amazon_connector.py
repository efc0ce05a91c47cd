"""The connector against a real IMAP server, a real SMTP server and the APIs, with their faults."""

import asyncio
import threading
from dataclasses import replace

import pytest

from connectors.amazon.config import AmazonConfig
from connectors.base import RateLimited, Rejected, Unauthorized, Unavailable
from connectors.order_facts import OrderStatus
from tests.connectors.amazon.conftest import World, answer, drain


async def test_a_token_that_died_early_is_renewed_once(world: World) -> None:
    world.write(1)
    connector = world.connector()
    order_id = "111-0000000-7654321"
    await connector.order(order_id)
    world.mock._http.door._passes.clear()

    order = await connector.order(order_id)

    assert order is not None
    assert order.status is not OrderStatus.UNKNOWN
    assert len(world.mock._http.door._passes) == 1


async def test_a_token_is_kept_until_it_ends(world: World) -> None:
    world.write(1)
    connector = world.connector()

    await connector.order("111-0000000-7654321")
    await connector.order("111-0000000-7654321")
    kept = len(world.mock._http.door._passes)
    world.advance(3600)
    await connector.order("111-0000000-7654321")

    assert (kept, len(world.mock._http.door._passes)) == (1, 2)


@pytest.mark.parametrize(
    ("fault", "failure"),
    [("token_dead", Unauthorized), ("http_429", RateLimited), ("http_503", Unavailable)],
)
async def test_an_api_fault_is_one_of_the_four_failures(
    world: World, fault: str, failure: type[Exception]
) -> None:
    world.write(1)
    world.faults(**{fault: 1})

    with pytest.raises(failure):
        await world.connector().order("111-0000000-7654321")


async def test_a_login_that_is_not_answered_is_unavailable(world: World) -> None:
    world.faults(http_503=1)

    with pytest.raises(Unavailable):
        await world.connector().order("111-0000000-7654321")


async def test_an_access_token_that_stays_refused_is_unauthorized(world: World) -> None:
    world.write(1)
    connector = world.connector()
    await connector.order("111-0000000-7654321")
    world.faults(http_403=1)

    with pytest.raises(Unauthorized):
        await connector.order("111-0000000-7654321")


async def test_an_account_without_api_access_has_no_order_facts(world: World) -> None:
    connector = world.connector(replace(world.mock.account(), sp_api=None))

    assert await connector.order("111-0000000-7654321") is None
    assert "no Selling Partner API" in await connector.check()


def unreachable(account: AmazonConfig) -> AmazonConfig:
    assert account.sp_api is not None
    return replace(
        account,
        imap=replace(account.imap, port=1),
        smtp=replace(account.smtp, port=1),
        sp_api=replace(account.sp_api, endpoint="http://127.0.0.1:1"),
    )


async def test_what_cannot_be_reached_is_unavailable_and_surely_not_done(world: World) -> None:
    world.write(1)
    [page] = await drain(world.connector())
    connector = world.connector(unreachable(world.mock.account()))

    for attempt in (
        connector.fetch(None),
        connector.send(answer(page.messages[0])),
        connector.order("111-0000000-7654321"),
        connector.check(),
    ):
        with pytest.raises(Unavailable) as failure:
            await attempt
        assert not failure.value.maybe_done


async def test_a_folder_that_is_not_there_is_rejected(world: World) -> None:
    account = world.mock.account()
    connector = world.connector(replace(account, imap=replace(account.imap, folder="Nope")))

    with pytest.raises(Rejected):
        await connector.fetch(None)


async def test_closing_ends_what_is_under_way_and_leaves_no_thread(world: World) -> None:
    world.write(200)
    before = set(threading.enumerate())
    connector = world.connector()
    fetching = asyncio.create_task(connector.fetch(None))
    await asyncio.wait([fetching], timeout=0.02)

    await connector.close()
    await asyncio.wait([fetching])

    assert fetching.done()
    for thread in set(threading.enumerate()) - before:
        thread.join(timeout=5)
        assert not thread.is_alive()
    with pytest.raises(Unavailable):
        await connector.fetch(None)


async def test_secrets_are_never_shown(world: World) -> None:
    shown = repr(replace(world.mock.account(), proxy="http://user:secret@proxy.example"))

    assert "mock-password" not in shown
    assert "Atzr" not in shown
    assert "mock-client-secret" not in shown
    assert "proxy.example" not in shown
