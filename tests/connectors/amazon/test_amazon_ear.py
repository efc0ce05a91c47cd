import asyncio
from contextlib import suppress
from dataclasses import replace

import pytest

from connectors.base import Unavailable, news_of
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock
from tests.connectors.amazon.conftest import World


async def begun(world: World, count: int) -> None:
    """Until that many connections of the mailbox are idle."""
    for _ in range(400):
        if len(world.mock._mailbox._connections) >= count:
            await asyncio.sleep(0.1)
            return
        await asyncio.sleep(0.02)


async def test_a_new_mail_is_told_of(world: World) -> None:
    connector = world.connector()
    listening = asyncio.create_task(connector.news())
    await begun(world, 1)
    assert not listening.done()

    world.write(1)

    assert await asyncio.wait_for(listening, 10)


async def test_who_stops_listening_is_not_waited_for(world: World) -> None:
    listening = asyncio.create_task(world.connector().news())
    await begun(world, 1)

    listening.cancel()

    with suppress(asyncio.CancelledError):
        await asyncio.wait_for(listening, 5)
    assert listening.cancelled()


async def test_a_line_that_breaks_is_unavailable(world: World) -> None:
    listening = asyncio.create_task(world.connector().news())
    await begun(world, 1)

    world.mock._mailbox.disconnect()

    with pytest.raises(Unavailable):
        await asyncio.wait_for(listening, 10)


async def test_who_does_not_want_to_hear_does_not_even_connect(world: World) -> None:
    account = world.mock.account()
    deaf = world.connector(replace(account, imap=replace(account.imap, idle=False)))

    assert not await deaf.news()
    assert not world.mock._mailbox._connections


async def test_a_marketplace_without_news_has_no_ear(world: World) -> None:
    shop = TaobaoMock(now=world.now)

    assert news_of(TaobaoConnector(shop.account(), now=world.now)) is None
