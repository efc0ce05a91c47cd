"""TOP's answers as bytes, and what they become. No I/O."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import connectors.taobao
from connectors.base import (
    ConnectorError,
    OrderStatus,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
)
from connectors.http import Response
from connectors.taobao import chat, exchange, refund, tmc, trade
from connectors.top import answer, values
from connectors.top.errors import NotThere, SessionRefused, TopError, failure
from connectors.top.values import Row

SAMPLES = Path(connectors.taobao.__file__).parent / "samples"


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def read(body: bytes, *, status: int = 200, writes: bool = False) -> Row:
    return answer.read(Response(status, {}, body), writes=writes)


def raised(body: bytes, *, status: int = 200, writes: bool = False) -> ConnectorError:
    with pytest.raises(ConnectorError) as caught:
        read(body, status=status, writes=writes)
    return caught.value


# ------------------------------------------------------------------ values


def test_every_leaf_becomes_text_and_a_64_bit_id_keeps_its_digits() -> None:
    row = read(b'{"id":7104300007405429232,"price":1.10,"yes":true,"no":false,"nothing":null}')

    assert row == {
        "id": "7104300007405429232",
        "price": "1.10",
        "yes": "true",
        "no": "false",
        "nothing": "",
    }


@pytest.mark.parametrize(
    "written",
    [
        {"list": {"one": [{"id": "1"}]}},
        {"list": {"one": {"id": "1"}}},
        {"list": [{"id": "1"}, "stray"]},
        {"list": {"id": "1"}},
    ],
)
def test_a_list_of_one_is_read_however_it_is_wrapped(written: Row) -> None:
    assert values.rows(written, "list", "one") == [{"id": "1"}]


@pytest.mark.parametrize("written", [{}, {"list": ""}, {"list": {}}, {"list": {"one": ""}}])
def test_an_empty_list_has_many_faces(written: Row) -> None:
    assert values.rows(written, "list", "one") == []


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("2026-11-22 00:30:00", datetime(2026, 11, 21, 16, 30, tzinfo=UTC)),
        ("1795316157123", datetime(2026, 11, 22, 2, 55, 57, 123000, tzinfo=UTC)),
        ("2026-11-22T00:30:00+00:00", datetime(2026, 11, 22, 0, 30, tzinfo=UTC)),
        ("", None),
        ("yesterday", None),
        ("0001-01-01 00:00:00", None),
        ("99999999999999999999", None),
        ("12345", None),
    ],
)
def test_a_time_is_read_in_china_or_in_milliseconds(written: str, read_as: datetime | None) -> None:
    assert values.moment({"t": written}, "t") == read_as


def test_times_are_written_in_china_and_in_milliseconds() -> None:
    moment = datetime(2026, 12, 31, 16, 0, 1, 500000, tzinfo=UTC)

    assert values.stamp(moment) == "2027-01-01 00:00:01"
    assert values.milliseconds(moment) == "1798732801500"


@pytest.mark.parametrize(("written", "count"), [("12", 12), ("x", 0), ("", 0), ("9" * 20, 0)])
def test_a_count_that_is_no_count_is_zero(written: str, count: int) -> None:
    assert values.number({"n": written}, "n") == count


def test_text_is_fit_to_be_stored() -> None:
    row: Row = {"t": "a\0😀\ud83d", "pair": "\ud83d\ude00", "list": []}

    assert values.text(row, "t") == "a😀�"
    assert values.text(row, "pair") == "😀"
    assert values.text(row, "list") == ""
    assert values.row(row, "t") == {}


# ------------------------------------------------------------------ answers


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


@pytest.mark.parametrize(
    ("status", "kind"), [(403, Unauthorized), (404, Rejected), (429, RateLimited)]
)
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


def test_a_ban_names_its_seconds() -> None:
    error = raised(sample("error_ban.xml"))

    assert isinstance(error, RateLimited)
    assert error.retry_after == timedelta(seconds=71)


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


# ------------------------------------------------------------------ TMC


def test_events_tell_which_wake_and_which_are_broken() -> None:
    told = tmc.events(read(sample("tmc_messages_consume.json")))

    assert [event.wakes for event in told] == [True, False, True]
    assert told[0].id == "7104300007405429232"
    assert told[0].announced == datetime(2026, 11, 22, 2, 55, 57, tzinfo=UTC)
    assert told[1].announced is None
    assert told[2].content is None
    assert told[2].announced is None


@pytest.mark.parametrize("content", ['{"a":1}', {"a": "1"}])
def test_content_is_read_packed_and_unpacked(content: values.Value) -> None:
    answered: Row = {"messages": [{"id": "1", "topic": "t", "content": content}]}

    [event] = tmc.events(answered)

    assert event.content == {"a": "1"}


@pytest.mark.parametrize("content", ["[]", "", "[" * 100_000])
def test_content_that_is_no_object_is_none(content: str) -> None:
    [event] = tmc.events({"messages": [{"id": "1", "topic": "t", "content": content}]})

    assert event.content is None


def test_an_empty_queue_gives_no_events() -> None:
    assert tmc.events(read(sample("tmc_messages_consume_empty.json"))) == []


def test_confirmations_go_in_twos_of_hundreds() -> None:
    calls = tmc.confirm([str(number) for number in range(450)], "shop")

    sizes = [call.params["s_message_ids"].count(",") + 1 for call in calls]
    assert sizes == [200, 200, 50]
    assert tmc.confirm([], "shop") == []


def test_the_default_group_has_a_name_only_for_its_queue() -> None:
    assert tmc.queue("").params["group_name"] == "default"
    assert tmc.consume("").params["group_name"] == ""


def test_what_waits_is_put_less_taken() -> None:
    assert tmc.waiting({"datas": [{"put_toal": "7", "get_total": "5"}, {"put_toal": "x"}]}) == 2


# ------------------------------------------------------------------ refunds, chat, trades


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [("id", "", "id"), ("created", "soon", "time"), ("owner_role", "9", "role")],
)
def test_a_refund_message_that_cannot_be_read_is_named(field: str, value: str, reason: str) -> None:
    row: Row = {"id": "1", "created": "2026-11-22 10:00:00", "owner_role": "1", field: value}

    page = refund.thread_page({"refund_messages": {"refund_message": row}})

    [broken] = page.broken
    assert page.messages == ()
    assert reason in broken.reason
    assert broken.id


def test_a_refund_tells_its_deadline() -> None:
    told = refund.refund(read(sample("refund_get.json")))

    assert told.deadline == datetime(2026, 11, 27, 2, 55, 57, tzinfo=UTC)
    assert (told.order_id, told.phase, told.fee) == ("2201100000000000001", "aftersale", "79.00")


def test_a_refund_without_a_deadline_has_none() -> None:
    told = refund.refund({"refund": {"refund_remind_timeout": {"exist_timeout": "false"}}})

    assert told.deadline is None


def test_the_thread_of_an_exchange_is_read_with_its_own_roles() -> None:
    page = exchange.thread_page(refund.EXCHANGE, read(sample("exchange_messages_get.json")))

    assert [(one.id, one.role) for one in page.messages] == [
        ("7104300007405429300", refund.BUYER),
        ("7104300007405429301", refund.SELLER),
        ("7104300007405429302", refund.STAFF),
    ]
    assert (page.messages[0].nick, page.total, page.broken) == ("小王", 3, ())


def test_changed_refunds_are_named_with_their_phase() -> None:
    named, total = refund.changed_refunds(
        {"refunds": [{"refund_id": "1", "refund_phase": "onsale"}, {}], "total_results": "7"}
    )

    assert (named, total) == ([("1", "onsale")], 7)


def test_a_chat_page_is_read() -> None:
    page = chat.page(read(sample("chat_messages_get.json")), "")

    first, second = page.messages
    assert (first.by_buyer, second.by_buyer) == (True, False)
    assert first.written == datetime(2026, 11, 22, 2, 55, 57, 123000, tzinfo=UTC)
    assert (second.client_id, second.order_id) == ("reply-1", "2201100000000000002")
    assert (page.last_id, page.more) == ("7104300007405429251", True)


@pytest.mark.parametrize(
    ("field", "value"), [("id", ""), ("chat_id", ""), ("created", ""), ("direction", "?")]
)
def test_a_chat_message_that_cannot_be_read_is_named(field: str, value: str) -> None:
    row: Row = {
        "id": "1",
        "chat_id": "2",
        "created": "1795316157123",
        "direction": "buyer",
        field: value,
    }

    page = chat.page({"messages": [row]}, "")

    assert len(page.broken) == 1
    assert page.messages == ()


def test_a_chat_position_without_last_id_is_the_last_message() -> None:
    page = chat.page({"messages": [{"id": "7"}, {"id": ""}], "has_next": "true"}, "3")

    assert (page.last_id, page.more) == ("7", True)


def test_a_chat_page_that_leads_nowhere_has_no_more() -> None:
    page = chat.page({"has_next": "true"}, "3")

    assert (page.last_id, page.more) == ("3", False)


def test_an_order_is_read() -> None:
    told = read(sample("trade_fullinfo_get.json"))

    order = trade.order(told)

    assert order is not None
    assert order.status is OrderStatus.SHIPPED
    assert order.ordered_at == datetime(2026, 11, 18, 1, 0, tzinfo=UTC)
    assert (order.carrier, order.tracking_number) == ("顺丰速运", "SF000000000001")
    assert (order.total, order.currency) == ("79.00", "CNY")
    assert order.refund_status == "WAIT_SELLER_AGREE"
    assert order.items[0].quantity == 1
    assert trade.refund_id(told) == "110000000000000001"


def test_no_order_is_none() -> None:
    assert trade.order({}) is None


def test_a_status_that_nobody_knows_is_unknown_and_no_refund_is_none() -> None:
    order = trade.order(
        {"trade": {"tid": "1", "status": "NEW", "orders": [{"refund_status": "NO_REFUND"}]}}
    )

    assert order is not None
    assert order.status is OrderStatus.UNKNOWN
    assert order.refund_status == ""


def test_an_empty_memo_is_reset() -> None:
    assert trade.update_memo("1", "", 0).params["reset"] == "true"
    assert trade.update_memo("1", "SF", 0).params["reset"] == ""


def test_changed_refunds_come_by_their_deadline_then_by_how_long_they_are_unchanged() -> None:
    def row(name: str, timeout: str = "") -> dict[str, Any]:
        remind = {"exist_timeout": "true", "timeout": timeout} if timeout else {}
        return {"refund_id": name, "refund_phase": "onsale", "refund_remind_timeout": remind}

    newest_first = [
        row("newest"),
        row("late", "2026-11-23 00:00:00"),
        {"refund_phase": "onsale"},
        row("soon", "2026-11-21 00:00:00"),
        row("oldest"),
    ]
    told = values.plain({"refunds": {"refund": newest_first}})

    assert isinstance(told, dict)
    named = [name for name, _ in refund.by_deadline(told)]
    assert named == ["soon", "late", "oldest", "newest"]
