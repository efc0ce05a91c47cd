"""One IMAP mailbox: read only, one connection, one thread, and the four failures."""

import asyncio
import re
import socket
import ssl
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any, Final, TypeVar

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from connectors.base import ConnectorError, Rejected, Unauthorized, Unavailable
from connectors.exits import Exit
from connectors.mail.config import ImapConfig, Tls
from connectors.mail.imap_line import imap_client
from connectors.mail.stored import Heading, Limits, Listing, Page, State, StoredMail
from connectors.mail.wire.cursors import Position

_T = TypeVar("_T")
Dial = Callable[[ImapConfig, Exit | None], IMAPClient]
_SPAN: Final = 20_000  # UIDs asked for at once: an answer must stay below imaplib's longest line
# A broken connection, a server that says no, and answers that the library cannot read.
_LOST: Final = (IMAPClientError, OSError, EOFError, ValueError, LookupError)
_NAME: Final = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"
_MOVED_TO: Final = (b"\\All", b"\\Archive", b"\\Junk")
_BUSY: Final = re.compile(r"UNAVAILABLE|LIMIT|INUSE|too many|try again", re.IGNORECASE)


class Mailbox:
    """Asks an IMAP server, one request at a time, and never changes anything there.

    The connection is made when it is first needed and kept. After any failure
    it is dropped, and the next request makes a new one: nothing is retried here.
    """

    def __init__(
        self,
        config: ImapConfig,
        way_out: Exit | None = None,
        *,
        dial: Dial = imap_client,
        thread: Executor | None = None,
    ) -> None:
        self._config = config
        self._exit = way_out
        self._dial = dial
        self._thread = thread or ThreadPoolExecutor(1, thread_name_prefix="imap")
        self._client: IMAPClient | None = None
        self._state: State | None = None
        self._listed: list[int] = []  # sorted UIDs that the server has named but we not yet read
        self._listed_from = 0  # all that it has from this one on
        self._closed = False

    async def state(self) -> State:
        """The folder's state, as of this connection or fresher."""
        return await self._run(self._examined)

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
        return await self._run(lambda: self._page(position, reader, first_look, count, limits))

    async def search(self, criteria: Sequence[object], folder: str | None = None) -> list[int]:
        """UIDs that fit, sorted. Non-ASCII words are sent as UTF-8."""
        return await self._run(lambda: self._search(criteria, folder))

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
        return await self._run(
            lambda: [(mail.uid, reader(mail)) for mail in self._read(uids, limits, folder)]
        )

    async def listing(
        self, folder: str, *, uidvalidity: int, first_uid: int, since: datetime, count: int
    ) -> Listing:
        """Up to ``count`` mails of ``folder`` from ``first_uid`` on that arrived after ``since``.

        Where the folder is no longer the one of ``uidvalidity``, its list begins anew.
        """
        return await self._run(
            lambda: self._listing(folder, (uidvalidity, first_uid), since, count)
        )

    async def moved_to(self) -> list[str]:
        """Folders where a mail goes that leaves the inbox, as the server marks or names them."""
        return await self._run(self._moved_to)

    async def sent_folder(self) -> str | None:
        """Where the provider keeps what was sent; None where it keeps nothing."""
        return await self._run(self._sent_folder)

    def close(self) -> None:
        """Cut the connection, so that a request under way ends, and let the thread go."""
        if self._closed:
            return
        self._closed = True
        self._cut()
        self._thread.submit(self._drop)
        self._thread.shutdown(wait=False)

    def _cut(self) -> None:
        """End what is under way: the thread sees a broken connection."""
        client = self._client
        if client is not None:
            with suppress(OSError, AttributeError):
                client.socket().shutdown(socket.SHUT_RDWR)

    async def _run(self, work: Callable[[], _T]) -> _T:
        """Do ``work`` in the mailbox's own thread, with the four failures.

        Whoever stops waiting cuts the connection if his work has begun: a server
        that sends a byte now and then would hold the only thread for ever.
        """
        if self._closed:
            raise Unavailable("the mailbox is closed")
        begun = Event()

        def guarded() -> _T:
            begun.set()
            return self._guarded(work)

        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, guarded)
        except asyncio.CancelledError:
            if begun.is_set() and not self._closed:
                self._cut()
                self._thread.submit(self._drop)  # it may have come to its end just before
            raise

    def _guarded(self, work: Callable[[], _T]) -> _T:
        try:
            return work()
        except ConnectorError:
            self._drop()
            raise
        except _LOST as error:
            self._drop()
            raise Unavailable(f"IMAP: {error.__class__.__name__}") from error

    def _connected(self) -> IMAPClient:
        if self._client is not None:
            return self._client
        client = self._client = self._dial(self._config, self._exit)
        if self._config.tls is Tls.STARTTLS:
            client.starttls(ssl.create_default_context())
        self._login(client)
        self._select(client, self._config.folder)
        return client

    def _login(self, client: IMAPClient) -> None:
        """Log in. The library calls every failure a refusal; a lost connection is none."""
        try:
            client.login(self._config.username, self._config.password)
        except LoginError as error:
            if isinstance(error.__context__, IMAPClientAbortError) or _BUSY.search(str(error)):
                raise Unavailable("IMAP: the login was not answered") from None
            raise Unauthorized("IMAP: the login was refused") from None

    def _select(self, client: IMAPClient, folder: str) -> None:
        try:
            answer: dict[bytes, Any] = client.select_folder(folder, readonly=True)
        except IMAPClientAbortError:
            raise
        except IMAPClientError:
            raise Rejected(f"IMAP: the folder {folder!r} cannot be opened") from None
        self._listed = []
        next_uid = int(answer.get(b"UIDNEXT", 1))
        self._state = State(int(answer[b"UIDVALIDITY"]), next_uid)

    @contextmanager
    def _opened(self, folder: str | None) -> Iterator[IMAPClient]:
        """The connection with ``folder`` open, and afterwards the mailbox's own again."""
        client = self._connected()
        if folder is None:
            yield client
            return
        self._select(client, folder)
        yield client
        self._select(client, self._config.folder)

    def _examined(self) -> State:
        self._connected()
        assert self._state is not None
        return self._state

    def _search(self, criteria: Sequence[object], folder: str | None) -> list[int]:
        with self._opened(folder) as client:
            plain = str(criteria).isascii()
            return sorted(client.search(list(criteria), None if plain else "UTF-8"))

    def _page(
        self,
        position: Position | None,
        reader: Callable[[StoredMail], _T],
        first_look: datetime,
        count: int,
        limits: Limits,
    ) -> Page[_T]:
        state = self._examined()
        known = position if position and position.uidvalidity == state.uidvalidity else None
        first = known.next_uid if known else self._first_since(first_look)
        uids, more = self._uids_from(first, count)
        read = [(mail.uid, reader(mail)) for mail in self._read(uids, limits, None)]
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
        return recent[0] if recent else self._examined().next_uid

    def _uids_from(self, first: int, limit: int) -> tuple[list[int], bool]:
        """Ask the server only when what it named before does not fill a page."""
        client = self._connected()
        # Whoever forgot how far he was (a store that lost its last writes) begins before the list.
        whole = first >= self._listed_from
        known = self._listed[bisect_left(self._listed, first) :] if whole else []
        if len(known) <= limit:
            client.noop()  # lets the server tell of new mail
            known = self._span(client, first, f"{first}:{first + _SPAN - 1}")
            if len(known) <= limit:
                known += self._span(client, first + _SPAN, f"{first + _SPAN}:*")
        self._listed, self._listed_from = known, first
        return known[:limit], len(known) > limit

    def _span(self, client: IMAPClient, first: int, span: str) -> list[int]:
        """``n:*`` names the last mail even where it lies before ``n``: drop that echo."""
        return sorted(uid for uid in client.search(["UID", span]) if uid >= first)

    def _read(self, uids: Sequence[int], limits: Limits, folder: str | None) -> list[StoredMail]:
        if not uids:
            return []
        with self._opened(folder) as client:
            facts = client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
            sizes = {uid: int(facts[uid][b"RFC822.SIZE"]) for uid in uids if uid in facts}
            page = _fitting(sizes, limits)
            small = [uid for uid in page if sizes[uid] <= limits.mail]
            bodies = client.fetch(small, ["BODY.PEEK[]"]) if small else {}
            return [
                StoredMail(
                    uid,
                    _aware(facts[uid][b"INTERNALDATE"]),
                    bodies[uid].get(b"BODY[]", b"") if uid in bodies else b"",
                    sizes[uid],
                )
                for uid in page
                if uid in bodies or uid not in small
            ]

    def _listing(self, folder: str, start: tuple[int, int], since: datetime, count: int) -> Listing:
        with self._opened(folder) as client:
            assert self._state is not None
            uidvalidity, first = start
            if self._state.uidvalidity != uidvalidity:
                uidvalidity, first = self._state.uidvalidity, 1
            # SINCE knows days only, of the server's own zone.
            day = (since - timedelta(days=1)).date()
            found = client.search(["SINCE", day, "UID", f"{first}:*"])
            uids = sorted(uid for uid in found if uid >= first)
            page = uids[:count]
            facts = client.fetch(page, ["INTERNALDATE", _NAME]) if page else {}
            headings = [
                Heading(uid, _aware(facts[uid][b"INTERNALDATE"]), _header(facts[uid]))
                for uid in page
                if uid in facts
            ]
            return Listing(
                uidvalidity=uidvalidity,
                headings=[one for one in headings if one.arrived >= since],
                next_uid=max(page, default=first - 1) + 1,
                more=len(uids) > count,
            )

    def _moved_to(self) -> list[str]:
        client = self._connected()
        found = [client.find_special_folder(mark) for mark in _MOVED_TO]
        return [name for name in found if name]

    def _sent_folder(self) -> str | None:
        client = self._connected()
        return client.find_special_folder(b"\\Sent")  # type: ignore[no-any-return]

    def _drop(self) -> None:
        client, self._client, self._state, self._listed = self._client, None, None, []
        if client is not None:
            with suppress(*_LOST, AttributeError):
                client.shutdown()


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


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
