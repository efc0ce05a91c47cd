"""What eBay's login refuses is no fault of the conversation that was to be read."""

from datetime import timedelta

import pytest
from aiohttp import web

from connectors.base import Unauthorized
from connectors.ebay.connector import EbayConnector
from connectors.ebay.mock import EbayMock
from connectors.feed import FeedEntry
from responder.testing import FakeClock
from tests.connectors.inboxes import drain


async def test_a_login_that_is_refused_while_threads_are_read_sets_no_thread_aside(
    mock: EbayMock,
    connector: EbayConnector,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mock.deliver([FeedEntry(buyer="anna", text="Hallo?")])
    login, listed, life = mock._token, mock._list, [timedelta(hours=3)]

    async def no_more(request: web.Request) -> web.Response:
        clock.advance(life.pop() if life else timedelta(0))  # the token ends as the list is read
        return await listed(request)

    async def odd(request: web.Request) -> web.Response:
        if mock._tokens:
            return web.json_response({"error": "invalid_request"}, status=400)
        return await login(request)

    monkeypatch.setattr(mock, "_list", no_more)
    monkeypatch.setattr(mock, "_token", odd)
    await mock.stop()
    await mock.start()

    with pytest.raises(Unauthorized):
        await connector.fetch(None)
    mock._tokens.clear()

    assert [one.text for one in (await drain(connector)).messages] == ["Hallo?"]
