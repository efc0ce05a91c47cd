"""No alert is lost over kills in the middle of telling; what may have been told is marked."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.chaos.alerts import Books, kills, town
from tests.integration.processes import until

ACCOUNTS = 6


def _holds(books: Books, count: int) -> None:
    cut = [one for one in books.heard if one.repeat]
    print(
        f"kills {len(books.kills)}, alerts {len(books.crossed)}, messages {len(books.heard)}, "
        f"lost {len(books.lost)}, marked as repeats {len(cut)}, "
        f"of them heard before {len(books.repeated)}, wrong repeats {len(books.wrong_repeats)}"
    )
    assert len(books.kills) == count
    assert books.lost == set()
    assert books.wrong_repeats == []
    assert books.repeated, "no kill fell into a hand-over: this test shows nothing"


@pytest.mark.alone
@pytest.mark.process
@pytest.mark.timeout(240)
async def test_a_few_kills_while_channels_are_told_lose_no_alert(tmp_path: Path) -> None:
    async with town(tmp_path, accounts=ACCOUNTS) as here:
        await kills(here, 6, ACCOUNTS)

    _holds(here.books, 6)


@pytest.mark.long
@pytest.mark.alone
@pytest.mark.process
@pytest.mark.timeout(3600)
async def test_two_hundred_kills_while_channels_are_told_lose_no_alert(tmp_path: Path) -> None:
    async with town(tmp_path, accounts=ACCOUNTS) as here:
        await kills(here, 200, ACCOUNTS)

    _holds(here.books, 200)


@pytest.mark.alone
@pytest.mark.process
@pytest.mark.timeout(200)
@pytest.mark.parametrize("count", [100, pytest.param(300, marks=pytest.mark.long)])
async def test_three_hours_down_are_told_of_in_one_message_within_five_seconds(
    tmp_path: Path, count: int
) -> None:
    async with town(tmp_path, accounts=1, merge="1m") as here:
        now = datetime.now(UTC)
        crossed = [now - timedelta(hours=3) * number / count for number in range(1, count + 1)]
        await here.cross(1, crossed)

        await here.start()
        began = datetime.now(UTC)

        async def told() -> bool:
            return bool(here.books.heard)

        await until(told, "the message")
        after = (datetime.now(UTC) - began).total_seconds()
        assert await here.stop() == 0

    [heard] = here.books.heard
    print(f"told of {len(heard.alerts)} after {after:.1f} s: {heard.title}")
    assert len(heard.alerts) == count
    assert heard.title.startswith(f"{count} conversations are at risk, earliest due in ")
    assert after < 5
