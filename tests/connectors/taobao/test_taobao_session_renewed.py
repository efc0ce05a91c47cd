"""A session is renewed in time, once, and kept sealed: against the mock's own ``/token``."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.aliexpress.connector import AliexpressConnector
from connectors.aliexpress.mock import AliexpressMock
from connectors.base import Reply, Unauthorized
from connectors.shared import Shared
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock
from responder.testing import FakeClock
from tests.connectors.in_memory import OwnVault
from tests.connectors.inboxes import drain
from tests.connectors.taobao.renewing import MONTH, Shop, known, write


async def test_a_session_of_which_nobody_knows_the_end_is_renewed_at_once_and_then_in_time(
    mock: TaobaoMock, shop: Shop, clock: FakeClock
) -> None:
    mock.tokens.levels = {}
    connector = shop()
    await connector.fetch(None)
    asked = [mock.tokens.asked]

    for days in (19, 2, 1):
        clock.advance(timedelta(days=days))
        await connector.fetch(None)
        asked.append(mock.tokens.asked)

    assert asked == [1, 1, 2, 2], "at two thirds of thirty days, and not before"
    assert connector.access.renews
    assert connector.access.ends_at is not None
    assert connector.access.ends_at > clock.now() + timedelta(days=28)


async def test_a_level_that_lasts_a_day_is_kept_alive_and_one_of_minutes_is_let_go(
    mock: TaobaoMock, shop: Shop, clock: FakeClock
) -> None:
    mock.tokens.levels = {"r2": timedelta(days=1), "w2": timedelta(minutes=5)}
    connector = shop()
    await connector.fetch(None)

    for _ in range(24):
        clock.advance(timedelta(hours=1))
        await connector.fetch(None)

    assert mock.tokens.asked == 2
    assert connector.access.levels["r2"] > clock.now()
    assert connector.access.levels["w2"] < clock.now()


async def test_a_session_that_dies_early_is_renewed_once_and_the_question_is_asked_again(
    mock: TaobaoMock, shop: Shop
) -> None:
    connector = shop(account=known(mock))
    write(mock)
    mock.tokens.dead.add(mock.keys.session)

    found = (await drain(connector)).messages

    assert [one.text for one in found] == ["在吗"]
    assert mock.tokens.asked == 1


async def test_a_reply_whose_session_has_died_arrives_once(mock: TaobaoMock, shop: Shop) -> None:
    connector = shop(account=known(mock))
    write(mock)
    message = (await drain(connector)).messages[0]
    mock.tokens.dead.add(mock.keys.session)

    await connector.send(Reply(id="r", thread=message.thread, text="在的", reply_to={}))

    assert [post.text for post in mock.books.sent] == ["在的"]


async def test_many_questions_at_a_time_renew_it_once(mock: TaobaoMock, shop: Shop) -> None:
    connector = shop(account=known(mock))
    mock.tokens.dead.add(mock.keys.session)

    await asyncio.gather(*(connector.order(str(number)) for number in range(8)))

    assert mock.tokens.asked == 1


async def test_a_restart_finds_the_renewed_session_though_the_old_one_is_dead(
    mock: TaobaoMock, shop: Shop
) -> None:
    vault = OwnVault()
    mock.faults.set({"token_once": 1})
    await shop(vault).fetch(None)

    restarted = shop(vault)
    await restarted.fetch(None)

    assert mock.tokens.asked == 1
    assert mock.keys.session in mock.tokens.dead


async def test_a_person_who_authorizes_anew_is_believed_more_than_what_was_kept(
    mock: TaobaoMock, shop: Shop, clock: FakeClock
) -> None:
    vault = OwnVault()
    mock.tokens.levels = {}
    await shop(vault).fetch(None)
    mock.books.add_session("authorized-again")
    account = replace(
        mock.account(renews=True),
        session="authorized-again",
        session_until=clock.now() + MONTH,
    )

    connector = shop(vault, account)
    mock.tokens.dead |= {mock.keys.session, *mock.books.sessions} - {"authorized-again"}
    await connector.fetch(None)

    assert mock.tokens.asked == 1, "the new one is good as it is"


async def test_what_is_kept_is_sealed_and_another_app_cannot_open_it(
    mock: TaobaoMock, shop: Shop
) -> None:
    vault = OwnVault()
    connector = shop(vault)
    await connector.fetch(None)

    assert vault.text
    for secret in ("mock-session", "refresh", mock.keys.app_secret):
        assert secret not in vault.text
        assert secret not in repr(connector.access)
    other = shop(vault, replace(known(mock), app_secret="another"))
    with pytest.raises(Unauthorized):
        await other.fetch(None)
    assert other.access.levels == {}, "nothing of it was read"


async def test_without_a_vault_nothing_is_renewed(
    mock: TaobaoMock, shop: Shop, clock: FakeClock
) -> None:
    alone = TaobaoConnector(mock.account(renews=True), now=clock.now)
    await alone.fetch(None)
    mock.tokens.dead.add(mock.keys.session)

    with pytest.raises(Unauthorized, match="the shop must authorize again"):
        await alone.fetch(None)
    await alone.close()

    assert (mock.tokens.asked, alone.access.renews) == (0, False)


async def test_a_try_says_in_words_how_the_session_stands(
    mock: TaobaoMock, shop: Shop, clock: FakeClock
) -> None:
    ends = f"{clock.now() + MONTH:%Y-%m-%d %H:%M} UTC"

    assert f"session until {ends}, renewed by itself" in await shop().check()
    mock.faults.set({"token_refused": 1})
    assert (
        "a session whose end nobody has told, which could not be renewed: "
        "the renewal was refused (invalid_grant)"
    ) in await shop().check()


# ------------------------------------------------------------------ it fails


async def test_a_clock_that_jumps_locks_nobody_out(
    mock: TaobaoMock, shop: Shop, clock: FakeClock
) -> None:
    connector = shop()
    await connector.fetch(None)
    clock.advance(timedelta(days=200))
    await connector.fetch(None)
    clock.advance(-timedelta(days=190))
    mock.tokens.dead |= set(mock.books.sessions)

    await connector.fetch(None)

    assert mock.tokens.asked == 3


# ------------------------------------------------------------------ several processes


async def test_an_aliexpress_shop_renews_its_session_too(clock: FakeClock) -> None:
    async with AliexpressMock(now=clock.now) as mock:
        account = mock.account(renews=True)
        mock.tokens.dead.add(account.session)
        connector = AliexpressConnector(account, now=clock.now, shared=Shared(vault=OwnVault()))

        await connector.fetch(None)
        await connector.close()

    assert (mock.tokens.asked, connector.access.renews) == (1, True)
