"""The player's side of the mock: what buyers write, what was sent, faults."""

from datetime import datetime

import aiohttp

from connectors.base import Reply
from connectors.feed import FeedEntry
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock
from responder.testing import FakeClock


async def test_messages_are_added_in_the_feeds_form_and_told(
    mock: TaobaoMock, http: aiohttp.ClientSession
) -> None:
    lines = b'{"buyer":"a","text":"one"}\n{"buyer":"a","order_id":null,"text":"two"}\n'
    for body in (lines, b'{"buyer":"b","text":"three"}', b'[{"buyer":"c","text":"four"}]'):
        async with http.post(f"{mock.url}/_mock/messages", data=body) as answer:
            assert answer.status == 201
            assert (await answer.json())["ids"]

    async with http.get(f"{mock.url}/_mock/messages") as answer:
        told = await answer.json()

    assert [one["buyer"] for one in told] == ["a", "a", "b", "c"]
    assert told[0]["thread"] == told[1]["thread"] != told[2]["thread"]
    assert datetime.fromisoformat(told[0]["at"]).tzinfo is not None


async def test_nothing_of_a_bad_request_is_taken(
    mock: TaobaoMock, http: aiohttp.ClientSession
) -> None:
    body = b'{"buyer":"a","text":"one"}\n{"buyer":"a","tekst":"two"}\n'

    async with http.post(f"{mock.url}/_mock/messages", data=body) as answer:
        told = await answer.json()

    assert answer.status == 400
    assert ":2: te" in told["error"]
    assert mock.books.delivered == []


async def test_faults_are_set_and_read_and_a_wrong_name_is_refused(
    mock: TaobaoMock, http: aiohttp.ClientSession
) -> None:
    url = f"{mock.url}/_mock/faults"
    async with http.put(url, data='{"code_7_ban": 0.5, "seed": 3}') as answer:
        assert answer.status == 200
    for wrong in ('{"no_such_fault": 1}', "[]", "{", '{"code_7_ban": 2}'):
        async with http.put(url, data=wrong) as answer:
            assert answer.status == 400
    async with http.get(url) as answer:
        rates = await answer.json()

    assert rates["code_7_ban"] == 0.5
    assert rates["refund_lag"] == 0


async def test_what_was_sent_is_told_in_order_with_its_thread(
    mock: TaobaoMock, clock: FakeClock, http: aiohttp.ClientSession
) -> None:
    mock.deliver([FeedEntry(buyer="a", order_id="1", text="b")], via="refund")
    mock.deliver([FeedEntry(buyer="a", text="b")])
    connector = TaobaoConnector(mock.account(), now=clock.now)
    for number, post in enumerate(list(mock.books.delivered)):
        answer = Reply(id=f"r{number}", thread=post.thread, text="亲", reply_to={})
        await connector.send(answer)
    await connector.close()

    async with http.get(f"{mock.url}/_mock/sent") as sent:
        told = await sent.json()

    assert [(one["via"], one["reply_id"], one["order_id"]) for one in told] == [
        ("refund", None, "1"),
        ("chat", "r1", None),
    ]
    assert set(told[0]) == {
        "id", "reply_id", "thread", "buyer", "order_id", "text", "at", "via", "files",
    }  # fmt: skip


def test_one_order_in_five_talks_in_its_refund_and_always_the_same(clock: FakeClock) -> None:
    entries = [FeedEntry(buyer=f"b{n}", order_id=str(n), text="x") for n in range(1000)]
    first, second = TaobaoMock(now=clock.now, seed=4), TaobaoMock(now=clock.now, seed=4)

    first.deliver(entries)
    second.deliver([*entries[500:], *entries[:500]])

    assert 150 < len(first.books.refunds) < 250
    assert {one.order.tid for one in first.books.refunds.values()} == {
        one.order.tid for one in second.books.refunds.values()
    }


def test_a_text_too_long_for_a_refund_goes_to_chat(clock: FakeClock) -> None:
    shop = TaobaoMock(now=clock.now)

    shop.deliver([FeedEntry(buyer="b", order_id=str(n), text="字" * 134) for n in range(50)])
    shop.deliver([FeedEntry(buyer="b", text="no order")], via="refund")

    assert shop.books.refunds == {}
