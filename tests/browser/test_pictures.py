"""Photos in the thread, from our own address; what is none is a name."""

from collections.abc import Mapping

import pytest
from playwright.async_api import Browser, expect

from responder.domain.model import AccountId
from tests.browser.visitor import Visitor
from tests.console.house import House
from tests.console.photos import files, png

pytestmark = pytest.mark.browser

DRAWN = "image => image.complete && image.naturalWidth > 0"


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_photo_is_seen_and_what_is_none_is_named(
    house: House, browser: Browser, scheme: str
) -> None:
    async def attached(_: AccountId, file: Mapping[str, str]) -> bytes:
        return png() if file["name"] == "crack" else b"<svg onload='hurt=1'/>"

    object.__setattr__(house.services, "attached", attached)
    sent = files(crack="image/png", fake="image/png", bill="application/pdf")
    one = await house.buyer_writes("It arrived like this.", attachments=sent)
    await house.draft()
    asked: list[str] = []
    async with Visitor.comes(browser, house, color_scheme=scheme) as ann:
        ann.page.on("request", lambda request: asked.append(request.url))
        await ann.log_in(f"/c/{one}")

        photo = ann.page.locator(".picture img")
        await expect(photo).to_have_count(1)
        await expect(photo).to_have_attribute("alt", "crack")
        await expect(ann.page.locator(".attachments bdi")).to_have_text(["fake", "bill"])
        assert await photo.evaluate(DRAWN)
        await ann.picture(f"photo-{scheme}")
    assert [url for url in asked if not url.startswith(ann.address)] == []
