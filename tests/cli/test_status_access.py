"""What ``responder status`` says of a session and of an app's calls."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from connectors.access import Access, CallsOfADay
from responder.cli.status import _problem, _way_in
from responder.workers.access import standing

ENDS = datetime(2026, 12, 22, 9, tzinfo=UTC)
NOW = ENDS - timedelta(days=7)


@pytest.mark.parametrize(
    ("access", "said"),
    [
        (Access(ends_at=ENDS, renews=True), ""),
        (
            Access(ends_at=ENDS, trouble="no answer"),
            "session: no answer, it ends 2026-12-22 09:00 UTC",
        ),
        (Access(renews=True, trouble="no answer"), "session: no answer"),
        (
            Access(calls=CallsOfADay(day="2026-11-22", used=4_500, of=5_000, short=True)),
            "calls of the day run short: 90% of 5000",
        ),
        (Access(calls=CallsOfADay(day="2026-11-22", used=4_500, of=5_000, short=False)), ""),
    ],
)
def test_what_is_wrong_with_the_way_in_is_said_and_nothing_else(access: Access, said: str) -> None:
    assert _way_in(json.loads(standing(access)), NOW) == said


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(days=1, seconds=1), ""),
        (timedelta(days=1), "session: nobody can renew it, it ends 2026-12-22 09:00 UTC"),
        (-timedelta(hours=1), "session: nobody can renew it, it ends 2026-12-22 09:00 UTC"),
    ],
)
def test_a_session_that_ends_within_a_day_and_is_not_renewed_stands_in_the_table(
    left: timedelta, said: str
) -> None:
    by_itself, by_hand = (
        json.loads(standing(Access(ends_at=ENDS, renews=renews))) for renews in (True, False)
    )

    assert _way_in(by_hand, ENDS - left) == said
    assert _way_in(by_itself, ENDS - left) == ""


def test_the_table_has_it_beside_the_account() -> None:
    told = json.loads(standing(Access(ends_at=ENDS)))
    account = {
        "problem": None,
        "breaker": {"sends": {"problem": None}},
        "access": told,
        "behind": None,
        "gap_since": None,
    }

    assert _problem(account, ENDS).startswith("session: nobody can renew it")
    assert _problem(account, NOW) == "-"
