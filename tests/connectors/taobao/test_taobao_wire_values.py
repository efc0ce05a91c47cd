"""TOP's values, read: ids, lists, times, counts and texts. No I/O."""

from datetime import UTC, datetime

import pytest

from connectors.top import values
from connectors.top.values import Row
from tests.connectors.taobao.samples import read


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
