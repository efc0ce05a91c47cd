"""Sessions that end, and calls that run short: a person hears of it once, while there is time."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connectors.access import Access, CallsOfADay, access_of
from connectors.base import RateLimited, Unauthorized
from responder.store.accounts import read_account
from responder.workers.access import standing, warnings
from tests.workers.conftest import ACCOUNT, Service

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
AGAIN = "authorize the app again"
SHORT = (
    "4500 of the 5000 calls that its app has a day are used (2026-11-22, GMT+8): "
    "the inbox is read less often, and what is left is kept for replies"
)
CALLS = CallsOfADay(day="2026-11-22", used=4_500, of=5_000, short=True)


@pytest.mark.parametrize(
    ("access", "said"),
    [
        (Access(), []),
        (Access(ends_at=NOW + 25 * HOUR), []),
        (
            Access(ends_at=NOW + 24 * HOUR),
            ["its session ends on 2026-11-23 09:00 UTC and cannot be renewed; " + AGAIN],
        ),
        (Access(ends_at=NOW + HOUR, renews=True), []),
        (Access(ends_at=NOW + 30 * HOUR, renews=True, trouble="no answer"), []),
        (
            Access(ends_at=NOW + HOUR, renews=True, trouble="no answer"),
            ["its session ends on 2026-11-22 10:00 UTC, and no answer; " + AGAIN],
        ),
        (
            Access(ends_at=NOW + 900 * HOUR, renews=True, trouble="refused", hopeless=True),
            ["its session ends on 2026-12-29 21:00 UTC: refused; " + AGAIN],
        ),
        (
            Access(renews=True, trouble="refused", hopeless=True),
            ["its session cannot be renewed: refused; " + AGAIN],
        ),
        (Access(calls=replace(CALLS, short=False)), []),
        (
            Access(calls=CALLS),
            [SHORT],
        ),
    ],
)
def test_a_person_is_told_what_ends_when_and_what_to_do(access: Access, said: list[str]) -> None:
    assert [text for _, text in warnings(access, NOW)] == said


def test_a_level_that_ends_before_the_session_is_told_of_a_day_before() -> None:
    access = Access(
        given_at=NOW - 240 * HOUR,
        ends_at=NOW + 240 * HOUR,
        levels={"w1": NOW + HOUR, "w2": NOW - 239 * HOUR, "r1": NOW + 240 * HOUR},
    )

    assert [name for name, _ in warnings(access, NOW)] == ["level:w1:202611221000"]
    assert list(warnings(replace(access, renews=True), NOW)) == []
    assert list(warnings(access, NOW - 48 * HOUR)) == []


def test_what_is_noted_holds_whole_percent_and_no_secret() -> None:
    access = Access(ends_at=NOW, renews=True, levels={"w2": NOW}, trouble="no answer", calls=CALLS)

    assert json.loads(standing(access)) == {
        "ends_at": "2026-11-22T09:00:00+00:00",
        "renews": True,
        "levels": {"w2": "2026-11-22T09:00:00+00:00"},
        "problem": "no answer",
        "calls": {"day": "2026-11-22", "of": 5000, "used_percent": 90, "short": True},
    }
    assert standing(Access(given_at=NOW)) == ""


def test_a_connector_of_a_third_party_may_have_an_access_of_its_own_kind() -> None:
    class Theirs:
        access = "a token of theirs"

    assert access_of(Theirs()) is None


async def test_it_is_told_of_once_and_noted_in_the_book(service: Service) -> None:
    ends = service.clock.now() + timedelta(hours=30)
    service.connector.access = Access(ends_at=ends)

    for _ in range(14):
        await service.work("poll", "alert")
        service.clock.advance(HOUR)

    [notice] = service.channels.told
    assert (notice.kind, notice.account) == ("account_warning", ACCOUNT)
    assert "cannot be renewed" in notice.reason
    book = await read_account(service.database, ACCOUNT)
    assert book.access is not None
    assert book.access["ends_at"] == ends.isoformat()
    assert book.failures == 0


async def test_a_restarted_daemon_does_not_tell_of_it_again(service: Service) -> None:
    service.connector.access = Access(ends_at=service.clock.now() + HOUR)
    await service.work("poll", "alert")

    service.workers["poll"]._watch._known.clear()  # type: ignore[attr-defined]
    service.connector.access = replace(service.connector.access, calls=CALLS)
    service.clock.advance(timedelta(minutes=5))
    await service.work("poll", "alert")

    assert len(service.channels.told) == 2
    assert "calls" in service.channels.told[1].reason
    assert "renewed" not in service.channels.told[1].reason


async def test_two_daemons_that_see_the_calls_of_a_day_differently_tell_of_them_once(
    service: Service,
) -> None:
    for percent in range(90, 98):  # one was turned away, the other was not
        for short in (True, False):
            service.connector.access = Access(calls=replace(CALLS, used=50 * percent, short=short))
            service.workers["poll"]._watch._known.clear()  # type: ignore[attr-defined]
            await service.work("poll", "alert")
            service.clock.advance(timedelta(minutes=5))

    assert len(service.channels.told) == 1


async def test_what_is_over_may_be_told_of_again(service: Service) -> None:
    for access in (Access(calls=CALLS), Access(), Access(calls=replace(CALLS, day="2026-11-23"))):
        service.connector.access = access
        await service.work("poll", "alert")
        service.clock.advance(timedelta(minutes=5))

    assert len(service.channels.told) == 2


@pytest.mark.parametrize("trouble", [RateLimited(HOUR), Unauthorized("the session is dead")])
async def test_it_is_told_of_when_a_poll_comes_to_nothing(
    service: Service, trouble: Exception
) -> None:
    service.connector.access = Access(calls=CALLS)
    service.connector.trouble.append(trouble)

    await service.work("poll", "alert")

    assert "account_warning" in [notice.kind for notice in service.channels.told]
