"""An app's calls of a day: spread over it, with a reserve for answers, shared by its shops."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import Cursor, RateLimited, Reply
from connectors.calls import OwnCalls
from connectors.feed import FeedEntry
from connectors.shared import Shared
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock
from connectors.top.access import TopAccess, app_of
from connectors.top.day import A_DAY, Day
from responder.store.app_calls import AppCalls
from responder.store.database import Database
from responder.testing import FakeClock
from tests.connectors.inboxes import drain

MIDNIGHT = datetime(2026, 11, 21, 16, tzinfo=UTC)  # in GMT+8


def at(hours: float, calls: int = 24_000) -> Day:
    return Day(calls, MIDNIGHT + timedelta(hours=hours))


def test_a_day_begins_at_midnight_in_china() -> None:
    assert at(0).date.isoformat() == "2026-11-22"
    assert at(-0.001).date.isoformat() == "2026-11-21"
    assert at(23.9).begins == MIDNIGHT


def test_what_is_not_urgent_is_spread_and_leaves_a_tenth() -> None:
    assert [at(hours).most(urgent=False) for hours in (0, 10, 22, 23.9)] == [
        1800,
        10_800,
        21_600,
        21_600,
    ]
    assert at(0).most(urgent=True) == 24_000


def test_whoever_is_turned_away_waits_for_enough_calls_or_for_the_next_day() -> None:
    assert at(0).until_more(1800, urgent=False) == timedelta(seconds=49)
    assert at(3).until_more(21_600, urgent=False) == timedelta(hours=21)
    assert at(3).until_more(24_000, urgent=True) == timedelta(hours=21)


@given(
    calls=st.integers(100, 10**7),
    seconds=st.integers(0, 86_399),
    over=st.integers(0, 10**6),
)
def test_after_the_wait_it_may_ask_again(calls: int, seconds: int, over: int) -> None:
    now = MIDNIGHT + timedelta(seconds=seconds)
    day = Day(calls, now)
    used = min(day.most(urgent=False) + over, calls)

    wait = day.until_more(used, urgent=False)
    then = Day(calls, now + wait)

    assert timedelta(0) < wait <= A_DAY
    assert then.date > day.date or then.most(urgent=False) > used


async def through_a_day(
    mock: TaobaoMock, connectors: list[TaobaoConnector], clock: FakeClock
) -> tuple[int, int]:
    """Look every minute, where one may, for a day; how often was it read, and turned away."""
    read = refused = 0
    places: list[Cursor | None] = [None] * len(connectors)
    again = [clock.now()] * len(connectors)
    end = clock.now() + A_DAY
    while clock.now() < end:
        for number, connector in enumerate(connectors):
            if clock.now() < again[number]:
                continue
            try:
                places[number] = (await connector.fetch(places[number])).cursor
                read += 1
            except RateLimited as limited:
                again[number] = clock.now() + limited.retry_after
                refused += 1
        clock.advance(timedelta(minutes=1))
    return read, refused


async def test_two_shops_of_one_app_never_use_up_the_day_and_a_reply_still_leaves(
    clock: FakeClock, database: Database
) -> None:
    clock.advance(MIDNIGHT - clock.now())
    async with TaobaoMock(now=clock.now, daily_quota=1000) as mock:
        account = replace(mock.account(), daily_calls=1000)
        shared = Shared(calls=AppCalls(database))
        shops = [TaobaoConnector(account, now=clock.now, shared=shared) for _ in range(2)]
        mock.deliver([FeedEntry(buyer="b", text="在吗")])
        message = (await drain(shops[0])).messages[0]

        read, refused = await through_a_day(mock, shops, clock)
        clock.advance(-timedelta(seconds=30))
        await shops[0].send(Reply(id="r", thread=message.thread, text="在", reply_to={}))
        for one in shops:
            await one.close()

    assert read > 300, "spread over the whole day"
    assert refused > 0
    assert mock.gateway.limited == 0, "TOP never had to say so"
    assert [post.text for post in mock.books.sent] == ["在"]
    calls = shops[0].access.calls
    assert calls is not None
    assert (calls.short, calls.of, calls.used > 880) == (True, 1000, True)


async def endlessly(shop: TaobaoConnector) -> None:
    while True:
        await shop.fetch(None)


async def test_at_midnight_in_china_the_count_begins_anew(
    mock: TaobaoMock, clock: FakeClock
) -> None:
    clock.advance(MIDNIGHT - clock.now() + timedelta(hours=22))
    account = replace(mock.account(), daily_calls=100)
    shop = TaobaoConnector(account, now=clock.now, shared=Shared(calls=OwnCalls()))

    with pytest.raises(RateLimited) as limited:
        await endlessly(shop)
    short = shop.access.calls
    clock.advance(limited.value.retry_after)
    await shop.fetch(None)
    fresh = shop.access.calls
    await shop.close()

    assert limited.value.retry_after == timedelta(hours=2)
    assert short is not None
    assert fresh is not None
    assert (short.short, fresh.short, fresh.used < 10) == (True, False, True)


async def test_without_daily_calls_nobody_counts(mock: TaobaoMock, clock: FakeClock) -> None:
    shop = TaobaoConnector(mock.account(), now=clock.now)
    await shop.fetch(None)
    await shop.close()

    assert shop.access.calls is None


def test_the_doors_of_a_platform_count_together_and_the_sandbox_by_itself() -> None:
    doors = ["http://gw.api.taobao.com/router/rest", "https://eco.taobao.com/router/rest"]
    doors += ["https://gw.api.tbsandbox.com/router/rest", "https://taobao.com.example/router/rest"]

    top, same, sandbox, another = (
        app_of(TopAccess(app_key="1", app_secret="s", session="t", gateway=door)) for door in doors
    )

    assert top == same
    assert len({top, sandbox, another}) == 3
