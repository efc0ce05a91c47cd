"""Pictures that a marketplace names by their address: read again, and nothing else asked for."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from random import Random

import pytest
from aiohttp import web

from connectors.aliexpress.connector import AliexpressConnector
from connectors.aliexpress.mock import AliexpressMock
from connectors.base import Attachment, RateLimited, Unavailable
from connectors.box import POINT
from connectors.ebay.connector import EbayConnector
from connectors.ebay.mock import EbayMock
from connectors.feed import FeedAttachment, FeedEntry
from connectors.pictures import MOST_BYTES, Pictures, address
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock
from responder.console.pages.attachments import shown
from responder.console.pictures import safe_type
from responder.domain.model import Author, Kind, Message, MessageId
from responder.testing import FakeClock
from tests.connectors.inboxes import drain
from tests.exits.proxy import RecordingProxy

HOSTS = ("alicdn.com", "taobao.com")
OWN = "http://127.0.0.1:9001/router/rest"


@pytest.mark.parametrize(
    ("ref", "asked"),
    [
        ("https://img.alicdn.com/a/b.jpg?x=1", "https://img.alicdn.com/a/b.jpg?x=1"),
        ("http://img.alicdn.com/b.jpg", "https://img.alicdn.com/b.jpg"),
        ("//img.alicdn.com/b.jpg", "https://img.alicdn.com/b.jpg"),
        ("https://ALICDN.com:443/b.jpg#f", "https://alicdn.com/b.jpg"),
        ("http://127.0.0.1:9001/_pictures/b.jpg", "http://127.0.0.1:9001/_pictures/b.jpg"),
        ("http://127.0.0.1:9002/_pictures/b.jpg", None),
        ("https://127.0.0.1:9001/_pictures/b.jpg", None),
        ("http://169.254.169.254/latest/meta-data", None),
        ("https://alicdn.com.evil.example/b.jpg", None),
        ("https://evilalicdn.com/b.jpg", None),
        ("https://user:word@img.alicdn.com/b.jpg", None),
        ("https://img.alicdn.com:8443/b.jpg", None),
        ("https://img.alicdn.com:99999/b.jpg", None),
        ("file:///etc/passwd", None),
        ("javascript:alert(1)", None),
        ("http://[bad", None),
        ("", None),
    ],
)
def test_only_the_marketplaces_own_hosts_are_asked(ref: str, asked: str | None) -> None:
    assert address(ref, HOSTS, OWN) == asked


ASKED = FeedEntry(
    buyer="小王",
    order_id="3900000000001",
    text="坏了",
    attachments=(FeedAttachment(name="crack 1.png", content_type="image/png", size=70),),
)


async def read_by_taobao(clock: FakeClock) -> tuple[Attachment, bytes | None]:
    async with TaobaoMock(now=clock.now) as mock:
        mock.deliver([ASKED], via="refund")
        connector = TaobaoConnector(mock.account(), now=clock.now)
        [file] = (await drain(connector)).messages[0].attachments
        data = await connector.attached(file)
        await connector.close()
        return file, data


async def read_by_aliexpress(clock: FakeClock) -> tuple[Attachment, bytes | None]:
    async with AliexpressMock(now=clock.now) as mock:
        mock.deliver([ASKED])
        connector = AliexpressConnector(mock.account(), now=clock.now)
        [file] = (await drain(connector)).messages[0].attachments
        data = await connector.attached(file)
        await connector.close()
        return file, data


async def read_by_ebay(clock: FakeClock) -> tuple[Attachment, bytes | None]:
    async with EbayMock(now=clock.now) as mock:
        mock.deliver([replace_order(ASKED)])
        connector = EbayConnector(mock.account(), now=clock.now)
        [file] = (await drain(connector)).messages[0].attachments
        data = await connector.attached(file)
        await connector.close()
        return file, data


def replace_order(entry: FeedEntry) -> FeedEntry:
    return entry.model_copy(update={"order_id": "12-34567-89012"})


@pytest.mark.parametrize("read", [read_by_taobao, read_by_aliexpress, read_by_ebay])
async def test_a_buyers_picture_is_read_again_and_shown(
    clock: FakeClock,
    read: Callable[[FakeClock], Awaitable[tuple[Attachment, bytes | None]]],
) -> None:
    file, data = await read(clock)

    assert data == POINT
    assert safe_type(POINT) == "image/png"
    stored = {
        "name": file.name,
        "content_type": file.content_type,
        "size": str(file.size),
        "ref": file.ref,
    }
    message = Message(
        id=MessageId("m"), seq=1, author=Author.BUYER, kind=Kind.CHAT,
        sent_at=clock.now(), stored_at=clock.now(), text="", attachments=(stored,),
    )  # fmt: skip
    assert shown(message) == [0], "the console asks for it"
    bare = replace(message, attachments=({**stored, "ref": "INBOX/1/2"},))
    assert shown(bare) == [], "a file without a size in a mail is none"


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_a_picture_comes_through_the_accounts_own_exit(clock: FakeClock, scheme: str) -> None:
    place = ("gateway.shop.invalid", 80)
    async with (
        TaobaoMock(now=clock.now) as mock,
        RecordingProxy({place: ("127.0.0.1", mock.port)}) as proxy,
    ):
        account = replace(
            mock.account(), gateway=f"http://{place[0]}/router/rest", proxy=proxy.url(scheme)
        )
        connector = TaobaoConnector(account, now=clock.now)
        ref = f"http://{place[0]}/_pictures/crack.png"
        file = Attachment(name="crack.png", content_type="image/png", size=0, ref=ref)

        assert await connector.attached(file) == POINT

        assert [seen.target for seen in proxy.seen] == [place]
        await proxy.stop()
        with pytest.raises(Unavailable):
            await connector.attached(file)
        await connector.close()


Answer = Callable[[web.Request], web.StreamResponse]
Line = Callable[[Answer], Awaitable[Pictures]]


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    """Pictures that lie at an address which answers as a test wants."""
    runners: list[web.AppRunner] = []
    made: list[Pictures] = []

    async def of(answer: Answer) -> Pictures:
        async def handle(request: web.Request) -> web.StreamResponse:
            return answer(request)

        app = web.Application()
        app.add_routes([web.get("/a.png", handle)])
        runners.append(web.AppRunner(app, access_log=None, shutdown_timeout=1))
        await runners[-1].setup()
        await web.TCPSite(runners[-1], "127.0.0.1", 0).start()
        port = runners[-1].addresses[0][1]
        pictures = Pictures(
            hosts=(), own=f"http://127.0.0.1:{port}", proxy=None, user_agent="shop/1"
        )
        made.append(pictures)
        return pictures

    yield of
    for pictures in made:
        await pictures.close()
    for runner in runners:
        await runner.cleanup()


def told(pictures: Pictures) -> Attachment:
    return Attachment(name="a", content_type="image/png", size=0, ref=f"{pictures._own}/a.png")


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: web.Response(status=404),
        lambda _: web.Response(status=403, body=POINT, content_type="image/png"),
        lambda _: web.Response(body=b"<html>", content_type="text/html"),
        lambda _: web.Response(body=b"", content_type="image/png"),
        lambda _: web.Response(status=302, headers={"Location": "http://127.0.0.1:1/"}),
        lambda _: web.Response(body=bytes(MOST_BYTES + 1), content_type="image/png"),
    ],
    ids=["gone", "forbidden", "a page", "empty", "elsewhere", "too large"],
)
async def test_what_is_no_picture_there_is_none(line: Line, answer: Answer) -> None:
    pictures = await line(answer)

    assert await pictures.read(told(pictures)) is None


async def test_a_picture_that_does_not_say_how_large_it_is_is_cut_off(
    line: Line,
) -> None:
    def endless(_: web.Request) -> web.Response:
        made = web.Response(body=Random(1).randbytes(MOST_BYTES + 1), content_type="image/png")
        made.enable_chunked_encoding()
        return made

    pictures = await line(endless)

    assert await pictures.read(told(pictures)) is None


@pytest.mark.parametrize(("status", "failure"), [(503, Unavailable), (429, RateLimited)])
async def test_a_host_that_is_down_or_busy_says_so(
    line: Line, status: int, failure: type[Exception]
) -> None:
    pictures = await line(lambda _: web.Response(status=status))

    with pytest.raises(failure):
        await pictures.read(told(pictures))


async def test_it_asks_as_the_account_and_without_credentials(
    line: Line,
) -> None:
    heard: list[web.Request] = []

    def answer(request: web.Request) -> web.Response:
        heard.append(request)
        return web.Response(body=POINT, content_type="image/png")

    pictures = await line(answer)

    assert await pictures.read(told(pictures)) == POINT
    assert heard[0].headers["User-Agent"] == "shop/1"
    assert not {"Authorization", "Cookie", "Referer"} & set(heard[0].headers)
