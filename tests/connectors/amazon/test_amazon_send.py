"""Replies leave by a real SMTP server, and what became of them can be told."""

import asyncio
from dataclasses import replace

import pytest

from connectors.base import (
    Rejected,
    Trace,
    Unavailable,
)
from tests.connectors.amazon.conftest import World, answer, drain


async def test_a_kept_connection_that_died_is_replaced_before_anything_is_sent(
    world: World,
) -> None:
    world.write(1)
    connector = world.connector()
    [page] = await drain(connector)
    await connector.send(answer(page.messages[0]))
    for connection in world.mock._submission._connections:
        if connection.transport is not None:
            connection.transport.close()

    await connector.send(answer(page.messages[0], "reply-2"))

    assert [sent.message_id for sent in world.mock.books.accepted] == [
        "<reply-1@shop.example>",
        "<reply-2@shop.example>",
    ]


async def test_many_replies_at_once_are_each_sent_once(world: World) -> None:
    world.write(20)
    connector = world.connector()
    [page] = await drain(connector)

    await asyncio.gather(
        *(connector.send(answer(m, f"reply-{n}")) for n, m in enumerate(page.messages))
    )

    assert len({sent.message_id for sent in world.mock.books.accepted}) == 20
    assert len(world.mock.books.accepted) == 20


@pytest.mark.parametrize(
    ("fault", "failure", "accepted"),
    [
        ("smtp_4xx", Unavailable, 0),
        ("smtp_5xx_data", Rejected, 0),
        ("smtp_timeout_after_data", Unavailable, 1),
    ],
)
async def test_a_failed_send_says_whether_it_may_have_been_done(
    world: World, fault: str, failure: type[Exception], accepted: int
) -> None:
    world.write(1)
    connector = world.connector()
    [page] = await drain(connector)
    world.faults(**{fault: 1})

    with pytest.raises(failure) as error:
        await connector.send(answer(page.messages[0]))

    assert getattr(error.value, "maybe_done", False) is bool(accepted)
    assert len(world.mock.books.accepted) == accepted


async def test_a_sender_who_is_not_authorized_and_a_buyer_whom_nobody_knows_are_rejected(
    world: World,
) -> None:
    world.write(1)
    account = world.mock.account()
    [page] = await drain(world.connector())
    stranger = world.connector(
        replace(account, smtp=replace(account.smtp, sender="other@shop.example"))
    )
    unknown = {**page.messages[0].reply_to, "to": "nobody1@marketplace.amazon.com"}

    with pytest.raises(Rejected, match="550 at MAIL"):
        await stranger.send(answer(page.messages[0]))
    with pytest.raises(Rejected, match="550 at RCPT"):
        await world.connector().send(replace(answer(page.messages[0]), reply_to=unknown))


async def test_a_lost_answer_is_found_in_the_sent_folder(world_with_sent_folder: World) -> None:
    world = world_with_sent_folder
    world.write(1)
    connector = world.connector()
    [page] = await drain(connector)
    world.faults(smtp_timeout_after_data=1, confirmation_copy=0)
    lost, never = answer(page.messages[0]), answer(page.messages[0], "reply-2")
    with pytest.raises(Unavailable):
        await connector.send(lost)

    assert await connector.trace(lost, world.now()) is Trace.SENT
    assert await connector.trace(never, world.now()) is Trace.UNKNOWN
    assert (await connector.fetch(page.cursor)).seen == 0


async def test_without_a_copy_and_a_sent_folder_nobody_can_tell(world: World) -> None:
    world.write(1)
    connector = world.connector()
    [page] = await drain(connector)
    world.faults(confirmation_copy=0)
    await connector.send(answer(page.messages[0]))

    assert await connector.trace(answer(page.messages[0]), world.now()) is Trace.UNKNOWN
