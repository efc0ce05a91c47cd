"""The supervisor's page in a real browser: what it draws, and what can be taken away from it."""

from datetime import timedelta

import pytest
from playwright.async_api import Browser, expect

from responder.store.users import Role
from responder.testing import FakeClock
from tests.browser.visitor import Visitor
from tests.console.house import House

pytestmark = pytest.mark.browser

HOUR = timedelta(hours=1)
PHONE = {"width": 390, "height": 844}
ASKED = (
    "The cup arrived broken.",
    "Where is my parcel? It has not arrived.",
    "Where is my parcel now?",
    "I want to return the shoes, they are too small.",
    "Please send me an invoice.",
)
LOOKS = [
    ("en-US", "light", {"width": 1280, "height": 800}, "wide"),
    ("zh-CN", "dark", PHONE, "phone"),
]


async def busy_shop(house: House, clock: FakeClock) -> None:
    """A shop with some answers behind it, some before it, and an inbox that is being caught up."""
    await house.hire("sue", Role.SUPERVISOR)
    sue, ann = await house.person("sue", Role.SUPERVISOR), await house.person("ann")
    for place, text in enumerate(ASKED):
        wrote = clock.now() - place * 7 * HOUR
        one = await house.buyer_writes(text, thread=f"done{place}", at=wrote)
        await house.draft()
        answer = await (ann if place else sue).approve(one, text="We are looking into it for you.")
        assert answer.status == 202, await answer.text()
        clock.advance(timedelta(seconds=6))
        await house.send()
    for place, hours in enumerate((1, 2, 2, 8, 13, 14, 14, 20)):
        await house.buyer_writes(thread=f"due{place}", due_at=clock.now() + hours * HOUR)
    missed = clock.now() - 72 * HOUR
    await house.falls_behind(missed, missed + 18 * HOUR, seen=1240)


@pytest.mark.parametrize(("locale", "scheme", "screen", "name"), LOOKS)
async def test_figures_are_drawn_and_taken_away_as_tables(
    house: House,
    browser: Browser,
    clock: FakeClock,
    locale: str,
    scheme: str,
    screen: dict[str, int],
    name: str,
) -> None:
    await busy_shop(house, clock)
    looks = {"locale": locale, "color_scheme": scheme, "viewport": screen}

    async with Visitor.comes(browser, house, **looks) as sue:
        await sue.log_in("/", "sue")
        await sue.page.goto(sue.address + "/team?days=7")
        await expect(sue.page.locator(".catching-up progress")).to_have_attribute("value", "0.250")
        await expect(sue.page.locator("svg.chart")).to_have_count(1)
        await expect(sue.page.locator("table.lines")).to_have_count(4)
        async with sue.page.expect_download() as download:
            await sue.page.locator("section[aria-labelledby=agents-title] a[download]").click()
        taken = await download.value
        lines = (await taken.path()).read_text("utf-8-sig").splitlines()
        overhang = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert await sue.page.evaluate(overhang) == 0
        await sue.picture(f"team-{name}-{scheme}", whole=True)

    assert taken.suggested_filename.startswith("agents-")
    assert lines == ["agent,replies", "ann,4", "sue,1"]


async def test_the_first_look_at_the_team_is_in_the_readers_own_time(
    house: House, browser: Browser
) -> None:
    await house.hire("sue", Role.SUPERVISOR)
    async with Visitor.comes(browser, house, timezone_id="Asia/Shanghai") as sue:
        await sue.log_in(name="sue")

        await sue.page.goto(f"{sue.address}/team")

        await sue.sees("main", "Asia/Shanghai")
