"""What ``responder status`` says of a session and of an app's calls."""

import json
from datetime import UTC, datetime

import pytest

from connectors.access import Access, CallsOfADay
from responder.cli.status import _way_in
from responder.workers.access import standing

ENDS = datetime(2026, 12, 22, 9, tzinfo=UTC)


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
    assert _way_in(json.loads(standing(access))) == said
