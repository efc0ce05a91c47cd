"""Templates are tried before they are saved, and a second person says yes, in a real browser."""

import pytest
from playwright.async_api import Browser, expect

from responder.drafting.language import warm_up
from responder.store.users import Role
from responder.testing import FakeClock
from tests.browser.at_a_template import at_a_template
from tests.browser.visitor import Visitor
from tests.console.house import House

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True, scope="module")
def ready_to_tell_languages() -> None:
    """The first look would wait for the language model."""
    warm_up()


async def test_a_template_is_read_while_it_is_written(house: House, ann: Visitor) -> None:
    await ann.log_in()
    await ann.page.goto(f"{ann.address}/templates?language=en&name=order_status.tracked")
    preview, problems = ann.page.locator("#preview"), ann.page.locator("#problems li")
    await expect(preview).to_contain_text("The tracking number is JD014600006821234567.")
    await ann.picture("templates")

    await ann.page.uncheck("[data-known='order.carrier']")
    await expect(preview).not_to_contain_text("DHL")
    await ann.page.fill("[data-value='order.tracking_number']", "YT99")
    await expect(preview).to_contain_text("The tracking number is YT99.")
    text = await ann.page.input_value("#file")
    await ann.page.fill("#file", text + "\nWrite to help@corner.com.")
    await expect(problems).to_contain_text(["an e-mail address"])
    await expect(preview.locator("mark")).to_have_text("help@corner.com")
    await ann.page.fill("#file", text + "{{ order.trackng }}")
    await expect(problems).to_contain_text(["line 8 · unknown variable 'order.trackng'"])
    await expect(preview).to_have_text("")


async def test_a_supervisor_saves_a_template_and_goes_back_to_its_file(
    house: House, browser: Browser
) -> None:
    async with at_a_template(house, browser) as (sue, file):
        await sue.page.fill("#file", file + "{{ order.trackng }}")
        await sue.page.click("#save")
        await expect(sue.page.locator("#saved")).to_contain_text("Not saved")

        await sue.page.fill("#file", file + "We keep an eye on it.\n")
        await sue.page.click("#save")
        await expect(sue.page.locator("#versions")).to_contain_text("Version 1, by sue")
        await expect(sue.page.locator("#preview")).to_contain_text("We keep an eye on it.")
        await sue.picture("templates-versions")
        await sue.page.click("[data-back='0']")

        await expect(sue.page.locator("#versions")).to_contain_text("back to the file")
        await expect(sue.page.locator("#file")).to_have_value(file)


async def test_the_page_of_templates_speaks_chinese(house: House, ann: Visitor) -> None:
    await ann.log_in()
    await ann.page.goto(f"{ann.address}/templates?language=zh&name=damaged_defective.small_refund")
    await ann.page.select_option("#marketplace", "taobao")
    await ann.page.click("button[name=language][value=zh]")
    await ann.page.wait_for_load_state()

    await expect(ann.page.locator("#preview-title")).to_contain_text("预览")
    await expect(ann.page.locator("#preview")).to_contain_text("部分退款")
    await ann.picture("templates-zh")


async def test_a_trainee_prepares_and_an_agent_says_yes_whoever_looks_on(
    house: House, ann: Visitor, browser: Browser, clock: FakeClock
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await house.hire("tim", Role.TRAINEE)
    async with Visitor.comes(browser, house) as tim:
        await tim.log_in(name="tim")
        await tim.page.fill("#text", "It comes on Friday.")
        await tim.page.click("[data-do=approve]")
        await expect(tim.page.locator("#second-yes")).to_contain_text("Prepared by tim")
        await expect(tim.page.locator("[data-do=confirm]")).to_have_count(0)
        await tim.page.wait_for_timeout(600)  # what was typed is not kept, and claimed, once more
        assert (await house.read(one)).holder == ""

        await ann.log_in()
        await ann.page.goto(f"{ann.address}/?view=second_yes")
        await expect(ann.page.locator("#second-yes blockquote")).to_have_text("It comes on Friday.")
        await ann.picture("second-yes")
        await tim.page.fill("#text", "It comes on Friday, I hope.")
        await expect(ann.page.locator("#holder")).to_contain_text("tim, who prepared the reply")
        await expect(ann.page.locator("[data-do=confirm] kbd")).to_have_text("a")
        await ann.press("a")

        await expect(ann.page.locator("#undo")).to_be_visible()
        assert await house.outgoing_text(one) == "It comes on Friday."


async def test_a_no_needs_a_reason_and_gives_the_words_back(
    house: House, ann: Visitor, browser: Browser
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await house.hire("tim", Role.TRAINEE)
    tim = await house.person("tim", Role.TRAINEE)
    await tim.approve(one, text="It comes on Friday.")
    await ann.log_in()

    await ann.page.click("[data-do=decline]")
    await expect(ann.page.locator("#decline-reason")).to_be_focused()
    await ann.page.fill("#decline-reason", "Look at the tracking first.")
    await ann.page.click("[data-do=decline]")

    await expect(ann.page.locator("#second-yes")).to_have_count(0)
    await expect(ann.page.locator(".came-back blockquote")).to_have_text("It comes on Friday.")
    await expect(ann.page.locator(".message-note")).to_contain_text("Look at the tracking first.")


async def test_what_a_colleague_prepares_meanwhile_is_sent_by_no_key_before_it_is_read(
    house: House, ann: Visitor
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    tim = await house.person("tim", Role.TRAINEE)
    await ann.log_in(f"/c/{one}")

    for words in ("It comes on Friday.", "It never comes."):
        await tim.approve(one, text=words, instead_of=(await house.read(one)).asked_id)
        await expect(ann.page.locator("#arrived")).to_be_visible()
        await ann.sees("#arrived", "A colleague has prepared a reply.")
        await ann.press("a")
        await ann.sees("#says", "Read it first")
        assert (await house.read(one)).state == "waiting"
        await ann.press("Enter")
        await expect(ann.page.locator("#second-yes blockquote")).to_have_text(words)

    await ann.press("a")
    await expect(ann.page.locator("#undo")).to_be_visible()
    assert await house.outgoing_text(one) == "It never comes."


async def test_a_key_that_meant_what_was_prepared_approves_no_draft_instead(
    house: House, ann: Visitor
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    tim, sue = await house.person("tim", Role.TRAINEE), await house.person("sue", Role.SUPERVISOR)
    await tim.approve(one, text="It comes on Friday.")
    await ann.log_in(f"/c/{one}")

    told = {"id": (await house.read(one)).asked_id, "reason": "Look at the tracking."}
    await sue.act(one, "decline", told)
    await ann.sees("#arrived", "This conversation has changed.")
    await ann.press("a")

    await ann.sees("#says", "Read it first")
    assert (await house.read(one)).state == "waiting"
