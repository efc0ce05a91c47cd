"""Mails of Amazon's as bytes, from the samples or written by a test."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import connectors.amazon.wire
from connectors.amazon.wire import inbound
from connectors.base import InboundMessage
from connectors.mail.outcome import Outcome

SAMPLES = Path(connectors.amazon.wire.__file__).parents[1] / "samples"
EXPECTED = tomllib.loads((SAMPLES / "expected.toml").read_text("utf-8"))
ARRIVED = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ALIAS = b"m1z9b3mk8gb1c26@marketplace.amazon.com"
HEAD = b"From: <" + ALIAS + b">\r\nMessage-ID: <1@x>\r\nDate: Fri, 20 Nov 2026 08:15:30 +0000\r\n"
BEGIN, END = "-" * 13 + " Begin message " + "-" * 13, "-" * 13 + " End message " + "-" * 13


def read(raw: bytes) -> Outcome:
    return inbound.read(raw, ARRIVED, "INBOX/7")


def message(raw: bytes) -> InboundMessage:
    outcome = read(raw)
    assert isinstance(outcome, InboundMessage), outcome
    return outcome


def mail(body: str, header: bytes = b"") -> bytes:
    kind = b"Content-Type: text/plain; charset=utf-8\r\n"
    return HEAD + header + kind + b"\r\n" + body.encode()


def framed(words: str) -> str:
    return f"{BEGIN}\n{words}\n{END}\n"
