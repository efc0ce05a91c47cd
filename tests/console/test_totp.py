"""Codes of a second factor, as RFC 6238 has them."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from responder.console.totp import address, code, matching_step, new_secret, step_at

KEY = base64.b32encode(b"12345678901234567890").decode()  # of the RFC's appendix B


@pytest.mark.parametrize(
    ("seconds", "digits"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(seconds: int, digits: str) -> None:
    assert code(KEY, step_at(datetime.fromtimestamp(seconds, UTC))) == digits


def test_a_clock_may_be_half_a_minute_off_and_no_more() -> None:
    now = datetime(2026, 11, 1, 12, 0, 10, tzinfo=UTC)
    typed = code(KEY, step_at(now))

    assert matching_step(KEY, f" {typed[:3]} {typed[3:]}", now) == step_at(now)
    assert matching_step(KEY, typed, now + timedelta(seconds=30)) == step_at(now)
    assert matching_step(KEY, typed, now - timedelta(seconds=30)) == step_at(now)
    assert matching_step(KEY, typed, now + timedelta(seconds=60)) is None


@pytest.mark.parametrize("typed", ["", "12345", "000000000", "１２３４５６", "\ud800"])
def test_what_is_no_code_opens_nothing(typed: str) -> None:
    assert matching_step(KEY, typed, datetime(2026, 11, 1, tzinfo=UTC)) is None


def test_secrets_are_their_own_and_fit_into_a_link() -> None:
    one, other = new_secret(), new_secret()

    assert one != other
    assert len(base64.b32decode(one)) == 20
    assert address(one, "ann b") == (
        f"otpauth://totp/marketplace-responder%3Aann%20b?secret={one}&issuer=marketplace-responder"
    )
