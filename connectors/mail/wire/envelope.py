"""What a mail is called, when it was sent, and what it answers."""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from typing import Final

from connectors.mail.wire.mime import MAX_HEADER, Mail

_MESSAGE_ID: Final = re.compile(r"<[^<>\s]{1,240}>")
EARLIEST: Final = datetime(1995, 1, 1, tzinfo=UTC)  # nobody sold by mail before
_CLOCK_TOLERANCE: Final = timedelta(minutes=5)
_LONGEST_WAY: Final = timedelta(days=7)  # mail servers give up after five


def message_id(header: str) -> str:
    """The usable id in a Message-ID header; "" where there is none."""
    found = _MESSAGE_ID.search(header)
    return found[0] if found else ""


def identity(mail: Mail, raw: bytes) -> str:
    """The Message-ID; where there is no usable one, a hash of what no mail server adds to."""
    named = message_id(mail.header("message-id"))
    if named:
        return named
    stable = [mail.header(name) for name in ("from", "to", "date", "subject")]
    head, _, rest = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    content = "\n".join(stable).encode() + b"\n\n" + (rest or head)
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def moment(mail: Mail, arrived: datetime) -> tuple[datetime, str]:
    """When the mail was sent, and a warning where its Date cannot be believed.

    The clock starts with Date, and not when the mailbox got the mail: Amazon's does so with its
    own receipt of the buyer's words (protocols A3, A4), which its Date tells. A Date that is older
    than any mail is under way counts only if the servers on the way bear it out:
    then the mail was copied from another mailbox, and is as old as it says.
    """
    arrived = arrived.astimezone(UTC)
    if not mail.header("date"):
        return arrived, "no Date: the time of arrival is taken"
    sent = _instant(mail.header("date"))
    if sent is None:
        return arrived, "unreadable Date: the time of arrival is taken"
    if sent < EARLIEST:
        return arrived, "impossible Date: the time of arrival is taken"
    if arrived - sent > _LONGEST_WAY and not _borne_out(mail, sent):
        return arrived, "Date long before arrival: the time of arrival is taken"
    if sent > arrived:
        late = sent - arrived > _CLOCK_TOLERANCE
        return arrived, "Date in the future: the time of arrival is taken" if late else ""
    return sent, ""


def taken_over(mail: Mail) -> datetime | None:
    """When the first server on the way had the mail, as it says."""
    lines = mail.headers.get("received", ())
    return _instant(lines[-1].rpartition(";")[2]) if lines else None


def _instant(date: str) -> datetime | None:
    try:
        told = parsedate_to_datetime(date)
        return (told if told.tzinfo else told.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _borne_out(mail: Mail, sent: datetime) -> bool:
    """Whether a server on the way had the mail soon after it says that it was sent."""
    passed = (_instant(line.rpartition(";")[2]) for line in mail.headers.get("received", ()))
    return any(at is not None and abs(at - sent) < _LONGEST_WAY for at in passed)


def handed_over(raw: bytes, now: datetime) -> datetime:
    """When the last server on the way had the mail, as it says; ``now`` where none says so."""
    line = str(BytesHeaderParser().parsebytes(raw[:MAX_HEADER]).get("received", ""))
    told = _instant(line.rpartition(";")[2])
    return min(told, now) if told is not None and told >= EARLIEST else now


def replied_to(mail: Mail) -> list[str]:
    return ids_in(mail.header("in-reply-to"))


def ids_in(value: str) -> list[str]:
    return _MESSAGE_ID.findall(value)
