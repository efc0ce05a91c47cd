"""Everything goes wrong at once, and nothing is lost and nothing sent twice."""

import os
from pathlib import Path

import pytest

from tests.chaos.chaos import FULL, SMALL, Report, run

SEED = int(os.environ.get("CHAOS_SEED", "20261122"))


@pytest.mark.alone
@pytest.mark.process
@pytest.mark.timeout(420)
async def test_a_small_chaos_loses_nothing_and_sends_nothing_twice(tmp_path: Path) -> None:
    _holds(await run(tmp_path, SEED, SMALL))


@pytest.mark.long
@pytest.mark.alone
@pytest.mark.process
@pytest.mark.timeout(1500)
async def test_the_whole_chaos_loses_nothing_and_sends_nothing_twice(tmp_path: Path) -> None:
    _holds(await run(tmp_path, SEED, FULL))


def _holds(report: Report) -> None:
    print(report.table())
    assert report.tally.kills.total() == report.scale.trouble.kills
    assert len(report.tally.crashes) == report.scale.trouble.store_crashes
    for account, books in report.books.items():
        assert books.stored == books.delivered, account
        assert books.recorded == books.accepted, account
        assert set(books.accepted.values()) == {1}, account
        assert not books.unanswered, account
    assert (report.misjudged, report.unsettled) == (0, 0)
    assert report.exits == [0] * len(report.exits)
    assert report.holds
