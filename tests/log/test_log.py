"""Logs say what happened, never what a buyer wrote."""

import io
import json

import structlog

from responder import log


def test_a_traceback_shows_where_and_never_with_what() -> None:
    stream = io.StringIO()
    log.configure(json=True, stream=stream)

    def fails(words: str) -> None:
        raise ValueError(len(words))

    try:
        fails("a buyer's own words")
    except ValueError as error:
        structlog.get_logger().error("test.failed", exc_info=error)

    line = json.loads(stream.getvalue())
    assert line["event"] == "test.failed"
    assert line["exception"][0]["exc_type"] == "ValueError"
    assert "own words" not in stream.getvalue()
