"""Access tokens against Debian's Dovecot, which asks their provider about each (XOAUTH2)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from aiohttp import web

from connectors.base import Unauthorized
from connectors.faults import Faults
from connectors.mail.mock_oauth import OAUTH_FAULTS, Provider
from connectors.mailbox.config import MailboxConfig
from connectors.mailbox.connector import MailboxConnector
from responder.testing import FakeClock
from tests import dovecot
from tests.dovecot import Dovecot

pytestmark = [dovecot.needed, pytest.mark.process]
MAIL = (
    b"From: jane@buyer.example\r\nTo: support@shop.example\r\nSubject: Hi\r\n\r\nWhere is it?\r\n"
)


class Place:
    """A provider, and the Dovecot that believes it."""

    def __init__(self, provider: Provider, server: Dovecot, url: str, clock: FakeClock) -> None:
        self.provider = provider
        self.clock = clock
        self.now = clock.now
        self.server = server
        self._url = url

    def account(self, **changes: str) -> MailboxConfig:
        imap, smtp = self.server.imap(), self.server.smtp()
        return MailboxConfig(
            imap=replace(imap, **({"password": ""} | changes)),  # type: ignore[arg-type]
            smtp=replace(smtp, password=""),
            oauth=self.provider.config(self._url),
        )


@pytest.fixture
async def place(clock: FakeClock) -> AsyncIterator[Place]:
    faults = Faults(OAUTH_FAULTS, Random(7))
    provider = Provider(faults, clock.now, dovecot.USER)

    async def about(request: web.Request) -> web.Response:
        """RFC 7662 in the manner of userinfo. Dovecot wants a name of a dead token too."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        shown = f"user={dovecot.USER}\x01auth=Bearer {token}\x01\x01"
        active = provider.lets_in(shown.encode())
        return web.json_response({"active": active, "username": dovecot.USER})

    app = web.Application()
    app.add_routes([*provider.routes(), web.get("/about", about)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    with dovecot.running(asks=f"{url}/about") as server:
        yield Place(provider, server, url, clock)
    await runner.cleanup()


async def test_dovecot_lets_a_token_in_on_imap_and_on_submission(place: Place) -> None:
    await asyncio.to_thread(place.server.put, [(MAIL, place.now())])
    connector = MailboxConnector(place.account(), now=place.now)

    batch = await connector.fetch(None)
    line = await connector.check()

    await connector.close()
    assert [one.text.strip() for one in batch.messages] == ["Where is it?"]
    assert line.endswith("SMTP ok, logged in with an access token (XOAUTH2)")
    assert place.provider.asked == 1


async def test_dovecot_refuses_a_dead_token_and_lets_the_next_one_in(place: Place) -> None:
    connector = MailboxConnector(place.account(), now=place.now)
    await connector.fetch(None)
    place.provider.dead |= set(place.provider._ends)
    await connector._mailbox.rest()

    with pytest.raises(Unauthorized, match=r"IMAP: the access token was refused \(status "):
        await connector.fetch(None)
    with pytest.raises(Unauthorized, match="SMTP 535 at login: the access token was refused"):
        await connector._outbox.check()

    place.clock.advance(timedelta(minutes=10))
    await connector.fetch(None)
    await connector._outbox.check()
    await connector.close()


async def test_dovecot_refuses_the_token_of_another_mailbox(place: Place) -> None:
    connector = MailboxConnector(place.account(username="another"), now=place.now)

    with pytest.raises(Unauthorized, match="the access token was refused"):
        await connector.fetch(None)

    await connector.close()


async def test_a_dovecot_that_takes_passwords_only_is_said_so(place: Place) -> None:
    with dovecot.running() as other:
        account = place.account()
        imap, smtp = (
            replace(account.imap, port=other.imap_port),
            replace(account.smtp, port=other.smtp_port),
        )
        connector = MailboxConnector(replace(account, imap=imap, smtp=smtp), now=place.now)

        with pytest.raises(Unauthorized, match="IMAP: the server takes no XOAUTH2; write a pass"):
            await connector.fetch(None)
        with pytest.raises(Unauthorized, match="SMTP: the server takes no XOAUTH2; write a pass"):
            await connector._outbox.check()

        await connector.close()
