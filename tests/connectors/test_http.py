"""What an answer's status and headers mean, whoever gives it."""

from datetime import timedelta

import pytest

from connectors.http import retry_after


@pytest.mark.parametrize(
    ("told", "wait"),
    [
        ("7", timedelta(seconds=7)),
        ("0", timedelta(0)),
        ("86401", timedelta(days=1)),
        ("9" * 15, timedelta(days=1)),
        ("9" * 5000, timedelta(days=1)),
        ("Sun, 22 Nov 2026 10:00:00 GMT", timedelta(minutes=1)),
        ("", timedelta(minutes=1)),
    ],
)
def test_one_waits_as_long_as_is_asked_and_a_day_at_most(told: str, wait: timedelta) -> None:
    assert retry_after({"retry-after": told}) == wait
