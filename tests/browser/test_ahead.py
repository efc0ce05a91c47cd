"""A supervisor looks ahead, and thanks are put aside with one key, in a real browser."""

from datetime import timedelta

import pytest
from playwright.async_api import Browser, expect

from responder.store.users import Role
from responder.testing import FakeClock
from tests.browser.morning import morning
from tests.browser.visitor import Visitor
from tests.console.house import House

pytestmark = pytest.mark.browser

HOUR = timedelta(hours=1)
LOOKS = [("en-US", "light", "Looking ahead"), ("zh-CN", "dark", "前瞻")]


@pytest.mark.parametrize(("locale", "scheme", "title"), LOOKS)
async def test_a_supervisor_sees_what_falls_due_while_nobody_is_there(
    house: House, browser: Browser, clock: FakeClock, locale: str, scheme: str, title: str
) -> None:
    await house.hire("sue", Role.SUPERVISOR)
    await morning(house, clock)
    at_night = await house.buyer_writes(thread="night", due_at=clock.now() + 20 * HOUR)

    async with Visitor.comes(browser, house, locale=locale, color_scheme=scheme) as sue:
        await sue.log_in("/", "sue")
        await sue.page.get_by_role("link", name=title).click()

        await sue.sees("h1", title)
        await expect(sue.page.locator(f'a[href="/c/{at_night}"]')).to_be_visible()
        await sue.picture(f"ahead-{scheme}")


async def test_thanks_are_put_aside_with_one_key_and_both_clocks_run(
    house: House, ann: Visitor, clock: FakeClock
) -> None:
    team = clock.now() + HOUR
    one = await house.buyer_writes("Thank you so much!", team_due_at=team)
    await house.draft()
    await ann.log_in(f"/c/{one}")
    await ann.sees(".no-reply-proposed", "The buyer only says thank you.")
    await ann.sees(".row .team", "team 59:")
    await ann.sees(".thread-clock .team", "team 59:")
    await ann.picture("no-reply-proposed")

    await ann.press("n")

    await expect(ann.page.locator(f"#row-{one}")).to_have_count(0)
    assert (await house.read(one)).state == "no_reply_needed"
