"""The mails of the marketplace in a box, written the way Amazon writes them."""

import base64
import hashlib
from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import Final

from connectors.amazon.mock_books import Delivery, MailKind, Shape
from connectors.amazon.mock_locales import Locale, locale
from connectors.amazon.wire import tables

Headers = list[tuple[str, str]]
_UNREADABLE_FILE: Final = (
    "We were unable to deliver the message you sent, because an attachment could not be processed."
)
_HYPHENS: Final = "-" * 13
_PRE_STYLE: Final = (
    "white-space: pre-wrap; white-space: -moz-pre-wrap; white-space: -pre-wrap; "
    "white-space: -o-pre-wrap; word-wrap: break-word"
)


def written(delivery: Delivery, *, marketplace_id: str, sender: str) -> bytes:
    """The whole mail, with CRLF; the same bytes for the same delivery."""
    tld = tables.MARKETPLACE_TLDS.get(marketplace_id, "com")
    match delivery.kind:
        case MailKind.BUYER | MailKind.LOOKALIKE:
            body = _buyer_body(delivery, locale(delivery.language, tld), tld, marketplace_id)
        case MailKind.COPY:
            body = _entity("text/html", _copy_page(delivery))
        case MailKind.OPT_OUT:
            body = _entity("text/plain", _opt_out_text(delivery))
        case MailKind.ATTACHMENT:
            body = _entity("text/plain", _UNREADABLE_FILE)
        case MailKind.UNNAMED:
            body = _entity("text/plain", f"{_opt_out_text(delivery)}\r\nTo: {relay(delivery, tld)}")
        case MailKind.SENT:
            body = _entity("text/plain", delivery.text)
        case MailKind.BOUNCE:
            body = _bounce_body(delivery, tld, sender)
    lines = [f"{name}: {_encoded(value)}" for name, value in _headers(delivery, tld, sender)]
    lines.append(f"X-Marketplace-ID: {marketplace_id}")
    return "\r\n".join([*lines, body]).encode()


def header(delivery: Delivery, name: str, *, marketplace_id: str, sender: str) -> str:
    """One header of the mail without writing out the rest; "" when it has none."""
    tld = tables.MARKETPLACE_TLDS.get(marketplace_id, "com")
    found = (value for key, value in _headers(delivery, tld, sender) if key.lower() == name.lower())
    return next(found, "")


def relay(delivery: Delivery, tld: str) -> str:
    """The address that answers a buyer's message: alias, case id, marketplace."""
    case = hashlib.md5(delivery.thread.encode(), usedforsecurity=False).hexdigest()
    uuid = f"{case[:8]}-{case[8:12]}-{case[12:16]}-{case[16:20]}-{case[20:]}"
    return f"{delivery.alias}+{uuid}@{tables.RELAY_HOST}{tld}"


def _headers(delivery: Delivery, tld: str, sender: str) -> Headers:
    common = [
        ("Return-Path", "<bounces@bounces.amazon.com>"),
        ("Date", _date(delivery.at)),
        ("To", sender),
        ("Message-ID", delivery.message_id),
        ("MIME-Version", "1.0"),
    ]
    match delivery.kind:
        case MailKind.BUYER | MailKind.LOOKALIKE:
            return common + _buyer_headers(delivery, tld)
        case MailKind.COPY:
            about = f" (Order: {delivery.order_id})" if delivery.order_id else ""
            return [
                *common,
                ("From", '"Amazon.com" <donotreply@amazon.com>'),
                ("Reply-To", "no-reply@amazon.com"),
                ("Subject", f"Your e-mail to {delivery.buyer}{about}"),
                ("X-Space-Notification-Type", tables.OWN_COPY),
            ]
        case MailKind.OPT_OUT | MailKind.ATTACHMENT:
            return [
                *common,
                ("From", f'"Amazon" <auto-communication@amazon.{tld}>'),
                ("Subject", "Your message could not be delivered"),
                ("In-Reply-To", delivery.about),
            ]
        case MailKind.UNNAMED:
            return [
                *common,
                ("From", f'"Amazon" <auto-communication@amazon.{tld}>'),
                ("Subject", "Your message could not be delivered"),
            ]
        case MailKind.SENT:
            return [*common, ("From", sender), ("Subject", "Re:")]
        case MailKind.BOUNCE:
            return [
                *common,
                ("From", "Mail Delivery Subsystem <mailer-daemon@mail.example>"),
                ("Subject", "Undelivered Mail Returned to Sender"),
                ("Auto-Submitted", "auto-replied"),
            ]


def _buyer_headers(delivery: Delivery, tld: str) -> Headers:
    words = locale(delivery.language, tld)
    form = words.subject if delivery.order_id else words.subject_without_order
    subject = form.format(buyer=delivery.buyer, order=delivery.order_id)
    address = relay(delivery, tld)
    passed = "pass"
    if delivery.kind is MailKind.LOOKALIKE:
        address, passed = f"{address}.account-check.example", "fail"
    name = delivery.buyer.replace("\\", "").replace('"', "'")
    verdict = f"mail.example; spf={passed} smtp.mailfrom=bounces.amazon.com; dkim={passed}"
    server = "from a8-30.smtp-out.amazonses.com by mx.mail.example with ESMTPS id mock"
    return [
        ("Received", f"{server}; {_date(delivery.at)}"),
        ("Authentication-Results", f"{verdict} header.d=amazon.com"),
        ("From", f'"{name} - Amazon Marketplace" <{address}>'),
        ("Subject", f"Re: {subject}" if delivery.follow_up else subject),
        ("X-Space-Notification-Type", tables.BUYER_MESSAGE),
        ("X-AMAZON-MAIL-RELAY-TYPE", "notification"),
    ]


def _buyer_body(delivery: Delivery, words: Locale, tld: str, marketplace_id: str) -> str:
    plain = _plain(delivery, words, tld, marketplace_id)
    page = _entity("text/html", _page(delivery, words, tld, marketplace_id))
    if delivery.shape is Shape.HTML_ONLY:
        main = page
    elif delivery.shape is Shape.UNKNOWN_CHARSET:
        main = _entity("text/plain", plain, charset="x-amzn-mystery")
    else:
        main = _multipart("alternative", [_entity("text/plain", plain), page], "alt")
    if delivery.attachments:
        files = [_file(each.name, each.content_type, each.size) for each in delivery.attachments]
        main = _multipart("mixed", [main, *files], "mix")
    return _broken(main) if delivery.shape is Shape.BROKEN_MIME else main


def _broken(body: str) -> str:
    """What careless mail programs do: no closing boundary, an encoding that does not exist."""
    cut = body[: body.rindex("--")] if body.endswith("--\r\n") else body
    last = cut.rindex("\r\n--")
    return cut[:last].replace("charset=utf-8", "", 1) + "\r\n\r\n"


def _plain(delivery: Delivery, words: Locale, tld: str, marketplace_id: str) -> str:
    region = "US" if tld in {"com", "ca", "com.mx", "com.br"} else "EU"
    order = [f"# {delivery.order_id}:", _item_line(delivery)] if delivery.order_id else []
    return "\r\n".join(
        [
            words.received,
            "",
            *order,
            "",
            f"{_HYPHENS} {words.begin} {_HYPHENS}",
            "",
            delivery.text,
            "",
            f"{_HYPHENS} {words.end} {_HYPHENS}",
            "",
            words.footer,
            f"{words.report}: {_no_response_link(delivery, tld, marketplace_id)}",
            _inbox_link(delivery, words, tld),
            f"SPC-{region}Amazon-{_digits(delivery)}",
        ]
    )


def _page(delivery: Delivery, words: Locale, tld: str, marketplace_id: str) -> str:
    order = f"<p># {delivery.order_id}:</p><p>{_item_line(delivery)}</p>"
    link, inbox = (
        escape(url)
        for url in (
            _no_response_link(delivery, tld, marketplace_id),
            _inbox_link(delivery, words, tld),
        )
    )
    return (
        f"<html><body><p>{words.received}</p>{order if delivery.order_id else ''}"
        f'<pre style="{_PRE_STYLE}">{escape(delivery.text)}</pre>'
        f'<div id="amznCommMgrFooter"><p>{words.footer}</p>'
        f'<a href="{link}">{words.report}</a> <a href="{inbox}">inbox</a></div></body></html>'
    )


def _copy_page(delivery: Delivery) -> str:
    return (
        "<html><body><p>Here is a copy of the e-mail that you sent to "
        f'{escape(delivery.buyer)}.</p><pre style="{_PRE_STYLE}">{escape(delivery.text)}</pre>'
        "</body></html>"
    )


def _opt_out_text(delivery: Delivery) -> str:
    order = f"\r\nOrder: {delivery.order_id}" if delivery.order_id else ""
    return (
        "We were unable to deliver the message you sent, because the buyer has chosen to opt out "
        f"of receiving unsolicited messages from sellers.{order}"
    )


def _bounce_body(delivery: Delivery, tld: str, sender: str) -> str:
    to = relay(delivery, tld)
    status = (
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.example\r\n\r\n"
        f"Final-Recipient: rfc822; {to}\r\nAction: failed\r\nStatus: 5.7.1\r\n"
        "Diagnostic-Code: smtp; 550 5.7.1 sender not authorized"
    )
    subject = f"Re: (Order: {delivery.order_id})" if delivery.order_id else "Re:"
    original = (
        f"Content-Type: text/rfc822-headers\r\n\r\nFrom: {sender}\r\nTo: {to}\r\n"
        f"Subject: {subject}\r\nMessage-ID: {delivery.about}"
    )
    said = _entity("text/plain", "The mail could not be delivered: 550 sender not authorized.")
    report = _multipart("report", [said, status, original], "dsn")
    return report.replace("report;", "report; report-type=delivery-status;", 1)


def _item_line(delivery: Delivery) -> str:
    return f"1 / Item of order {delivery.order_id} [ASIN: B0{_digits(delivery)[:8]}]"


def _no_response_link(delivery: Delivery, tld: str, marketplace_id: str) -> str:
    proof = hashlib.sha1(delivery.message_id.encode(), usedforsecurity=False).hexdigest()
    return (
        f"https://sellercentral.amazon.{tld}/messaging/no-response-needed?t={_digits(delivery)}"
        f"&m={delivery.alias}&mp={marketplace_id}&c=AMOCKSELLER&h={proof}&s=1"
    )


def _inbox_link(delivery: Delivery, words: Locale, tld: str) -> str:
    case = _digits(delivery)
    return (
        f"https://sellercentral.amazon.{tld}/messaging/inbox?fi=caseId&ss={case}&cc={case}"
        f"&ref=bsm_email_report&lc={words.tag}"
    )


def _digits(delivery: Delivery) -> str:
    return str(int(hashlib.sha256(delivery.thread.encode()).hexdigest()[:12], 16)).zfill(15)[:11]


def _entity(kind: str, content: str, charset: str = "utf-8") -> str:
    data = base64.encodebytes(content.encode()).decode().replace("\n", "\r\n")
    return (
        f"Content-Type: {kind}; charset={charset}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        f"{data}"
    )


def _file(name: str, kind: str, size: int) -> str:
    start = b"\xff\xd8\xff\xe0" if kind == "image/jpeg" else b""
    data = base64.encodebytes((start + b"\x00" * size)[:size]).decode().replace("\n", "\r\n")
    percent = "".join(f"%{byte:02X}" for byte in name.encode())
    return (
        f"Content-Type: {kind}\r\nContent-Disposition: attachment; filename*=utf-8''{percent}\r\n"
        f"Content-Transfer-Encoding: base64\r\n\r\n{data}"
    )


def _multipart(kind: str, parts: list[str], name: str) -> str:
    mark = f"----=_Part_{name}"
    inner = "".join(f"--{mark}\r\n{part}\r\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{mark}"\r\n\r\n{inner}--{mark}--\r\n'


def _date(moment: datetime) -> str:
    return format_datetime(moment)


def _encoded(value: str) -> str:
    """A header's value in ASCII: the words that need it as RFC 2047 encoded words, folded."""
    if value.isascii():
        return value
    if value.endswith(">") and " <" in value:
        shown, _, address = value.rpartition(" <")
        return f"{_encoded(shown.strip(chr(34)))} <{address}"
    chunks = [value[start : start + 12] for start in range(0, len(value), 12)]
    words = (f"=?UTF-8?B?{base64.b64encode(chunk.encode()).decode()}?=" for chunk in chunks)
    return "\r\n ".join(words)
