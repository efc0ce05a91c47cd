"""One mail of a shop's mailbox as a message, something for a person, or nothing of ours. Pure."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from connectors.base import Author, InboundMessage, Kind, Rejected, Reply, SetAside
from connectors.files import FileLimits
from connectors.limits import refuse_files
from connectors.mail.outcome import Ignored, Outcome
from connectors.mail.wire import bounce, envelope, mime, outgoing, text
from connectors.mail.wire.html import everything
from connectors.mail.wire.mime import Mail
from connectors.mail.wire.outgoing import Outgoing

_ADDRESS: Final = re.compile(r"[^@\s<>\"]{1,64}@[A-Za-z0-9][A-Za-z0-9.-]{0,250}")
_RECIPIENT: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_MACHINE: Final = re.compile(
    r"(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|mailer-daemon|postmaster)", re.IGNORECASE
)
_VERDICT: Final = re.compile(r"\b(spf|dkim|dmarc)\s*=\s*([a-z]+)", re.IGNORECASE)
_BULK: Final = frozenset({"bulk", "junk", "list"})
_CLOCKS_APART: Final = timedelta(minutes=5)
_REFERENCES: Final = 20
_ORDERS: Final = 10


@dataclass(frozen=True, slots=True)
class Shop:
    """Whose mailbox it is: its own addresses (lower case), and the form of its order numbers."""

    addresses: frozenset[str]
    order_form: re.Pattern[str] | None = None


def read(raw: bytes, arrived: datetime, location: str, shop: Shop) -> Outcome:
    """Decide what ``raw`` is. Never raises, whatever the bytes."""
    try:
        mime.refuse_giant_header(raw)
        mail = mime.parsed(raw, location)
        return _routed(mail, raw, arrived, location, shop)
    except mime.PARSER_FAILURES as error:
        digest = hashlib.sha256(raw).hexdigest()
        reason = f"the mail cannot be read ({error.__class__.__name__})"
        return SetAside(id=f"sha256:{digest}", reason=reason, ref=location, at=arrived)


def thread_key(address: str, root: str) -> str:
    """The thread of a buyer's address and the mail that it began with.

    The address is part of it: whoever names another's mails reaches no thread but his own.
    """
    return f"{address.lower()}|{root}"


def root_of(mail: Mail, identity: str) -> str:
    """The mail that ``mail``'s thread began with, as far as it says."""
    named = [*envelope.ids_in(mail.header("references")), *envelope.replied_to(mail), identity]
    return named[0]


def delivery(reply: Reply, sender: str, now: datetime, files: FileLimits | None = None) -> Outgoing:
    """The mail that answers a buyer. Raises ``Rejected`` where it cannot be built."""
    to = reply.reply_to.get("to", "")
    if not _ADDRESS.fullmatch(to) or not to.isascii():
        raise Rejected("the thread has no address to answer to")
    if not reply.text.strip():
        raise Rejected("the text is empty")
    refuse_files(reply, files)
    subject = reply.reply_to.get("subject") or reply.subject or "Your message"
    return outgoing.compose(reply, sender, to, subject, now)


def _routed(mail: Mail, raw: bytes, arrived: datetime, location: str, shop: Shop) -> Outcome:
    identity = envelope.identity(mail, raw)
    sent_at, doubt = _moment(mail, arrived)
    if bounce.is_report(mail):
        return _bounced(mail, identity, sent_at, shop)
    if bounce.is_receipt(mail):
        return Ignored("a report about a mail that came")
    if _is_bulk(mail, shop):
        return Ignored("sent to many")
    forged = _forged(mail)
    if forged:
        reason = f"{forged} failed: somebody may pretend to be the sender"
        return SetAside(id=identity, reason=reason, ref=location, at=sent_at)
    if not _ADDRESS.fullmatch(_sender(mail)[1]):
        reason = "the sender's address cannot be read"
        return SetAside(id=identity, reason=reason, ref=location, at=sent_at)
    name, address, by_shop = _buyer(mail, shop)
    if not address:
        return Ignored("neither from a buyer nor to one")
    return _message(
        mail, identity, sent_at, (name, address), by_shop=by_shop, doubt=doubt, shop=shop
    )


def _moment(mail: Mail, arrived: datetime) -> tuple[datetime, str]:
    """When the mail was sent, and a warning where its Date cannot be believed.

    A buyer's own machine writes Date. Where its clock is slow, a question would seem to be older
    than an answer that it follows, and answered by it: no mail is older than the first server's
    having it.
    """
    sent_at, doubt = envelope.moment(mail, arrived)
    taken_over = envelope.taken_over(mail)
    if taken_over is None or not sent_at < taken_over <= arrived:
        return sent_at, doubt
    late = taken_over - sent_at > _CLOCKS_APART
    return taken_over, "Date long before a server had it: that time is taken" if late else doubt


def _message(
    mail: Mail,
    identity: str,
    sent_at: datetime,
    buyer: tuple[str, str],
    *,
    by_shop: bool,
    doubt: str,
    shop: Shop,
) -> InboundMessage:
    name, address = buyer
    words, subject = everything(mail), mail.header("subject")
    # A form's mail is written by a machine, but what it says by a buyer.
    written_by_machine = "auto-replied" if _is_form(mail, shop) else "auto-"
    automatic = mail.header("auto-submitted").lower().startswith(written_by_machine)
    found = shop.order_form.findall(f"{subject}\n{words[:20_000]}") if shop.order_form else []
    references = [*envelope.ids_in(mail.header("references")), *envelope.replied_to(mail)]
    chain = list(dict.fromkeys(references))
    answer_to = _first_address(mail, "reply-to") or address
    return InboundMessage(
        id=identity,
        thread=thread_key(address, root_of(mail, identity)),
        author=Author.SELLER if by_shop else Author.BUYER,
        kind=Kind.NOTICE if automatic else Kind.CHAT,
        sent_at=sent_at,
        text=words,
        buyer=name or address,
        buyer_id=address,
        subject=subject,
        order_ids=tuple(dict.fromkeys(str(one) for one in found))[:_ORDERS],
        attachments=mail.attachments,
        reply_to={}
        if by_shop
        else {
            "to": answer_to,
            "message_id": identity if envelope.message_id(identity) == identity else "",
            # The first one names the thread: it stays, however long the chain is.
            "references": " ".join([*chain[:1], *chain[1:][-_REFERENCES:]]),
            "subject": subject,
        },
        warnings=(*mail.warnings, *filter(None, [doubt])),
    )


def _buyer(mail: Mail, shop: Shop) -> tuple[str, str, bool]:
    """Name and address of the buyer, and whether the shop itself wrote.

    A form on the shop's own site writes from the shop's address, or from nobody's, with the
    buyer in Reply-To.
    """
    name, address = _sender(mail)
    if address not in shop.addresses and not _MACHINE.match(address):
        return text.one_line(name), address, False
    for other, known in mail.addresses("reply-to"):
        if _ADDRESS.fullmatch(known) and known.lower() not in shop.addresses:
            return text.one_line(other), known.lower(), False
    if address not in shop.addresses:
        return "", "", False
    for other, known in mail.addresses("to"):
        if _ADDRESS.fullmatch(known) and known.lower() not in shop.addresses:
            return text.one_line(other), known.lower(), True
    return "", "", False


def _bounced(mail: Mail, identity: str, sent_at: datetime, shop: Shop) -> Outcome:
    """A delivery report: of a mail of the shop's own, or of somebody else's."""
    report = bounce.read(mail, _RECIPIENT)
    domains = {address.rpartition("@")[2] for address in shop.addresses}
    if report.message_id.rstrip(">").rpartition("@")[2].lower() not in domains:
        return Ignored("a bounce of a mail that is not ours")
    if not report.final:
        return Ignored("a bounce that only announces a delay")
    returned = next((one for one in mail.reports if "message-id" in one.headers), None)
    root = root_of(returned, report.message_id) if returned else ""
    to = report.recipient.lower()
    return InboundMessage(
        id=identity,
        thread=thread_key(to, root) if to and root else "|",
        author=Author.PLATFORM,
        kind=Kind.REFUSAL,
        sent_at=sent_at,
        text=report.summary,
        buyer=to,
        buyer_id=to,
        subject=report.subject,
        refuses=report.message_id,
    )


def _is_form(mail: Mail, shop: Shop) -> bool:
    """Whether the shop's own site writes for a buyer: from its domain, to be answered to him."""
    domains = {address.rpartition("@")[2] for address in shop.addresses}
    sender = _sender(mail)[1]
    answer_to = _first_address(mail, "reply-to").lower()
    of_shop = sender.rpartition("@")[2] in domains
    return of_shop and answer_to not in {"", sender, *shop.addresses}


def _is_bulk(mail: Mail, shop: Shop) -> bool:
    """Services that send for many sites name a Feedback-ID in every mail, a form's too."""
    marks = {"list-id", "list-unsubscribe"} | (set() if _is_form(mail, shop) else {"feedback-id"})
    return not marks.isdisjoint(mail.headers) or mail.header("precedence").lower() in _BULK


def _forged(mail: Mail) -> str:
    """The checks that the receiving server says failed; "" where the sender can be believed."""
    results = " ; ".join(mail.headers.get("authentication-results", ())[:1])
    verdicts = {one[1].lower(): one[2].lower() for one in _VERDICT.finditer(results)}
    failed = sorted(name for name, said in verdicts.items() if said in {"fail", "hardfail"})
    if "dmarc" in failed:
        return "dmarc"
    return " and ".join(failed) if {"spf", "dkim"} <= set(failed) else ""


def _sender(mail: Mail) -> tuple[str, str]:
    """Name and address. What stands before the last address may be one that is only shown."""
    name, address = (mail.addresses("from") or [("", "")])[-1]
    return name, address.lower()


def _first_address(mail: Mail, name: str) -> str:
    found = (address for _, address in mail.addresses(name))
    return next((one for one in found if _ADDRESS.fullmatch(one)), "")
