"""A list of any length: few rows are in the page, what is new is in its place, nothing stays."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Request, expect

from responder.domain.model import ConversationId
from responder.store import remarks
from responder.testing import FakeClock
from tests.browser.crowd import crowd
from tests.browser.visitor import Visitor
from tests.console.house import House

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

MOST_ROWS = 500
# Where no row is under the eyes: in the middle of the list, from its top to its bottom.
HOLES = """() => {
  const box = document.querySelector(".scroll").getBoundingClientRect();
  const holes = [];
  for (let y = box.top + 20; y < box.bottom - 20; y += 40)
    if (!document.elementFromPoint(box.left + 60, y)?.closest("li.row")) holes.push(y);
  return holes;
}"""
LOOK = """() => ({
  top: document.querySelector(".scroll").scrollTop,
  rows: document.querySelectorAll("li.row").length,
  seen: [...document.querySelectorAll("li.row")].map(row => row.dataset.id),
  more: document.querySelector(".more") !== null,
})"""


async def scroll(page: Page, by: int, times: int) -> dict[str, Any]:
    """Spin the wheel; tells of holes, of the most rows at a time and of all that were there."""
    told: dict[str, Any] = {"holes": [], "most": 0, "seen": {}, "at": -1.0}
    for _ in range(times):
        await page.locator(".scroll").evaluate("(box, by) => box.scrollBy(0, by)", by)
        await page.wait_for_timeout(100)
        told["holes"] += await page.evaluate(HOLES)
        look = await page.evaluate(LOOK)
        told["most"] = max(told["most"], look["rows"])
        told["seen"] |= dict.fromkeys(look["seen"])
        if look["top"] == told["at"] and not (by > 0 and look["more"]):
            break
        told["at"] = look["top"]
    return told


@pytest.mark.parametrize("count", [1_500, pytest.param(10_000, marks=pytest.mark.long)])
async def test_a_list_is_scrolled_without_gaps_and_with_few_rows_in_the_page(
    house: House, browser: Browser, count: int
) -> None:
    ids = await crowd(house, count)
    async with Visitor.comes(browser, house) as ann:
        await ann.log_in()

        down = await scroll(ann.page, 600, count)
        up = await scroll(ann.page, -600, count)

    print(f"{count} conversations: {down['most']} rows at most down, {up['most']} up")
    assert list(down["seen"]) == ids
    assert set(up["seen"]) == set(ids)
    assert (down["holes"], up["holes"]) == ([], [])
    assert max(down["most"], up["most"]) <= MOST_ROWS


async def test_what_happens_far_away_is_there_when_one_comes_back(
    house: House, browser: Browser
) -> None:
    ids = await crowd(house, 600)
    async with Visitor.comes(browser, house) as ann:
        await ann.log_in()
        await scroll(ann.page, 3000, 20)
        await expect(ann.page.locator(f"#row-{ids[130]}")).to_have_count(0)
        before = await ann.page.evaluate(HOLES)

        await remarks.annotate(house.database, ids[130], "bob", "assigned", {"assignee": "bob"})
        await house.services.desk.no_reply_needed(ids[131], "bob")
        await ann.page.wait_for_timeout(600)
        await ann.page.locator(".scroll").evaluate("box => box.scrollTo(0, 125 * 79)")

        await expect(ann.page.locator(f"#row-{ids[130]} .assignee")).to_have_text("bob")
        await expect(ann.page.locator(f"#row-{ids[131]}")).to_have_count(0)
        assert await ann.page.evaluate(HOLES) == before == []


async def test_keys_go_on_from_where_one_was_however_far_one_has_looked(
    house: House, browser: Browser
) -> None:
    ids = await crowd(house, 400)
    async with Visitor.comes(browser, house) as ann:
        await ann.log_in()
        await scroll(ann.page, 3000, 12)

        await ann.press("j")

        await ann.opens(ids[1])
        await expect(ann.page.locator(f"#row-{ids[1]}")).to_be_in_viewport()


HOUR = 3600  # changes: one a second, for a big shop


async def weight(page: Page) -> tuple[int, int]:
    """Bytes of script memory and nodes, after everything that can be thrown away is."""
    session = await page.context.new_cdp_session(page)
    for _ in range(3):  # what one sweep finds, the next takes
        await session.send("HeapProfiler.collectGarbage")
    await session.send("Performance.enable")
    metrics = (await session.send("Performance.getMetrics"))["metrics"]
    found = {one["name"]: int(one["value"]) for one in metrics}
    await session.detach()
    return found["JSHeapUsedSize"], found["Nodes"]


async def an_hour(house: House, ids: list[ConversationId], page: Page, changes: int) -> None:
    for number in range(changes):
        one = ids[number * 7 % len(ids)]
        who = f"agent{number % 5}"
        await remarks.annotate(house.database, one, who, "assigned", {"assignee": who})
        if number % 60 == 0:  # a minute in a second
            await page.wait_for_timeout(1000)
    await page.wait_for_timeout(2500)


async def test_an_hour_of_changes_leaves_a_tab_as_light_as_before(
    house: House, browser: Browser
) -> None:
    ids = await crowd(house, 200)
    async with Visitor.comes(browser, house) as ann:
        await ann.log_in()
        await an_hour(house, ids, ann.page, HOUR // 10)  # what is loaded once is loaded
        before = await weight(ann.page)

        await an_hour(house, ids, ann.page, HOUR)

        after = await weight(ann.page)
    print(
        f"an hour: script memory {before[0]} -> {after[0]} bytes, nodes {before[1]} -> {after[1]}"
    )
    assert after[0] < before[0] * 1.1 + 200_000
    assert after[1] < before[1] * 1.1 + 200


async def test_new_messages_come_into_the_list_in_their_place(
    house: House, ann: Visitor, clock: FakeClock
) -> None:
    late = await house.buyer_writes(thread="late")
    await ann.log_in()
    clock.advance(timedelta(seconds=2))  # counts are taken anew at most once a second

    soon = await house.buyer_writes(
        thread="soon", buyer="Tom", due_at=clock.now() + timedelta(minutes=5)
    )

    await ann.sees(f"#row-{soon} .left", "5:0")
    assert await ann.rows() == [soon, late]
    await ann.sees("#says", "New message from Tom")
    await ann.sees("#views [aria-current] .count", "2")


async def test_a_list_of_hundreds_is_loaded_while_it_is_scrolled(
    house: House, ann: Visitor, clock: FakeClock
) -> None:
    expected = [
        await house.buyer_writes(thread=f"t{number}", due_at=clock.now() + timedelta(hours=number))
        for number in range(1, 161)
    ]
    asked_again: list[str] = []

    def note(request: Request) -> None:
        if "ids=" in request.url:
            asked_again.append(request.url)

    ann.page.on("request", note)
    await ann.log_in()
    assert len(await ann.rows()) < 160

    for count in (100, 150, 160):
        await ann.page.locator(".scroll").evaluate("box => box.scrollTo(0, box.scrollHeight)")
        await expect(ann.page.locator(f"#row-{expected[count - 1]}")).to_be_attached()

    assert (await ann.rows())[-60:] == expected[-60:]
    assert asked_again == []
