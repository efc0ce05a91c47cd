"""Whoever's file is refused hears the true reason, also where the line is slow or breaks."""

from datetime import timedelta

import pytest
import pytest_asyncio
from playwright.async_api import FilePayload, Route

from responder.domain.model import ConversationId
from responder.testing import FakeClock
from tests.browser.visitor import Visitor
from tests.console.house import House

pytestmark = pytest.mark.browser

MEGABYTES = b"%PDF-1.7\n" + b"how to wash it, in seven steps. " * 100_000
SLOW = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 50_000}
UPLOAD, ASK = "**/files?*", "**/files/ask?*"


@pytest_asyncio.fixture(loop_scope="session")
async def one(house: House, ann: Visitor) -> ConversationId:
    """The conversation that ann has open."""
    found = await house.buyer_writes("How do I wash it?")
    await house.draft()
    await ann.log_in(f"/c/{found}")
    return found


def pdf(name: str = "wash.pdf") -> FilePayload:
    return {"name": name, "mimeType": "application/pdf", "buffer": MEGABYTES}


async def test_a_refusal_is_told_before_a_large_file_is_sent_over_a_slow_line(
    ann: Visitor, one: ConversationId
) -> None:
    line = await ann.page.context.new_cdp_session(ann.page)
    await line.send("Network.enable")
    await line.send("Network.emulateNetworkConditions", SLOW)
    sent: list[str] = []
    ann.page.on("request", lambda request: sent.append(request.url.split("?")[0]))

    await ann.page.set_input_files("#pick", pdf("call +49 170 1234567.pdf"))

    await ann.sees("#files .refused", "Its name breaks a rule of the marketplace.")
    assert [address for address in sent if address.endswith("/files")] == []


async def test_a_line_that_breaks_is_told_apart_from_a_server_that_is_away(
    ann: Visitor, one: ConversationId
) -> None:
    await ann.page.route(UPLOAD, lambda route: route.abort("connectionreset"))
    await ann.page.set_input_files("#pick", pdf())
    await ann.sees("#files .refused", "The line broke while the file was sent.")

    await ann.page.route(ASK, lambda route: route.abort("connectionrefused"))
    await ann.page.set_input_files("#pick", pdf("other.pdf"))

    await ann.sees("#files .refused:nth-of-type(2)", "The server cannot be reached.")


async def test_a_claim_that_ended_while_it_was_sent_is_the_reason(
    clock: FakeClock, ann: Visitor, one: ConversationId
) -> None:
    async def end(route: Route) -> None:
        clock.advance(timedelta(minutes=5))
        await route.abort("connectionreset")

    await ann.page.route(UPLOAD, end)

    await ann.page.set_input_files("#pick", pdf())

    await ann.sees("#files .refused", "Your claim on this conversation has ended.")
