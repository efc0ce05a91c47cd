"""AliExpress' answers as values, from the samples and from whatever else may come."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.aliexpress import orders, wire
from connectors.base import Author, ConnectorError, Rejected, Reply, Span, Unavailable
from connectors.http import Response
from connectors.order_facts import OrderStatus
from connectors.threaded.source import Head
from connectors.top import answer
from connectors.top.values import Row

SAMPLES = Path(__file__).parents[3] / "connectors" / "aliexpress" / "samples"
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HEAD = Head(
    thread="2000000000001",
    latest="",
    facts={"buyer": "ru17", "buyer_id": "1700000001"},
)
KEYS = st.sampled_from([
    "result", "is_success", "relation_list", "relation_result", "message_detail_list", "data", "id",
    "message_detail", "channel_id", "rank", "gmt_create", "sender_ali_id", "file_path_list",
    "file_path", "summary", "error_code", "child_order_list", "order_amount",
])  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=14,
)


def told(body: bytes, *, writes: bool = True) -> Row:
    return wire.result(answer.read(Response(200, {}, body), writes=writes), writes=writes)


def sample(name: str) -> Row:
    return told((SAMPLES / f"{name}.json").read_bytes(), writes=False)


def reply(text: str, **reply_to: str) -> Reply:
    where = {"buyer": "ru17", "kind": "order", "about": "81"} | reply_to
    return Reply(id="reply-1", thread="2000000000001", text=text, reply_to=where)


def test_a_page_of_the_list_names_each_channel() -> None:
    page = wire.heads(sample("querymsgrelationlist"), NOW)

    assert [(head.thread, head.latest) for head in page.heads] == [
        ("2000000000001", "7200000000000000003"),
        ("2000000000002", "7200000000000000009"),
    ]
    assert page.heads[0].facts == {
        "buyer": "ru1700000001abc",
        "buyer_id": "1700000001",
        "name": "Ivan P.",
    }
    assert [item.reason for item in page.set_aside] == ["a channel without an id"]


def test_ranks_and_states_of_channels_are_read() -> None:
    found = wire.marks(sample("querymsgrelationlist"))

    assert found["2000000000001"] == wire.Marks(rank="green", is_dealt_with=True)
    assert found["2000000000002"] == wire.Marks(rank="white", is_dealt_with=False)


def test_a_rank_is_given_by_its_color() -> None:
    assert wire.rank_call("7", "purple").params == {"channel_id": "7", "rank": "rank5"}
    with pytest.raises(Rejected):
        wire.rank_call("7", "pink")


def test_a_channel_tells_who_wrote_what_and_sets_the_rest_aside() -> None:
    page = wire.thread(sample("querymsgdetaillist"), HEAD, NOW)
    question, answered = page.messages

    assert (question.author, question.text, question.id) == (
        Author.BUYER,
        "Where is it?",
        "7200000000000000003",
    )
    assert question.order_ids == ("8100000000000001",)
    assert question.sent_at == datetime(2025, 11, 20, 8, 40, tzinfo=UTC)
    assert [one.ref for one in question.attachments] == ["https://ae01.alicdn.com/box.jpg"]
    assert question.reply_to["kind"] == "order"
    assert (answered.author, answered.order_ids) == (Author.SELLER, ())
    assert [item.reason for item in page.set_aside] == [
        "a message without a readable time",
        "a message without an id",
        "a message of which nobody knows who wrote it",
    ]
    assert page.named == 5


def test_what_is_no_object_and_a_picture_without_an_address_spoil_nothing() -> None:
    row: Row = {
        "message_detail_list": {
            "message_detail": [
                "text",
                {
                    "id": "1",
                    "gmt_create": "1763628000000",
                    "sender_ali_id": "1700000001",
                    "file_path_list": {"file_path": [{"l_path": "http://[bad"}]},
                },
            ]
        }
    }

    page = wire.thread(row, HEAD, NOW)

    assert [one.name for one in page.messages[0].attachments] == ["picture"]
    assert [item.reason for item in page.set_aside] == ["messages that are no objects"]
    assert page.named == 2


def test_a_reply_names_the_buyer_and_what_it_is_about() -> None:
    call = wire.delivery(reply("Unterwegs 😀"), "shop")

    assert call.writes
    assert json.loads(call.params["create_param"]) == {
        "buyer_id": "ru17",
        "seller_id": "shop",
        "message_type": "order",
        "extern_id": "81",
        "content": "Unterwegs 😀",
    }


@pytest.mark.parametrize(
    "bad", [reply(" "), reply("a" * 1001), reply("a", buyer=""), reply("a", kind="x")]
)
def test_what_cannot_be_sent_is_rejected_before_it_leaves(bad: Reply) -> None:
    with pytest.raises(Rejected):
        wire.delivery(bad, "shop")


def test_an_error_inside_a_good_answer_is_found_and_quotes_nobody() -> None:
    with pytest.raises(Rejected) as refused:
        sample("addmsg_refused")

    assert "100007" in str(refused.value)
    assert "Ivan" not in str(refused.value)
    assert sample("addmsg")["channel_id"] == "2000000000001"


@pytest.mark.parametrize("inner", ["{}", '{"channel_id":"1"}', '{"error_code":0}'])
def test_an_answer_that_does_not_say_whether_it_was_done_may_hide_either(inner: str) -> None:
    body = f'{{"x_response":{{"result":{inner},"request_id":"1"}}}}'.encode()

    with pytest.raises(Unavailable) as silent:
        told(body)

    assert silent.value.maybe_done
    assert told(body, writes=False) is not None


def test_an_error_inside_is_one_also_where_nothing_else_is_said() -> None:
    with pytest.raises(Rejected, match="100007"):
        told(b'{"x_response":{"result":{"error_code":"100007"}}}')


def test_the_platforms_own_error_inside_may_hide_that_it_was_done() -> None:
    body = b'{"x_response":{"result":{"is_success":false,"error_code":"isp.system-busy"}}}'

    with pytest.raises(Unavailable) as lost:
        told(body)

    assert lost.value.maybe_done


def test_an_order_is_told_in_pacific_time() -> None:
    order = orders.order(sample("order_info"))

    assert order is not None
    assert (order.id, order.status, order.total) == (
        "8100000000000001",
        OrderStatus.SHIPPED,
        "17.98",
    )
    assert order.ordered_at == datetime(2025, 11, 11, 7, 30, tzinfo=UTC)
    assert (order.carrier, order.tracking_number) == ("CAINIAO_STANDARD", "LP001CN")
    assert [(item.quantity, item.price) for item in order.items] == [(2, "8.99")]


def test_a_list_is_asked_for_by_time_in_milliseconds() -> None:
    call = wire.relations(Span(since=NOW - timedelta(days=1), until=NOW), 2)

    assert json.loads(call.params["query"]) == {
        "current_page": 2,
        "page_size": 100,
        "start_time": 1795078800000,
        "end_time": 1795165200000,
    }


@given(body=st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_values_or_one_of_the_four(body: bytes) -> None:
    try:
        row = told(body)
    except ConnectorError:
        return
    page, thread = wire.heads(row, NOW), wire.thread(row, HEAD, NOW)
    wire.marks(row)
    orders.order(row)

    assert all(item.id for item in (*page.set_aside, *thread.set_aside))
    assert thread.named == len(thread.messages) + len(thread.set_aside)
    assert all(one.id for one in thread.messages)
