"""The mails of a shop's mailbox in a box: described in the books, written out when read."""

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr
from enum import StrEnum
from html import escape

from connectors.feed import FeedAttachment

BUYERS = "buyers.example"


class LetterKind(StrEnum):
    BUYER = "buyer"
    BOUNCE = "bounce"
    FORGED = "forged"  # the receiving server says that the sender is not who he claims to be
    NEWSLETTER = "newsletter"
    SENT = "sent"  # the provider's copy of what the shop sent
    VACATION = "vacation"  # the buyer's machine answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail. ``at`` is what its Date says, ``arrived`` when the mailbox got it."""

    kind: LetterKind
    message_id: str
    buyer: str
    address: str
    order_id: str
    text: str
    at: datetime
    arrived: datetime
    references: tuple[str, ...] = ()
    html_only: bool = False
    folder: str = ""
    about: str = ""  # Message-ID of the reply that a bounce is about
    attachments: tuple[FeedAttachment, ...] = ()

    @property
    def root(self) -> str:
        return self.references[0] if self.references else self.message_id

    @property
    def told(self) -> str:
        """Its own words, for a search by text."""
        return f"{self.about}\n{self.message_id}\n{self.order_id}\n{self.buyer}\n{self.text}"


def written(letter: Letter, *, sender: str) -> bytes:
    """The whole mail; the same bytes for the same letter."""
    message = EmailMessage(policy=SMTP)
    for name, value in _headers(letter, sender).items():
        message[name] = value
    if letter.kind is LetterKind.BOUNCE:
        return _bounce(message, letter, sender)
    if letter.html_only:
        words = escape(letter.text).replace("\n", "<br>")
        message.set_content(f"<html><body><p>{words}</p></body></html>", subtype="html")
    else:
        message.set_content(letter.text)
    for item in letter.attachments:
        kind, _, subtype = item.content_type.partition("/")
        message.add_attachment(b"\x00" * item.size, kind, subtype, filename=item.name)
    if message.is_multipart():
        message.set_boundary(f"=={letter.message_id[1:9]}==")
    return message.as_bytes()


def header(letter: Letter, name: str, *, sender: str) -> str:
    """One header of the mail; "" when it has none."""
    found = (
        value for key, value in _headers(letter, sender).items() if key.lower() == name.lower()
    )
    return next(found, "")


def _headers(letter: Letter, sender: str) -> dict[str, str]:
    buyer = formataddr((letter.buyer, letter.address))
    by_shop = letter.kind is LetterKind.SENT
    order = f" {letter.order_id}" if letter.order_id else ""
    headers = {
        "From": sender if by_shop else buyer,
        "To": buyer if by_shop else sender,
        "Subject": f"Question{order}" if not letter.references else f"Re: Question{order}",
        "Date": letter.at.strftime("%a, %d %b %Y %H:%M:%S +0000"),
        "Message-ID": letter.message_id,
    }
    if letter.references:
        headers |= {
            "In-Reply-To": letter.references[-1],
            "References": " ".join(letter.references),
        }
    match letter.kind:
        case LetterKind.BOUNCE:
            headers |= {"From": "mailer-daemon@mail.example", "Auto-Submitted": "auto-replied"}
        case LetterKind.FORGED:
            headers["Authentication-Results"] = "mail.example; spf=fail; dkim=fail; dmarc=fail"
        case LetterKind.NEWSLETTER:
            headers |= {"List-Unsubscribe": "<https://news.example/u>", "Precedence": "bulk"}
        case LetterKind.VACATION:
            headers["Auto-Submitted"] = "auto-replied"
        case _:
            headers["Authentication-Results"] = "mail.example; spf=pass; dkim=pass; dmarc=pass"
    return headers


def _bounce(message: EmailMessage, letter: Letter, sender: str) -> bytes:
    """A delivery report in its standard form (RFC 3464), with the headers of what came back."""
    mark = f"=={letter.message_id[1:9]}=="
    report = [
        *(f"{name}: {value}" for name, value in message.items()),
        "MIME-Version: 1.0",
        f'Content-Type: multipart/report; report-type=delivery-status; boundary="{mark}"',
        "",
        f"--{mark}",
        "Content-Type: text/plain; charset=utf-8",
        "",
        "Your mail could not be delivered.",
        f"--{mark}",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mail.example",
        "",
        f"Final-Recipient: rfc822; {letter.address}",
        "Action: failed",
        "Status: 5.1.1",
        "",
        f"--{mark}",
        "Content-Type: text/rfc822-headers",
        "",
        f"Message-ID: {letter.about}",
        f"From: {sender}",
        f"To: {letter.address}",
        f"References: {' '.join(letter.references)}",
        "",
        f"--{mark}--",
        "",
    ]
    return "\r\n".join(report).encode()
