"""The inbox of one mailbox, a page at a time, smaller after a page that did not come."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from connectors.base import Cursor, SetAside
from connectors.mail.mailbox import Mailbox
from connectors.mail.outcome import Outcome
from connectors.mail.stored import Limits, Page, StoredMail
from connectors.mail.wire import cursors, envelope

PAGE: Final = 200  # mails
LIMITS: Final = Limits(page=25 * 1024 * 1024, mail=40 * 1024 * 1024)
SMALLEST_PART: Final = 256  # of a page
FIRST_LOOK: Final = timedelta(days=30)
A_DAY: Final = timedelta(days=1)


class PagedInbox:
    """Where reading goes on is the cursor's; only the size of the next page is kept here."""

    def __init__(
        self,
        mailbox: Mailbox,
        now: Callable[[], datetime],
        *,
        page: int = PAGE,
        limits: Limits = LIMITS,
    ) -> None:
        self._mailbox = mailbox
        self._now = now
        self._page = page
        self._limits = limits
        self._part = 1  # a page is the whole of ``page`` and ``limits``, or one part of so many

    async def page(
        self, cursor: Cursor | None, reader: Callable[[StoredMail], Outcome]
    ) -> Page[Outcome]:
        """The mails after ``cursor``, as ``reader`` reads them.

        Without a cursor, or after the folder was rebuilt (its UIDVALIDITY changed), it starts
        at mails of the last 30 days. After a page that did not come, the next ones are
        smaller, down to a single mail: a slow line must not stop at a large one. Then one that
        the server refuses to hand out is set aside: it must not hold up those behind it.
        """
        part = self._part
        self._part = min(part * 4, SMALLEST_PART)  # unless this one comes through
        page = await self._mailbox.page(
            cursors.position(cursor),
            reader,
            first_look=self._now() - FIRST_LOOK,
            count=max(self._page // part, 1),
            limits=Limits(
                page=self._limits.page // part,
                mail=self._limits.mail,
                insists=part < SMALLEST_PART,
            ),
        )
        self._part = max(part // 2, 1)
        return page


def arrival(mail: StoredMail, now: datetime) -> datetime:
    """When ``mail`` arrived.

    Where the mailbox does not say it, or names a day that has not come, the server says it that
    handed the mail over last; else it is taken to arrive now.
    """
    if mail.arrived is None or mail.arrived > now + A_DAY:
        return envelope.handed_over(mail.content, now)
    return mail.arrived


def unread(mail: StoredMail, arrived: datetime, location: str, limits: Limits) -> SetAside | None:
    """Why a mail cannot be read at all; None for the others."""
    if mail.size > limits.mail:
        reason = f"the mail is too large to read ({mail.size} bytes)"
        return SetAside(id=f"size:{location}", reason=reason, ref=location, at=arrived)
    if mail.size and not mail.content:
        reason = "the mailbox names this mail but does not hand it out"
        return SetAside(id=f"empty:{location}", reason=reason, ref=location, at=arrived)
    return None
