"""Our own words come back as copies and as refusals, and land in their thread."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from connectors.amazon.connector import AmazonConnector
from connectors.base import (
    Author,
    InboundMessage,
    Kind,
    Span,
    Trace,
)
from tests.connectors.amazon.conftest import World, answer, drain


async def test_amazons_copy_of_a_reply_lands_in_its_thread(world: World) -> None:
    world.write(2)
    connector = world.connector()
    [page] = await drain(connector)
    await connector.send(answer(page.messages[1]))

    [copy] = (await connector.fetch(page.cursor)).messages

    assert (copy.author, copy.kind, copy.text) == (Author.SELLER, Kind.CHAT, "Soon.")
    assert copy.thread == page.messages[1].thread


async def test_a_copy_is_placed_by_the_mailbox_when_nothing_is_remembered(world: World) -> None:
    world.write(2)
    connector = world.connector()
    [page] = await drain(connector)
    await connector.send(answer(page.messages[1]))

    [copy] = (await world.connector().fetch(page.cursor)).messages

    assert copy.thread == page.messages[1].thread
    assert copy.buyer_id == page.messages[1].buyer_id


async def found_in_the_archive(world: World, connector: AmazonConnector) -> InboundMessage:
    """The one question that a comparison of the folders' lists finds there."""

    async def all_of_them(ids: Sequence[str]) -> Sequence[str]:
        return ids

    listed = Span(since=world.now() - timedelta(days=1), until=world.now() + timedelta(seconds=1))
    inbox = await connector.census(listed, None, all_of_them)
    archive = await connector.census(listed, inbox.found.cursor, all_of_them)
    [question] = archive.found.messages
    return question


@pytest.mark.parametrize("order", ["111-1111111-1111111", None])
async def test_a_copy_is_placed_by_a_question_that_somebody_has_moved(
    world: World, order: str | None
) -> None:
    world.write(1)
    connector = world.connector()
    first = await connector.fetch(None)
    world.faults(mail_moved=1)
    world.write(1, buyer="Zoë", order_id=order)
    question = await found_in_the_archive(world, connector)
    await connector.send(answer(question))

    [copy] = (await world.connector().fetch(first.cursor)).messages

    assert copy.thread == question.thread


async def test_a_copy_goes_to_no_other_thread_where_its_question_was_moved(world: World) -> None:
    """The comparison of lists has found the question: the inbox never showed it."""
    world.write(1, buyer="Zoë", order_id="111-1111111-1111111")
    connector = world.connector()
    [first] = await drain(connector)
    world.faults(mail_moved=1)
    world.write(1, buyer="Zoë", order_id=None)
    question = await found_in_the_archive(world, connector)
    await connector.send(answer(question))

    page = await connector.fetch(first.cursor)

    assert first.messages[0].thread != question.thread
    assert first.messages[0].thread not in {one.thread for one in page.messages}


async def test_a_copy_without_an_order_is_placed_by_the_buyers_name(world: World) -> None:
    world.write(1, buyer="Zoë", order_id=None)
    connector = world.connector()
    [page] = await drain(connector)
    await connector.send(answer(page.messages[0]))

    [copy] = (await connector.fetch(page.cursor)).messages

    assert copy.thread == page.messages[0].thread


async def test_a_copy_that_fits_two_threads_is_never_guessed(world: World) -> None:
    world.write(1, buyer="Zoë", order_id=None)
    connector = world.connector()
    [page] = await drain(connector)
    await connector.send(answer(page.messages[0]))
    [placed] = (await connector.fetch(page.cursor)).messages
    world.write(1, buyer="Zoë")
    [after] = await drain(connector, page.cursor)
    again = await world.connector().fetch(page.cursor)

    assert placed.thread == page.messages[0].thread
    for batch in (after, again):
        assert [message.author for message in batch.messages] == [Author.BUYER]
        assert batch.ignored == 1


async def test_a_refusal_by_mail_names_the_reply(world: World) -> None:
    world.write(1)
    connector = world.connector()
    [page] = await drain(connector)
    world.faults(confirmation_copy=0, refused_later=1, bounced_later=1)
    receipt = await connector.send(answer(page.messages[0]))

    refusals = (await connector.fetch(page.cursor)).messages

    assert [(r.kind, r.refuses) for r in refusals] == [(Kind.REFUSAL, receipt.id)] * 2
    assert {r.thread for r in refusals} == {page.messages[0].thread}


async def test_a_refusal_that_names_no_reply_is_placed_in_its_thread(world: World) -> None:
    world.write(1)
    connector = world.connector()
    [page] = await drain(connector)
    world.faults(confirmation_copy=0, refused_without_name=1)
    await connector.send(answer(page.messages[0]))

    [refusal] = (await connector.fetch(page.cursor)).messages

    assert (refusal.kind, refusal.refuses) == (Kind.REFUSAL, "")
    assert refusal.thread == page.messages[0].thread


@pytest.mark.parametrize("fault", ["refused_later", "bounced_later"])
async def test_a_refusal_without_an_order_still_names_the_reply(world: World, fault: str) -> None:
    world.write(1, order_id=None)
    connector = world.connector()
    [page] = await drain(connector)
    world.faults(**{"confirmation_copy": 0, fault: 1})
    receipt = await connector.send(answer(page.messages[0]))

    [refusal] = (await connector.fetch(page.cursor)).messages

    assert refusal.refuses == receipt.id
    assert await connector.trace(answer(page.messages[0]), world.now()) is Trace.REFUSED
