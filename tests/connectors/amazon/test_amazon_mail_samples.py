"""Amazon's mails, read: every sample as its table says."""

from typing import Any

import pytest

from connectors.base import InboundMessage, SetAside
from connectors.mail.outcome import Ignored, Outcome, Unplaced
from tests.connectors.amazon.mails import EXPECTED, SAMPLES, read

DEFAULTS: dict[str, Any] = {
    "author": "buyer",
    "kind": "chat",
    "order_ids": [],
    "language": None,
    "sent_at": "08:15:30",
    "refuses": "",
    "references": "",
    "attachments": [],
    "warnings": [],
    "unplaced": False,
}


def told(outcome: Outcome) -> dict[str, Any]:
    """An outcome in the words of the table."""
    match outcome:
        case Ignored(reason):
            return {"ignored": reason}
        case SetAside() as aside:
            return {"set_aside": aside.reason}
        case Unplaced(found):
            return {**told(found), "unplaced": True}
        case InboundMessage() as found:
            to = found.reply_to.get("to", "")
            short = to.lower().partition("@")[0] == found.buyer_id
            row = {
                "author": str(found.author),
                "kind": str(found.kind),
                "thread": found.thread,
                "buyer": found.buyer,
                "text": found.text,
                "order_ids": list(found.order_ids),
                "language": found.language,
                "sent_at": f"{found.sent_at:%H:%M:%S}",
                "refuses": found.refuses,
                "references": found.reply_to.get("references", ""),
                "attachments": [
                    f"{each.name} {each.content_type} {each.size} {each.ref}"
                    for each in found.attachments
                ],
                "warnings": list(found.warnings),
                "unplaced": False,
            }
            return row if short or not to else {**row, "reply_to": to}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_is_read_as_its_table_says(name: str) -> None:
    expected = EXPECTED[name]
    if "text" in expected:
        expected = {**DEFAULTS, **expected}

    assert told(read((SAMPLES / f"{name}.eml").read_bytes())) == expected


def test_every_sample_has_a_row_in_the_table() -> None:
    assert {path.stem for path in SAMPLES.glob("*.eml")} == set(EXPECTED)
