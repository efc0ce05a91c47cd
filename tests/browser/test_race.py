"""Two agents race through one list: no reply goes out twice, every conflict is explained."""

import asyncio
from collections import Counter

import pytest
from playwright.async_api import Browser

from responder.store.events import EventFeed
from tests.browser.crowd import crowd
from tests.browser.visitor import Visitor
from tests.console.house import House

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

THINK = 100  # milliseconds before each key
# Approves one after the other until nothing is left; notes what was said of each refusal.
RACE = """async think => {
  const said = [];
  const bar = document.querySelector("#trouble");
  new MutationObserver(() => bar.hidden || said.push(bar.firstElementChild.textContent))
    .observe(bar, { attributes: true, childList: true, subtree: true });
  const pause = span => new Promise(done => setTimeout(done, span));
  const press = key =>
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  for (let idle = 0, last = ""; idle < 60;) {
    await pause(think);
    const open = document.querySelector(".thread")?.dataset ?? {};
    idle = open.id === last ? idle + 1 : 0;
    last = open.id;
    if (document.querySelector("#arrived:not([hidden])")) press("Enter");
    if (idle > 8) press("o");
    else if (!bar.hidden || open.state !== "waiting") press("j");
    else press("a");
  }
  return said;
}"""


async def race(house: House, browser: Browser, count: int) -> tuple[Counter[str], list[str]]:
    """Who approved what how often, and what was said on the screens."""
    await house.hire("bob")
    position = await EventFeed(house.database).end()
    await crowd(house, count)
    async with Visitor.comes(browser, house) as ann, Visitor.comes(browser, house) as bob:
        await ann.log_in()
        await bob.log_in("/", "bob")
        said = await asyncio.gather(*(one.page.evaluate(RACE, THINK) for one in (ann, bob)))
    events = await EventFeed(house.database).since(position)
    approved = Counter(str(one.conversation) for one in events if one.type == "approved")
    return approved, [*said[0], *said[1]]


@pytest.mark.parametrize("count", [60, pytest.param(1_000, marks=pytest.mark.long)])
async def test_two_agents_race_and_no_reply_is_approved_twice(
    house: House, browser: Browser, count: int
) -> None:
    approved, said = await race(house, browser, count)

    print(f"{count} conversations, {len(said)} conflicts explained: {Counter(said)}")
    assert set(approved.values()) == {1}
    assert len(approved) >= count * 0.8, (
        "what both pass on is left, and more of it where pages are slow"
    )
    assert all(len(words) > 20 for words in said)
