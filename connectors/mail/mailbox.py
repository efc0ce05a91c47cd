"""What one IMAP mailbox holds: pages, searches and lists, read only."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from connectors.base import Rejected
from connectors.exits import Exit
from connectors.mail.config import ImapConfig
from connectors.mail.connection import Connection, Dial
from connectors.mail.imap_line import imap_client
from connectors.mail.named import NO_DRAFTS, NamedMails
from connectors.mail.stored import Heading, Limits, Listing, Page, State, StoredMail
from connectors.mail.wire.cursors import Position
from connectors.mail.wire.envelope import EARLIEST

_T = TypeVar("_T")
_FACTS: Final = ("RFC822.SIZE", "INTERNALDATE")
_BODY: Final = ("BODY.PEEK[]",)
_HEADING: Final = ("INTERNALDATE", "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]")
_NO_LITERAL: Final = "continuation"  # as the library says it of a no before the words were sent
_MOVED_TO: Final = (b"\\All", b"\\Archive", b"\\Junk")


class Mailbox:
    """Asks an IMAP server, one request at a time, and never changes anything there."""

    def __init__(
        self,
        config: ImapConfig,
        way_out: Exit | None = None,
        *,
        dial: Dial = imap_client,
        thread: Executor | None = None,
    ) -> None:
        self._line = Connection(config, way_out, dial=dial, thread=thread, counts=True)
        self._named = NamedMails(self._line)

    async def state(self) -> State:
        """The folder's state, as of this connection or fresher."""
        return await self._line.run(self._line.state)

    async def page(
        self,
        position: Position | None,
        reader: Callable[[StoredMail], _T],
        *,
        first_look: datetime,
        count: int,
        limits: Limits,
    ) -> Page[_T]:
        """The next mails from ``position`` on, in one go, so that no reconnect comes between.

        Without a position, or where the folder is no longer the same, it starts
        at the first mail that arrived since ``first_look``.
        """
        return await self._line.run(lambda: self._page(position, reader, first_look, count, limits))

    async def search(self, criteria: Sequence[object], folder: str | None = None) -> list[int]:
        """UIDs that fit, sorted. Raises ``Rejected`` where the folder is not there.

        Words that are not ASCII are sent as UTF-8; some servers (Microsoft's) reject them.
        """
        return await self._line.run(lambda: self._search(criteria, folder))

    async def read(
        self,
        uids: Sequence[int],
        reader: Callable[[StoredMail], _T],
        *,
        limits: Limits,
        folder: str | None = None,
    ) -> list[tuple[int, _T]]:
        """UIDs and what ``reader`` makes of their mails, from the front as far as ``limits`` go.

        ``reader`` runs in the mailbox's thread, so that taking mails apart does
        not hold up the event loop. A mail that is gone by now is left out.
        """
        return await self._line.run(
            lambda: [(mail.uid, reader(mail)) for mail in self._read(uids, limits, folder)]
        )

    async def part(
        self, folder: str, uid: int, number: str, *, most: int
    ) -> tuple[bytes, bytes] | None:
        """MIME header and body, as sent, of one part of a mail; None where it is not there.

        None also for a mail above ``most`` bytes.
        """
        return await self._line.run(lambda: self._part(folder, uid, number, most))

    async def rest(self) -> None:
        """Leave the server alone until the next request."""
        await self._line.run(self._line.drop)

    async def listing(
        self, folder: str, *, uidvalidity: int, first_uid: int, since: datetime, count: int
    ) -> Listing:
        """Up to ``count`` mails of ``folder`` from ``first_uid`` on that arrived after ``since``.

        Where the folder is no longer the one of ``uidvalidity``, its list begins anew.
        """
        return await self._line.run(
            lambda: self._listing(folder, (uidvalidity, first_uid), since, count)
        )

    async def moved_to(self) -> list[str]:
        """Folders where a mail goes that leaves the inbox, as the server marks or names them."""
        return await self._line.run(self._moved_to)

    async def sent_folder(self) -> str | None:
        """Where the provider keeps what was sent; None where it keeps nothing."""
        return await self._line.run(self._sent_folder)

    def close(self) -> None:
        """Cut the connection, so that a request under way ends, and let the thread go."""
        self._line.close()

    def _search(self, criteria: Sequence[object], folder: str | None) -> list[int]:
        with self._line.opened(folder) as client:
            if str(criteria).isascii():
                return sorted(client.search(list(criteria)))
            try:
                return sorted(client.search(list(criteria), "UTF-8"))
            except IMAPClientError as error:
                if isinstance(error, IMAPClientAbortError) and _NO_LITERAL not in str(error):
                    raise
                raise Rejected("IMAP: the server searches for no such words") from None

    def _page(
        self,
        position: Position | None,
        reader: Callable[[StoredMail], _T],
        first_look: datetime,
        count: int,
        limits: Limits,
    ) -> Page[_T]:
        state = self._line.state()
        known = position if position and position.uidvalidity == state.uidvalidity else None
        first = known.next_uid if known else self._first_since(first_look)
        uids, more = self._named.following(first, count)
        stored = self._read(uids, limits, None)
        if _are_missing(uids, stored):
            # Named a page ago and moved since, perhaps: only what is named now can be missing.
            self._named.forget()
            uids, more = self._named.following(first, count)
            stored = self._read(uids, limits, None)
        read = [(mail.uid, reader(mail)) for mail in stored]
        last = read[-1][0] if read else max(uids, default=first - 1)
        more = more or any(uid > last for uid in uids)
        return Page(
            state=state,
            is_first_look=known is None,
            first_uid=first,
            read=read,
            next_uid=last + 1,
            more=more,
            counted=sum(uid <= last for uid in uids),
        )

    def _first_since(self, moment: datetime) -> int:
        recent = self._search(["SINCE", moment.date()], None)
        return recent[0] if recent else self._line.state().next_uid

    def _read(self, uids: Sequence[int], limits: Limits, folder: str | None) -> list[StoredMail]:
        if not uids:
            return []
        with self._line.opened(folder) as client:
            facts = _told(client, uids, _FACTS, insists=limits.insists)
            sizes = {uid: _size(facts[uid]) for uid in uids if uid in facts}
            page = _fitting(sizes, limits)
            small = [uid for uid in page if sizes[uid] <= limits.mail]
            bodies = _told(client, small, _BODY, insists=limits.insists)
            return [
                StoredMail(
                    uid,
                    _arrived(facts[uid]),
                    _content(bodies.get(uid, {})),
                    sizes[uid],
                )
                for uid in page
                if uid in bodies or uid not in small
            ]

    def _part(self, folder: str, uid: int, number: str, most: int) -> tuple[bytes, bytes] | None:
        with self._line.opened(folder) as client:
            facts = client.fetch([uid], ["RFC822.SIZE"]).get(uid)
            if facts is None or int(facts[b"RFC822.SIZE"]) > most:
                return None
            head, body = f"BODY.PEEK[{number}.MIME]", f"BODY.PEEK[{number}]"
            told = client.fetch([uid], [head, body]).get(uid, {})
            found = [told.get(f"BODY[{one}]".encode()) for one in (f"{number}.MIME", number)]
            return (found[0] or b"", found[1]) if found[1] else None

    def _listing(self, folder: str, start: tuple[int, int], since: datetime, count: int) -> Listing:
        with self._line.opened(folder) as client:
            uidvalidity, first = start
            now = self._line.state().uidvalidity
            if now != uidvalidity:
                uidvalidity, first = now, 1
            # SINCE knows days only, of the server's own zone.
            day = (since - timedelta(days=1)).date()
            found = client.search(["SINCE", day, "UID", f"{first}:*", NO_DRAFTS])
            uids = sorted(uid for uid in found if uid >= first)
            page = uids[:count]
            facts = _told(client, page, _HEADING, insists=False)
            headings = [
                Heading(uid, _arrived(facts[uid]), _header(facts[uid]))
                for uid in page
                if uid in facts
            ]
            return Listing(
                uidvalidity=uidvalidity,
                headings=[one for one in headings if one.arrived is None or one.arrived >= since],
                next_uid=max(page, default=first - 1) + 1,
                more=len(uids) > count,
            )

    def _moved_to(self) -> list[str]:
        client = self._line.client()
        found = [_special(client, mark) for mark in _MOVED_TO]
        return [name for name in found if name]

    def _sent_folder(self) -> str | None:
        return _special(self._line.client(), b"\\Sent")


def _special(client: IMAPClient, mark: bytes) -> str | None:
    """The folder with that mark or name; the library fails where there is no namespace."""
    try:
        return client.find_special_folder(mark)  # type: ignore[no-any-return]
    except TypeError:
        return None


def _are_missing(uids: Sequence[int], read: Sequence[StoredMail]) -> bool:
    """Whether any of ``uids`` was not handed out, up to the last that was."""
    last = read[-1].uid if read else max(uids, default=0)
    return {uid for uid in uids if uid <= last} != {mail.uid for mail in read}


def _fitting(sizes: Mapping[int, int], limits: Limits) -> list[int]:
    """UIDs from the front whose mails fit into one page together; at least one."""
    page: list[int] = []
    total = 0
    for uid, size in sizes.items():
        total += size if size <= limits.mail else 0
        if page and total > limits.page:
            break
        page.append(uid)
    return page


def _header(facts: Mapping[bytes, Any]) -> bytes:
    """The header that was asked for: servers write the question back in their own ways."""
    return next((value for key, value in facts.items() if key.startswith(b"BODY[HEADER")), b"")


def _told(
    client: IMAPClient, uids: Sequence[int], what: Sequence[str], *, insists: bool
) -> Mapping[int, Mapping[bytes, Any]]:
    """What the server says of those that it has; nothing of one of which it refuses to."""
    try:
        return client.fetch(uids, what) if uids else {}
    except IMAPClientAbortError:
        raise
    except IMAPClientError:
        if insists:
            raise
    if len(uids) == 1:
        return {uids[0]: {}}
    half = len(uids) // 2
    parts = (_told(client, part, what, insists=False) for part in (uids[:half], uids[half:]))
    return {uid: told for part in parts for uid, told in part.items()}


def _size(facts: Mapping[bytes, Any]) -> int:
    """At least that of something where it is not said: what is refused is not empty."""
    return int(facts[b"RFC822.SIZE"]) if facts else 1


def _content(told: Mapping[bytes, Any]) -> bytes:
    """Some servers say NIL for a mail that they cannot hand out."""
    content = told.get(b"BODY[]")
    return content if isinstance(content, bytes) else b""


def _arrived(facts: Mapping[bytes, Any]) -> datetime | None:
    """One mail of which a server does not say it, or nonsense, must not hold up all others."""
    moment = facts.get(b"INTERNALDATE")
    try:
        arrived = moment.astimezone(UTC) if isinstance(moment, datetime) else None
    except (ValueError, OverflowError):
        return None
    return arrived if arrived and arrived >= EARLIEST else None
