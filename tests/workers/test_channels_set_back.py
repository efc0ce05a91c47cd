"""A channel speaks, and what it told is passed on, though a clock that was ahead has noted it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from responder.workers.clocks import Clocks
from tests.workers.conftest import Service
from tests.workers.pagers import MINUTE, at_risk, channel, failing, heard, use, wait

HOUR = timedelta(hours=1)
DAY = 24 * HOUR
SetBack = Callable[[timedelta], Awaitable[None]]


@pytest.fixture
async def set_back(service: Service) -> SetBack:
    """The clock that was ahead is right again, and a daemon looks for its traces."""
    clocks = Clocks(
        service.database, service.queues, service.accounts, clock=service.clock, rings=lambda: None
    )

    async def do(by: timedelta) -> None:
        await clocks.run_once()
        service.clock.advance(-by)
        await clocks.run_once()

    return do


async def another_at_risk(service: Service) -> None:
    """A message that crosses its first threshold now."""
    service.connector.writes("Hello?", thread="another", at=service.clock.now() - 12 * HOUR)
    await service.work("poll", "watch", "alert")


@pytest.mark.parametrize("by", [HOUR, DAY])
async def test_a_channel_that_spoke_then_speaks_now(
    service: Service, set_back: SetBack, by: timedelta
) -> None:
    use(service, channel("pager"))
    service.clock.advance(by)
    await at_risk(service)
    assert heard(service, "pager") == ["at_risk"]

    await set_back(by)
    await another_at_risk(service)
    await wait(service, 2 * MINUTE)

    assert heard(service, "pager") == ["at_risk", "at_risk"]


@pytest.mark.parametrize("by", [HOUR, DAY])
async def test_a_channel_is_tried_again_that_failed_then(
    service: Service, set_back: SetBack, by: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(service, channel("pager"))
    sick = failing(monkeypatch, service.channels, "pager")
    service.clock.advance(by)
    await at_risk(service)
    sick.clear()

    await set_back(by)
    await wait(service, 2 * MINUTE)

    assert "at_risk" in heard(service, "pager")


@pytest.mark.parametrize("by", [HOUR, DAY])
async def test_what_came_to_a_channel_then_is_told_now(
    service: Service, set_back: SetBack, by: timedelta
) -> None:
    """It was late already, so that it would have been gathered with others."""
    use(service, channel("pager"))
    service.clock.advance(by)
    service.connector.writes("Hello?", at=service.clock.now() - by - 13 * HOUR)
    await service.work("poll", "watch", "alert")
    assert heard(service, "pager") == []

    await set_back(by)
    await wait(service, 2 * MINUTE)

    assert len(heard(service, "pager")) == 1


@pytest.mark.parametrize("by", [HOUR, DAY])
async def test_what_nobody_acknowledges_is_passed_on_in_time(
    service: Service, set_back: SetBack, by: timedelta
) -> None:
    use(
        service,
        channel("agents", escalate_after=10 * MINUTE, escalate_to="boss"),
        channel("boss", kinds=frozenset()),
    )
    service.clock.advance(by)
    await at_risk(service)

    await set_back(by)
    await wait(service, 12 * MINUTE)

    assert heard(service, "boss") == ["at_risk"]
