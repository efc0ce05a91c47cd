"""Nothing serious is found by axe on any page: light, dark, in Chinese, on a phone."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from responder.domain.model import Token
from responder.domain.outreach import Occasion
from responder.store import remarks
from responder.store.outreach import propose
from responder.store.users import Role
from responder.testing import FakeClock
from tests.browser.morning import PHONE, morning
from tests.browser.visitor import Visitor
from tests.browser.wording import wording
from tests.console.house import House
from tests.console.ringing import ring
from tests.console.shops import AMAZON

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RUN = """async () => (await axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  })).violations
  .filter(one => ["serious", "critical"].includes(one.impact))
  .map(one => `${one.id}: ` + one.nodes.slice(0, 3).map(node => node.html).join(" | "))"""

LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark-chinese": {"color_scheme": "dark", "locale": "zh-CN"},
    "phone": {"viewport": PHONE, "has_touch": True},
}
QR = re.compile("^(M[0-9]+ [0-9]+h[0-9]+v1h-[0-9]+z)+$")
PAGES = {
    "/": "",
    "/team": "-team",
    "/people": "-people",
    "/me": "-me",
    "/start": "-start",
    "/outreach": "-outreach",
    "/ahead": "-ahead",
    "/alerts": "-alerts",
    "/templates": "-templates",
    "/?view=second_yes": "-second-yes",
    "/api/docs": "-api-docs",
    "/c/00-nobody": "-trouble",
}
DIALOGS = {"m": "snooze", "t": "assign", "i": "note", "g": "tags", "u": "escalate", "?": "help"}


async def serious(visitor: Visitor) -> list[str]:
    await visitor.page.evaluate(AXE)
    return list(await visitor.page.evaluate(RUN))


async def a_week_of_work(house: House, clock: FakeClock) -> None:
    """Replies that were sent, so that the team's page has something to draw."""
    texts = ("The cup arrived broken.", "Where is my parcel?", "Do you have it in blue?", "Thanks!")
    for number in range(12):
        at = clock.now() - number * timedelta(hours=3)
        one = await house.buyer_writes(texts[number % 4], thread=f"w{number}", at=at)
        await house.draft()
        given = "small_refund damaged_defective" if number % 4 == 0 else ""
        await house.services.desk.approve(
            one, "ann", Token(""), version=1, text="Here you are.", step=given
        )
    clock.advance(timedelta(seconds=6))
    await house.send()


async def something_beside(house: House, clock: FakeClock) -> None:
    """A reply that waits for a second yes, an alert that is not over, a night that is full."""
    prepared = await house.buyer_writes(thread="prepared")
    await house.draft()
    tim = await house.person("tim", Role.TRAINEE)
    await tim.approve(prepared, text="It comes on Friday.")
    for number in range(7):
        due = clock.now() + timedelta(hours=20, minutes=number)
        await house.buyer_writes(thread=f"night{number}", buyer=f"Buyer {number}", due_at=due)
    await ring(house, prepared)


@pytest.mark.parametrize("look", LOOKS)
async def test_axe_finds_nothing_serious(
    house: House, browser: Browser, clock: FakeClock, look: str
) -> None:
    await house.hire("boss", Role.ADMIN)
    _, second, *_ = await morning(house, clock)
    await remarks.annotate(
        house.database,
        house.conversation("Tom"),
        "x",
        "risk",
        {"risk": "critical", "escalated": "help"},
    )
    await a_week_of_work(house, clock)
    await propose(house.database, AMAZON, wording("113-0-1", Occasion.DELAYED, "Two days late."))
    await something_beside(house, clock)
    found: dict[str, list[str]] = {}
    async with Visitor.comes(browser, house, **LOOKS[look]) as boss:
        await boss.page.goto(boss.address)
        found["login"] = await serious(boss)
        await boss.log_in(f"/c/{second}", "boss")
        await boss.page.keyboard.press("e")
        await boss.page.locator("#text").fill("Write to jane@shop.example")
        await boss.sees("#findings li", "")
        found["thread"] = await serious(boss)
        for path, name in PAGES.items():
            await boss.page.goto(boss.address + path)
            if path == "/me":
                await boss.page.click("[data-then=secret]")
                await expect(boss.page.locator("#drawing path")).to_have_attribute("d", QR)
            await boss.picture(look + name, whole=path in {"/team", "/me", "/ahead", "/start"})
            found[path] = await serious(boss)

    assert {page: problems for page, problems in found.items() if problems} == {}


async def test_axe_finds_nothing_serious_in_dialogs(
    house: House, ann: Visitor, clock: FakeClock
) -> None:
    first, *_ = await morning(house, clock)
    await ann.log_in(f"/c/{first}")
    found = {}
    for key, name in DIALOGS.items():
        await ann.press(key)
        found[name] = await serious(ann)
        await ann.press("Escape")
    await ann.press("Control+k")
    found["palette"] = await serious(ann)

    assert {page: problems for page, problems in found.items() if problems} == {}
