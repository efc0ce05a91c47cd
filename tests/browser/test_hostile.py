"""Whatever a buyer writes is text: no script runs, nothing leaves the page, nothing breaks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, Request

from responder.domain.model import Author, ConversationId, Fact
from responder.store import remarks
from responder.store.inbox import Arrival
from responder.store.users import Role
from responder.testing import FakeClock
from tests.browser.hostile import FILES, hostile
from tests.browser.visitor import Visitor
from tests.console.house import DAY, House
from tests.console.shops import AMAZON

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

MESSAGES = tuple(dict.fromkeys(hostile()))
# Nothing of the page's own is moved, covered or added to by what a buyer wrote.
WHOLE = """() => {
  const wrong = [];
  if (window.hurt) wrong.push("a script ran");
  if (document.documentElement.scrollWidth > innerWidth) wrong.push("wider than the screen");
  for (const text of document.querySelectorAll(".text, bdi, .preview"))
    if (text.querySelector(":not(mark, bdi)")) wrong.push("theirs: " + text.innerHTML.slice(0, 80));
  const names = "iframe,object,embed,svg script,base,meta[http-equiv],[onload],[onerror],style";
  for (const name of names.split(","))
    if (document.querySelector(name)) wrong.push("there is a " + name);
  const button = document.querySelector("[data-do=approve]");
  if (button) {
    const box = button.getBoundingClientRect();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    if (box.bottom > innerHeight + 1 || box.right > innerWidth) wrong.push("no button in sight");
    else if (!button.contains(document.elementFromPoint(x, y))) wrong.push("a covered button");
  }
  for (const row of document.querySelectorAll("li.row")) {
    const height = row.getBoundingClientRect().height;
    if (height && Math.abs(height - 79) > 2) wrong.push("a row is " + height + " high");
  }
  return wrong;
}"""

OPEN = """id => htmx.ajax("GET", `/c/${id}`, { target: "#desk", swap: "innerHTML show:none" })"""


@dataclass
class Watch:
    """What a page asks of others."""

    address: str
    left: list[str] = field(default_factory=list)

    def see(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:,")):
            self.left.append(request.url)


def arrival(house: House, number: int, text: str) -> Arrival:
    """A message whose every field says ``text``."""
    at = house.clock.now() - timedelta(hours=3) + timedelta(seconds=number)
    name = FILES[number % len(FILES)]
    message = house._message(
        Author.BUYER,
        text,
        at,
        attachments=({"name": name, "content_type": "text/html", "size": "1", "ref": text[:50]},),
        warnings=(text[:200],),
    )
    short = text.replace("\x00", "")[:300]
    return Arrival(
        thread=f"h{number}",
        message=message,
        buyer=short,
        buyer_id=f"b{number // 40}",
        subject=short,
        order_ids=(short.replace(",", " ")[:60] or "x",),
        plan=DAY.plan(at, None),
    )


async def filled(house: House, texts: Sequence[str]) -> list[ConversationId]:
    """A conversation for each text; it stands wherever words of others are shown."""
    for start in range(0, len(texts), 100):
        some = enumerate(texts[start : start + 100], start=start)
        await house._receive(AMAZON, *(arrival(house, number, text) for number, text in some))
    ids = [house.conversation(f"h{number}") for number in range(len(texts))]
    facts = {"order.carrier": Fact(value='"><script>window.hurt=1</script>', source="<b>")}
    for _ in range(len(texts) // 1000 + 1):
        await house.draft(facts=facts, order={"carrier": "<img src=x onerror=window.hurt=1>"})
    for one, text in list(zip(ids, texts, strict=True))[::7]:
        await remarks.note(house.database, one, "bob", text[:5000])
        fields = {"escalated": text[:200], "held": text, "problem": f"refused: {text[:200]}"}
        await remarks.annotate(house.database, one, "bob", "escalated", fields)
    return ids


async def look_at(visitor: Visitor, ids: Sequence[str]) -> dict[str, list[str]]:
    """Open each conversation as an agent does; what is wrong with which."""
    found: dict[str, list[str]] = {}
    for number, one in enumerate(ids):
        await visitor.page.evaluate(OPEN, one)
        wrong: list[Any] = await visitor.page.evaluate(WHOLE)
        shown = await visitor.page.locator(".thread").get_attribute("data-id")
        if wrong or shown != one:
            found[ascii(MESSAGES[number])[:80]] = wrong or ["it did not open"]
    return found


async def test_no_message_is_more_than_text(
    house: House, browser: Browser, clock: FakeClock
) -> None:
    assert len(MESSAGES) >= 200
    await house.hire("sue", Role.SUPERVISOR)
    ids = await filled(house, MESSAGES)
    async with Visitor.comes(browser, house) as sue:
        watch = Watch(sue.address)
        sue.page.on("request", watch.see)
        await sue.log_in("/", "sue")
        seen = set(await sue.rows())
        while len(seen) < len(MESSAGES):  # the whole list, of which few rows are there at a time
            await sue.page.evaluate("document.querySelector('.scroll').scrollBy(0, 2000)")
            await sue.page.wait_for_timeout(50)
            seen |= set(await sue.rows())
            assert await sue.page.evaluate(WHOLE) == []

        assert await look_at(sue, ids) == {}
        await sue.picture("hostile")
        for path in ("/?view=escalated", "/team", f"/?q={'%3Cscript%3E'}", f"/c/{ids[7]}"):
            await sue.page.goto(sue.address + path)
            assert await sue.page.evaluate(WHOLE) == [], path
        assert watch.left == []


async def test_hostile_words_that_come_while_one_looks_are_text_too(
    house: House, ann: Visitor, clock: FakeClock
) -> None:
    watch = Watch(ann.address)
    ann.page.on("request", watch.see)
    one = await house.buyer_writes()
    await house.draft()
    await ann.log_in(f"/c/{one}")

    for text in MESSAGES[::31]:
        await house.buyer_writes(text)
        await ann.page.locator("#arrived").wait_for(state="visible")
        await ann.press("Enter")
        await ann.page.locator("#arrived").wait_for(state="hidden")

        assert await ann.page.evaluate(WHOLE) == [], ascii(text)[:80]
    assert watch.left == []


async def test_on_a_phone_nothing_is_wider_than_the_screen(
    house: House, browser: Browser, clock: FakeClock
) -> None:
    texts = MESSAGES[:: len(MESSAGES) // 40] + MESSAGES[-20:]
    ids = await filled(house, texts)
    found = {}
    async with Visitor.comes(
        browser, house, viewport={"width": 390, "height": 844}, has_touch=True
    ) as ann:
        await ann.log_in()
        for one, text in zip(ids, texts, strict=True):
            await ann.page.goto(f"{ann.address}/c/{one}")
            width = await ann.page.evaluate("document.documentElement.scrollWidth")
            if width > 390 or await ann.page.evaluate("window.hurt"):
                found[ascii(text)[:80]] = width
        await ann.picture("phone-hostile")

    assert found == {}
