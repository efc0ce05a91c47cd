"""The store does not answer: programs are told so, and people on a page."""

from fakeredis import FakeAsyncRedis, FakeServer

from responder.drafting import Drafting
from responder.store.database import open_database
from responder.testing import FakeClock
from tests.console.house import PASSWORD, open_house
from tests.console.markup import find
from tests.console.person import problem
from tests.console.shops import services

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
CHINESE = BROWSER | {"Accept-Language": "zh-CN"}


async def test_people_read_on_a_page_that_the_store_does_not_answer(
    clock: FakeClock, drafting: Drafting
) -> None:
    server = FakeServer()
    database = await open_database(FakeAsyncRedis(server=server, decode_responses=True), clock)
    async with open_house(services(database, clock, drafting, []), clock) as house:
        ann = await house.person("ann")
        one = await house.buyer_writes()
        server.connected = False

        pages = [await ann.get(path, **BROWSER) for path in ("/", f"/c/{one}", "/team")]
        chinese = await ann.get("/", **CHINESE)
        login = await house.client.post(
            "/login", data={"name": "ann", "password": PASSWORD}, headers=BROWSER
        )
        script = await ann.get("/rows", Accept="*/*")

        for response in (*pages, login):
            assert response.status == 503
            assert "The store does not answer" in find(await response.text(), "main").text()
        assert "存储" in find(await chinese.text(), "main").text()
        assert await problem(script) == (503, "store_unavailable")
        server.connected = True
        assert (await ann.get("/")).status == 200
