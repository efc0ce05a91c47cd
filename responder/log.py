"""Logging: an event name and fields. Never a buyer's words, a name, an address or a token."""

import logging
import sys
from typing import TextIO

import structlog

# Where it went wrong, never with what: local variables hold buyers' words.
_TRACEBACKS = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)


def configure(*, json: bool | None = None, stream: TextIO | None = None) -> None:
    """Log to standard error: JSON lines, or lines for people where a person watches."""
    stream = stream or sys.stderr
    as_json = not stream.isatty() if json is None else json
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=stream.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *((_TRACEBACKS,) if as_json else (structlog.processors.format_exc_info,)),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    for noisy in ("apscheduler", "aiohttp.access", "mail.log", "pymap", "imapclient", "apprise"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
