"""A mail provider in memory: as much of IMAPClient and of an SMTP client as the connector uses."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple, Protocol, TypeVar

from aiosmtplib import SMTP, SMTPRecipientRefused, SMTPResponseException, SMTPServerDisconnected
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, LoginError

from connectors.base import Unavailable
from responder.simulation.loop import Away
from responder.simulation.wire import Wire

T = TypeVar("T")


class Mail(NamedTuple):
    uid: int
    arrived: datetime
    content: bytes


@dataclass(slots=True)
class Folder:
    """Mails by their UIDs, which only grow until the folder is rebuilt."""

    uidvalidity: int = 1
    next_uid: int = 1
    mails: dict[int, Mail] = field(default_factory=dict)

    def add(self, content: bytes, arrived: datetime, *, gap: bool = False) -> None:
        uid = self.next_uid + (7 if gap else 0)
        self.mails[uid] = Mail(uid, arrived, content)
        self.next_uid = uid + 1

    @property
    def last(self) -> Mail:
        """The mail that came last."""
        return self.mails[max(self.mails)]

    def renew(self) -> None:
        """The same mails under other numbers, which begin anew."""
        mails = list(self.mails.values())
        self.uidvalidity += 1
        self.mails, self.next_uid = {}, 1
        for mail in mails:
            self.add(mail.content, mail.arrived)


class Provider(Protocol):
    """Whose mailbox it is."""

    inbox: Folder
    archive: Folder
    sent: Folder | None

    @property
    def weather(self) -> Any:
        """How the provider is now."""

    @property
    def time(self) -> Any:
        """The world's time."""

    @property
    def profile(self) -> Any:
        """How much goes wrong."""

    def happens(self, rate: float) -> bool:
        """Throw the dice."""

    def knows(self, recipient: str) -> bool:
        """Whether there is such a buyer."""

    def rejects(self) -> bool:
        """Whether a mail is refused for what it says."""

    def take(self, content: bytes, recipient: str) -> None:
        """A mail of ours is accepted."""


class WireThread(Away):
    """The mailbox's thread, replaced by the world's wire: work happens where it arrives."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def do(self, work: Callable[[], T]) -> T:
        return await self._wire.ask(work)


class MemoryImap(IMAPClient):  # type: ignore[misc]
    """One connection. It breaks when the folder is rebuilt, or when the weather is bad."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._folder = provider.inbox
        self._uidvalidity = 0

    def login(self, username: str, password: str) -> bytes:  # noqa: ARG002
        now, weather = self._provider.time.loop.time(), self._provider.weather
        if now < weather.storm_until:
            raise LoginError("[UNAVAILABLE] too many connections, try again later")
        if now < weather.token_dead_until:
            raise LoginError("[AUTHENTICATIONFAILED] invalid credentials")
        return b"LOGIN completed"

    def has_capability(self, capability: str) -> bool:  # noqa: ARG002 - none but the oldest
        return False

    def select_folder(self, folder: str, readonly: bool = False) -> dict[bytes, Any]:  # noqa: ARG002
        provider = self._provider
        found = {"INBOX": provider.inbox, "Archive": provider.archive, "Sent": provider.sent}[
            folder
        ]
        assert found is not None, folder
        self._folder = found
        self._uidvalidity = self._folder.uidvalidity
        return {b"UIDVALIDITY": self._folder.uidvalidity, b"UIDNEXT": self._folder.next_uid}

    def noop(self) -> tuple[bytes, list[Any]]:
        self._stands()
        return b"NOOP completed", []

    def search(self, criteria: Any = "ALL", charset: str | None = None) -> list[int]:  # noqa: ARG002
        self._stands()
        words, found = list(criteria), list(self._folder.mails.values())
        while words:
            fits = self._test(words.pop(0), words)
            found = [mail for mail in found if fits(mail)]
        return [mail.uid for mail in found]

    def fetch(
        self, messages: Iterable[int], data: Sequence[str], *_: Any
    ) -> dict[int, dict[bytes, Any]]:
        self._stands()
        if "BODY.PEEK[]" in data and self._provider.happens(self._provider.profile.odd / 4):
            raise IMAPClientAbortError("socket error: EOF")
        found = [self._folder.mails[uid] for uid in messages if uid in self._folder.mails]
        return {
            mail.uid: {
                b"BODY[HEADER.FIELDS (MESSAGE-ID)]": _message_id(mail.content),
                b"RFC822.SIZE": len(mail.content),
                b"INTERNALDATE": mail.arrived,
                b"BODY[]": mail.content,
            }
            for mail in found
        }

    def find_special_folder(self, folder_flag: bytes) -> str | None:
        self._stands()
        if folder_flag == b"\\Archive":
            return "Archive"
        has_one = folder_flag == b"\\Sent" and self._provider.sent is not None
        return "Sent" if has_one else None

    def shutdown(self) -> None:
        """There is no socket."""

    def socket(self) -> Any:
        raise OSError("there is no socket")

    def _stands(self) -> None:
        now, weather = self._provider.time.loop.time(), self._provider.weather
        bad = now < max(weather.storm_until, weather.token_dead_until)
        if bad or self._uidvalidity != self._folder.uidvalidity:
            raise IMAPClientAbortError("the connection was closed")

    def _test(self, word: Any, rest: list[Any]) -> Callable[[Mail], bool]:
        if word == "SINCE":
            day: date = rest.pop(0)
            return lambda mail: mail.arrived.date() >= day
        if word == "UID":
            first, _, last = str(rest.pop(0)).partition(":")
            return self._between(int(first), last)
        if word == "HEADER":
            name, value = str(rest.pop(0)).encode(), str(rest.pop(0)).encode()
            line = rb"^" + re.escape(name) + rb":[^\n]*(?:\n[ \t][^\n]*)*?" + re.escape(value)
            pattern = re.compile(line, re.IGNORECASE | re.MULTILINE)
            return lambda mail: bool(pattern.search(mail.content.partition(b"\r\n\r\n")[0]))
        if word == "UNDRAFT":  # nobody writes drafts here
            return lambda _: True
        assert word == "TEXT", word
        words = str(rest.pop(0)).encode()
        return lambda mail: words in mail.content

    def _between(self, first: int, last: str) -> Callable[[Mail], bool]:
        """``n:*`` names the last mail, too, where it lies before ``n``."""
        highest = max(self._folder.mails, default=0)
        end = highest if last == "*" else int(last)
        low, high = min(first, end), max(first, end)
        return lambda mail: (low if last == "*" else first) <= mail.uid <= high


@lru_cache
def _message_id(content: bytes) -> bytes:
    """The line of its header; a listing asks for those of all mails."""
    found = re.search(rb"^Message-ID:[^\n]*\n", content, re.IGNORECASE | re.MULTILINE)
    return found[0] if found else b""


class MemorySmtp(SMTP):
    """One connection to the provider's way out."""

    def __init__(self, provider: Provider, wire: Wire) -> None:
        self._provider = provider
        self._wire = wire
        self._open = False
        self._recipient = ""

    @property
    def is_connected(self) -> bool:
        return self._open

    async def connect(self, **_: Any) -> Any:
        await self._ask(self._let_in)
        self._open = True

    async def mail(self, sender: str, *_: Any, **__: Any) -> Any:
        """Answered with the recipient."""

    async def rcpt(self, recipient: str, *_: Any, **__: Any) -> Any:
        await self._ask(lambda: self._known(recipient))
        self._recipient = recipient

    async def data(self, message: str | bytes, *_: Any, **__: Any) -> Any:
        assert isinstance(message, bytes)
        await self._ask(lambda: self._taken(message), writes=True)

    async def quit(self, **_: Any) -> Any:
        self._open = False

    def close(self) -> None:
        self._open = False

    async def _ask(self, act: Callable[[], tuple[int, str]], *, writes: bool = False) -> None:
        """An answer of the server, or the connection is gone."""
        try:
            code, words = await self._wire.ask(act, writes=writes)
        except Unavailable:
            self._open = False
            raise SMTPServerDisconnected("Connection lost") from None
        if code == 550:
            raise SMTPRecipientRefused(code, words, "")
        if code >= 400:
            raise SMTPResponseException(code, words)

    def _let_in(self) -> tuple[int, str]:
        now, weather = self._provider.time.loop.time(), self._provider.weather
        if now < weather.token_dead_until:
            return 535, "5.7.8 authentication failed"
        return (421, "4.7.0 too many connections") if now < weather.storm_until else (220, "ready")

    def _known(self, recipient: str) -> tuple[int, str]:
        code, words = self._let_in()
        if code >= 400:
            self._open = False
            return 421, words
        if self._provider.happens(self._provider.profile.odd / 4):
            return 451, "4.7.1 try again later"
        return (250, "OK") if self._provider.knows(recipient) else (550, "no such buyer")

    def _taken(self, content: bytes) -> tuple[int, str]:
        if self._provider.rejects():
            return 554, "5.6.0 message refused"
        self._provider.take(content, self._recipient)
        return 250, "accepted"
