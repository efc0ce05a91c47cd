"""A poll after days of outage: everything in, every deadline right, and people can work."""

from pathlib import Path

import pytest

from tests.chaos.backlog import Backlog, measure, p95

SMALL, FULL = 2_000, 20_000
SECOND = 1.0
BUSY = 3.0  # seconds, where other tests run beside


@pytest.mark.alone
@pytest.mark.process
@pytest.mark.timeout(250)
async def test_2000_messages_that_waited_for_days_come_in_with_their_deadlines(
    tmp_path: Path,
) -> None:
    _holds(await measure(tmp_path, SMALL), BUSY)


@pytest.mark.long
@pytest.mark.alone
@pytest.mark.process
@pytest.mark.timeout(1500)
async def test_20000_messages_that_waited_for_days_come_in_while_an_agent_works(
    tmp_path: Path,
) -> None:
    _holds(await measure(tmp_path, FULL), SECOND)


def _holds(found: Backlog, limit: float) -> None:
    print(found.table())
    assert found.stored == found.messages
    assert found.wrong == []
    assert found.overdue > found.messages / 2, "two of three Amazon mails, nearly all of Taobao"
    assert set(found.announced.values()) == {1}, "all thresholds that have passed are one alert"
    assert found.out_of_order["amazon-us"] == 0, "a mailbox is read oldest first"
    assert found.refused == 0
    assert found.holds
    assert len(found.approvals) > 3, "the agent wants something to do meanwhile"
    assert p95(found.lists) < limit
    assert p95(found.approvals) < limit
