"""One mail of the inbox as a message, something for a person, or nothing of ours."""

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from connectors.amazon.wire import body, senders, tables
from connectors.amazon.wire.senders import Origin, Sender
from connectors.base import Author, InboundMessage, Kind, SetAside
from connectors.mail.outcome import Ignored, Outcome, Unplaced
from connectors.mail.wire import bounce, envelope, mime, text
from connectors.mail.wire.html import everything
from connectors.mail.wire.mime import Mail

_COPY_OF: Final = re.compile(
    r"copy of the e-?mail (?:that )?you sent to (.{1,80}?)\.?\s*$", re.IGNORECASE | re.MULTILINE
)
_MAX_REFERENCES: Final = 20


def read(raw: bytes, arrived: datetime, location: str) -> Outcome:
    """Decide what ``raw`` is. Never raises, whatever the bytes.

    ``arrived`` (aware) is when the mailbox got it; ``location`` is where it lies,
    and becomes part of the references of attachments.
    """
    try:
        mime.refuse_giant_header(raw)
        return _routed(_Reading.of(raw, arrived, location))
    except mime.PARSER_FAILURES as error:
        digest = hashlib.sha256(raw).hexdigest()
        reason = f"the mail cannot be read ({error.__class__.__name__})"
        return SetAside(id=f"sha256:{digest}", reason=reason, ref=location, at=arrived)


def thread_key(alias: str, order_id: str) -> str:
    """The thread of a buyer's alias and an order ("" where there is none).

    An alias stays the same over all orders of a buyer, so it is not enough. A
    follow-up without an order id goes to the alias' own thread.
    """
    return f"{alias}|{order_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """A mail with what every kind of mail needs to know."""

    mail: Mail
    origin: Origin
    id: str
    sent_at: datetime
    location: str
    warnings: tuple[str, ...]

    @classmethod
    def of(cls, raw: bytes, arrived: datetime, location: str) -> "_Reading":
        mail = mime.parsed(raw, location)
        sent_at, warning = envelope.moment(mail, arrived)
        return cls(
            mail=mail,
            origin=senders.origin(mail),
            id=envelope.identity(mail, raw),
            sent_at=sent_at,
            location=location,
            warnings=(*mail.warnings, *filter(None, [warning])),
        )

    @property
    def subject(self) -> str:
        return self.mail.header("subject")

    def aside(self, reason: str) -> SetAside:
        return SetAside(id=self.id, reason=reason, ref=self.location, at=self.sent_at)


def _routed(reading: _Reading) -> Outcome:
    if bounce.is_report(reading.mail):
        return _bounced(reading)
    match reading.origin.sender:
        case Sender.IMITATOR:
            return reading.aside("the sender imitates Amazon: treat it as phishing")
        case Sender.STRANGER:
            return Ignored("not from Amazon")
    believed, doubt = senders.authenticity(reading.mail)
    if not believed:
        return reading.aside(f"{doubt} for a mail that claims to be Amazon's: treat it as phishing")
    if doubt:
        reading = replace(reading, warnings=(*reading.warnings, f"{doubt}, but Amazon signed it"))
    return _amazon_mail(reading)


def _amazon_mail(reading: _Reading) -> Outcome:
    kind = reading.mail.header("x-space-notification-type").upper()
    if kind == tables.OWN_COPY:
        return _own_copy(reading)
    if kind.startswith(tables.NOTICE_TYPES):
        return _notice(reading)
    if reading.origin.sender is Sender.RELAY:
        unsure = kind not in {"", tables.BUYER_MESSAGE}
        warnings = ("unknown kind of notification",) if unsure else ()
        return _buyer_message(reading, warnings)
    return _system_mail(reading, kind)


def _system_mail(reading: _Reading, kind: str) -> Outcome:
    shown = f"{reading.subject}\n{everything(reading.mail)}".casefold()
    if any(phrase in shown for phrase in tables.REFUSAL_PHRASES):
        return _refused(reading)
    if any(phrase in shown for phrase in tables.SERVICE_RELAY_PHRASES):
        return _buyer_message(reading, ())
    if reading.origin.local_part == tables.CLAIM_SENDER:
        return _notice(reading)
    if kind == tables.BUYER_MESSAGE:
        return reading.aside("a buyer's message without a relay address to answer to")
    if reading.origin.local_part not in tables.SYSTEM_SENDERS and _on_relay_host(reading):
        return reading.aside("an unknown kind of sender on Amazon's relay domain")
    return Ignored("Amazon's own mail")


def _buyer_message(reading: _Reading, warnings: tuple[str, ...]) -> Outcome:
    service = any(phrase in reading.subject.casefold() for phrase in tables.SERVICE_RELAY_PHRASES)
    found = body.found(reading.mail)
    if service:  # Amazon's staff writes in no frame: all of it is theirs
        words = everything(reading.mail)
        found = body.Body(words=words, frame=words)
    if reading.mail.header("auto-submitted").lower().startswith("auto-replied"):
        warnings = (*warnings, "an automatic reply of the buyer")
    message = _message(reading, found, warnings)
    return message if message.buyer_id else Unplaced(message)


def _own_copy(reading: _Reading) -> Outcome:
    """Amazon's copy of what the seller wrote. It names the buyer, seldom the alias or the order."""
    shown = everything(reading.mail)
    named = _COPY_OF.search(shown) or _COPY_OF.search(reading.subject)
    found = body.found(reading.mail)
    sent_to = (*reading.mail.addresses("to"), *reading.mail.addresses("cc"))
    relay = reading.origin.relay or senders.relay_in(*(address for _, address in sent_to))
    origin = replace(reading.origin, relay=relay, name=text.one_line(named[1]) if named else "")
    message = replace(
        _message(replace(reading, origin=origin), found, ()), author=Author.SELLER, reply_to={}
    )
    return message if message.buyer_id else Unplaced(message)


def _notice(reading: _Reading) -> Outcome:
    words = everything(reading.mail)
    found = body.Body(words=words, frame=words)
    message = replace(
        _message(reading, found, ()), author=Author.PLATFORM, kind=Kind.NOTICE, reply_to={}
    )
    if not message.buyer_id and not message.order_ids:
        return reading.aside("a notice of Amazon that names neither an order nor a buyer")
    return message if message.buyer_id else Unplaced(message)


def _refused(reading: _Reading) -> Outcome:
    """Amazon says by mail that it did not pass a reply on, though SMTP had taken it."""
    words = everything(reading.mail)
    quoted = senders.relay_in(*tables.RECIPIENT.findall(words))
    reading = replace(reading, origin=replace(reading.origin, relay=quoted, name=""))
    ids = [
        *envelope.replied_to(reading.mail),
        *(found["id"] for found in bounce.QUOTED_ID.finditer(words)),
    ]
    return _refusal(reading, words, ids[0] if ids else "", text.order_ids(words))


def _bounced(reading: _Reading) -> Outcome:
    report = bounce.read(reading.mail, tables.RECIPIENT)
    recipient = senders.relay_in(report.recipient)
    if not recipient:
        return Ignored("a bounce of a mail that is not ours")
    if not report.final:
        return Ignored("a bounce that only announces a delay")
    origin = Origin(sender=Sender.SYSTEM, relay=recipient)
    refuses = report.message_id or next(iter(envelope.replied_to(reading.mail)), "")
    reading = replace(reading, origin=origin)
    return _refusal(reading, report.summary, refuses, text.order_ids(report.subject))


def _refusal(reading: _Reading, words: str, refuses: str, more_orders: tuple[str, ...]) -> Outcome:
    found = body.Body(words=words, frame=" ".join(more_orders))
    message = replace(
        _message(reading, found, ()),
        author=Author.PLATFORM,
        kind=Kind.REFUSAL,
        reply_to={},
        refuses=refuses,
        attachments=(),
    )
    if not refuses and not message.buyer_id and not message.order_ids:
        return reading.aside("a refusal that names neither a reply nor a thread")
    return message if message.buyer_id else Unplaced(message)


def _message(reading: _Reading, found: body.Body, warnings: tuple[str, ...]) -> InboundMessage:
    """The values that all kinds share, as a buyer's message."""
    origin, mail = reading.origin, reading.mail
    orders, doubt = _orders(reading.subject, found.frame)
    references = [*envelope.ids_in(mail.header("references")), *envelope.replied_to(mail)]
    return InboundMessage(
        id=reading.id,
        thread=thread_key(origin.alias, orders[0] if orders else ""),
        author=Author.BUYER,
        sent_at=reading.sent_at,
        text=found.words,
        buyer=origin.name or origin.alias,
        buyer_id=origin.alias,
        subject=reading.subject,
        language=found.language,
        order_ids=orders,
        attachments=mail.attachments,
        reply_to={
            "to": origin.relay,
            "message_id": reading.id if envelope.message_id(reading.id) == reading.id else "",
            "references": " ".join(list(dict.fromkeys(references))[-_MAX_REFERENCES:]),
            "subject": reading.subject,
            "buyer": origin.name,
        },
        warnings=tuple(dict.fromkeys([*reading.warnings, *found.warnings, *doubt, *warnings])),
    )


def _orders(subject: str, frame: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The orders that Amazon itself names, the thread's own first, and a warning.

    A buyer can paste somebody else's order into the text, and edit the subject
    of an answer: Amazon's lines around the text decide.
    """
    titled, framed = text.order_ids(subject), text.order_ids(frame)
    if framed and titled and titled[0] not in framed:
        return tuple(dict.fromkeys([*framed, *titled])), ("subject and text name different orders",)
    return tuple(dict.fromkeys([*titled, *framed])), ()


def _on_relay_host(reading: _Reading) -> bool:
    return tables.RELAY_HOST in reading.mail.header("from").lower()
