"""How fast TOP is asked: what the mock of its door holds against the account's own budget."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from connectors.aliexpress.connector import AliexpressConnector
from connectors.aliexpress.mock import AliexpressMock
from connectors.base import Connector, Cursor, RateLimited
from connectors.budget import Budget, OwnBudget
from connectors.feed import FeedEntry
from connectors.shared import Shared
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock
from connectors.top.access import rate_of
from responder.domain.model import AccountId
from responder.store.budgets import AccountBudget
from responder.store.database import Database
from responder.testing import FakeClock

RATE = rate_of(3)


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as made:
        yield made


async def taobao(
    stack: AsyncExitStack, clock: FakeClock, budgets: list[Budget]
) -> tuple[TaobaoMock, list[Connector]]:
    mock = await stack.enter_async_context(TaobaoMock(now=clock.now, rate=RATE))
    account = replace(mock.account(), rate=RATE)
    made = [TaobaoConnector(account, now=clock.now, shared=Shared(budget=one)) for one in budgets]
    for one in made:
        stack.push_async_callback(one.close)
    mock.deliver(
        [FeedEntry(buyer=f"b{n}", order_id=str(7000 + n), text="在吗") for n in range(120)],
        via="refund",
    )
    return mock, list(made)


async def drained(connectors: list[Connector], clock: FakeClock, most: int = 400) -> set[str]:
    """Read the inbox by turns, as fast as it lets itself be read; the ids of what came."""
    found: set[str] = set()
    cursor: Cursor | None = None
    dice = Random(5)
    for turn in range(most):
        try:
            page = await connectors[turn % len(connectors)].fetch(cursor)
        except RateLimited as limited:
            clock.advance(limited.retry_after)
            continue
        found |= {one.id for one in page.messages}
        cursor = page.cursor
        if not page.more and len(found) >= 120:
            return found
        with suppress(RateLimited):
            await connectors[turn % len(connectors)].acknowledge(page)
        clock.advance(timedelta(seconds=dice.random()))
    pytest.fail("it never came to its end")


@pytest.mark.parametrize("shared", [False, True], ids=["own", "store"])
async def test_facts_of_orders_leave_room_for_the_inbox(
    stack: AsyncExitStack, clock: FakeClock, database: Database, shared: bool
) -> None:
    budget = AccountBudget(database, AccountId("shop")) if shared else OwnBudget(clock.now)
    _, [connector] = await taobao(stack, clock, [budget])
    assert isinstance(connector, TaobaoConnector)

    for _ in range(RATE.burst):
        with suppress(RateLimited):
            await connector.order("7000")

    page = await connector.fetch(None)
    assert page.messages, "the inbox takes what orders left"


async def test_a_backlog_is_read_whole_and_top_never_says_that_it_is_too_much(
    stack: AsyncExitStack, clock: FakeClock
) -> None:
    mock, connectors = await taobao(stack, clock, [OwnBudget(clock.now)])
    began = clock.now()

    found = await drained(connectors, clock)

    assert len(found) == 120
    assert (mock.gateway.limited, mock.gateway.asked > 240) == (0, True)
    most = RATE.burst + (clock.now() - began).total_seconds() * RATE.per_second
    assert mock.gateway.asked <= most


async def test_without_a_budget_the_mock_does_say_so(
    stack: AsyncExitStack, clock: FakeClock
) -> None:
    mock, _ = await taobao(stack, clock, [])
    hasty = TaobaoConnector(mock.account(), now=clock.now)
    stack.push_async_callback(hasty.close)

    for _ in range(20):
        with suppress(RateLimited):
            await hasty.fetch(None)

    assert mock.gateway.limited > 0


async def test_two_daemons_together_ask_no_faster_than_one(
    stack: AsyncExitStack, clock: FakeClock, database: Database
) -> None:
    shared: list[Budget] = [AccountBudget(database, AccountId("shop")) for _ in range(2)]
    mock, connectors = await taobao(stack, clock, shared)

    found = await drained(connectors, clock)

    assert (len(found), mock.gateway.limited) == (120, 0)


async def test_an_aliexpress_shop_has_a_budget_too(stack: AsyncExitStack, clock: FakeClock) -> None:
    mock = await stack.enter_async_context(AliexpressMock(now=clock.now, rate=RATE))
    mock.deliver([FeedEntry(buyer=f"b{n}", order_id=str(7000 + n), text="Hi") for n in range(120)])
    connector = AliexpressConnector(replace(mock.account(), rate=RATE), now=clock.now)
    stack.push_async_callback(connector.close)

    found = await drained([connector], clock)

    assert (len(found), mock.gateway.limited) == (120, 0)
    assert mock.gateway.asked > 120
