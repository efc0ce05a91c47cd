"""The API's description for people."""

from responder.console.endpoints import ENDPOINTS
from tests.console.house import House


async def test_everybody_can_read_what_the_api_does(house: House) -> None:
    response = await house.client.get("/api/docs")

    html = await response.text()
    assert response.status == 200
    for endpoint in ENDPOINTS:
        assert f"<code>{endpoint.path}</code>" in html
        assert endpoint.summary.replace("'", "&#39;") in html
        if endpoint.body is not None:
            assert f'id="schema-{endpoint.body.__name__}"' in html


async def test_its_links_lead_somewhere(house: House) -> None:
    html = await (await house.client.get("/api/docs")).text()
    wanted = {part.partition('"')[0] for part in html.split('href="#')[1:]}

    assert wanted
    assert all(f'id="{name}"' in html for name in wanted)
