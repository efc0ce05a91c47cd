"""Amazon's mails, read: when the reply clock starts."""

from datetime import UTC, datetime, timedelta

import pytest

from connectors.amazon.wire import inbound
from connectors.base import InboundMessage
from tests.connectors.amazon.mails import ARRIVED, HEAD, framed, mail


def test_a_late_mail_keeps_the_moment_amazon_sent_it() -> None:
    late = inbound.read(mail(framed("hello")), ARRIVED + timedelta(hours=5), "INBOX/7")

    assert isinstance(late, InboundMessage)
    assert late.sent_at == datetime(2026, 11, 20, 8, 15, 30, tzinfo=UTC)


def dated(date: str, *received: str) -> InboundMessage:
    """A buyer's mail with this Date, that arrived on the 20th, past these servers."""
    lines = "".join(f"Received: from a by b with SMTP id 7; {one}\r\n" for one in received)
    head = HEAD.replace(b"Fri, 20 Nov 2026 08:15:30 +0000", date.encode())
    outcome = inbound.read(lines.encode() + head + b"\r\nHello", ARRIVED, "INBOX/1")
    assert isinstance(outcome, InboundMessage)
    return outcome


@pytest.mark.parametrize(
    ("date", "received", "starts", "warned"),
    [
        ("Fri, 20 Nov 2026 06:00:00 +0000", [], "2026-11-20T06:00", ""),
        ("Tue, 17 Nov 2026 06:00:00 +0000", [], "2026-11-17T06:00", ""),
        ("Fri, 20 Nov 2026 17:00:00 +0800", [], "2026-11-20T09:00", ""),
        ("Fri, 20 Nov 2026 09:03:00 +0000", [], "2026-11-20T09:00", ""),
        ("Fri, 20 Nov 2026 11:00:00 +0000", [], "2026-11-20T09:00", "Date in the future"),
        ("Sun, 20 Sep 2026 06:00:00 +0000", [], "2026-11-20T09:00", "Date long before arrival"),
        (
            "Sun, 20 Sep 2026 06:00:00 +0000",
            ["Fri, 20 Nov 2026 08:00:00 +0000"],
            "2026-11-20T09:00",
            "Date long before arrival",
        ),
        (
            "Sun, 20 Sep 2026 06:00:00 +0000",
            ["Fri, 20 Nov 2026 08:00:00 +0000", "Sun, 20 Sep 2026 06:00:09 +0000"],
            "2026-09-20T06:00",
            "",
        ),
        (
            "Sun, 20 Sep 2026 06:00:00 +0000",
            ["yesterday", "99 Foo 2026"],
            "2026-11-20T09:00",
            "Date long before arrival",
        ),
    ],
)
def test_the_clock_starts_when_amazon_sent_it_unless_nobody_can_believe_that(
    date: str, received: list[str], starts: str, warned: str
) -> None:
    message = dated(date, *received)

    assert message.sent_at == datetime.fromisoformat(starts).replace(tzinfo=UTC)
    assert any(warning.startswith(warned or "Date") for warning in message.warnings) is bool(warned)


def test_a_date_slightly_in_the_future_is_a_clock_not_a_lie() -> None:
    arrived = datetime(2026, 11, 20, 8, 15, tzinfo=UTC)

    found = inbound.read(mail(framed("hello")), arrived, "INBOX/7")

    assert isinstance(found, InboundMessage)
    assert (found.sent_at, found.warnings) == (arrived, ())
