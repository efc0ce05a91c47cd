"""What the mailbox in a box got and what the shop sent, kept over any crash."""

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from connectors.feed import FeedAttachment, FeedEntry
from connectors.journal import Journal
from connectors.mail.wire.mime import Mail
from connectors.mailbox import wire
from connectors.mailbox.mock_mail import BUYERS, Letter, LetterKind

_UNFIT = re.compile(r"[^a-z0-9]+")


@dataclass(slots=True)
class Books:
    """All mails and replies, in order. ``on_delivery`` hears of each new mail."""

    journal: Journal
    first_uidvalidity: int
    on_delivery: Callable[[int, Letter], None]
    uidvalidity: int = 0
    mailboxes: int = 0  # how often the folder was opened anew
    deliveries: list[Letter] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)

    def load(self) -> None:
        """Read the journal; open a new mailbox where there is none."""
        for line in self.journal.read():
            match line.pop("is"):
                case "mailbox":
                    self.uidvalidity = line["uidvalidity"]
                    self.mailboxes += 1
                case "mail":
                    self.deliveries.append(_letter(line))
                case "reply":
                    self.sent.append(line)
        if not self.uidvalidity:
            self.renew_mailbox()

    def uid(self, index: int) -> int:
        """The UID of a mail: other ones after each renewal of the mailbox."""
        return 100 * self.mailboxes + index + 1

    def renew_mailbox(self) -> None:
        """Rebuild the folder: same mails, new UIDs, next UIDVALIDITY."""
        self.uidvalidity = self.uidvalidity + 1 if self.uidvalidity else self.first_uidvalidity
        self.mailboxes += 1
        self.journal.write({"is": "mailbox", "uidvalidity": self.uidvalidity})

    def deliver(self, letter: Letter) -> None:
        """Write down one mail, then show it."""
        line = asdict(letter) | {
            "at": letter.at.isoformat(),
            "arrived": letter.arrived.isoformat(),
            "attachments": [item.model_dump() for item in letter.attachments],
        }
        self.journal.write({"is": "mail", **line})
        self.deliveries.append(letter)
        self.on_delivery(len(self.deliveries) - 1, letter)

    def accept(self, reply: dict[str, Any]) -> None:
        self.journal.write({"is": "reply", **reply})
        self.sent.append(reply)

    def question(self, entry: FeedEntry, now: datetime, *, html_only: bool, folder: str) -> Letter:
        """What a buyer writes: in the thread of his last mail about the same order."""
        earlier = [
            one
            for one in self.by_buyers
            if (one.buyer, one.order_id) == (entry.buyer, entry.order_id or "")
        ]
        chain = (*earlier[-1].references, earlier[-1].message_id) if earlier else ()
        return Letter(
            kind=LetterKind.BUYER,
            message_id=f"<{len(self.deliveries) + 1}.{int(now.timestamp())}@{BUYERS}>",
            buyer=entry.buyer,
            address=address_of(entry.buyer),
            order_id=entry.order_id or "",
            text=entry.text,
            at=(entry.at or now).replace(microsecond=0),
            arrived=now,
            references=chain,
            html_only=html_only,
            folder=folder,
            attachments=entry.attachments,
        )

    @property
    def by_buyers(self) -> list[Letter]:
        return [one for one in self.deliveries if one.kind is LetterKind.BUYER]

    def knows(self, address: str) -> bool:
        return any(one.address == address.lower() for one in self.by_buyers)


def address_of(buyer: str) -> str:
    """The same buyer, the same address; other names, others."""
    plain = _UNFIT.sub(".", buyer.lower()).strip(".")[:40] or "buyer"
    mark = sum(ord(sign) * (at + 1) for at, sign in enumerate(buyer)) % 100_000
    return f"{plain}.{mark}@{BUYERS}"


def taken(mail: Mail, to: str, now: datetime) -> dict[str, Any]:
    """A mail that SMTP took, as ``GET /_mock/sent`` tells it."""
    name = mail.header("message-id")
    return {
        "id": name,
        "reply_id": name.strip("<>").partition("@")[0],
        "thread": wire.thread_key(to, wire.root_of(mail, name)),
        "buyer": to,
        "in_reply_to": mail.header("in-reply-to") or None,
        "references": mail.header("references"),
        "text": mail.plain,
        "at": now.isoformat(),
    }


def told(letter: Letter) -> dict[str, Any]:
    return {
        "id": letter.message_id,
        "thread": wire.thread_key(letter.address, letter.root),
        "buyer": letter.buyer,
        "order_id": letter.order_id or None,
        "at": letter.at.isoformat(),
    }


def _letter(line: dict[str, Any]) -> Letter:
    moments = {name: datetime.fromisoformat(line[name]) for name in ("at", "arrived")}
    lists = {
        "references": tuple(line["references"]),
        "attachments": tuple(FeedAttachment(**item) for item in line["attachments"]),
    }
    return Letter(**{**line, **moments, **lists, "kind": LetterKind(line["kind"])})
