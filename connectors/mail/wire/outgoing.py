"""A reply as a mail, and what an SMTP server's answer means for it."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import parseaddr
from typing import Any, Final

from connectors.base import ConnectorError, Rejected, Reply, Unauthorized, Unavailable

_REPLY_ID: Final = re.compile(r"[A-Za-z0-9._=-]{1,120}")
_MESSAGE_ID: Final = re.compile(r"<[^<>\s]{1,240}>")
_ANSWERED: Final = re.compile(r"\s*(?:re|aw|sv|res|rif|odp|ynt)\s*[:：]", re.IGNORECASE)
_UNSAFE: Final = re.compile(r"[\r\n\x00]")
_UNAUTHENTICATED: Final = frozenset({530, 534, 535, 538})


class _Ids(BaseHeader):
    """Message-IDs, one a line.

    The library encodes a word that is longer than a line, and many ids are: whoever reads the
    mail would no longer know which mails it answers.
    """

    max_count = 1

    @classmethod
    def parse(cls, value: str, told: dict[str, Any]) -> None:
        told["parse_tree"], told["decoded"] = None, value

    def fold(self, *, policy: Policy) -> str:
        ids = f"{policy.linesep} ".join(str(self).split())
        return f"{self.name}: {ids}{policy.linesep}"


class _Headers(HeaderRegistry):
    """The library makes a class for each header of each mail anew; one for each name does."""

    def __init__(self) -> None:
        super().__init__()
        self.map_to_type("in-reply-to", _Ids)
        self.map_to_type("references", _Ids)
        self._made: dict[str, type[BaseHeader]] = {}  # those that ``compose`` writes, no others

    def __getitem__(self, name: str) -> type[BaseHeader]:
        if name not in self._made:
            self._made[name] = super().__getitem__(name)
        return self._made[name]


_FORM: Final = SMTP.clone(header_factory=_Headers())


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A mail that is ready for SMTP."""

    message_id: str
    sender: str
    recipient: str
    content: bytes


def message_id(reply_id: str, sender: str) -> str:
    """The Message-ID under which a reply travels; the same for the same reply."""
    return f"<{reply_id}@{parseaddr(sender)[1].rpartition('@')[2]}>"


def compose(reply: Reply, sender: str, to: str, subject: str, now: datetime) -> Outgoing:
    """The mail that answers in ``reply``'s thread. Raises ``Rejected`` where it cannot be built."""
    if _UNSAFE.search(subject) or not _REPLY_ID.fullmatch(reply.id):
        raise Rejected("the subject or the reply's id would break the mail's header")
    identity = message_id(reply.id, sender)
    message = EmailMessage(policy=_FORM)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject if _ANSWERED.match(subject) else f"Re: {subject}".strip()
    message["Date"] = now
    message["Message-ID"] = identity
    answered = _MESSAGE_ID.findall(reply.reply_to.get("message_id", ""))
    chain = [*_MESSAGE_ID.findall(reply.reply_to.get("references", "")), *answered]
    if answered:
        message["In-Reply-To"] = answered[0]
    if chain:
        message["References"] = " ".join(dict.fromkeys(chain))
    message.set_content(reply.text.replace("\x00", ""))
    for file in reply.files:
        kind, _, subtype = file.content_type.partition("/")
        told = {"charset": "utf-8"} if kind == "text" else {}  # else it is read as ASCII
        message.add_attachment(file.content, kind, subtype, filename=file.name, params=told)
    if reply.files:
        # Base64 holds no "=_", and nobody who writes the text knows the reply's id.
        message.set_boundary(f"=_{reply.id[:60]}_=")
    return Outgoing(
        message_id=identity,
        sender=parseaddr(sender)[1],
        recipient=to,
        content=message.as_bytes(),
    )


def smtp_failure(code: int, *, step: str) -> ConnectorError:
    """What an SMTP answer that is not a yes means: it was heard, so nothing was done.

    ``step`` names the command that it answers. The server's text is not
    repeated: it may quote an address.
    """
    said = f"SMTP {code} at {step}"
    if code in _UNAUTHENTICATED:
        return Unauthorized(said)
    if 500 <= code < 600:
        return Rejected(said)
    return Unavailable(said)


def smtp_silence(error: BaseException, *, data_sent: bool) -> Unavailable:
    """What it means that no answer came: unknown once the text was on its way."""
    return Unavailable(f"SMTP: {error.__class__.__name__}", maybe_done=data_sent)
