"""The mock's gateway: signatures, formats, lists and sessions, as TOP's."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import aiohttp

from connectors.feed import FeedEntry
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock
from responder.testing import FakeClock
from tests.connectors.taobao.gateway import ask, code, resigned, signed


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
