"""The connection to one mailbox: one at a time, in one thread, with the four failures."""

import asyncio
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from threading import Event
from typing import Any, Final, TypeVar

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from connectors.base import ConnectorError, Rejected, Unauthorized, Unavailable
from connectors.exits import Exit
from connectors.mail.bearer import Bearer, TokenRefused
from connectors.mail.config import ImapConfig, Tls
from connectors.mail.imap_line import imap_client
from connectors.mail.stored import State
from connectors.mail.xoauth2 import Answers, log_in

_T = TypeVar("_T")
Dial = Callable[[ImapConfig, Exit | None], IMAPClient]
# A broken connection, a server that says no, and answers that the library cannot read.
_LOST: Final = (IMAPClientError, OSError, EOFError, ValueError, LookupError)
_BUSY: Final = re.compile(r"UNAVAILABLE|LIMIT|INUSE|too many|try again", re.IGNORECASE)


class Connection:
    """Made when it is first needed, and kept.

    After any failure it is dropped, and the next request makes a new one: nothing is
    retried here. ``opens`` counts how often a folder was opened: what was known of it
    before may not hold. ``counts``: have the server count a folder's changes, where it can.
    """

    def __init__(
        self,
        config: ImapConfig,
        way_out: Exit | None = None,
        *,
        dial: Dial = imap_client,
        thread: Executor | None = None,
        counts: bool = False,
    ) -> None:
        self.opens = 0
        self._counts = counts
        self._config = config
        self._exit = way_out
        self._dial = dial
        self._thread = thread or ThreadPoolExecutor(1, thread_name_prefix="imap")
        self._client: IMAPClient | None = None
        self._state: State | None = None
        self._closed = False
        self._given_up = Event()  # set: nobody waits for what the thread does now
        self._token = ""  # to log in with, where that is no password

    def close(self) -> None:
        """Cut the connection, so that a request under way ends, and let the thread go."""
        if self._closed:
            return
        self._closed = True
        self._cut()
        self._thread.submit(self.drop)
        self._thread.shutdown(wait=False)

    def _cut(self) -> None:
        """End what is under way: the thread sees a broken connection."""
        client = self._client
        if client is not None:
            with suppress(OSError, AttributeError):
                client.socket().shutdown(socket.SHUT_RDWR)

    async def run(self, work: Callable[[], _T]) -> _T:
        """Do ``work`` in the mailbox's own thread, with the four failures.

        Whoever stops waiting cuts the connection if his work has begun: a server
        that sends a byte now and then would hold the only thread for ever.
        """
        if self._closed:
            raise Unavailable("the mailbox is closed")
        bearer = self._config.bearer
        if bearer is None:
            return await self._in_thread(work)
        await self._renew(bearer)
        try:
            return await self._in_thread(work)
        except TokenRefused as refused:
            self._token = await bearer.other_than(refused.token, refused)
        return await self._in_thread(work)

    async def _renew(self, bearer: Bearer) -> None:
        """Have a good token in time, though the connection still stands: so that it is heard of
        early where there will be none. What stands goes on without.
        """
        stands = self._client is not None
        try:
            self._token = await bearer.current()
        except ConnectorError:
            if not stands:
                raise

    async def _in_thread(self, work: Callable[[], _T]) -> _T:
        begun, given_up = Event(), Event()

        def guarded() -> _T:
            begun.set()
            self._given_up = given_up
            return self._guarded(work)

        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, guarded)
        except asyncio.CancelledError:
            given_up.set()
            if begun.is_set() and not self._closed:
                self._cut()
                self._thread.submit(self.drop)  # it may have come to its end just before
            raise

    def _guarded(self, work: Callable[[], _T]) -> _T:
        try:
            return work()
        except _LOST as error:
            self.drop()
            raise Unavailable(f"IMAP: {error.__class__.__name__}") from error
        except Exception:
            self.drop()  # another folder may be open: the next page would be one of that
            raise

    def client(self) -> IMAPClient:
        """Logged in, with the mailbox's folder open."""
        if self._client is not None:
            return self._client
        self._go_on()
        client = self._client = self._dial(self._config, self._exit)
        self._go_on()
        if self._config.tls is Tls.STARTTLS:
            client.starttls(ssl.create_default_context())
            self._go_on()
        self._login(client)
        if self._counts:
            _count_changes(client)
        self._select(client, self._config.folder)
        return client

    def _go_on(self) -> None:
        """Raise where nobody waits any more: a socket that is being made cannot be cut."""
        if self._closed or self._given_up.is_set():
            raise Unavailable("the mailbox is closed")

    @contextmanager
    def opened(self, folder: str | None) -> Iterator[IMAPClient]:
        """The connection with ``folder`` open, and afterwards the mailbox's own again."""
        client = self.client()
        if folder is None:
            yield client
            return
        self._select(client, folder)
        yield client
        self._select(client, self._config.folder)

    def state(self) -> State:
        """Of the folder that is open."""
        self.client()
        assert self._state is not None
        return self._state

    def _login(self, client: IMAPClient) -> None:
        """Log in. The library calls every failure a refusal; a lost connection is none."""
        config, token = self._config, self._token
        answers = Answers(config.username, token)
        try:
            if config.bearer is None:
                client.login(config.username, config.password)
            else:
                log_in(client, answers)
        except LoginError as error:
            if isinstance(error.__context__, IMAPClientAbortError) or _BUSY.search(str(error)):
                raise Unavailable("IMAP: the login was not answered") from None
            if config.bearer is None:
                raise Unauthorized("IMAP: the login was refused") from None
            status = f" (status {answers.status})" if answers.status else ""
            raise TokenRefused(f"IMAP: the access token was refused{status}", token) from None

    def _select(self, client: IMAPClient, folder: str) -> None:
        try:
            answer: dict[bytes, Any] = client.select_folder(folder, readonly=True)
        except IMAPClientAbortError:
            raise
        except IMAPClientError:
            raise Rejected(f"IMAP: the folder {folder!r} cannot be opened") from None
        self.opens += 1
        next_uid, modseq = int(answer.get(b"UIDNEXT", 1)), int(answer.get(b"HIGHESTMODSEQ", 0))
        self._state = State(int(answer[b"UIDVALIDITY"]), next_uid, modseq)

    def drop(self) -> None:
        """Forget the connection; the next request makes a new one. In the mailbox's thread."""
        client, self._client, self._state = self._client, None, None
        if client is not None:
            with suppress(*_LOST, AttributeError):
                client.shutdown()


def offers(client: IMAPClient, extension: str) -> bool:
    """Whether the server says that it has it. One that answers nothing has nothing."""
    try:
        return bool(client.has_capability(extension))
    except AttributeError:  # the library's, of a question for capabilities without an answer
        return False


def _count_changes(client: IMAPClient) -> None:
    """Until a program asks for it, some servers do not count (CONDSTORE, RFC 7162)."""
    if offers(client, "CONDSTORE") and offers(client, "ENABLE"):
        try:
            client.enable("CONDSTORE")
        except IMAPClientAbortError:
            raise
        except IMAPClientError:
            return  # then the folder tells of no count either
