"""A client that others wrote (taobaopy), unchanged, against the mock over real sockets."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from taobaopy.taobao import TaoBaoAPIClient, TaoBaoAPIError

from connectors.feed import FeedEntry
from connectors.taobao.mock import TaobaoMock
from connectors.taobao.refund import PIXEL
from connectors.top.values import GMT8


def as_the_client_tells_it() -> datetime:
    """The moment at which GMT+8 shows what this machine's clock shows: that is what it stamps."""
    return datetime.now().replace(tzinfo=GMT8).astimezone(UTC)


@pytest.fixture
async def mock() -> AsyncIterator[TaobaoMock]:
    async with TaobaoMock(now=as_the_client_tells_it) as shop:
        yield shop


class Client:
    """Its calls wait in a thread, because the mock answers in this loop."""

    def __init__(self, mock: TaobaoMock, secret: str = "") -> None:
        keys = mock.keys
        self._session = keys.session
        self._made = TaoBaoAPIClient(keys.app_key, secret or keys.app_secret, domain=mock.url)

    async def ask(self, method: str, **params: Any) -> dict[str, Any]:
        call: Callable[..., dict[str, Any]] = getattr(self._made, method)
        return await asyncio.to_thread(call, session=self._session, **params)


@pytest.fixture
def client(mock: TaobaoMock) -> Client:
    mock.deliver([FeedEntry(buyer="张三", order_id="2200000001", text="能退吗")], via="refund")
    return Client(mock)


async def test_it_consumes_and_confirms_an_event(client: Client, mock: TaobaoMock) -> None:
    told = await client.ask("tmc_messages_consume", quantity=10)
    [event] = told["tmc_messages_consume_response"]["messages"]["tmc_message"]
    done = await client.ask("tmc_messages_confirm", s_message_ids=str(event["id"]))

    assert event["topic"] == "taobao_refund_RefundCreateMessage"
    assert done["tmc_messages_confirm_response"]["is_success"] is True
    assert mock.books.queue.unconfirmed == 0


async def test_it_reads_a_refund_thread_and_answers_with_a_picture(
    client: Client, mock: TaobaoMock
) -> None:
    [refund] = mock.books.refunds
    told = await client.ask(
        "refund_messages_get", refund_id=refund, fields="id,content,owner_role,created"
    )
    [message] = told["refund_messages_get_response"]["refund_messages"]["refund_message"]
    picture = io.BytesIO(PIXEL)
    await client.ask("refund_message_add", refund_id=refund, content="可以的，亲😀", image=picture)

    assert (message["content"], message["owner_role"]) == ("能退吗", "1")
    assert [post.text for post in mock.books.sent] == ["可以的，亲😀"]


async def test_it_reads_an_order_and_writes_its_memo(client: Client, mock: TaobaoMock) -> None:
    told = await client.ask("trade_fullinfo_get", tid=2200000001, fields="tid,status,orders")
    await client.ask("trade_memo_update", tid=2200000001, memo="加急", flag=1)

    assert told["trade_fullinfo_get_response"]["trade"]["tid"] == 2200000001
    assert mock.books.orders["2200000001"].memo == "加急"


async def test_it_lists_changed_orders(client: Client) -> None:
    now = as_the_client_tells_it().astimezone(GMT8)
    told = await client.ask(
        "trades_sold_increment_get",
        fields="tid",
        start_modified=f"{now - timedelta(hours=23):%Y-%m-%d %H:%M:%S}",
        end_modified=f"{now:%Y-%m-%d %H:%M:%S}",
    )

    assert "trades_sold_increment_get_response" in told


@pytest.mark.parametrize(
    ("fault", "code"), [("code_7_ban", 7), ("session_expired", 27), ("bad_signature", 25)]
)
async def test_it_understands_a_refusal(
    client: Client, mock: TaobaoMock, fault: str, code: int
) -> None:
    mock.faults.set({fault: 1})

    with pytest.raises(TaoBaoAPIError) as refused:
        await client.ask("trade_fullinfo_get", tid=2200000001, fields="tid")

    assert refused.value.code == code


async def test_a_wrong_secret_is_a_bad_signature(mock: TaobaoMock) -> None:
    with pytest.raises(TaoBaoAPIError) as refused:
        await Client(mock, secret="wrong").ask("tmc_messages_consume")

    assert refused.value.code == 25
