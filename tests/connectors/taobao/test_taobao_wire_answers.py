"""TOP's answers as bytes, and what they become: facts, or one of four failures. No I/O."""

from datetime import UTC, datetime, timedelta

import pytest

from connectors.base import ConnectorError, RateLimited, Rejected, Unauthorized, Unavailable
from connectors.taobao import refund
from connectors.top.errors import NotThere, SessionRefused, TopError, failure
from tests.connectors.taobao.samples import read, sample


def raised(body: bytes, *, status: int = 200, writes: bool = False) -> ConnectorError:
    with pytest.raises(ConnectorError) as caught:
        read(body, status=status, writes=writes)
    return caught.value


def test_json_and_xml_say_the_same() -> None:
    from_json = refund.thread_page(read(sample("refund_messages_get.json")))
    from_xml = refund.thread_page(read(sample("refund_messages_get.xml")))

    assert from_json == from_xml
    assert [message.role for message in from_json.messages] == ["1", "2", "3"]
    assert from_json.messages[0].written == datetime(2026, 11, 22, 2, 55, 57, tzinfo=UTC)
    assert from_json.messages[0].pictures == ("https://img.alicdn.com/imgextra/i1/crack.jpg",)
    assert from_json.total == 3


def test_a_simplified_answer_with_a_single_object_is_read() -> None:
    page = refund.thread_page(read(sample("refund_messages_get_simplified.json")))

    assert [message.id for message in page.messages] == ["7104300007405429240"]


def test_a_trailing_comment_and_a_byte_order_mark_are_cut() -> None:
    assert read(b'\xef\xbb\xbf {"a_response":{"b":"1"}}<!--top011.center-->\n') == {"b": "1"}


def test_a_comment_inside_a_text_stays() -> None:
    assert read('{"t":"<!--top--> 亲"}'.encode()) == {"t": "<!--top--> 亲"}


def test_gbk_is_read_where_utf8_was_promised() -> None:
    assert read('{"t":"亲，您好"}'.encode("gbk")) == {"t": "亲，您好"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[1]",
        b"not json",
        b"{",
        b"<open>",
        b"<!DOCTYPE html><html></html>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
        b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b"<a>" * 40 + b"</a>" * 40,
        b'{"n":' + b"9" * 5000 + b",}",
    ],
)
def test_what_is_no_answer_is_unavailable_and_a_write_may_be_done(body: bytes) -> None:
    asked, written = raised(body), raised(body, writes=True)

    assert isinstance(asked, Unavailable)
    assert isinstance(written, Unavailable)
    assert (asked.maybe_done, written.maybe_done) == (False, True)


def test_a_page_of_html_from_the_gateway_may_hide_a_write() -> None:
    error = raised(sample("gateway_502.html"), status=502, writes=True)

    assert isinstance(error, Unavailable)
    assert error.maybe_done
    assert "502" in str(error)


@pytest.mark.parametrize(("status", "kind"), [(403, Unauthorized), (429, RateLimited)])
def test_a_bad_status_counts_where_the_body_is_silent(
    status: int, kind: type[ConnectorError]
) -> None:
    assert type(raised(b"nothing", status=status, writes=True)) is kind
    assert type(raised(b"{}", status=status)) is kind


@pytest.mark.parametrize(
    "body",
    [
        sample("error_session.json"),
        b'{"code":27,"msg":"Invalid session","request_id":"x"}',
        b"<error_response><code>27</code><msg>Invalid session</msg></error_response>",
    ],
)
def test_an_error_with_status_200_is_an_error_wrapped_or_not(body: bytes) -> None:
    assert type(raised(body)) is SessionRefused


@pytest.mark.parametrize("status", [302, 400, 404, 408])
@pytest.mark.parametrize("body", [b"<html><body>Moved<br></body></html>", b"", b"not found"])
def test_what_stands_before_top_says_no_to_nothing(status: int, body: bytes) -> None:
    """A gateway that is being changed, or a page to log in to a network: no refund is to blame."""
    error = raised(body, status=status, writes=True)

    assert isinstance(error, Unavailable)
    assert error.maybe_done
    assert type(raised(b"{}", status=status)) is Rejected


def test_a_page_that_reads_as_xml_is_no_answer() -> None:
    error = raised(b"<html><body>The network wants you to log in</body></html>", writes=True)

    assert isinstance(error, Unavailable)
    assert error.maybe_done


def test_a_ban_names_its_seconds() -> None:
    error = raised(sample("error_ban.xml"))

    assert isinstance(error, RateLimited)
    assert error.retry_after == timedelta(seconds=71)


def test_no_ban_is_believed_to_last_longer_than_a_day() -> None:
    body = b'{"error_response":{"code":7,"sub_msg":"This ban will last for 9999999 more seconds"}}'

    error = raised(body)

    assert isinstance(error, RateLimited)
    assert error.retry_after == timedelta(days=1)


def test_a_reason_never_quotes_the_marketplace() -> None:
    body = '{"error_response":{"code":15,"msg":"张三","sub_code":"isv.张三x","sub_msg":"李四"}}'

    error = raised(body.encode())

    assert str(error) == "TOP code 15 (isv.x)"


@pytest.mark.parametrize(
    ("code", "sub_code", "kind"),
    [
        ("7", "accesscontrol.limited-by-dynamic-access-count", RateLimited),
        ("4", "", RateLimited),
        ("15", "isp.call-limited", RateLimited),
        ("11", "accesscontrol.limited-by-api-access-count", RateLimited),
        ("24", "", Unauthorized),
        ("25", "", Unauthorized),
        ("28", "", Unauthorized),
        ("29", "", Unauthorized),
        ("26", "session-is-blank", SessionRefused),
        ("27", "session-expired", SessionRefused),
        ("44", "", SessionRefused),
        ("53", "invalid-sessionkey", SessionRefused),
        ("11", "isv.permission-api-package-empty", Unauthorized),
        ("12", "", Unauthorized),
        ("13", "", Unauthorized),
        ("15", "isv.permission-ip-whitelist-limit", Unauthorized),
        ("31", "", Unavailable),
        ("30", "", Unavailable),
        ("10", "", Unavailable),
        ("15", "", Unavailable),
        ("15", "isp.top-remote-service-unavailable", Unavailable),
        ("15", "isp.top-remote-connection-timeout-tmall", Unavailable),
        ("3", "", Unavailable),
        ("530", "isp.system-busy", Unavailable),
        ("560", "", Unavailable),
        ("999", "who knows", Unavailable),
        ("", "", Unavailable),
        ("15", "isv.invalid-parameter", Rejected),
        ("3", "isv.invalid-parameter:image", Rejected),
        ("50", "isv.something", Rejected),
        ("40", "", Rejected),
        ("41", "", Rejected),
        ("43", "", Rejected),
        ("9", "", Rejected),
        ("22", "", Rejected),
        ("565", "", Rejected),
        ("566", "", Rejected),
        ("562", "", NotThere),
        ("15", "isv.refund-not-exist", NotThere),
        ("15", "isv.trade-not-exist", NotThere),
    ],
)
def test_every_code_is_a_decision(code: str, sub_code: str, kind: type[ConnectorError]) -> None:
    assert type(failure(TopError(code, sub_code), writes=False)) is kind


@pytest.mark.parametrize("sub_code", ["isp.top-remote-connection-timeout", ""])
def test_a_platform_fault_after_a_write_may_be_done(sub_code: str) -> None:
    error = failure(TopError("15", sub_code), writes=True)

    assert isinstance(error, Unavailable)
    assert error.maybe_done


def test_a_wrong_clock_is_said_and_has_done_nothing() -> None:
    error = failure(TopError("31"), writes=True)

    assert isinstance(error, Unavailable)
    assert not error.maybe_done
    assert "clock" in str(error)
