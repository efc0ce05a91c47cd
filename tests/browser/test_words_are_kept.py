"""What somebody has typed, or may still take back, is not lost by a bad moment."""

from datetime import timedelta

import pytest
from playwright.async_api import Browser, expect

from responder.store.users import Role, User
from responder.testing import FakeClock
from tests.browser.at_a_template import at_a_template
from tests.browser.visitor import Visitor
from tests.console.house import House

pytestmark = pytest.mark.browser


async def test_a_template_that_is_being_written_outlives_the_login(
    house: House, browser: Browser
) -> None:
    async with at_a_template(house, browser) as (sue, file):
        await house.services.users.put(User(name="sue", role=Role.SUPERVISOR, password="another"))

        await sue.page.fill("#file", f"{file}We keep an eye on it.\n")

        await sue.sees("#problems", "You are logged out")
        await sue.page.click("#save")
        await sue.sees("#saved", "You are logged out")
        await expect(sue.page.locator("#file")).to_have_value(f"{file}We keep an eye on it.\n")


async def test_a_version_that_is_looked_at_can_be_undone_for_what_was_typed(
    house: House, browser: Browser
) -> None:
    async with at_a_template(house, browser) as (sue, file):
        await sue.page.focus("#file")
        await sue.press("Control+End")
        await sue.page.keyboard.type("Words of an hour.")

        await sue.page.click("[data-look='0']")
        await expect(sue.page.locator("#file")).to_have_value(file)
        await sue.press("Control+z")

        await expect(sue.page.locator("#file")).to_have_value(f"{file}Words of an hour.")


async def test_an_undo_that_nobody_answered_can_be_tried_again(
    house: House, ann: Visitor, clock: FakeClock
) -> None:
    object.__setattr__(house.services, "undo", timedelta(minutes=5))
    one = await house.buyer_writes()
    await house.draft()
    await ann.log_in()
    await ann.press("a")
    await expect(ann.page.locator("#undo")).to_be_visible()

    await ann.page.context.set_offline(True)
    await ann.press("z")
    await ann.sees("#trouble", "cannot be reached")
    await ann.page.context.set_offline(False)
    await ann.press("z")

    await ann.sees("#says", "Taken back")
    assert (await house.read(one)).state == "waiting"


async def test_a_note_that_was_not_taken_is_still_there(house: House, ann: Visitor) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await ann.log_in(f"/c/{one}")
    await ann.press("i")
    await ann.page.keyboard.type("She moved to Kyoto.")

    await ann.page.context.set_offline(True)
    await ann.press("Control+Enter")
    await ann.sees("#trouble", "cannot be reached")
    await expect(ann.page.locator("#ask-words")).to_be_visible()
    await ann.page.context.set_offline(False)
    await ann.press("Control+Enter")

    await ann.sees(".message-note", "She moved to Kyoto.")
    assert (await house.texts(one)).count("She moved to Kyoto.") == 1
