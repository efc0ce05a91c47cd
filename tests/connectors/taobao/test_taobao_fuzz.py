"""Whatever bytes come, only the four failures leave, and every row is accounted for."""

import json
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.base import ConnectorError
from connectors.http import Response
from connectors.taobao import chat, exchange, refund, tmc, trade
from connectors.top import answer
from connectors.top.values import Row, plain, rows

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "error_response",
                    "x_response",
                    "code",
                    "msg",
                    "sub_msg",
                    "messages",
                    "tmc_message",
                    "refund_message",
                    "id",
                    "created",
                    "content",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        name: st.none() | st.text(max_size=6) | st.integers()
        for name in ("id", "created", "owner_role", "content", "chat_id", "direction", "topic")
    },
)


def survives(body: bytes, status: int) -> None:
    try:
        told = answer.read(Response(status, {}, body), writes=True)
    except ConnectorError:
        return
    tmc.events(told)
    refund.thread_page(told)
    with suppress(ConnectorError):
        exchange.thread_page(refund.EXCHANGE, told)
    refund.refund(told)
    chat.page(told, "")
    trade.order(told)


@given(body=st.binary(max_size=80), status=st.sampled_from([200, 403, 502]))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_an_answer_or_one_of_the_four(body: bytes, status: int) -> None:
    survives(body, status)


@given(value=JSON)
@settings(max_examples=150, deadline=None)
def test_any_json_is_an_answer_or_one_of_the_four(value: object) -> None:
    survives(json.dumps(value).encode(), 200)


@given(text=st.text(st.sampled_from("<>/ab!-&;\"'= ?error_response"), max_size=60).map("<".__add__))
@settings(max_examples=150, deadline=None)
def test_anything_like_xml_is_an_answer_or_one_of_the_four(text: str) -> None:
    survives(text.encode(), 200)


@given(items=st.lists(FIELDS, max_size=5))
@settings(max_examples=100, deadline=None)
def test_every_row_becomes_a_message_or_is_named_as_broken(items: list[dict[str, object]]) -> None:
    told = plain({"messages": items, "refund_messages": items})
    assert isinstance(told, dict)
    whole: Row = told

    page, thread = chat.page(whole, ""), refund.thread_page(whole)

    assert len(page.messages) + len(page.broken) == len(rows(whole, "messages", "chat_message"))
    assert len(thread.messages) + len(thread.broken) == len(items)
    assert all(broken.id for broken in (*page.broken, *thread.broken))
