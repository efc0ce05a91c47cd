"""The mock as others meet it: its gateway, its own endpoints, its memory."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from xml.etree import ElementTree as ET

import aiohttp
import pytest

from connectors.base import Reply
from connectors.faults import Faults
from connectors.feed import FeedEntry
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock
from connectors.taobao.mock_faults import KNOWN_FAULTS
from connectors.top import wire
from connectors.top.sign import SignMethod, sign
from connectors.top.values import stamp
from responder.testing import FakeClock


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def signed(mock: TaobaoMock, clock: FakeClock, method: str, **params: str) -> dict[str, str]:
    call = wire.Call(method=method, params=params)
    return wire.parameters(call, mock.account(), clock.now())


def resigned(params: Mapping[str, str], **changed: str) -> dict[str, str]:
    """``params`` with changes, and a signature that fits them."""
    told = {name: value for name, value in {**params, **changed}.items() if value}
    told["sign"] = sign(told, "helloworld", SignMethod(told.get("sign_method", "md5")))
    return told


async def ask(http: aiohttp.ClientSession, mock: TaobaoMock, params: dict[str, str]) -> Any:
    async with http.post(f"{mock.url}/router/rest", data=params) as answer:
        assert answer.status == 200
        return json.loads(await answer.read())


async def code(http: aiohttp.ClientSession, mock: TaobaoMock, params: dict[str, str]) -> int:
    told = await ask(http, mock, params)
    error = told["error_response"]
    assert error["request_id"]
    number: int = error["code"]
    return number


async def test_the_gateway_refuses_as_top_does(
    mock: TaobaoMock, clock: FakeClock, http: aiohttp.ClientSession
) -> None:
    good = signed(mock, clock, "taobao.tmc.messages.consume")
    utc = f"{clock.now():%Y-%m-%d %H:%M:%S}"
    wrong: dict[int, dict[str, str]] = {
        21: resigned(good, method=""),
        22: resigned(good, method="taobao.nothing"),
        24: {name: value for name, value in good.items() if name != "sign"},
        25: {**good, "sign": good["sign"].lower()},
        26: resigned(good, session=""),
        27: resigned(good, session="other"),
        28: resigned(good, app_key=""),
        29: resigned(good, app_key="1"),
        30: resigned(good, timestamp=""),
        31: resigned(good, timestamp=utc),
        33: resigned(good, v="1.0"),
        41: resigned(good, group_name="nobody"),
    }

    for expected, params in wrong.items():
        assert await code(http, mock, params) == expected
    assert await code(http, mock, resigned(good, timestamp="noon")) == 31
    assert await code(http, mock, {**good, "added": "1"}) == 25
    assert await code(http, mock, {**good, "sign_method": "rot13"}) == 25
    assert "tmc_messages_consume_response" in await ask(http, mock, good)


async def test_get_works_and_xml_is_the_default(
    mock: TaobaoMock, clock: FakeClock, http: aiohttp.ClientSession
) -> None:
    mock.deliver([FeedEntry(buyer="a<b>&\x01", order_id="1", text="<!--")], via="refund")
    [refund] = mock.books.refunds
    good = signed(mock, clock, "taobao.refund.messages.get", fields="id", refund_id=refund)
    params = resigned(good, format="")

    async with http.get(f"{mock.url}/router/rest", params=params) as answer:
        root = ET.fromstring(await answer.text())

    assert root.tag == "refund_messages_get_response"
    assert root.findtext("refund_messages/refund_message/owner_nick") == "a<b>&"
    assert root.find("refund_messages/refund_message/pic_urls") is None


async def test_simplify_leaves_the_wrapping_out(
    mock: TaobaoMock, clock: FakeClock, http: aiohttp.ClientSession
) -> None:
    mock.deliver([FeedEntry(buyer="a", text="b")])
    good = signed(mock, clock, "responder.chat.messages.get", simplify="true")

    told = await ask(http, mock, good)

    assert isinstance(told["messages"], list)
    assert isinstance(told["messages"][0]["id"], int)


async def test_lists_are_wrapped_twice_and_an_empty_one_drops_its_key(
    mock: TaobaoMock, clock: FakeClock, http: aiohttp.ClientSession
) -> None:
    good = signed(mock, clock, "responder.chat.messages.get")
    empty = await ask(http, mock, good)
    mock.deliver([FeedEntry(buyer="a", text="b")])
    full = await ask(http, mock, good)

    assert "messages" not in empty["responder_chat_messages_get_response"]
    assert len(full["responder_chat_messages_get_response"]["messages"]["chat_message"]) == 1


async def test_parameters_are_checked(
    mock: TaobaoMock, clock: FakeClock, http: aiohttp.ClientSession
) -> None:
    mock.deliver([FeedEntry(buyer="a", order_id="1", text="b")], via="refund")
    mock.deliver([FeedEntry(buyer="a", text="b")])
    [refund], [chat] = mock.books.refunds, mock.books.chats
    ids = ",".join("1" * 201)
    wrong: list[tuple[int, str, dict[str, str]]] = [
        (40, "taobao.tmc.messages.confirm", {}),
        (41, "taobao.tmc.messages.confirm", {"s_message_ids": ids}),
        (41, "taobao.tmc.messages.consume", {"quantity": "201"}),
        (41, "taobao.tmc.group.add", {"group_name": "default_shop"}),
        (41, "taobao.tmc.queue.get", {"group_name": "nobody"}),
        (15, "taobao.refund.get", {"fields": "id", "refund_id": "404"}),
        (40, "taobao.refund.message.add", {"refund_id": refund, "content": "x"}),
        (41, "taobao.refund.message.add", {"refund_id": refund, "content": "字" * 134}),
        (41, "taobao.refunds.receive.get", {"start_modified": "x", "end_modified": "y"}),
        (15, "responder.chat.message.send", {"chat_id": "404", "content": "x"}),
        (41, "responder.chat.message.send", {"chat_id": chat, "content": "字" * 2001}),
        (41, "taobao.trade.memo.update", {"tid": "1", "memo": "x", "flag": "7"}),
        (565, "taobao.trade.memo.update", {"tid": "1", "memo": "字" * 334}),
        (15, "taobao.trade.fullinfo.get", {"fields": "tid", "tid": "404"}),
    ]

    for expected, method, params in wrong:
        assert await code(http, mock, signed(mock, clock, method, **params)) == expected, method


@pytest.mark.parametrize(
    ("image", "kind"), [(b"BM not an image of TOP's", 3), (b"GIF8" + b"0" * 512_000, 3)]
)
async def test_an_image_must_be_one_and_not_too_large(
    mock: TaobaoMock,
    clock: FakeClock,
    http: aiohttp.ClientSession,
    image: bytes,
    kind: int,
) -> None:
    mock.deliver([FeedEntry(buyer="a", order_id="1", text="b")], via="refund")
    [refund] = mock.books.refunds
    form = aiohttp.FormData()
    add = signed(mock, clock, "taobao.refund.message.add", refund_id=refund, content="x")
    for name, value in add.items():
        form.add_field(name, value)
    form.add_field("image", image, filename="a.gif", content_type="image/gif")

    async with http.post(f"{mock.url}/router/rest", data=form) as answer:
        told = json.loads(await answer.read())

    assert told["error_response"]["code"] == kind


async def test_a_memo_is_added_once_and_updated_often(
    mock: TaobaoMock, clock: FakeClock, http: aiohttp.ClientSession
) -> None:
    mock.deliver([FeedEntry(buyer="a", order_id="1", text="b")])
    add = signed(mock, clock, "taobao.trade.memo.add", tid="1", memo="x", flag="1")
    update = signed(mock, clock, "taobao.trade.memo.update", tid="1", flag="2")

    assert "trade_memo_add_response" in await ask(http, mock, add)
    assert await code(http, mock, add) == 566
    assert "trade_memo_update_response" in await ask(http, mock, update)
    assert (mock.books.orders["1"].memo, mock.books.orders["1"].flag) == ("x", 2)


async def test_trades_are_listed_newest_first_within_a_day(
    mock: TaobaoMock, clock: FakeClock, http: aiohttp.ClientSession
) -> None:
    mock.deliver([FeedEntry(buyer="a", order_id=str(n), text="b") for n in range(60)])
    created = sorted(order.created for order in mock.books.orders.values())
    start, end = stamp(created[0]), stamp(created[0] + timedelta(days=1))
    method = "taobao.trades.sold.increment.get"

    good = signed(mock, clock, method, start_modified=start, end_modified=end)
    told = (await ask(http, mock, good))["trades_sold_increment_get_response"]
    too_long = signed(mock, clock, method, start_modified=start, end_modified=stamp(clock.now()))

    times = [trade["modified"] for trade in told["trades"]["trade"]]
    assert times == sorted(times, reverse=True)
    assert told["total_results"] >= 1
    assert await code(http, mock, too_long) == 41


async def test_groups_and_topics_are_kept(
    mock: TaobaoMock, clock: FakeClock, http: aiohttp.ClientSession
) -> None:
    await ask(http, mock, signed(mock, clock, "taobao.tmc.group.add", group_name="shop"))
    permit = signed(mock, clock, "taobao.tmc.user.permit", topics="a,b")
    await ask(http, mock, permit)

    told = await ask(http, mock, signed(mock, clock, "taobao.tmc.user.get", nick="x"))

    user = told["tmc_user_get_response"]["tmc_user"]
    assert user["topics"] == {"string": ["a", "b"]}
    assert user["group_name"] == "shop"
    queue = signed(mock, clock, "taobao.tmc.queue.get", group_name="shop")
    assert "tmc_queue_get_response" in await ask(http, mock, queue)


async def test_a_new_session_comes_for_the_right_keys_only(
    mock: TaobaoMock, clock: FakeClock, http: aiohttp.ClientSession
) -> None:
    keys = {"client_id": "12345678", "client_secret": "helloworld"}
    for wrong in ({}, {**keys, "client_secret": "x"}, {**keys, "grant_type": "magic"}):
        async with http.post(f"{mock.url}/token", data=wrong) as answer:
            assert answer.status == 400
    async with http.post(
        f"{mock.url}/token", data={**keys, "grant_type": "authorization_code"}
    ) as answer:
        told = await answer.json()
    connector = TaobaoConnector(
        replace(mock.account(), session=told["access_token"]), now=clock.now
    )

    assert await connector.check()
    await connector.close()


# ------------------------------------------------------------------ the player's side


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


async def test_a_killed_mock_is_where_it_was(tmp_path: Path, clock: FakeClock) -> None:
    journal = tmp_path / "mock" / "journal"
    faults = Faults(KNOWN_FAULTS, Random(0), {"tmc_unknown_topic": 1})
    first = TaobaoMock(now=clock.now, journal=journal, faults=faults)
    await first.start()
    first.deliver([FeedEntry(buyer="a", order_id=str(n), text="b") for n in range(4)], via="refund")
    first.deliver([FeedEntry(buyer="a", text="b")])
    connector = TaobaoConnector(first.account(), now=clock.now)
    batch = await connector.fetch(None)
    await connector.acknowledge(batch)
    await connector.set_memo("1", "x", 2)
    first.deliver([FeedEntry(buyer="a", order_id="9", text="b")], via="refund")
    first.books.add_group("shop")
    first.books.permit(["t"])
    first.books.add_session("s")
    await connector.send(Reply(id="r1", thread=batch.messages[0].thread, text="亲", reply_to={}))
    await connector.close()
    with journal.open("ab") as torn:
        torn.write(b'{"kind":"post"')
    await first.stop()

    second = TaobaoMock(now=clock.now, journal=journal)

    assert second.books.delivered == first.books.delivered
    assert second.books.sent == first.books.sent
    assert second.books.refunds == first.books.refunds
    assert second.books.orders == first.books.orders
    assert second.books.queue.unconfirmed == first.books.queue.unconfirmed
    assert (second.books.groups, second.books.topics) == ({"shop"}, ["t"])
    assert second.books.sessions == {"s"}
    second.deliver([FeedEntry(buyer="new", text="b")])
    assert len({post.id for post in second.books.delivered}) == len(second.books.delivered)
    await second.stop()


async def test_a_used_port_is_kept_over_a_restart(clock: FakeClock) -> None:
    shop = TaobaoMock(now=clock.now)
    await shop.start()
    port = shop.port
    await shop.stop()
    await shop.stop()
    await shop.start()

    assert shop.port == port
    await shop.stop()


async def test_tmc_forgets_after_a_day(clock: FakeClock) -> None:
    shop = TaobaoMock(now=clock.now)
    shop.deliver([FeedEntry(buyer="a", order_id="1", text="b")], via="refund")

    clock.advance(timedelta(hours=25))

    assert shop.books.queue.consume(10, clock.now(), confirmed_too=False) == []


async def test_tmc_that_is_impatient_gives_what_is_not_confirmed_again_at_once(
    clock: FakeClock,
) -> None:
    shop = TaobaoMock(now=clock.now)
    shop.deliver([FeedEntry(buyer="a", order_id="1", text="b")], via="refund")
    queue = shop.books.queue
    [first] = queue.consume(10, clock.now(), confirmed_too=False)

    patient = queue.consume(10, clock.now(), confirmed_too=False)
    impatient = queue.consume(10, clock.now(), confirmed_too=False, again_after=timedelta(0))

    assert patient == []
    assert impatient == [first]
