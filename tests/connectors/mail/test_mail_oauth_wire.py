"""What is asked of a token URL, and what its answers mean."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from connectors.base import ConnectorError, RateLimited, Unauthorized, Unavailable
from connectors.grant import Grant
from connectors.http import Response
from connectors.mail.wire import oauth
from connectors.mail.xoauth2 import Answers

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
BEFORE = Grant(session="old", refresh_token="long", number=3)
GOOD: dict[str, Any] = {"access_token": "ya29.new", "token_type": "Bearer", "expires_in": 3599}


def answer(status: int, body: object, **headers: str) -> Response:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response(status, {name.replace("_", "-"): value for name, value in headers.items()}, raw)


def renewed(**changes: object) -> Grant:
    told = {name: value for name, value in (GOOD | changes).items() if value is not None}
    return oauth.renewed(answer(200, told), BEFORE, NOW)


def failed(status: int, body: object, **headers: str) -> ConnectorError:
    with pytest.raises(ConnectorError) as raised:
        oauth.renewed(answer(status, body, **headers), BEFORE, NOW)
    assert "secret words" not in str(raised.value)
    return raised.value


def test_the_login_is_what_googles_page_shows() -> None:
    # developers.google.com/gmail/imap/xoauth2-protocol, before base64
    assert oauth.shown("someuser@example.com", "ya29.vF9") == (
        b"user=someuser@example.com\x01auth=Bearer ya29.vF9\x01\x01"
    )


@pytest.mark.parametrize(
    ("challenge", "status"),
    [
        (b'{"status":"401","schemes":"bearer mac","scope":"https://mail.google.com/"}\n', "401"),
        (b'{"status":"invalid_token","schemes":"bearer"}', "invalid_token"),
        (b'{"status":400}', "400"),
        (b"{}", ""),
        (b"[]", ""),
        (b"\xff", ""),
        (b"[" * 100_000, ""),
        (b'{"status":"<b>secret</b>"}', "another error"),
        (b'{"status":"atokenoflettersalone"}', "another error"),
        (b'{"status":"4011"}', "another error"),
    ],
)
def test_a_challenge_names_a_status(challenge: bytes, status: str) -> None:
    assert oauth.status_in(challenge) == status


def test_a_refused_login_is_answered_with_nothing() -> None:
    answers = Answers("me", "token")

    assert answers(b"") == oauth.shown("me", "token")
    assert answers(b'{"status":"401"}') == b""
    assert answers.status == "401"


def test_a_renewal_asks_for_what_is_given_and_for_nothing_empty() -> None:
    whole = parse_qs(oauth.renewal("id", "s&1", "long", "a b").decode())
    public = parse_qs(oauth.renewal("id", "", "long", "").decode())

    assert whole == {
        "grant_type": ["refresh_token"],
        "client_id": ["id"],
        "client_secret": ["s&1"],
        "refresh_token": ["long"],
        "scope": ["a b"],
    }
    assert public.keys() == {"grant_type", "client_id", "refresh_token"}


def test_google_keeps_the_refresh_token_and_microsoft_gives_the_next() -> None:
    google, microsoft = renewed(), renewed(refresh_token="next")

    assert (google.session, google.refresh_token) == ("ya29.new", "long")
    assert (google.given_at, google.ends_at) == (NOW, NOW + timedelta(seconds=3599))
    assert google.number == 4
    assert microsoft.refresh_token == "next"
    assert "ya29" not in repr(google)


@pytest.mark.parametrize(
    ("told", "life"),
    [
        ("3600", timedelta(hours=1)),
        (None, oauth.LIFE),
        (True, oauth.LIFE),
        (-5, oauth.LIFE),
        (0, oauth.LIFE),
        ("soon", oauth.LIFE),
        (10**12, oauth.LIFE),
        (10**8, oauth.LONGEST),
    ],
)
def test_a_life_that_cannot_be_read_is_an_hour_and_none_is_longer_than_a_day(
    told: object, life: timedelta
) -> None:
    assert renewed(expires_in=told).ends_at == NOW + life


def test_a_refresh_token_that_no_request_could_carry_is_not_taken() -> None:
    assert renewed(refresh_token="two words").refresh_token == "long"
    assert renewed(refresh_token={"a": 1}).refresh_token == "long"


@pytest.mark.parametrize(
    ("status", "body", "failure", "said"),
    [
        (400, {"error": "invalid_grant", "error_description": "secret words"}, Unauthorized, "gra"),
        (401, {"error": "invalid_client"}, Unauthorized, "invalid_client"),
        (400, {"error": "unauthorized_client"}, Unauthorized, "unauthorized_client"),
        (400, {"error": "interaction_required"}, Unauthorized, "interaction_required"),
        (400, {"error": "temporarily_unavailable"}, Unavailable, "temporarily_unavailable"),
        (400, {"error": "slow_down"}, RateLimited, "slow_down"),
        (403, {"error": "rate_limit_exceeded"}, RateLimited, "rate_limit_exceeded"),
        (200, {"error": "invalid_grant"}, Unauthorized, "invalid_grant"),
        (400, {"error": {"message": "secret words"}}, Unauthorized, "(another error)"),
        (403, b"<html>secret words</html>", Unauthorized, "403"),
        (404, b"<html>", ConnectorError, "404"),
        (400, {}, ConnectorError, "400"),
        (503, {"error": "invalid_grant"}, Unavailable, "503"),
        (500, b"", Unavailable, "500"),
        (200, b"<html>ok</html>", Unavailable, "cannot be read"),
        (200, [], Unavailable, "cannot be read"),
        (200, b"[" * 100_000, Unavailable, "cannot be read"),
        (200, {}, Unavailable, "without an access token"),
        (200, {"access_token": "two words"}, Unavailable, "without an access token"),
        (200, {"access_token": "t", "token_type": "mac"}, Unauthorized, "of a kind"),
        (302, b"", ConnectorError, ""),
    ],
)
def test_what_an_answer_without_a_token_means(
    status: int, body: object, failure: type[ConnectorError], said: str
) -> None:
    error = failed(status, body)

    assert isinstance(error, failure)
    assert said in str(error)


@pytest.mark.parametrize("token", ["1//0g-Ab3_xyz", "letters_alone", "INVALID_GRANT_", 7])
def test_a_token_that_is_thrown_back_as_an_error_is_not_repeated(token: object) -> None:
    error = failed(400, {"error": token})

    assert str(error) == "the renewal was refused (another error)"


def test_too_many_questions_are_waited_for_as_long_as_it_says() -> None:
    error = failed(429, b"", retry_after="7")

    assert isinstance(error, RateLimited)
    assert error.retry_after == timedelta(seconds=7)
