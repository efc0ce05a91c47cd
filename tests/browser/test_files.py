"""An agent attaches files in a real browser, and the buyer's marketplace has them."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, FilePayload, expect

from connectors.amazon.connector import AmazonConnector
from connectors.amazon.mock import AmazonMock
from connectors.feed import FeedEntry
from responder.domain.model import ConversationId
from responder.metrics import Metrics
from responder.store.users import Role
from responder.testing import FakeClock
from responder.workers.accounts import Account
from responder.workers.loop import Bell, Crew
from responder.workers.sender import Sender
from tests.browser.visitor import Visitor
from tests.console.house import DAY, House
from tests.console.photos import png
from tests.console.shops import AMAZON, TAOBAO, UNDO

pytestmark = pytest.mark.browser

PDF = b"%PDF-1.7\n" + b"how to wash it, in seven steps. " * 4000
PICTURE = png()
PHONE = {"width": 390, "height": 844}
# Hands a file to the page as the clipboard, or a hand that drags it, would.
GIVE = """([selector, kind, name, type, body]) => {
  const bytes = Uint8Array.from(atob(body), (one) => one.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type }));
  const target = document.querySelector(selector);
  const event = kind === "paste"
    ? new ClipboardEvent(kind, { clipboardData: data, bubbles: true, cancelable: true })
    : new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true });
  return target.dispatchEvent(event);
}"""


def file(name: str, kind: str, body: bytes) -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": body}


@pytest_asyncio.fixture(loop_scope="session")
async def amazon(clock: FakeClock, tmp_path: Path) -> AsyncIterator[AmazonMock]:
    async with AmazonMock(now=clock.now, dice=Random(7), journal=tmp_path / "a.jsonl") as mock:
        yield mock


async def asked(house: House, amazon: AmazonMock) -> ConversationId:
    """A buyer of the mock has written, and the console has it with a draft."""
    text = "How do I wash it, and which label is mine?"
    amazon.add([FeedEntry(buyer="Jane", order_id="111-1111111-1111111", text=text)])
    connector = AmazonConnector(amazon.account(), house.clock.now)
    [message] = (await connector.fetch(None)).messages
    await connector.close()
    one = await house.buyer_writes(
        text, thread=message.thread, reply_to=message.reply_to, order_ids=message.order_ids
    )
    await house.draft()
    return one


async def deliver(house: House, amazon: AmazonMock, clock: FakeClock) -> None:
    """What was approved leaves over a real line."""
    connector = AmazonConnector(amazon.account(), clock.now)
    account = Account(
        id=AMAZON,
        marketplace="amazon",
        connector=connector,
        policy=DAY,
        poll_seconds=30,
        language="en",
    )
    clock.advance(UNDO * 2)
    async with asyncio.TaskGroup() as tasks:
        crew = Crew(tasks, 1, Bell())
        sender = Sender(
            house.database,
            house.queues,
            {AMAZON: account},
            crew=crew,
            clock=clock,
            metrics=Metrics(),
            dice=Random(7),
        )
        await sender.run_once()
    await connector.close()


async def give(ann: Visitor, kind: str, name: str, mime: str, body: bytes) -> None:
    told: list[Any] = ["#text", kind, name, mime, b64encode(body).decode()]
    await ann.page.evaluate(GIVE, told)


async def test_a_picture_and_a_pdf_reach_the_buyers_marketplace(
    house: House, amazon: AmazonMock, ann: Visitor, clock: FakeClock
) -> None:
    one = await asked(house, amazon)
    await ann.log_in(f"/c/{one}")
    chips = ann.page.locator("#files li")

    await ann.page.locator("#pick").set_input_files(file("washing.pdf", "application/pdf", PDF))
    await expect(chips).to_have_count(1)
    await expect(ann.page.locator("#files li[data-file]")).to_have_count(1)
    await give(ann, "paste", "label.png", "image/png", PICTURE)
    await expect(ann.page.locator("#files li[data-file]")).to_have_count(2)
    await expect(chips.locator("bdi")).to_have_text(["washing.pdf", "label.png"])
    await ann.picture("files-attached")
    await ann.page.fill("#text", "Both are attached, dear Jane.")
    await ann.press("Control+Enter")
    await ann.sees("#says", "Approved for Jane")
    await ann.page.goto(f"{ann.address}/c/{one}")
    await ann.sees(".settled .attachments", "washing.pdf")
    await deliver(house, amazon, clock)

    [reply] = amazon.books.accepted
    assert reply.text == "Both are attached, dear Jane."
    assert [(each["name"], each["sha256"]) for each in reply.files] == [
        ("washing.pdf", sha256(PDF).hexdigest()),
        ("label.png", sha256(PICTURE).hexdigest()),
    ]
    await ann.page.goto(f"{ann.address}/c/{one}")
    sent = ann.page.locator(".message-seller .attachments bdi")
    await expect(sent).to_have_text(["washing.pdf", "label.png"])
    await ann.picture("files-sent")


async def test_a_file_that_is_refused_says_why_and_does_not_go(
    house: House, amazon: AmazonMock, ann: Visitor, clock: FakeClock
) -> None:
    one = await asked(house, amazon)
    await ann.log_in(f"/c/{one}")
    refused = ann.page.locator("#files .refused")

    await ann.page.locator("#pick").set_input_files(
        [
            file("setup.exe", "application/x-msdownload", b"MZ"),
            file("empty.pdf", "application/pdf", b""),
            file("no picture.png", "image/png", b"<html>"),
            file("call +49 170 1234567.pdf", "application/pdf", PDF),
            file("large.pdf", "application/pdf", b"%PDF-" + b"x" * 11_000_000),
        ]
    )

    await expect(refused).to_have_count(5)
    await expect(refused.nth(0)).to_contain_text("Files of this kind are not taken here")
    await expect(refused.nth(1)).to_contain_text("The file is empty")
    await expect(refused.nth(2)).to_contain_text("not what the ending of its name says")
    await expect(refused.nth(3)).to_contain_text("breaks a rule of the marketplace")
    await expect(refused.nth(4)).to_contain_text("10 MB together")
    await ann.picture("files-refused")
    await ann.page.fill("#text", "Nothing is attached.")
    await ann.press("Control+Enter")
    await ann.sees("#says", "Approved for Jane")
    await deliver(house, amazon, clock)
    assert [each.files for each in amazon.books.accepted] == [()]


async def test_a_file_is_taken_away_by_keyboard_and_dropped_in_by_hand(
    house: House, amazon: AmazonMock, ann: Visitor
) -> None:
    one = await asked(house, amazon)
    await ann.log_in(f"/c/{one}")
    await give(ann, "drop", "label.png", "image/png", PICTURE)
    await expect(ann.page.locator("#files li[data-file]")).to_have_count(1)

    async with ann.page.expect_file_chooser():
        await ann.page.locator("#attach").focus()
        await ann.press("Enter")
    async with ann.page.expect_file_chooser():
        await ann.page.locator("body").press("f")
    await ann.page.locator("#files li button").focus()
    async with ann.page.expect_response(lambda answer: answer.request.method == "DELETE"):
        await ann.press("Enter")

    await ann.sees_no("#files li")
    await expect(ann.page.locator("#attach")).to_be_focused()
    assert (await house.read(one)).files == ()


async def test_a_file_that_misses_the_box_does_not_take_the_place_of_the_page(
    house: House, amazon: AmazonMock, ann: Visitor
) -> None:
    await ann.log_in(f"/c/{await asked(house, amazon)}")

    told = ["header", "drop", "label.png", "image/png", b64encode(PICTURE).decode()]
    the_browser_opens_it = await ann.page.evaluate(GIVE, told)

    assert not the_browser_opens_it
    await ann.sees_no("#files li")


async def test_what_was_attached_is_there_after_a_reload_and_for_who_says_yes(
    house: House, amazon: AmazonMock, browser: Browser
) -> None:
    await house.hire("tim", Role.TRAINEE)
    one = await asked(house, amazon)
    async with Visitor.comes(browser, house) as tim:
        await tim.log_in(f"/c/{one}", "tim")
        await tim.page.locator("#pick").set_input_files(file("a.pdf", "application/pdf", PDF))
        await expect(tim.page.locator("#files li[data-file]")).to_have_count(1)
        await tim.page.reload()
        await tim.live()
        await tim.sees("#files li", "a.pdf")
        await tim.press("Control+Enter")
        await tim.sees("#says", "when an agent says yes")

    async with Visitor.comes(browser, house, viewport=PHONE) as ann:
        await ann.log_in(f"/c/{one}")
        await ann.sees("#second-yes .attachments", "a.pdf")
        await ann.sees("#files li", "a.pdf")
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert await ann.page.evaluate(overflow) <= 0
        await ann.picture("files-phone")
        await ann.page.locator("[data-do=confirm]").click()
        await ann.sees("#says", "Approved for Jane")
    assert [each.name for each in (await house.read(one)).files] == ["a.pdf"]


async def test_where_the_marketplace_takes_none_the_page_says_so(
    house: House, ann: Visitor
) -> None:
    one = await house.buyer_writes("到哪了", account=TAOBAO)
    await house.draft()
    await ann.log_in(f"/c/{one}")

    await ann.sees(".no-files", "This marketplace takes no files with a reply here.")
    await ann.sees_no("#attach")
    await give(ann, "paste", "label.png", "image/png", PICTURE)
    await ann.sees("#trouble", "takes no files")


@pytest.mark.parametrize("viewport", [PHONE, {"width": 1280, "height": 800}])
async def test_it_reads_well_in_chinese(
    house: House, amazon: AmazonMock, browser: Browser, viewport: dict[str, int]
) -> None:
    one = await asked(house, amazon)
    look = {"locale": "zh-CN", "viewport": viewport, "color_scheme": "dark"}
    async with Visitor.comes(browser, house, **look) as ann:
        await ann.log_in(f"/c/{one}")
        await ann.page.locator("#pick").set_input_files(
            [
                file("一个很长的文件名，检查手机屏幕上的换行与显示.pdf", "application/pdf", PDF),
                file("x.exe", "application/pdf", b"MZ"),
            ]
        )
        await expect(ann.page.locator("#files li[data-file]")).to_have_count(1)
        await ann.sees("#attach", "添加附件")
        await ann.sees("#files .refused", "此处不接受这类文件")
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert await ann.page.evaluate(overflow) <= 0
        await ann.picture(f"files-zh-{viewport['width']}")
