"""Amazon's inbox by the mailbox's own lists: every folder where a buyer's mail may lie."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from connectors.base import (
    Batch,
    Census,
    Cursor,
    InboundMessage,
    Missing,
    Rejected,
    SetAside,
    Span,
)
from connectors.mail.config import ImapConfig
from connectors.mail.mailbox import Mailbox
from connectors.mail.outcome import Ignored, Outcome, Unplaced
from connectors.mail.stored import Heading, Limits, Listing, StoredMail
from connectors.mail.wire import lists
from connectors.mail.wire.lists import Place

LIMITS: Final = Limits(page=25 * 1024 * 1024, mail=40 * 1024 * 1024)
_UNNAMED: Final = "unnamed:"  # leads the name of a mail without a usable Message-ID

Read = Callable[[StoredMail, str], Outcome]
Find = Callable[[InboundMessage, str], Awaitable[InboundMessage | SetAside | Ignored]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much is done at once, and kept."""

    named: int = 500  # mails of one page
    read: int = 50  # of them, read whole
    remembered: int = 50_000  # mails that are nothing of ours


@dataclass(slots=True)
class _Found:
    messages: list[InboundMessage] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    ignored: int = 0


class MailCensus:
    """Compares by Message-ID, so that a mail is the same wherever it lies.

    A mail that turns out to be nothing of ours is remembered and not read again
    by this process. It never moves what ``fetch`` goes by.
    """

    def __init__(
        self, mailbox: Mailbox, config: ImapConfig, *, read: Read, find: Find, bounds: Bounds
    ) -> None:
        self._mailbox = mailbox
        self._config = config
        self._read = read
        self._find = find
        self._bounds = bounds
        self._folders: list[str] = []
        self._not_ours: dict[str, None] = {}

    async def page(self, span: Span, cursor: Cursor | None, missing: Missing) -> Census:
        """One page of one folder; the cursor leads through all of them."""
        folders = await self.folders()
        place = lists.understood(cursor)
        if place is None or place.folder not in folders:
            place = Place(folders[0])
        listing = _before(await self._listed(place, span), span)
        wanted = await self._wanted(place.folder, listing, missing)
        listing, wanted = _as_much_as_fits(listing, wanted, self._bounds.read)
        found = await self._taken(place.folder, wanted, missing)
        then = self._next(place, listing, folders)
        return Census(
            listed=len(listing.headings),
            found=Batch(
                messages=sorted(found.messages, key=lambda message: message.sent_at),
                set_aside=found.set_aside,
                ignored=found.ignored,
                cursor=lists.written(then or place),
                more=then is not None,
            ),
        )

    async def check(self, now: datetime) -> None:
        """Open every folder that is compared. ``Rejected`` names the first that is not there."""
        for folder in await self.folders():
            await self._mailbox.listing(folder, uidvalidity=0, first_uid=1, since=now, count=1)

    async def folders(self) -> list[str]:
        """Where a buyer's mail may lie. The inbox first: where most of it lies."""
        if not self._folders:
            others = self._config.other_folders
            named = await self._mailbox.moved_to() if others is None else others
            self._folders = list(dict.fromkeys([self._config.folder, *named]))
        return self._folders

    def forget_folders(self) -> None:
        """Look anew which there are: one of them was renamed or removed."""
        self._folders = []

    async def _listed(self, place: Place, span: Span) -> Listing:
        """What ``place`` names. A folder that was found here and is gone by now holds nothing."""
        try:
            return await self._mailbox.listing(
                place.folder,
                uidvalidity=place.uidvalidity,
                first_uid=place.next_uid,
                since=span.since,
                count=self._bounds.named,
            )
        except Rejected:
            if place.folder == self._config.folder or self._config.other_folders is not None:
                raise
            self.forget_folders()
            return Listing(uidvalidity=0, headings=[], next_uid=1, more=False)

    async def _wanted(self, folder: str, listing: Listing, missing: Missing) -> Mapping[int, str]:
        """UIDs of mails that may be missing, with what they are called."""
        prefix = f"{_UNNAMED}{folder}/{listing.uidvalidity}"
        names = {
            one.uid: lists.named(one.header) or f"{prefix}/{one.uid}" for one in listing.headings
        }
        lacking = await missing([name for name in names.values() if name not in self._not_ours])
        unnamed = {name for name in names.values() if name.startswith(_UNNAMED)}
        wanted = (unnamed | set(lacking)) - self._not_ours.keys()
        return {uid: name for uid, name in names.items() if name in wanted}

    async def _taken(self, folder: str, wanted: Mapping[int, str], missing: Missing) -> _Found:
        """Read them whole. A mail that is gone by now was moved: another folder lists it."""
        rest, outcomes = sorted(wanted), list[tuple[int, Outcome]]()
        while rest:
            read = await self._mailbox.read(
                rest, lambda mail: self._read(mail, folder), limits=LIMITS, folder=folder
            )
            outcomes += read
            last = read[-1][0] if read else rest[-1]
            rest = [uid for uid in rest if uid > last]
        found = _Found()
        for uid, outcome in outcomes:
            await self._sort(found, wanted[uid], outcome, f"{folder}/{uid}", missing)
        return found

    async def _sort(
        self, found: _Found, name: str, outcome: Outcome, ref: str, missing: Missing
    ) -> None:
        if isinstance(outcome, Unplaced):
            outcome = await self._find(outcome.message, ref)
        match outcome:
            case InboundMessage() | SetAside() if not await missing([outcome.id]):
                self._remember(name)
            case InboundMessage():
                found.messages.append(outcome)
            case SetAside() if ref.startswith(f"{self._config.folder}/"):
                found.set_aside.append(outcome)
            case _:  # what somebody moved away and is no message asks for nobody
                found.ignored += 1
                self._remember(name)

    def _remember(self, name: str) -> None:
        self._not_ours[name] = None
        if len(self._not_ours) > self._bounds.remembered:
            del self._not_ours[next(iter(self._not_ours))]

    def _next(self, place: Place, listing: Listing, folders: Sequence[str]) -> Place | None:
        if listing.more:
            return Place(place.folder, listing.uidvalidity, listing.next_uid)
        behind = folders[folders.index(place.folder) + 1 :]
        return Place(behind[0]) if behind else None


def _before(listing: Listing, span: Span) -> Listing:
    """Without what arrived after the span: it may still be on its way to us."""
    old = [one for one in listing.headings if one.arrived is None or one.arrived < span.until]
    return replace(listing, headings=old)


def _as_much_as_fits(
    listing: Listing, wanted: Mapping[int, str], count: int
) -> tuple[Listing, Mapping[int, str]]:
    """Cut the page where too much would have to be read."""
    if len(wanted) <= count:
        return listing, wanted
    last = sorted(wanted)[count - 1]
    headings: list[Heading] = [one for one in listing.headings if one.uid <= last]
    short = replace(listing, headings=headings, next_uid=last + 1, more=True)
    return short, {uid: name for uid, name in wanted.items() if uid <= last}
