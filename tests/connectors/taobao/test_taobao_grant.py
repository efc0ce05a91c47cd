"""What a shop has granted: from bytes to a session or one of the four failures, and sealed."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import ConnectorError, RateLimited, Unauthorized, Unavailable
from connectors.grant import Grant, dump_grant, load_grant
from connectors.http import Response
from connectors.seal import seal, unseal
from connectors.top.grant import renewal, renewed

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
BEFORE = Grant(session="old", refresh_token="r-old")
DAY = timedelta(days=1)
NAMES = [
    *("access_token", "refresh_token", "expires_in", "re_expires_in", "w2_expires_in"),
    *("expire_time", "r1_valid", "error", "error_response"),
]


def told(body: bytes | dict[str, object], status: int = 200) -> Grant:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return renewed(Response(status, {}, raw), BEFORE, NOW)


def refused(body: bytes | dict[str, object], status: int = 200) -> ConnectorError:
    with pytest.raises(ConnectorError) as caught:
        told(body, status)
    return caught.value


def test_every_life_of_an_answer_is_read_by_what_is_left_of_it() -> None:
    grant = told(
        {
            "access_token": "new",
            "expires_in": 2592000,
            "refresh_token": "r-new",
            "re_expires_in": 5184000,
            "r1_expires_in": 2592000,
            "r2_expires_in": 86400,
            "w1_expires_in": "2592000",
            "w2_expires_in": 300,
        }
    )

    assert (grant.session, grant.refresh_token) == ("new", "r-new")
    assert (grant.ends_at, grant.renewable_until) == (NOW + 30 * DAY, NOW + 60 * DAY)
    assert grant.levels == {
        "r1": NOW + 30 * DAY,
        "r2": NOW + DAY,
        "w1": NOW + 30 * DAY,
        "w2": NOW + timedelta(minutes=5),
    }
    assert grant.lapsed(NOW + timedelta(hours=1)) == ("w2",)
    assert "r-new" not in repr(grant)
    assert "session" not in repr(grant)


def test_a_newer_answer_names_moments_in_milliseconds() -> None:
    stamp = int((NOW + 10 * DAY).timestamp() * 1000)

    grant = told({"access_token": "new", "expire_time": stamp, "w1_valid": stamp})

    assert (grant.ends_at, grant.levels) == (NOW + 10 * DAY, {"w1": NOW + 10 * DAY})


def test_a_token_that_is_not_named_again_goes_on_and_one_that_may_not_is_dropped() -> None:
    assert told({"access_token": "new"}).refresh_token == "r-old"
    last = told({"access_token": "new", "refresh_token": "x", "re_expires_in": 0})
    assert last.refresh_token == ""
    assert not last.is_due(NOW + 100 * DAY)


@pytest.mark.parametrize("untold", [None, "", "?"])
def test_an_end_of_renewing_that_is_not_told_is_no_end(untold: object) -> None:
    grant = told({"access_token": "new", "refresh_token": "x", "re_expires_in": untold})

    assert (grant.refresh_token, grant.renewable_until) == ("x", None)


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        (
            {"error": "invalid_grant", "error_description": "a description"},
            400,
            Unauthorized,
        ),
        ({"error": "invalid_client"}, 401, Unauthorized),
        ({"error": "temporarily_unavailable"}, 503, Unavailable),
        ({"error_response": {"code": 27, "msg": "Invalid session"}}, 200, Unauthorized),
        ({"error_response": {"code": 7, "msg": "App Call Limited"}}, 200, RateLimited),
        ({"expires_in": 1}, 200, Unavailable),
        ({"access_token": "with a blank"}, 200, Unavailable),
        ({"access_token": ["x"]}, 200, Unavailable),
        (b"<html>busy</html>", 200, Unavailable),
        (b"<html>busy</html>", 502, Unavailable),
        (b"\xff\x00", 429, RateLimited),
        (b"[]", 401, Unauthorized),
        (b"{}", 403, Unauthorized),
        (b"", 200, Unavailable),
    ],
)
def test_anything_else_is_a_decision(
    body: bytes | dict[str, object], status: int, kind: type[ConnectorError]
) -> None:
    failure = refused(body, status)

    assert isinstance(failure, kind)
    assert "description" not in str(failure)
    if isinstance(failure, Unavailable):
        assert failure.maybe_done, "it may have been renewed all the same"


def test_a_token_that_is_thrown_back_as_an_error_is_not_repeated() -> None:
    assert str(refused({"error": "lettersalone"}, 400)) == "the renewal was refused (another error)"


@given(
    body=st.one_of(
        st.binary(max_size=300),
        st.dictionaries(
            st.sampled_from(NAMES),
            st.one_of(st.text(max_size=30), st.integers(), st.none(), st.lists(st.integers())),
        ).map(lambda one: json.dumps(one).encode()),
    ),
    status=st.sampled_from([200, 400, 401, 429, 500]),
)
def test_no_bytes_raise_anything_else(body: bytes, status: int) -> None:
    try:
        grant = told(body, status)
    except ConnectorError:
        return
    assert grant.session.isascii()
    grant.is_due(NOW)


def test_it_is_renewed_after_two_thirds_of_what_ends_first_and_lives_half_a_day() -> None:
    life = Grant(session="s", refresh_token="r", given_at=NOW, ends_at=NOW + 30 * DAY)
    level = Grant(
        session="s",
        refresh_token="r",
        given_at=NOW,
        ends_at=NOW + 30 * DAY,
        levels={"w2": NOW + timedelta(minutes=5), "r2": NOW + 3 * DAY},
    )

    assert (life.renew_at, level.renew_at) == (NOW + 20 * DAY, NOW + 2 * DAY)
    assert Grant(session="s", ends_at=NOW + 3 * DAY).renew_at == NOW + 2 * DAY
    assert Grant(session="s", refresh_token="r").is_due(NOW)


def test_a_session_that_was_just_given_is_never_due_whatever_was_told_of_its_end() -> None:
    untold = Grant(session="s", refresh_token="r", given_at=NOW)
    short = replace(untold, renewable_until=NOW + timedelta(seconds=1))

    assert (untold.is_due(NOW), short.is_due(NOW + timedelta(seconds=30))) == (False, False)
    assert (untold.is_due(NOW + DAY), short.is_due(NOW + timedelta(minutes=1))) == (True, True)


def test_the_request_for_a_renewal_is_a_form() -> None:
    assert renewal("1", "s&", "r=") == (
        b"grant_type=refresh_token&client_id=1&client_secret=s%26&refresh_token=r%3D&view=web"
    )


moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)).map(
    lambda one: one.replace(tzinfo=UTC)
)
grants = st.builds(
    Grant,
    session=st.text(),
    refresh_token=st.text(),
    given_at=st.none() | moments,
    ends_at=st.none() | moments,
    renewable_until=st.none() | moments,
    levels=st.dictionaries(st.sampled_from(["r1", "w2"]), moments),
    number=st.integers(0, 2**53),
)


@given(grant=grants, secret=st.text())
def test_what_is_kept_is_found_again_under_the_same_secret_and_origin(
    grant: Grant, secret: str
) -> None:
    sealed = seal(dump_grant(grant, "origin"), secret)

    assert load_grant(unseal(sealed, secret), "origin") == grant
    assert load_grant(unseal(sealed, secret), "another") is None
    with pytest.raises(ValueError, match="another secret"):
        unseal(sealed, secret + "x")


@given(text=st.text(), at=st.integers(min_value=0), flip=st.integers(1, 255))
def test_a_sealed_text_that_was_changed_is_not_read(text: str, at: int, flip: int) -> None:
    raw = bytearray(urlsafe_b64decode(seal(text, "secret")))
    raw[at % len(raw)] ^= flip

    with pytest.raises(ValueError, match="changed"):
        unseal(urlsafe_b64encode(raw).decode(), "secret")


@pytest.mark.parametrize("sealed", ["", "x", "not base64!", "QUJD"])
def test_what_was_never_sealed_is_not_read(sealed: str) -> None:
    with pytest.raises(ValueError, match="sealed"):
        unseal(sealed, "secret")


@pytest.mark.parametrize("kept", ["{}", "[]", "1", '{"origin":"o"}', '{"origin":"o","session":1}'])
def test_a_text_that_is_no_grant_is_named(kept: str) -> None:
    with pytest.raises(ValueError):
        load_grant(kept, "o")


def test_two_sealed_texts_show_nothing_of_being_the_same() -> None:
    one, two = (seal("the same", "secret") for _ in range(2))

    assert one[20:] != two[20:]
    assert len(one) == len(two)
