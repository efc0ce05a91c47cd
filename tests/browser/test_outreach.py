"""Messages that nobody asked for, on their page: read, changed, approved, dropped."""

import pytest
from playwright.async_api import expect

from responder.domain.outreach import Occasion, Standing
from responder.store.outreach import outreaches, propose
from tests.browser.visitor import Visitor
from tests.browser.wording import wording
from tests.console.house import House
from tests.console.shops import AMAZON

pytestmark = pytest.mark.browser


async def test_one_is_changed_and_approved_the_other_is_dropped(house: House, ann: Visitor) -> None:
    many = wording("113-0000000-0000001", Occasion.QUANTITY, "40 pieces: is that right?")
    late = wording("113-0000000-0000002", Occasion.DELAYED, "It will be two days late.")
    for one in (many, late):
        await propose(house.database, AMAZON, one)
    await ann.log_in()
    await ann.page.goto(f"{ann.address}/outreach")
    await ann.picture("outreach", whole=True)

    first = ann.page.get_by_role("region", name=many.order_id)
    await first.get_by_label("Text").fill("You ordered 40 pieces. Is that right?")
    await first.get_by_role("button", name="Approve").click()
    await expect(first.get_by_text("is that right?", exact=False)).to_be_visible()
    await expect(first.get_by_role("button", name="Approve")).to_have_count(0)
    second = ann.page.get_by_role("region", name=late.order_id)
    await second.get_by_role("button", name="Do not send").click()
    await expect(second).to_have_count(0)
    await ann.picture("outreach-decided", whole=True)

    [approved] = await outreaches(house.database, [Standing.APPROVED])
    [dropped] = await outreaches(house.database, [Standing.DROPPED])
    assert (approved.order_id, approved.by) == (many.order_id, "ann")
    assert approved.text == "You ordered 40 pieces. Is that right?"
    assert dropped.order_id == late.order_id
