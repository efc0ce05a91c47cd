"""Pages of chat, read. No I/O."""

from datetime import UTC, datetime

import pytest

from connectors.taobao import chat
from connectors.top.values import Row
from tests.connectors.taobao.samples import read, sample


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
