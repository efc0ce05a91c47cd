"""How quick it feels with ten thousand conversations open, and how much comes over the wire."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from statistics import median
from time import process_time

import pytest
from playwright.async_api import Browser, Response

from responder.console.auth import COOKIE
from responder.domain.model import ConversationId
from responder.testing import FakeClock
from tests.browser.crowd import crowd
from tests.browser.visitor import GLANCE, Visitor
from tests.console.house import House

pytestmark = [pytest.mark.alone, pytest.mark.browser, pytest.mark.timeout(400)]

MANY = 10_000
# How many times slower a browser may be on a machine that does other things too. Wall time is what
# an agent feels, but here several test runs share two cores: with a load of 11 the median was
# 42 ms (and 109 ms before approving brought the next conversation); 280 ms of a page's 1 s are
# Chromium's own. What is ours is held without it, in processor time, below.
BUSY = 2
# Presses a key, and waits until another conversation is on the desk and drawn.
APPROVE = """async () => {
  const before = document.querySelector(".thread").dataset.id;
  const start = performance.now();
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "a", bubbles: true }));
  const id = () => document.querySelector("#text")?.closest(".thread").dataset.id;
  while ([before, undefined].includes(id()) && performance.now() - start < 9000)
    await new Promise(requestAnimationFrame);
  return performance.now() - start;
}"""


async def test_ten_thousand_open_conversations(
    house: House,
    browser: Browser,
    clock: FakeClock,
    record_property: Callable[[str, object], None],
) -> None:
    ids = await crowd(house, MANY)
    cold = await cold_page(house)
    sizes: dict[str, int] = {}
    async with Visitor.comes(browser, house) as ann:

        async def weigh(response: Response) -> None:
            if response.url.endswith((".js", ".css")):
                size = int(await response.header_value("content-length") or 0)
                sizes.setdefault(response.url, size)

        ann.page.on("response", weigh)
        await ann.log_in()
        await ann.page.reload()
        await ann.live()
        paint = await ann.page.wait_for_function(
            "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
        )
        painted = await paint.evaluate("time => time")
        times = []
        for _ in range(30):
            times.append(await ann.page.evaluate(APPROVE))
            await ann.page.wait_for_timeout(GLANCE)  # a person reads
        await ann.picture("ten-thousand")

    weight = {
        kind: sum(size for url, size in sizes.items() if url.endswith(kind))
        for kind in ("js", "css")
    }
    found = f"first content {painted:.0f} ms; approve, next {median(times):.0f} ms (median)"
    record_property("found", found)
    print(found, f"{max(times):.0f} ms worst", weight)
    spent = await approvals(house, ids[40:80])
    mine = f"ours: cold first page {cold:.0f} ms, an approval with what comes next {spent:.1f} ms"
    record_property("ours", mine)
    print(mine, "of processor time")
    assert cold < 1000
    assert spent < 40
    assert painted < 1000 * BUSY
    assert median(times) < 100 * BUSY
    assert 0 < weight["js"] < 100_000
    assert 0 < weight["css"] < 60_000
    approved = [(await house.read(one)).state for one in ids[:31]]
    assert approved[:30] == ["approved"] * 30


async def cold_page(house: House) -> float:
    """Processor time (ms) of the first page after a start, when nothing has been counted."""
    ann = await house.person("ann")
    before = process_time()
    await ann.html("/")
    return (process_time() - before) * 1000


async def approvals(house: House, ids: Sequence[ConversationId]) -> float:
    """Processor time (ms) of one approval that brings the next, its request included."""
    ann = await house.person("ann")
    headers = {"X-CSRF-Token": ann.csrf, "Cookie": f"{COOKIE}={ann.cookie}"}
    before = process_time()
    for one, then in pairwise(ids):
        path = f"/c/{one}/approve?view=open&then={then}"
        answer = await ann.client.post(path, json={"draft_version": 1}, headers=headers)
        assert (await answer.json())["shown"]
    return (process_time() - before) * 1000 / (len(ids) - 1)
