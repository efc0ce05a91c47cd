"""A shop that does not answer says what to check."""

import ssl
from datetime import timedelta
from socket import gaierror

import pytest

from connectors.base import ConnectorError, RateLimited, Rejected, Unauthorized, Unavailable
from responder.trial import because


def failed(said: str, why: BaseException) -> ConnectorError:
    """What a connector raises ``from`` what the network said."""
    error = Unavailable(said)
    error.__cause__ = why
    return error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (failed("IMAP: gaierror", gaierror(-2)), "cannot be found: check imap.host"),
        (failed("SMTP: X", gaierror(-2)), "cannot be found: check smtp.host"),
        (failed("cannot connect: X", gaierror(-2)), "check this machine's network"),
        (failed("IMAP: X", ConnectionRefusedError()), "nobody answers there: check imap.port"),
        (failed("cannot connect: X", ConnectionRefusedError()), "check proxy"),
        (failed("SMTP: X", ssl.SSLError()), "check smtp.port, smtp.tls"),
        (failed("IMAP: X", TimeoutError()), "check imap.host, imap.port"),
        (TimeoutError(), "no answer came in time: check proxy"),
        (Unauthorized("login"), "does not accept these credentials: login"),
        (Rejected("no folder INBOX"), "says no: no folder INBOX"),
        (RateLimited(timedelta(seconds=5)), "asks us to wait"),
        (Unavailable("HTTP 502"), "the shop cannot be reached: HTTP 502"),
    ],
)
def test_what_to_check_is_told_by_what_lies_under_an_error(
    error: ConnectorError | TimeoutError, said: str
) -> None:
    assert said in str(because(error))


def test_a_cause_below_another_one_is_found() -> None:
    below = OSError()
    below.__context__ = gaierror(-2)

    assert "imap.host" in str(because(failed("IMAP: OSError", below)))
