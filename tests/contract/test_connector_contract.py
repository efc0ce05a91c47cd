"""What every connector promises, tried on every marketplace in a box over real sockets."""

from dataclasses import replace
from hashlib import sha256

import aiohttp
import pytest

from connectors.base import (
    Connector,
    InboundMessage,
    Rejected,
    Reply,
    Trace,
    Unauthorized,
    Unavailable,
)
from connectors.box import POINT
from connectors.files import OutgoingFile
from connectors.limits import limits_of
from connectors.order_facts import Order
from tests.contract.buyers import Buyers, chat, read_all
from tests.contract.harness import Harness


async def first_message(connector: Connector, buyers: Buyers) -> InboundMessage:
    await buyers.write(1)
    return chat(await read_all(connector))[0]


def answer_to(message: InboundMessage, reply_id: str = "reply-1") -> Reply:
    return Reply(
        id=reply_id,
        thread=message.thread,
        text="It is on its way.\nKind regards",
        reply_to=message.reply_to,
        order_ids=message.order_ids,
        subject=message.subject,
    )


async def test_every_message_comes_through_over_all_pages(market: Harness, buyers: Buyers) -> None:
    texts = await buyers.write(11)

    pages = await read_all(market.connector())

    assert sorted(message.text for message in chat(pages)) == sorted(texts)
    assert len({message.id for message in chat(pages)}) == len(texts)
    assert len({message.thread for message in chat(pages)}) == len(texts)


async def test_the_same_cursor_gives_the_same_ids_again(market: Harness, buyers: Buyers) -> None:
    await buyers.write(6)
    connector = market.connector()
    first = await connector.fetch(None)

    again = await market.connector().fetch(None)
    after = await connector.fetch(first.cursor)
    after_again = await connector.fetch(first.cursor)

    assert [m.id for m in first.messages] == [m.id for m in again.messages]
    assert [m.id for m in after.messages] == [m.id for m in after_again.messages]


async def test_the_cursor_moves_past_what_was_read(market: Harness, buyers: Buyers) -> None:
    await buyers.write(3)
    connector = market.connector()
    old = {message.id for message in chat(await read_all(connector))}
    cursor = (await read_all(connector))[-1].cursor

    await buyers.write(2, first=3)
    new = [message for message in chat(await read_all(connector, cursor)) if message.id not in old]

    assert len(new) == 2


async def test_a_message_carries_the_marketplaces_own_moment(
    market: Harness, buyers: Buyers
) -> None:
    message = await first_message(market.connector(), buyers)

    assert message.sent_at.tzinfo is not None
    assert abs((message.sent_at - market.now()).total_seconds()) < 60


async def test_an_empty_inbox_is_an_empty_page_with_a_cursor(market: Harness) -> None:
    page = await market.connector().fetch(None)

    assert (list(page.messages), page.more) == ([], False)
    assert page.cursor


async def test_acknowledging_twice_is_as_good_as_once(market: Harness, buyers: Buyers) -> None:
    await buyers.write(2)
    connector = market.connector()
    page = await connector.fetch(None)

    await connector.acknowledge(page)
    await connector.acknowledge(page)


async def test_a_reply_arrives_once_in_its_thread(market: Harness, buyers: Buyers) -> None:
    connector = market.connector()
    message = await first_message(connector, buyers)
    await buyers.write(2, first=1)

    receipt = await connector.send(answer_to(message))

    [arrived] = await buyers.got()
    assert receipt.id
    assert arrived["thread"] == message.thread
    assert arrived["text"].split() == answer_to(message).text.split()


async def test_a_sent_reply_is_traced(market: Harness, buyers: Buyers) -> None:
    connector = market.connector()
    message = await first_message(connector, buyers)
    since = market.now()
    await connector.send(answer_to(message))

    assert await connector.trace(answer_to(message), since) is Trace.SENT


async def test_a_reply_that_was_never_sent_is_not_called_sent(
    market: Harness, buyers: Buyers
) -> None:
    connector = market.connector()
    message = await first_message(connector, buyers)
    await connector.send(answer_to(message))
    other = replace(answer_to(message, "reply-2"), text="Something else altogether.")

    assert await connector.trace(other, market.now()) is not Trace.SENT


async def test_a_lost_answer_is_told_as_maybe_done_and_the_trace_tells_the_truth(
    market: Harness, buyers: Buyers
) -> None:
    connector = market.connector()
    message = await first_message(connector, buyers)
    since = market.now()
    await buyers.faults(market.lost_answer)

    with pytest.raises(Unavailable) as lost:
        await connector.send(answer_to(message))
    await buyers.faults({})

    assert lost.value.maybe_done
    assert len(await buyers.got()) == 1
    assert await connector.trace(answer_to(message), since) is Trace.SENT


async def test_dead_credentials_are_unauthorized_everywhere(
    market: Harness, buyers: Buyers
) -> None:
    message = await first_message(market.connector(), buyers)
    dead = market.connector_with_dead_credentials()

    with pytest.raises(Unauthorized):
        await dead.fetch(None)
    with pytest.raises(Unauthorized):
        await dead.send(answer_to(message))
    if market.tells_orders:
        with pytest.raises(Unauthorized):
            await dead.order(message.order_ids[0])
    with pytest.raises(Unauthorized):
        await dead.check()
    assert await buyers.got() == []


async def test_an_order_that_a_buyer_names_has_facts(market: Harness, buyers: Buyers) -> None:
    connector = market.connector()
    message = await first_message(connector, buyers)

    order = await connector.order(message.order_ids[0])

    assert (order is not None) is market.tells_orders
    if not market.tells_orders:
        return
    assert isinstance(order, Order)
    assert order.id == message.order_ids[0]
    assert order.items


async def test_an_order_that_nobody_knows_is_none(market: Harness) -> None:
    assert await market.connector().order(market.unknown_order) is None


async def test_check_says_what_answered(market: Harness) -> None:
    assert "ok" in (await market.connector().check()).lower()


async def test_a_connector_survives_being_closed_twice(market: Harness) -> None:
    connector = market.connector()
    await connector.fetch(None)

    await connector.close()
    await connector.close()


async def test_a_bad_feed_entry_is_named_and_nothing_of_it_is_taken(
    market: Harness, buyers: Buyers, http: aiohttp.ClientSession
) -> None:
    entries = [market.entry(0), {**market.entry(1), "text": 5}]

    async with http.post(f"{market.url}/_mock/messages", json=entries) as answer:
        status, said = answer.status, await answer.text()

    assert status == 400
    assert "2: text" in said
    assert chat(await read_all(market.connector())) == []


def red_point() -> OutgoingFile:
    return OutgoingFile(name="说明 1.png", content_type="image/png", content=POINT)


async def test_a_file_arrives_with_its_reply_or_nothing_does(
    market: Harness, buyers: Buyers
) -> None:
    connector = market.connector()
    message = await first_message(connector, buyers)
    reply = replace(answer_to(message), files=(red_point(),))

    if limits_of(connector, message.thread) is None:
        with pytest.raises(Rejected, match="takes no files"):
            await connector.send(reply)
        assert await buyers.got() == []
        return
    await connector.send(reply)

    [arrived] = await buyers.got()
    [file] = arrived["files"]
    assert arrived["text"].split() == reply.text.split()
    assert (file["content_type"], file["size"]) == ("image/png", len(POINT))
    assert file["sha256"] == sha256(POINT).hexdigest()


async def test_a_lost_answer_to_a_reply_with_a_file_is_found_too(
    market: Harness, buyers: Buyers
) -> None:
    connector = market.connector()
    message = await first_message(connector, buyers)
    if limits_of(connector, message.thread) is None:
        return
    since, reply = market.now(), replace(answer_to(message), files=(red_point(),))
    await buyers.faults(market.lost_answer)

    with pytest.raises(Unavailable):
        await connector.send(reply)
    await buyers.faults({})

    assert len(await buyers.got()) == 1
    assert await connector.trace(replace(reply, files=()), since) is Trace.SENT


async def test_a_file_that_the_marketplace_does_not_take_never_leaves(
    market: Harness, buyers: Buyers
) -> None:
    connector = market.connector()
    message = await first_message(connector, buyers)
    program = OutgoingFile(name="a.exe", content_type="application/x-msdownload", content=b"MZ")
    page = OutgoingFile(name="a.png", content_type="image/png", content=b"<html>")

    for file in (program, page):
        with pytest.raises(Rejected):
            await connector.send(replace(answer_to(message), files=(file,)))

    assert await buyers.got() == []
