import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.drafting.llm.port import Answer, Ask, LlmFailure, Turn, Used, Why
from responder.drafting.llm.sse import EventStream
from responder.drafting.llm.wire import MOST_BYTES, Reading, body, refused

ASK = Ask(turns=(Turn("system", "be good"), Turn("user", "你好")), most_tokens=50)


def chunk(text: str | None = None, finish: str | None = None, **more: object) -> str:
    delta = {} if text is None else {"content": text}
    return json.dumps({"choices": [{"delta": delta, "finish_reason": finish}]} | more)


def stream(*events: str, end: str = "\n") -> bytes:
    return "".join(f"data: {event}{end}{end}" for event in events).encode()


def whole(reading: Reading, *pieces: bytes) -> Answer:
    for piece in pieces:
        reading.feed(piece)
    return reading.end()


@given(
    texts=st.lists(st.text(st.characters(exclude_characters="\r\n")), max_size=5),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    cuts=st.lists(st.integers(1, 9), min_size=1, max_size=9),
)
def test_events_survive_being_cut_anywhere(texts: list[str], end: str, cuts: list[int]) -> None:
    sent = "".join(f": a comment{end}data: {text}{end}{end}" for text in texts)
    raw = sent.encode("utf-8", "replace")
    reader, found, at, turn = EventStream(), list[str](), 0, 0
    while at < len(raw):
        found += reader.feed(raw[at : at + cuts[turn % len(cuts)]])
        at, turn = at + cuts[turn % len(cuts)], turn + 1

    found += reader.end()

    assert found == [text.encode("utf-8", "replace").decode() for text in texts]


def test_an_event_of_several_lines_is_one() -> None:
    assert EventStream().feed(b"event: x\ndata: a\ndata:b\nid: 7\n\n") == ["a\nb"]


def test_a_streamed_answer_is_put_together_with_its_usage() -> None:
    reading = Reading(streamed=True)
    usage = {"prompt_tokens": 7, "completion_tokens": 2}
    last = json.dumps({"choices": [], "usage": usage})

    reading.feed(stream(chunk("Hel"), chunk("lo"), chunk(None, "stop"), last, "[DONE]"))

    assert reading.is_over
    answer = reading.end()
    assert (answer.text, answer.used) == ("Hello", Used(7, 2))


def test_an_answer_in_one_piece_is_read_too() -> None:
    reading = Reading(streamed=False)
    message = {"message": {"content": "Hello"}, "finish_reason": "stop"}

    reading.feed(json.dumps({"choices": [message]}).encode())

    assert reading.end().text == "Hello"


@pytest.mark.parametrize(
    ("events", "why"),
    [
        ([chunk("Hello"), chunk(None, "length"), "[DONE]"], Why.TRUNCATED),
        ([chunk("Hello"), "[DONE]"], Why.TRUNCATED),
        ([chunk("Hello")], Why.TRUNCATED),
        ([], Why.TRUNCATED),
        ([chunk("Hello"), chunk(None, "content_filter")], Why.REFUSED),
        ([chunk("Hello"), chunk(None, "tool_calls")], Why.REFUSED),
        ([chunk("  "), chunk(None, "stop")], Why.EMPTY),
        ([chunk(None, "stop")], Why.EMPTY),
        (['{"choices": ['], Why.NOT_JSON),
        (["[1]"], Why.NOT_JSON),
        (["<html>"], Why.NOT_JSON),
        (["[" * 100_000], Why.NOT_JSON),
        (['{"id": 1}'], Why.NOT_JSON),
        (['{"choices": [7]}'], Why.NOT_JSON),
        (['{"choices": [{"delta": "Hello"}]}'], Why.NOT_JSON),
        ([json.dumps({"error": {"message": "overloaded"}})], Why.UNAVAILABLE),
    ],
)
def test_what_is_not_a_whole_answer_is_a_failure(events: list[str], why: Why) -> None:
    reading = Reading(streamed=True)

    with pytest.raises(LlmFailure) as failure:
        whole(reading, stream(*events))

    assert failure.value.why is why


@given(raw=st.binary(max_size=300), streamed=st.booleans())
def test_whatever_comes_is_an_answer_or_a_failure(raw: bytes, streamed: bool) -> None:
    reading = Reading(streamed=streamed)
    try:
        reading.feed(b"data: " + raw)
        assert reading.end().text
    except LlmFailure:
        pass


def test_an_endless_answer_is_cut_off() -> None:
    reading = Reading(streamed=True)

    with pytest.raises(LlmFailure) as failure:
        whole(reading, *[b"x" * 1000] * (MOST_BYTES // 1000 + 2))

    assert failure.value.why is Why.TRUNCATED


@pytest.mark.parametrize(
    "usage", [None, 7, {}, {"prompt_tokens": -1, "completion_tokens": 1}, {"prompt_tokens": "9"}]
)
def test_a_usage_that_makes_no_sense_counts_as_not_told(usage: object) -> None:
    reading = Reading(streamed=True)
    reading.feed(stream(chunk("Hello", "stop", usage=usage)))

    assert reading.end().used is None


def test_what_not_every_endpoint_knows_can_be_left_out() -> None:
    asked, plain = body(ASK, "m", plain=False), body(ASK, "m", plain=True)

    assert asked["response_format"] == {"type": "json_object"}
    assert asked["messages"][1] == {"role": "user", "content": "你好"}
    assert (asked["max_tokens"], asked["stream"]) == (50, True)
    assert set(asked) - set(plain) == {"response_format", "stream_options"}


@pytest.mark.parametrize(
    ("status", "why", "after"),
    [
        (401, Why.UNAUTHORIZED, None),
        (403, Why.UNAUTHORIZED, None),
        (404, Why.REFUSED, None),
        (302, Why.REFUSED, None),
        (408, Why.UNAVAILABLE, 7),
        (429, Why.RATE_LIMITED, 7),
        (500, Why.UNAVAILABLE, 7),
        (503, Why.UNAVAILABLE, 7),
    ],
)
def test_a_status_says_what_to_do(status: int, why: Why, after: float | None) -> None:
    failure = refused(status, {"Retry-After": "7"})

    assert failure is not None
    assert (failure.why, failure.after) == (why, after)
    assert failure.used == Used(0, 0), "who says no has made nothing"
    assert refused(200, {}) is None


def test_a_question_never_costs_more_than_it_says() -> None:
    long = Ask(turns=(Turn("user", "你好" * 1000),), most_tokens=10)

    assert long.worst.tokens_in >= 2000, "a Chinese character is a token, or a little more"
    assert long.worst.tokens_out == 10
