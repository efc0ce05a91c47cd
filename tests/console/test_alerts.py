"""Acknowledging an alert: by its link with one click and no login, over the API, by a button."""

import pytest

from responder.store.events import EventFeed
from tests.console.house import House
from tests.console.person import Person
from tests.console.ringing import ring, who_heard
from tests.store.shop import START


@pytest.fixture
async def alert(house: House) -> str:
    """A message of the channel ``night`` about a buyer who waits; its id."""
    return await ring(house, await house.buyer_writes("My parcel is broken, says Jane"))


async def test_the_link_shows_the_alert_without_login_and_names_no_buyer(
    house: House, alert: str
) -> None:
    link = f"/a/{house.services.links.token(alert)}"

    response = await house.client.get(link)

    page = await response.text()
    assert response.status == 200
    assert "A reply is nearly late (amazon-us)" in page
    assert "Jane" not in page
    assert await who_heard(house) == "", "looking is not acknowledging: previews look"
    assert (await house.client.head(link)).status == 200
    assert await who_heard(house) == ""


async def test_one_click_acknowledges_this_alert_and_no_other(house: House, alert: str) -> None:
    links = house.services.links

    forged = await house.client.post(f"/a/{links.token('night-00')[:-4]}AAAA")
    whole = await house.client.post(f"/a/{links.token(alert)}")

    assert forged.status == 404
    assert whole.status == 200
    assert "who has the link" in await whole.text()
    assert await who_heard(house) == "link"
    events = await EventFeed(house.database).since(START)
    assert [one.data["by"] for one in events if one.type == "alert_acknowledged"] == ["link"]


async def test_a_click_on_another_site_acknowledges_nothing(house: House, alert: str) -> None:
    link = f"/a/{house.services.links.token(alert)}"

    response = await house.client.post(link, headers={"Sec-Fetch-Site": "cross-site"})

    assert response.status == 403
    assert await who_heard(house) == ""


async def test_a_link_gives_nothing_else_away(house: House, alert: str) -> None:
    link = f"/a/{house.services.links.token(alert)}"

    await house.client.post(link)

    assert (await house.client.get("/alerts", allow_redirects=False)).status in {302, 303}
    assert (await house.client.get("/api/v1/alerts")).status == 401


async def test_an_alert_that_is_over_has_nothing_to_acknowledge(house: House) -> None:
    link = f"/a/{house.services.links.token('night-0011')}"

    response = await house.client.get(link)

    assert response.status == 410
    assert "This alert is over" in await response.text()


async def test_the_api_lists_and_acknowledges(house: House, ann: Person, alert: str) -> None:
    [item] = (await ann.json("/alerts"))["items"]
    assert (item["id"], item["channel"], item["open"]) == (alert, "night", 1)
    assert (item["kinds"], item["acknowledged_by"]) == (["critical"], None)

    done = await ann.post(f"/alerts/{alert}/acknowledge")

    assert (await done.json())["acknowledged_by"] == "ann"
    [item] = (await ann.json("/alerts"))["items"]
    assert item["acknowledged_by"] == "ann"
    for wrong in ("night-00", "nobody-00", "x"):
        assert (await ann.post(f"/alerts/{wrong}/acknowledge")).status == 404


async def test_the_page_has_a_button_that_says_who_pressed_it(
    house: House, ann: Person, alert: str
) -> None:
    page = await ann.html("/alerts")
    [item] = (await ann.json("/alerts"))["items"]
    [conversation] = item["conversations"]
    assert f'<a href="/c/{conversation}">' in page, "who is called wants to go there"
    assert f'<time class="local" datetime="{item["at"]}"></time>' in page, "filled in local time"
    link = f"/a/{house.services.links.token(alert)}?to=alerts"
    assert f'action="{link}"' in page

    pressed = await house.client.post(link, headers=ann._headers(), allow_redirects=False)

    assert (pressed.status, pressed.headers["Location"]) == (303, "/alerts")
    assert "Acknowledged by ann" in await ann.html("/alerts")
    assert await who_heard(house) == "ann"


async def test_the_page_speaks_chinese(house: House, ann: Person, alert: str) -> None:
    assert "未解除的提醒" in await ann.html("/alerts", **{"Accept-Language": "zh"})


async def test_pages_tell_of_an_alert_in_the_language_of_who_looks(
    house: House, alert: str
) -> None:
    sue = await house.person("sue")
    link = f"/a/{house.services.links.token(alert)}"
    chinese = {"Accept-Language": "zh"}

    assert "有一条回复马上超时" in await sue.html("/alerts", **chinese)
    assert "有一条回复马上超时" in await (await house.client.get(link, headers=chinese)).text()
    [told] = (await sue.json("/alerts"))["items"]
    assert told["title"] == "A reply is nearly late (amazon-us)", "as the channel told it"
