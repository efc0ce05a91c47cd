"""What goes wrong while a request is answered, and what is said of it."""

import pytest
from aiohttp import ClientConnectionResetError, web
from aiohttp.test_utils import TestClient, TestServer
from redis.exceptions import ConnectionError as StoreIsAway
from structlog.testing import capture_logs

from responder.console.answers import GONE, explain
from responder.console.pages.trouble import store_is_away


@pytest.mark.parametrize(
    ("problem", "status", "logged"),
    [
        (ClientConnectionResetError("Cannot write to closing transport"), GONE, []),
        (StoreIsAway("refused"), 503, ["api.store_unavailable"]),
        (ConnectionResetError(104, "reset by the store"), 503, ["api.store_unavailable"]),
        (KeyError("ours"), 500, ["api.failed"]),
    ],
    ids=lambda one: type(one).__name__,
)
async def test_only_what_is_a_trouble_is_logged_as_one(
    problem: Exception, status: int, logged: list[str]
) -> None:
    async def fail(_: web.Request) -> web.Response:
        raise problem

    app = web.Application(middlewares=[explain])
    app.router.add_get("/", fail)

    async with TestClient(TestServer(app)) as client:
        with capture_logs() as logs:
            response = await client.get("/")

    assert response.status == status
    assert [one["event"] for one in logs] == logged


async def test_a_person_who_has_left_a_page_is_no_trouble_of_the_store() -> None:
    async def fail(_: web.Request) -> web.Response:
        raise ClientConnectionResetError("Cannot write to closing transport")

    app = web.Application(middlewares=[explain, store_is_away])
    app.router.add_get("/", fail)

    async with TestClient(TestServer(app)) as client:
        with capture_logs() as logs:
            response = await client.get("/", headers={"Accept": "text/html"})

    assert response.status == GONE
    assert logs == []
