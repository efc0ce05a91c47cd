"""The feed of buyer messages: read whole, or refused by line and field."""

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.feed import FeedAttachment, FeedEntry, FeedError, parse_body, parse_feed

FULL = (
    '{"buyer": "Ann", "order_id": "111-1", "text": "Hi", "language": "en",'
    ' "at": "2026-11-22T09:00:00+01:00", "attachments": ["a.jpg", {"name": "b.pdf", "size": 3}]}'
)


def test_an_entry_is_read_whole() -> None:
    [entry] = parse_feed([FULL], "feed.jsonl")

    assert entry == FeedEntry(
        buyer="Ann",
        order_id="111-1",
        text="Hi",
        language="en",
        at=datetime(2026, 11, 22, 8, 0, tzinfo=UTC),
        attachments=(FeedAttachment(name="a.jpg"), FeedAttachment(name="b.pdf", size=3)),
    )


def test_what_is_not_said_is_empty_and_blank_lines_are_passed_over() -> None:
    [entry] = parse_feed(["\n", '{"buyer": "Ann", "order_id": null, "text": "", "at": null}'], "f")

    assert (entry.order_id, entry.language, entry.at, entry.attachments) == (None, None, None, ())


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nope", "json: Expecting value at column 1"),
        ("[" * 100_000, "json: nested too deeply"),
        ("5", "entry: must be an object"),
        ('{"buyer": "A"}', "text: is missing"),
        ('{"buyer": 5, "text": "x"}', "buyer: must be text"),
        ('{"buyer": " ", "text": "x"}', "buyer: "),
        ('{"buyer": "A", "text": "x", "order": "1"}', "order: is not a field of the feed"),
        ('{"buyer": "A", "text": "\\ud800"}', "text: holds half a character"),
        ('{"buyer": "A", "text": "x", "at": 5}', "at: must be ISO time in quotes"),
        ('{"buyer": "A", "text": "x", "at": "soon"}', "at: must be an ISO time"),
        ('{"buyer": "A", "text": "x", "at": "2026-11-22T08:00"}', "at: needs a time zone"),
        ('{"buyer": "A", "text": "x", "attachments": 5}', "attachments: must be a list"),
        ('{"buyer": "A", "text": "x", "attachments": [5]}', "attachments.0: must be a file name"),
        ('{"buyer": "A", "text": "x", "attachments": [{"name": "a", "size": "1"}]}', "0.size: "),
        ('{"buyer": "A", "text": "x", "language": "e n"}', "language: "),
    ],
)
def test_a_bad_line_is_named_with_its_field(line: str, said: str) -> None:
    with pytest.raises(FeedError) as error:
        list(parse_feed(["", line], "feed.jsonl"))

    assert str(error.value).startswith("feed.jsonl:2: ")
    assert said in str(error.value)


def test_what_was_wrong_is_not_repeated() -> None:
    with pytest.raises(FeedError) as error:
        list(parse_feed(['{"buyer": "Secret Name", "text": 5}'], "f"))

    assert "Secret" not in str(error.value)


@pytest.mark.parametrize("form", [FULL, f"[{FULL}]", f"\ufeff{FULL}", f"{FULL}\n\n", f" {FULL} "])
def test_a_body_may_be_one_entry_or_a_list_of_them(form: str) -> None:
    assert [entry.buyer for entry in parse_body(form.encode(), "request")] == ["Ann"]


def test_a_body_may_be_json_lines() -> None:
    assert len(parse_body(f"{FULL}\r\n{FULL}\n".encode(), "request")) == 2


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"\xff", "request:1: body: is not UTF-8"),
        (f"[{FULL}, 5]".encode(), "request:2: entry: must be an object"),
        (f"{FULL}\n{{".encode(), "request:2: json: "),
    ],
)
def test_a_bad_body_is_refused_whole(body: bytes, said: str) -> None:
    with pytest.raises(FeedError, match=said):
        parse_body(body, "request")


@settings(deadline=None)
@given(body=st.binary(max_size=200))
def test_a_body_is_read_or_refused(body: bytes) -> None:
    with contextlib.suppress(FeedError):
        assert all(isinstance(entry, FeedEntry) for entry in parse_body(body, "request"))
