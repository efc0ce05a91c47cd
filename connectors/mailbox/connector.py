"""One shop's own mailbox behind ``connectors.base.Connector``."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Final

from connectors.access import Access
from connectors.base import (
    Attachment,
    Batch,
    Census,
    Cursor,
    InboundMessage,
    Kind,
    Missing,
    Receipt,
    Reply,
    SetAside,
    Span,
    Trace,
)
from connectors.files import FileLimits
from connectors.mail.census import Bounds, MailCensus
from connectors.mail.ear import Ear
from connectors.mail.files import MailFiles
from connectors.mail.inbox import LIMITS, PAGE, PagedInbox, arrival, unread
from connectors.mail.mailbox import Mailbox
from connectors.mail.outcome import Ignored, Outcome
from connectors.mail.smtp import Outbox, composed
from connectors.mail.stored import StoredMail
from connectors.mail.tokens import in_words, logins
from connectors.mail.wire import cursors
from connectors.mail.wire.cursors import Position
from connectors.mail.wire.outgoing import message_id
from connectors.mailbox import wire
from connectors.mailbox.config import MailboxConfig
from connectors.mailbox.wire import Shop
from connectors.order_facts import Order
from connectors.vault import Vault

_LOOK_UP: Final = 200  # mails read to find one refusal
_A_DAY: Final = timedelta(days=1)


class MailboxConnector:
    """Reads buyers' mails over IMAP, answers over SMTP. It knows no orders.

    Nothing is changed in the mailbox, so ``acknowledge`` has nothing to do: the
    cursor is all there is.
    """

    def __init__(
        self,
        config: MailboxConfig,
        *,
        now: Callable[[], datetime],
        page: int = PAGE,
        vault: Vault | None = None,
    ) -> None:
        imap, smtp, self._tokens = logins(config.imap, config.smtp, config.oauth, now, vault)
        self._config = config
        self._now = now
        own = {parseaddr(one)[1].lower() for one in (config.smtp.sender, *config.addresses)}
        form = re.compile(config.order_form) if config.order_form else None
        self._shop = Shop(frozenset(own - {""}), form)
        self._mailbox = Mailbox(imap, config.exit)
        self._outbox = Outbox(smtp, config.exit)
        self._ear = Ear(imap, config.exit)
        self._files = MailFiles(imap, config.exit)
        self._inbox = PagedInbox(self._mailbox, now, page=page)
        self._lists = MailCensus(
            self._mailbox, config.imap, read=self._outcome, find=_as_it_is, bounds=Bounds()
        )

    async def fetch(self, cursor: Cursor | None) -> Batch:
        """Up to 200 mails (or 25 MB) after ``cursor``; without one, those of the last 30 days."""
        page = await self._inbox.page(cursor, self._in_inbox)
        cursor = cursors.cursor(Position(page.state.uidvalidity, page.next_uid))
        batch = _batch([outcome for _, outcome in page.read], cursor)
        return replace(batch, more=page.more, counted=page.counted)

    async def reread(self, ref: str) -> Batch | None:
        """The mail that was set aside as ``ref`` (folder and UID), read anew; None if gone."""
        folder, _, uid = ref.rpartition("/")
        if not (folder and uid.isdecimal()):
            return None
        read = await self._mailbox.read(
            [int(uid)], lambda mail: self._outcome(mail, folder), limits=LIMITS, folder=folder
        )
        return _batch([outcome for _, outcome in read], Cursor("")) if read else None

    async def attached(self, file: Attachment) -> bytes | None:
        """What a file of a message holds; None where it is gone."""
        return await self._files.read(file)

    def file_limits(self, thread: str) -> FileLimits | None:  # noqa: ARG002 - the same in each
        """What a mail to a buyer may carry, as the shop has it configured."""
        return self._config.files

    async def news(self) -> bool:
        """Return True when a mail may have come; False where the server does not tell (IDLE)."""
        return await self._ear.news()

    async def acknowledge(self, batch: Batch) -> None:
        """Nothing: a mailbox that is only read needs no answer."""

    async def census(self, span: Span, cursor: Cursor | None, missing: Missing) -> Census:
        """Compare what the folders list by arrival: the inbox, then where mails may be moved."""
        return await self._lists.page(span, cursor, missing)

    async def send(self, reply: Reply) -> Receipt:
        """Mail ``reply`` to the buyer; the receipt's id is our Message-ID."""
        sender, files = self._config.smtp.sender, self._config.files
        now = self._now()
        outgoing = await composed(lambda told: wire.delivery(told, sender, now, files), reply)
        await self._outbox.send(outgoing)
        return Receipt(id=outgoing.message_id, accepted_at=self._now())

    async def trace(self, reply: Reply, since: datetime) -> Trace:
        """Look for a delivery report about ``reply``, and for itself in the sent folder.

        Nothing found proves nothing: not every provider keeps what was sent.
        """
        name = message_id(reply.id, self._config.smtp.sender)
        found = await self._mailbox.search(["SINCE", (since - _A_DAY).date(), "TEXT", reply.id])
        seen = await self._mailbox.read(found[-_LOOK_UP:], self._in_inbox, limits=LIMITS)
        messages = [one for _, one in seen if isinstance(one, InboundMessage)]
        if any(one.kind is Kind.REFUSAL and one.refuses == name for one in messages):
            return Trace.REFUSED
        if any(one.id == name for one in messages) or await self._was_kept(name):
            return Trace.SENT
        return Trace.UNKNOWN

    async def order(self, order_id: str) -> Order | None:  # noqa: ARG002 - the protocol's
        """None: a mailbox knows no orders."""
        return None

    async def check(self) -> str:
        """Log in to both servers; open every folder that is compared."""
        state = await self._mailbox.state()
        await self._lists.check(self._now())
        await self._outbox.check()
        return f"IMAP ok (next UID {state.next_uid}), SMTP ok{in_words(self._tokens)}"

    @property
    def access(self) -> Access | None:
        """Whether the logins will last; None where they are passwords."""
        return self._tokens.access if self._tokens else None

    async def close(self) -> None:
        """Cut what is open. A request under way ends as unavailable."""
        self._mailbox.close()
        self._ear.close()
        self._files.close()
        await self._outbox.close()
        if self._tokens is not None:
            await self._tokens.close()

    def _in_inbox(self, mail: StoredMail) -> Outcome:
        return self._outcome(mail, self._config.imap.folder)

    def _outcome(self, mail: StoredMail, folder: str) -> Outcome:
        location, arrived = f"{folder}/{mail.uid}", arrival(mail, self._now())
        refused = unread(mail, arrived, location, LIMITS)
        return refused or wire.read(mail.content, arrived, location, self._shop)

    async def _was_kept(self, name: str) -> bool:
        folder = await self._mailbox.sent_folder()
        if folder is None:
            return False
        return bool(await self._mailbox.search(["HEADER", "Message-ID", name], folder))


def _batch(outcomes: Sequence[Outcome], cursor: Cursor) -> Batch:
    return Batch(
        messages=[one for one in outcomes if isinstance(one, InboundMessage)],
        set_aside=[one for one in outcomes if isinstance(one, SetAside)],
        ignored=sum(isinstance(one, Ignored) for one in outcomes),
        cursor=cursor,
    )


async def _as_it_is(message: InboundMessage, _ref: str) -> InboundMessage | SetAside | Ignored:
    """Every mail of a shop's mailbox names its own thread."""
    return message
