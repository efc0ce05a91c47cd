"""Delivery reports (RFC 3464): whether a reply of ours came back, and which."""

import re
from dataclasses import dataclass
from typing import Final

from connectors.mail.wire.html import everything
from connectors.mail.wire.mime import Mail

QUOTED_ID: Final = re.compile(r"Message-ID:\s*(?P<id><[^<>\s]{1,240}>)", re.IGNORECASE)
_OF_WHAT_CAME: Final = re.compile(
    r"report-type\s*=\s*\"?(?:disposition-notification|feedback-report)", re.IGNORECASE
)
_MACHINE: Final = re.compile(r"(?:mailer-daemon|postmaster)@", re.IGNORECASE)
_STATUS: Final = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a bounce says. ``final`` is False where it only announces a delay."""

    recipient: str
    message_id: str
    subject: str
    status: str
    final: bool

    @property
    def summary(self) -> str:
        """One line for a person, without addresses."""
        return f"The reply was not delivered (status {self.status or 'unknown'})."


def is_report(mail: Mail) -> bool:
    """Whether ``mail`` is a delivery report, by its type or by its sender."""
    if is_receipt(mail):
        return False
    machine = any(_MACHINE.match(address) for _, address in mail.addresses("from"))
    return mail.content_type == "multipart/report" or machine


def is_receipt(mail: Mail) -> bool:
    """Whether it reports that a mail was read, or that somebody complained of it: it came."""
    is_kind = mail.content_type == "multipart/report"
    return is_kind and _OF_WHAT_CAME.search(mail.header("content-type")) is not None


def read(mail: Mail, recipient_form: re.Pattern[str]) -> Report:
    """Read a report, well formed or as free text, about a mail to such a recipient."""
    blocks = mail.reports
    said = " ".join(block.header("status") for block in blocks) or everything(mail)
    actions = {block.header("action").lower() for block in blocks} - {""}
    status = _STATUS.search(said)
    returned = [block for block in blocks if "message-id" in block.headers]
    named = _first(returned, "message-id") or _quoted(everything(mail))
    recipients = [block.header("final-recipient") for block in blocks]
    recipients += [block.header("to") for block in returned] + [everything(mail)]
    recipient = next((m[0] for r in recipients if (m := recipient_form.search(r))), "")
    delayed = actions == {"delayed"} or (not actions and status is not None and status[1] == "4")
    succeeded = bool(actions) and actions <= {"delivered", "relayed", "expanded"}
    return Report(
        recipient=recipient,
        message_id=named,
        subject=_first(returned, "subject"),
        status=status[0] if status else "",
        final=not delayed and not succeeded,
    )


def _first(mails: list[Mail], name: str) -> str:
    return next((mail.header(name) for mail in mails), "")


def _quoted(shown: str) -> str:
    found = QUOTED_ID.search(shown)
    return found["id"] if found else ""
