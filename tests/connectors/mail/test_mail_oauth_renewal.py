"""Access tokens of a mailbox are renewed in time, once, and a grant that ends is told of."""

from contextlib import suppress
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from connectors.base import Unauthorized, Unavailable
from connectors.mail.mock_oauth import REFRESH_TOKEN
from connectors.mail.tokens import MOST_ANSWER, OAuth, Tokens
from responder.testing import FakeClock
from responder.workers.access import warnings
from tests.connectors.mail.conftest import Shop
from tests.connectors.mail.letters import answered, looked, question

MINUTE = timedelta(minutes=1)


async def test_a_token_is_renewed_when_two_thirds_of_its_hour_are_over(shop: Shop) -> None:
    connector = shop.process()
    asked = []

    for minutes in (0, 39, 2, 39, 2):
        shop.clock.advance(minutes * MINUTE)
        await looked(connector)
        asked.append(shop.mock.provider.asked)

    assert asked == [1, 1, 2, 2, 3]


async def test_a_connection_that_stays_open_hears_of_a_revoked_grant_and_goes_on(
    shop: Shop,
) -> None:
    connector = shop.process()
    await connector.fetch(None)
    shop.mock.faults.set({"oauth_refused": 1})
    told = []

    for minutes in (39, 2, 60):
        shop.clock.advance(minutes * MINUTE)
        await connector.fetch(None)
        told.append(bool(connector.access and connector.access.hopeless))

    assert told == [False, True, True]
    with pytest.raises(Unauthorized, match="invalid_grant"):
        await looked(connector)


async def test_a_token_that_is_refused_before_its_end_is_renewed_once(shop: Shop) -> None:
    question(shop)
    connector = shop.process()
    await connector.fetch(None)
    shop.clock.advance(10 * MINUTE)
    shop.mock.provider.dead |= set(shop.mock.provider._ends)

    await answered(connector)  # SMTP is the first to hear of it
    await looked(connector)

    assert shop.mock.provider.asked == 2


async def test_imap_too_has_the_next_token_where_one_is_refused(shop: Shop) -> None:
    connector = shop.process()
    await connector.fetch(None)
    shop.clock.advance(10 * MINUTE)
    shop.mock.provider.dead |= set(shop.mock.provider._ends)

    await looked(connector)

    assert shop.mock.provider.asked == 2


async def test_one_that_was_given_just_now_is_not_renewed_for_a_refusal(shop: Shop) -> None:
    connector = shop.process()
    shop.mock.faults.set({"oauth_token_dead": 1})

    for _ in range(3):
        with pytest.raises(Unauthorized, match=r"the access token was refused \(status 401\)"):
            await connector.fetch(None)

    assert shop.mock.provider.asked == 1


async def test_a_grant_that_was_revoked_is_told_of_while_the_token_still_works(shop: Shop) -> None:
    connector = shop.process()
    await connector.fetch(None)
    shop.mock.faults.set({"oauth_refused": 1})
    shop.clock.advance(45 * MINUTE)

    await looked(connector)

    [(_, said)] = warnings(connector.access, shop.clock.now()) if connector.access else []
    assert said == (
        "its session cannot be renewed: the renewal was refused (invalid_grant); "
        "authorize the app again"
    )
    shop.clock.advance(20 * MINUTE)
    with pytest.raises(Unauthorized, match="no access token; it could not be renewed"):
        await looked(connector)
    assert shop.mock.provider.asked == 2, "a refusal is not asked for again and again"


@pytest.mark.parametrize("fault", ["oauth_unavailable", "oauth_garbled", "oauth_lost"])
async def test_a_token_url_that_does_not_answer_is_tried_again(shop: Shop, fault: str) -> None:
    connector = shop.process()
    shop.mock.faults.set({fault: 1})

    with pytest.raises(Unavailable, match="that is tried again") as raised:
        await connector.fetch(None)

    assert not raised.value.maybe_done
    assert connector.access is not None
    assert list(warnings(connector.access, shop.clock.now())) == [], "nobody need be asked"
    shop.mock.faults.set({})
    for _ in range(3):
        with pytest.raises(Unavailable):
            await connector.fetch(None)
    assert shop.mock.provider.asked == 1, "not at once"
    shop.clock.advance(2 * MINUTE)
    await connector.fetch(None)


async def test_a_token_url_that_answers_without_end_is_not_read_to_it(clock: FakeClock) -> None:
    async def much(_: web.Request) -> web.Response:
        return web.json_response({"access_token": "good", "more": "x" * MOST_ANSWER})

    application = web.Application()
    application.router.add_post("/token", much)
    async with TestServer(application) as server:
        url = str(server.make_url("/token"))
        config = OAuth(token_url=url, client_id="app", refresh_token=REFRESH_TOKEN)
        tokens = Tokens(config, clock.now)

        with pytest.raises(Unavailable, match="cannot be read"):
            await tokens.current()

        await tokens.close()


async def test_an_outage_of_the_token_url_is_over_two_minutes_after_its_end(shop: Shop) -> None:
    connector = shop.process()
    await connector.fetch(None)
    shop.mock.faults.set({"oauth_unavailable": 1})
    shop.clock.advance(40 * MINUTE)
    for _ in range(60):
        shop.clock.advance(MINUTE)
        with suppress(Unavailable):
            await looked(connector)
    shop.mock.faults.set({})
    shop.clock.advance(2 * MINUTE)

    await looked(connector)

    assert 25 < shop.mock.provider.asked < 40


async def test_a_lost_answer_that_used_up_the_token_asks_a_person(shop: Shop) -> None:
    connector = shop.process()
    shop.mock.faults.set({"oauth_once": 1, "oauth_lost": 1})
    with pytest.raises(Unavailable):
        await connector.fetch(None)
    shop.mock.faults.set({})
    shop.clock.advance(2 * MINUTE)

    with pytest.raises(Unauthorized, match="invalid_grant"):
        await connector.fetch(None)
