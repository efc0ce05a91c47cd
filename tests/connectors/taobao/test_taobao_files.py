"""One picture goes with an answer in a refund's thread: as a file, unsigned, as it was."""

from hashlib import sha256

import pytest

from connectors.base import Rejected, Reply, Unavailable
from connectors.feed import FeedEntry
from connectors.files import GIF, JPEG, PNG, OutgoingFile
from connectors.taobao import outbox
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock
from connectors.taobao.mock_threads import EXCHANGED
from connectors.taobao.refund import PIXEL
from connectors.top.wire import parameters
from responder.testing import FakeClock
from tests.connectors.inboxes import drain

PICTURES = {
    PNG: b"\x89PNG\r\n\x1a\n" + b"\x01" * 90,
    JPEG: b"\xff\xd8\xff\xe0" + b"\x02" * 90,
    GIF: b"GIF89a" + b"\x03" * 90,
}
ENDINGS = {PNG: "png", JPEG: "jpeg", GIF: "gif"}


def picture(kind: str = PNG, content: bytes | None = None) -> OutgoingFile:
    body = PICTURES[kind] if content is None else content
    return OutgoingFile(name=f"收据.{ENDINGS[kind]}", content_type=kind, content=body)


def answer(thread: str, *files: OutgoingFile) -> Reply:
    return Reply(id="r", thread=thread, text="请看图片", reply_to={}, files=files)


async def thread(
    mock: TaobaoMock, connector: TaobaoConnector, order_id: str = "2000000", via: str = "refund"
) -> str:
    entry = FeedEntry(buyer="买家", order_id=order_id, text="退款")
    mock.deliver([entry], via="chat" if via == "chat" else "refund")
    [message] = (await drain(connector)).messages
    return message.thread


@pytest.mark.parametrize("kind", PICTURES)
async def test_a_picture_is_taken_as_it_was_and_shown_in_the_thread(
    mock: TaobaoMock, connector: TaobaoConnector, kind: str
) -> None:
    where = await thread(mock, connector)

    await connector.send(answer(where, picture(kind)))

    [sent] = mock.sent()
    digest = sha256(PICTURES[kind]).hexdigest()
    assert (sent["text"], sent["files"]) == (
        "请看图片",
        [
            {
                "name": f"image.{ENDINGS[kind]}",
                "content_type": kind,
                "size": len(PICTURES[kind]),
                "sha256": digest,
            }
        ],
    )
    [shown] = mock.books.sent[0].pictures
    assert digest[:16] in shown


async def test_without_a_picture_the_point_that_top_requires_is_no_file(
    mock: TaobaoMock, connector: TaobaoConnector
) -> None:
    await connector.send(answer(await thread(mock, connector)))

    assert [one["files"] for one in mock.sent()] == [[]]


def test_the_picture_is_not_signed(connector: TaobaoConnector, clock: FakeClock) -> None:
    with_picture = outbox.delivery(answer("refund:11:aftersale", picture()))
    without = outbox.delivery(answer("refund:11:aftersale"))
    account = connector._account

    assert (with_picture.image, without.image) == (PICTURES[PNG], PIXEL)
    assert parameters(with_picture, account, clock.now(), "s") == parameters(
        without, account, clock.now(), "s"
    )


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ((picture(), picture()), "at most 1 files"),
        ((picture(content=PICTURES[PNG] + b"x" * 500_000),), "at most 500,000 are taken"),
        ((picture(content=b"BM not a picture that is known"),), "its content is not image/png"),
        (
            (OutgoingFile(name="a.pdf", content_type="application/pdf", content=b"%PDF-"),),
            ".pdf files are not taken here; jpg, jpeg, png, gif are",
        ),
        (
            (OutgoingFile(name="a.webp", content_type="image/webp", content=b"RIFF....WEBP"),),
            ".webp files are not taken",
        ),
    ],
)
async def test_what_top_would_refuse_never_leaves(
    mock: TaobaoMock, connector: TaobaoConnector, files: tuple[OutgoingFile, ...], why: str
) -> None:
    where = await thread(mock, connector)

    with pytest.raises(Rejected, match=why.replace(".", r"\.")):
        await connector.send(answer(where, *files))

    assert mock.sent() == []


async def test_an_exchange_and_a_chat_take_none(
    mock: TaobaoMock, connector: TaobaoConnector
) -> None:
    exchange = await thread(mock, connector, f"2000{EXCHANGED}")
    assert exchange.startswith("refund:")

    for where in (exchange, "chat:7"):
        assert connector.file_limits(where) is None
        with pytest.raises(Rejected, match="takes no files"):
            await connector.send(answer(where, picture()))
    assert connector.file_limits("mail:x") is None
    limits = connector.file_limits("refund:11:aftersale")
    assert limits is not None
    assert (limits.count, limits.total) == (1, 500_000)


async def test_a_picture_that_top_refuses_all_the_same_goes_back_and_nothing_is_kept(
    mock: TaobaoMock, connector: TaobaoConnector
) -> None:
    where = await thread(mock, connector)
    mock.faults.set({"image_refused": 1})

    with pytest.raises(Rejected, match=r"isv\.invalid-parameter:image"):
        await connector.send(answer(where, picture()))

    assert mock.sent() == []


async def test_a_picture_whose_answer_is_lost_is_there_once(
    mock: TaobaoMock, connector: TaobaoConnector, clock: FakeClock
) -> None:
    where = await thread(mock, connector)
    mock.faults.set({"drop_after_store": 1})
    since = clock.now()

    with pytest.raises(Unavailable):
        await connector.send(answer(where, picture()))
    mock.faults.set({})

    assert (await connector.trace(answer(where), since)).value == "sent"
    assert [len(one["files"]) for one in mock.sent()] == [1]
