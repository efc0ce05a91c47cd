"""Coming in and going out, without a script."""

import pytest

from tests.console.house import PASSWORD, House
from tests.console.person import Person

FORM = {"name": "ann", "password": PASSWORD, "to": "/"}


async def enter(house: House, **form: str) -> tuple[int, str, str]:
    await house.hire("ann")
    response = await house.client.post("/login", data=FORM | form, allow_redirects=False)
    return response.status, response.headers.get("Location", ""), await response.text()


async def test_a_person_logs_in_sees_the_desk_and_logs_out(house: House) -> None:
    status, location, _ = await enter(house)

    assert (status, location) == (303, "/")
    assert (await house.client.get("/", allow_redirects=False)).status == 200
    left = await house.client.post("/logout", allow_redirects=False)
    assert (left.status, left.headers["Location"]) == (303, "/login")
    assert (await house.client.get("/", allow_redirects=False)).status == 303


async def test_a_wrong_login_says_so_and_keeps_the_name(house: House) -> None:
    status, _, text = await enter(house, password="wrong")

    assert status == 401
    assert 'role="alert"' in text
    assert 'value="ann"' in text
    assert "wrong" not in text.partition("<form")[2].partition("</form>")[0], (
        "no password comes back"
    )


async def test_a_login_leads_to_the_page_that_was_wanted(house: House) -> None:
    asked = await house.client.get("/c/00-x?view=mine", allow_redirects=False)
    login = await house.client.get(asked.headers["Location"])

    assert asked.status == 303
    assert 'name="to" value="/c/00-x?view=mine"' in await login.text()
    status, location, _ = await enter(house, to="/c/00-x?view=mine")
    assert (status, location) == (303, "/c/00-x?view=mine")


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/\\evil.example", ""])
async def test_a_login_never_leads_to_another_site(house: House, to: str) -> None:
    assert (await enter(house, to=to))[:2] == (303, "/")


@pytest.mark.parametrize("path", ["/login", "/logout", "/language"])
@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}],
)
async def test_a_form_of_another_site_is_refused(
    house: House, ann: Person, path: str, headers: dict[str, str]
) -> None:
    headers = headers | {"Cookie": f"responder_session={ann.cookie}"}

    response = await house.client.post(path, data=FORM, headers=headers, allow_redirects=False)

    assert response.status == 403
    assert "Set-Cookie" not in response.headers
    assert (await ann.get("/api/v1/me")).status == 200


async def test_a_part_of_a_page_sends_the_whole_page_to_the_login(house: House) -> None:
    response = await house.client.get("/rows", headers={"HX-Request": "true"})

    assert response.status == 401
    assert response.headers["HX-Redirect"] == "/login"


async def test_writes_of_the_desk_need_the_token_that_its_page_carries(
    house: House, ann: Person
) -> None:
    one = await house.buyer_writes()
    page = await ann.html("/")

    assert f'<meta name="csrf-token" content="{ann.csrf}">' in page
    assert (await ann.post(f"/conversations/{one}/claim", None)).status == 200
    refused = await ann.post(f"/conversations/{one}/claim", None, **{"X-CSRF-Token": "x"})
    assert refused.status == 403


async def test_an_address_without_a_page_is_explained_on_a_page(house: House, ann: Person) -> None:
    shown = await ann.get("/nonexist", Accept="text/html,*/*;q=0.8")
    told = [
        await ann.get("/nonexist", Accept="application/json"),
        await ann.get("/api/v1/nonexist", Accept="text/html"),
        await ann.post("/../nonexist", Accept="text/html"),
    ]
    unknown = await house.client.get(
        "/nonexist", headers={"Accept": "text/html"}, allow_redirects=False
    )

    assert (shown.status, shown.content_type) == (404, "text/html")
    assert "There is no page at this address." in await shown.text()
    assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
    assert [(one.status, one.content_type) for one in told] == [(404, "application/json")] * 3
    assert (unknown.status, unknown.headers["Location"]) == (303, "/login?to=%2Fnonexist")
