"""Events of TMC, read, and confirmations, written. No I/O."""

from datetime import UTC, datetime

import pytest

from connectors.taobao import tmc
from connectors.top import values
from connectors.top.values import Row
from tests.connectors.taobao.samples import read, sample


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
