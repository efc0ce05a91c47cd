"""A session that is renewed, or cannot be: against the mock's own ``/token``, over real sockets."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.aliexpress.connector import AliexpressConnector
from connectors.aliexpress.mock import AliexpressMock
from connectors.base import Reply, Unauthorized, Unavailable
from connectors.feed import FeedEntry
from connectors.http import Response
from connectors.session import LOOK_AGAIN
from connectors.shared import Shared
from connectors.taobao.account import TopAccount
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock
from connectors.top.client import HttpTransport
from connectors.vault import Vault
from responder.domain.model import AccountId
from responder.store.database import Database
from responder.store.vaults import LEASE, AccountVault
from responder.testing import FakeClock
from tests.connectors.in_memory import OwnVault
from tests.connectors.inboxes import drain

Shop = Callable[..., TaobaoConnector]
MONTH = timedelta(days=30)


@pytest.fixture
async def shop(mock: TaobaoMock, clock: FakeClock) -> AsyncIterator[Shop]:
    """Makes a connector that may renew, with a vault of its own or one that is given."""
    made: list[TaobaoConnector] = []

    def make(vault: Vault | None = None, account: TopAccount | None = None) -> TaobaoConnector:
        account = account or mock.account(renews=True)
        shared = Shared(vault=vault or OwnVault())
        made.append(TaobaoConnector(account, now=clock.now, shared=shared))
        return made[-1]

    yield make
    for connector in made:
        await connector.close()


def write(mock: TaobaoMock, text: str = "在吗") -> None:
    mock.deliver([FeedEntry(buyer="买家", order_id="2201", text=text)], via="refund")


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


@pytest.mark.parametrize(
    ("fault", "hopeless"),
    [
        ("token_refused", True),
        ("token_unavailable", False),
        ("token_garbled", False),
        ("token_lost", False),
    ],
)
async def test_a_renewal_that_fails_leaves_the_old_session_at_work_and_is_told_of(
    mock: TaobaoMock, shop: Shop, clock: FakeClock, fault: str, hopeless: bool
) -> None:
    connector = shop()
    write(mock)
    mock.faults.set({fault: 1})

    found = (await drain(connector)).messages

    assert [one.text for one in found] == ["在吗"]
    assert connector.access.trouble
    assert connector.access.hopeless is hopeless
    mock.faults.set({})
    clock.advance(timedelta(hours=1, seconds=1))
    await connector.fetch(None)
    assert (connector.access.trouble, connector.access.ends_at is None) == ("", False)


async def test_a_renewal_that_fails_is_tried_after_growing_pauses(
    mock: TaobaoMock, shop: Shop, clock: FakeClock
) -> None:
    connector = shop()
    mock.faults.set({"token_unavailable": 1})

    for _ in range(120):
        await connector.fetch(None)
        clock.advance(timedelta(minutes=1))

    assert mock.tokens.asked == 7, "after 1, 2, 4, … minutes, and then an hour"


async def test_a_lost_answer_after_which_the_token_is_used_up_asks_a_person_and_says_why(
    mock: TaobaoMock, shop: Shop, clock: FakeClock
) -> None:
    connector = shop()
    mock.faults.set({"token_lost": 1, "token_once": 1})

    with pytest.raises(Unavailable, match="could not be renewed: no answer"):
        await connector.fetch(None)
    clock.advance(timedelta(minutes=1))
    with pytest.raises(Unauthorized, match=r"the renewal was refused \(invalid_grant\)"):
        await connector.fetch(None)

    assert connector.access.hopeless


async def test_a_dead_session_whose_renewal_is_only_delayed_asks_nobody(
    mock: TaobaoMock, shop: Shop, clock: FakeClock
) -> None:
    connector = shop(account=known(mock))
    mock.tokens.dead.add(mock.keys.session)
    mock.faults.set({"token_unavailable": 1})

    with pytest.raises(Unavailable, match=r"could not be renewed: HTTP 503; that is tried again"):
        await connector.fetch(None)
    mock.faults.set({})
    clock.advance(timedelta(minutes=1))

    await connector.fetch(None)


async def test_a_session_that_is_the_last_one_is_used_to_its_end(
    mock: TaobaoMock, shop: Shop, clock: FakeClock
) -> None:
    mock.faults.set({"token_last": 1})
    vault = OwnVault()
    connector = shop(vault)
    await connector.fetch(None)

    clock.advance(MONTH - timedelta(hours=1))
    await connector.fetch(None)

    assert (connector.access.renews, mock.tokens.asked) == (False, 1)
    clock.advance(timedelta(hours=2))
    with pytest.raises(Unauthorized):
        await connector.fetch(None)
    with pytest.raises(Unauthorized):
        await shop(vault).fetch(None)


async def test_a_lapsed_level_is_named_with_its_end_and_reading_goes_on(
    mock: TaobaoMock, shop: Shop, clock: FakeClock
) -> None:
    connector = shop()
    write(mock)
    message = (await drain(connector)).messages[0]
    lapsed = f"{clock.now() + timedelta(minutes=5):%Y-%m-%d %H:%M} UTC"
    clock.advance(timedelta(minutes=6))
    await connector.fetch(None)
    mock.faults.set({"write_level_lapsed": 1})

    with pytest.raises(Unauthorized) as refused:
        await connector.send(Reply(id="r", thread=message.thread, text="在", reply_to={}))

    assert f"the level for writing has lapsed (w2 ended {lapsed})" in str(refused.value)
    assert mock.tokens.asked == 1, "just renewed: once more would change nothing"
    await connector.fetch(None)


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


async def test_two_daemons_renew_it_once_and_both_use_the_new_one(
    mock: TaobaoMock, shop: Shop, database: Database
) -> None:
    mock.faults.set({"token_once": 1})
    one, two = (shop(AccountVault(database, AccountId("shop"))) for _ in range(2))

    for _ in range(3):
        await asyncio.gather(one.fetch(None), two.fetch(None), return_exceptions=True)

    await one.fetch(None)
    await two.fetch(None)
    assert mock.tokens.asked == 1
    assert one.access == two.access


async def test_while_another_daemon_renews_it_a_dead_session_is_waited_for(
    mock: TaobaoMock, shop: Shop, database: Database, clock: FakeClock
) -> None:
    other = AccountVault(database, AccountId("shop"))
    assert await other.begin()
    connector = shop(AccountVault(database, AccountId("shop")), known(mock))
    mock.tokens.dead.add(mock.keys.session)

    with pytest.raises(Unavailable, match="another process"):
        await connector.fetch(None)
    clock.advance(LEASE)
    await connector.fetch(None)

    assert mock.tokens.asked == 1, "whoever began it has died"


class Overtaken(OwnVault):
    """A vault into which another process puts a new session just before ours begins."""

    theirs = ""

    async def begin(self) -> str:
        self.text = self.theirs
        return await super().begin()


async def test_a_session_that_another_daemon_renewed_a_moment_ago_is_not_renewed_again(
    mock: TaobaoMock, shop: Shop
) -> None:
    first, vault = OwnVault(), Overtaken()
    mock.faults.set({"token_once": 1})
    await shop(first).fetch(None)
    vault.theirs = first.text

    late = shop(vault)
    await late.fetch(None)

    assert (mock.tokens.asked, late.access.trouble) == (1, "")
    assert await vault.begin(), "and it is held up no longer"


class Stubborn(OwnVault):
    """A vault that cannot be written to for a while."""

    closed = True

    def lease_is_over(self) -> None:
        self._holder = ""

    async def keep(self, text: str, token: str) -> bool | None:
        return None if self.closed else await super().keep(text, token)


async def test_a_session_that_could_not_be_kept_is_kept_as_soon_as_the_store_is_back(
    mock: TaobaoMock, shop: Shop
) -> None:
    vault = Stubborn()
    connector = shop(vault)
    mock.faults.set({"token_once": 1})
    await connector.fetch(None)
    empty = vault.text

    vault.closed = False
    await connector.fetch(None)

    assert (empty, mock.tokens.asked) == ("", 1)
    await shop(vault).fetch(None)
    assert mock.tokens.asked == 1


async def test_a_store_that_came_back_without_its_last_write_is_given_the_new_session_again(
    mock: TaobaoMock, shop: Shop, database: Database, clock: FakeClock
) -> None:
    mock.faults.set({"token_once": 1})
    mock.tokens.levels = {}
    vault = AccountVault(database, AccountId("shop"))
    connector = shop(vault)
    await connector.fetch(None)
    first = await vault.read() or ""
    clock.advance(timedelta(days=21))
    await connector.fetch(None)

    await vault.keep(first, await vault.begin())
    clock.advance(LOOK_AGAIN)
    await connector.fetch(None)

    await shop(AccountVault(database, AccountId("shop"))).fetch(None)
    assert mock.tokens.asked == 2


async def test_a_store_that_has_lost_all_is_given_the_session_again(
    mock: TaobaoMock, shop: Shop, clock: FakeClock
) -> None:
    mock.faults.set({"token_once": 1})
    vault = OwnVault()
    connector = shop(vault)
    await connector.fetch(None)

    vault.text = ""
    clock.advance(LOOK_AGAIN)
    await connector.fetch(None)

    await shop(vault).fetch(None)
    assert mock.tokens.asked == 1


async def test_a_new_session_outlives_another_daemon_that_failed_to_renew_before_it_was_kept(
    mock: TaobaoMock, shop: Shop
) -> None:
    vault = Stubborn()
    mock.faults.set({"token_once": 1})
    mock.tokens.levels = {}
    connector = shop(vault)
    await connector.fetch(None)

    vault.closed = False
    vault.lease_is_over()
    await vault.give_up(await vault.begin())
    await connector.fetch(None)

    await shop(vault).fetch(None)
    assert mock.tokens.asked == 1


class Slow:
    """Passes a renewal on, and its answer only when it is let go."""

    def __init__(self, account: TopAccount) -> None:
        self._way = HttpTransport(account)
        self.post, self.close = self._way.post, self._way.close
        self.came, self.go = asyncio.Event(), asyncio.Event()

    async def renew(self, form: bytes) -> Response:
        told = await self._way.renew(form)
        self.came.set()
        await self.go.wait()
        return told


async def test_a_renewal_goes_on_though_whoever_needed_it_has_given_up(
    mock: TaobaoMock, shop: Shop, clock: FakeClock
) -> None:
    mock.faults.set({"token_once": 1})
    account, vault = mock.account(renews=True), OwnVault()
    way = Slow(account)
    hasty = TaobaoConnector(account, now=clock.now, transport=way, shared=Shared(vault=vault))
    asking = asyncio.create_task(hasty.order("2201"))
    await way.came.wait()

    asking.cancel()
    await asyncio.wait([asking])
    way.go.set()
    await hasty.close()

    await shop(vault).fetch(None)
    assert (asking.cancelled(), mock.tokens.asked) == (True, 1)


class Surprising(Slow):
    """A way on which a renewal meets what nobody foresaw."""

    async def renew(self, form: bytes) -> Response:
        raise KeyError(len(form))


async def test_a_renewal_that_ends_in_a_surprise_is_told_of_and_closes_all_the_same(
    mock: TaobaoMock, clock: FakeClock
) -> None:
    account = mock.account(renews=True)
    way, shared = Surprising(account), Shared(vault=OwnVault())
    connector = TaobaoConnector(account, now=clock.now, transport=way, shared=shared)

    with pytest.raises(KeyError):
        await connector.fetch(None)

    await connector.close()


async def test_an_aliexpress_shop_renews_its_session_too(clock: FakeClock) -> None:
    async with AliexpressMock(now=clock.now) as mock:
        account = mock.account(renews=True)
        mock.tokens.dead.add(account.session)
        connector = AliexpressConnector(account, now=clock.now, shared=Shared(vault=OwnVault()))

        await connector.fetch(None)
        await connector.close()

    assert (mock.tokens.asked, connector.access.renews) == (1, True)


def known(mock: TaobaoMock) -> TopAccount:
    """An account whose session is known to be good for a month: nobody renews it unasked."""
    return replace(mock.account(renews=True), session_until=FakeClock().now() + MONTH)
