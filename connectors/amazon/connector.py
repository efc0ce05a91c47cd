"""One Amazon seller account behind ``connectors.base.Connector``."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from connectors.access import Access
from connectors.amazon.config import AmazonConfig
from connectors.amazon.order_desk import AmazonOrderDesk
from connectors.amazon.placement import ThreadFinder
from connectors.amazon.sp_api import SellingPartnerApi
from connectors.amazon.wire import inbound, outbound, tables, tracing
from connectors.base import (
    Attachment,
    Batch,
    Census,
    Cursor,
    InboundMessage,
    Missing,
    Receipt,
    Rejected,
    Reply,
    SetAside,
    Span,
    Trace,
)
from connectors.budget import Budget
from connectors.files import FileLimits
from connectors.mail.census import Bounds, MailCensus
from connectors.mail.ear import Ear
from connectors.mail.files import MailFiles
from connectors.mail.inbox import FIRST_LOOK, LIMITS, PAGE, PagedInbox, arrival, unread
from connectors.mail.mailbox import Mailbox
from connectors.mail.outcome import Ignored, Outcome, Unplaced
from connectors.mail.smtp import Outbox, composed
from connectors.mail.stored import Limits, Page, StoredMail
from connectors.mail.tokens import in_words, logins
from connectors.mail.wire import cursors
from connectors.mail.wire.cursors import Position
from connectors.mail.wire.outgoing import message_id as message_id_of
from connectors.order_facts import Order
from connectors.vault import Vault

BOUNDS: Final = Bounds()
_LOOK_UP: Final = 200  # mails read to find one thread or one copy


class Post(NamedTuple):
    """How mails come in and go out."""

    mailbox: Mailbox
    outbox: Outbox


class AmazonConnector:
    """Reads buyers' mails over IMAP, answers over SMTP, asks the Selling Partner API for orders.

    Nothing is changed in the mailbox, so ``acknowledge`` has nothing to do: the
    cursor is all there is.
    """

    def __init__(
        self,
        config: AmazonConfig,
        now: Callable[[], datetime],
        *,
        page: int = PAGE,
        limits: Limits = LIMITS,
        post: Post | None = None,
        census: Bounds = BOUNDS,
        budget: Budget | None = None,
        vault: Vault | None = None,
    ) -> None:
        imap, smtp, self._tokens = logins(config.imap, config.smtp, config.oauth, now, vault)
        self._config = config
        self._now = now
        self._limits = limits
        post = post or Post(Mailbox(imap, config.exit), Outbox(smtp, config.exit))
        self._mailbox, self._outbox = post.mailbox, post.outbox
        self._ear = Ear(imap, config.exit)
        self._files = MailFiles(imap, config.exit)
        self._inbox = PagedInbox(self._mailbox, now, page=page, limits=limits)
        self._sp_api = (
            SellingPartnerApi(config, config.sp_api, now, budget) if config.sp_api else None
        )
        self.orders = (
            AmazonOrderDesk(self._sp_api, config.marketplace_id, now) if self._sp_api else None
        )
        self._threads = ThreadFinder(self._buyers_messages)
        self._lists = MailCensus(
            self._mailbox,
            config.imap,
            read=self._outcome,
            find=self._threads.place,
            bounds=census,
        )

    async def fetch(self, cursor: Cursor | None) -> Batch:
        """Read up to 200 mails (or 25 MB) after ``cursor``.

        Without a cursor, or after the folder was rebuilt (its UIDVALIDITY
        changed), it starts at mails of the last 30 days: messages come again
        with the ids they had. After a page that did not come, the next ones are
        smaller, down to a single mail: a slow line must not stop at a large one.
        """
        page = await self._inbox.page(cursor, self._in_inbox)
        return await self._batch(page)

    async def news(self) -> bool:
        """Return True when a mail may have come; False where the server does not tell (IDLE)."""
        return await self._ear.news()

    async def reread(self, ref: str) -> Batch | None:
        """The mail that was set aside as ``ref`` (folder and UID), read anew; None if gone."""
        folder, _, uid = ref.rpartition("/")
        if not uid.isdecimal():
            return None
        read = await self._mailbox.read(
            [int(uid)],
            lambda mail: self._outcome(mail, folder),
            limits=self._limits,
            folder=folder or None,
        )
        if not read:
            return None
        placed = await self._placed(read[0][1], ref)
        return Batch(
            messages=[placed] if isinstance(placed, InboundMessage) else [],
            cursor=Cursor(""),
            set_aside=[placed] if isinstance(placed, SetAside) else [],
            ignored=int(isinstance(placed, Ignored)),
        )

    async def attached(self, file: Attachment) -> bytes | None:
        """What a file of a message holds; None where it is gone."""
        return await self._files.read(file)

    def file_limits(self, thread: str) -> FileLimits:  # noqa: ARG002 - the same in every thread
        """What a mail to a buyer may carry."""
        return outbound.FILES

    async def acknowledge(self, batch: Batch) -> None:
        """Nothing: a mailbox that is only read needs no answer."""

    async def census(self, span: Span, cursor: Cursor | None, missing: Missing) -> Census:
        """Compare what the folders list by arrival: the inbox, then where mails may be moved."""
        census = await self._lists.page(span, cursor, missing)
        for message in census.found.messages:
            self._threads.remember(message)
        return census

    async def send(self, reply: Reply) -> Receipt:
        """Mail ``reply`` to the buyer's relay address; the receipt's id is our Message-ID."""
        sender, now = self._config.smtp.sender, self._now()
        outgoing = await composed(lambda told: outbound.mail(told, sender, now), reply)
        await self._outbox.send(outgoing)
        return Receipt(id=outgoing.message_id, accepted_at=self._now())

    async def trace(self, reply: Reply, since: datetime) -> Trace:
        """Look for Amazon's copy of ``reply``, for a refusal of it, and in the sent folder."""
        message_id = message_id_of(reply.id, self._config.smtp.sender)
        day = ["SINCE", (since - timedelta(days=1)).date()]
        copies = ["HEADER", "X-Space-Notification-Type", tables.OWN_COPY]
        uids = {
            *(await self._mailbox.search([*day, *copies]))[-_LOOK_UP:],
            *(await self._mailbox.search([*day, "TEXT", reply.id]))[-_LOOK_UP:],
        }
        inbox = self._config.imap.folder
        seen = await self._mailbox.read(
            sorted(uids),
            lambda mail: (arrival(mail, self._now()), self._outcome(mail, inbox)),
            limits=LIMITS,
        )
        found = tracing.verdict(reply, message_id, since, [each for _, each in seen])
        if found is Trace.UNKNOWN and await self._in_sent_folder(message_id):
            return Trace.SENT
        return found

    async def order(self, order_id: str) -> Order | None:
        """The order's facts; None where Amazon, or an account without API access, has none."""
        return await self._sp_api.order(order_id) if self._sp_api else None

    async def check(self) -> str:
        """Log in everywhere; say what answered."""
        state = await self._mailbox.state()
        await self._lists.check(self._now())
        await self._outbox.check()
        mail = f"IMAP ok (next UID {state.next_uid}), SMTP ok{in_words(self._tokens)}"
        if self._sp_api is None:
            return f"{mail}, no Selling Partner API"
        await self._sp_api.check()
        return f"{mail}, Selling Partner API ok"

    @property
    def access(self) -> Access | None:
        """Whether the mail logins will last; None where they are passwords."""
        return self._tokens.access if self._tokens else None

    async def close(self) -> None:
        """Cut what is open. A request under way ends as unavailable."""
        self._mailbox.close()
        self._ear.close()
        self._files.close()
        await self._outbox.close()
        if self._tokens is not None:
            await self._tokens.close()
        if self._sp_api is not None:
            await self._sp_api.close()

    def _in_inbox(self, mail: StoredMail) -> Outcome:
        return self._outcome(mail, self._config.imap.folder)

    def _outcome(self, mail: StoredMail, folder: str) -> Outcome:
        location, arrived = f"{folder}/{mail.uid}", arrival(mail, self._now())
        refused = unread(mail, arrived, location, self._limits)
        return refused or inbound.read(mail.content, arrived, location)

    async def _batch(self, page: Page[Outcome]) -> Batch:
        start = Position(page.state.uidvalidity, page.first_uid)
        end = Position(page.state.uidvalidity, page.next_uid)
        self._threads.pass_over(start, end, is_first_look=page.is_first_look)
        for _, outcome in page.read:
            if isinstance(outcome, InboundMessage):
                self._threads.remember(outcome)
        messages: list[InboundMessage] = []
        set_aside: list[SetAside] = []
        ignored = 0
        for uid, outcome in page.read:
            match await self._placed(outcome, f"{self._config.imap.folder}/{uid}"):
                case InboundMessage() as message:
                    messages.append(message)
                case SetAside() as aside:
                    set_aside.append(aside)
                case Ignored():
                    ignored += 1
        return Batch(
            messages=messages,
            cursor=cursors.cursor(end),
            more=page.more,
            set_aside=set_aside,
            ignored=ignored,
            counted=page.counted,
        )

    async def _placed(self, outcome: Outcome, ref: str) -> InboundMessage | SetAside | Ignored:
        if isinstance(outcome, Unplaced):
            return await self._threads.place(outcome.message, ref)
        return outcome

    async def _buyers_messages(self, criteria: Sequence[object]) -> list[InboundMessage] | None:
        """Messages with an alias among the mails of the last 30 days that fit ``criteria``.

        Where somebody moved them, they are still there: every folder is looked into. None where
        that is too many to read, or the server cannot search for it.
        """
        whole = ["SINCE", (self._now() - FIRST_LOOK).date(), *criteria]
        found: list[InboundMessage] = []
        for folder in await self._lists.folders():
            elsewhere = None if folder == self._config.imap.folder else folder
            try:
                uids = await self._mailbox.search(whole, elsewhere)
            except Rejected:
                if elsewhere is None:
                    return None
                self._lists.forget_folders()  # it is gone
                continue
            if len(uids) > _LOOK_UP:
                return None
            read = await self._mailbox.read(
                uids, self._in_inbox, limits=self._limits, folder=elsewhere
            )
            found += [outcome for _, outcome in read if isinstance(outcome, InboundMessage)]
        return found

    async def _in_sent_folder(self, message_id: str) -> bool:
        folder = await self._mailbox.sent_folder()
        if folder is None:
            return False
        return bool(await self._mailbox.search(["HEADER", "Message-ID", message_id], folder))
