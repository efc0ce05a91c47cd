"""A webhook's signature: right, once, lately, or it is refused."""

import hmac
from base64 import b64decode, b64encode
from datetime import timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.alerts.webhook import TOLERANCE, headers, verified
from responder.testing import FakeClock

SECRET = "a secret of sixteen or more"
BODY = b'{"id":"night-1"}'
NOW = FakeClock().now()


def test_it_is_what_standard_webhooks_says() -> None:
    """The reference example of https://www.standardwebhooks.com, worked out by hand."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    at = NOW.fromtimestamp(1614265330, NOW.tzinfo)

    given_ = headers(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", body, at)

    assert given_["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    key = b64decode(secret.removeprefix("whsec_"))
    words = b"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330." + body
    assert (
        given_["webhook-signature"]
        == "v1," + b64encode(hmac.new(key, words, sha256).digest()).decode()
    )


def test_a_receiver_accepts_what_we_send() -> None:
    assert verified(SECRET, headers(SECRET, "night-1", BODY, NOW), BODY, NOW)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_nothing_of_it_may_be_missing_or_other(name: str) -> None:
    given_ = headers(SECRET, "night-1", BODY, NOW)

    for other in ("", "1", "v1,AAAA", "é", "9" * 30):
        assert not verified(SECRET, given_ | {name: other}, BODY, NOW)
    assert not verified(SECRET, {one: given_[one] for one in given_ if one != name}, BODY, NOW)


@given(st.binary(max_size=50))
def test_another_body_is_refused(body: bytes) -> None:
    given_ = headers(SECRET, "night-1", BODY, NOW)

    assert verified(SECRET, given_, body, NOW) == (body == BODY)


def test_an_old_request_is_refused_and_so_is_one_of_the_future() -> None:
    given_ = headers(SECRET, "night-1", BODY, NOW)
    moment = timedelta(seconds=1)

    assert verified(SECRET, given_, BODY, NOW + TOLERANCE)
    assert not verified(SECRET, given_, BODY, NOW + TOLERANCE + moment)
    assert not verified(SECRET, given_, BODY, NOW - TOLERANCE - moment)


def test_one_of_several_signatures_is_enough_while_a_secret_is_changed() -> None:
    new, old = (headers(one, "night-1", BODY, NOW) for one in (SECRET, "the old one of these"))
    both = new | {"webhook-signature": f"{old['webhook-signature']} {new['webhook-signature']}"}

    assert verified(SECRET, both, BODY, NOW)
