"""The mailbox of a mail server in a box: a real IMAP server (pymap), fed from the books."""

import asyncio
from argparse import Namespace
from asyncio import AbstractServer, StreamReader, StreamWriter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, Protocol, cast

from proxyprotocol.sock import SocketInfoLocal
from pymap.backend.dict import Config, Login
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import (
    LoadedMessage,
    MailboxData,
    MailboxSet,
    Message,
    _ContentCache,
    _ThreadCache,
)
from pymap.bytes import Writeable
from pymap.concurrent import Subsystem
from pymap.imap import IMAPServer
from pymap.mime import MessageContent
from pymap.parsing.specials import ObjectId
from pymap.user import UserMetadata
from pysasl import SASLAuth
from pysasl.hashing import Cleartext

from connectors.mail.mock_line import Fragile, Heard
from connectors.mail.mock_oauth import Provider
from connectors.mail.mock_turned_away import turn_away

SENT_FOLDER: Final = "Sent"
ARCHIVE: Final = "Archive"
_CACHED_MAILS: Final = 512


class Letter(Protocol):
    """A mail as the books hold it: described, and written out when somebody reads it. Hashable."""

    @property
    def arrived(self) -> datetime:
        """When the mailbox got it."""

    @property
    def folder(self) -> str:
        """Where somebody moved it; "" is the inbox."""

    @property
    def told(self) -> str:
        """Its own words, for a search by text."""


class Books(Protocol):
    """All mails of the inbox, in order, and what the folder calls itself and them."""

    @property
    def uidvalidity(self) -> int: ...

    @property
    def deliveries(self) -> Sequence[Letter]: ...

    def uid(self, index: int) -> int: ...


class MailboxServer:
    """Serves one read-only INBOX to one user.

    ``write`` gives a mail's bytes and ``header`` one of its headers ("" for none).
    ``breaks`` is asked once per mail that is read, and cuts the connection in the middle
    of it where it says yes. ``refuses`` is asked once per connection for the fault for which
    nobody may log in; "" lets them in. ``provider`` is whose tokens are taken besides the password.
    """

    def __init__(
        self,
        books: Books,
        *,
        write: Callable[[Any], bytes],
        header: Callable[[Any, str], str],
        breaks: Callable[[], bool],
        refuses: Callable[[], str] = lambda: "",
        provider: Provider | None = None,
    ) -> None:
        self._books = books
        self._breaks = breaks
        self._refuses = refuses
        self._provider = provider
        self.on_line: Callable[[bytes], None] | None = None  # hears what clients say
        self._header = header
        self._connections: dict[asyncio.Task[Any], StreamWriter] = {}
        self._server: AbstractServer | None = None
        self._mailboxes = MailboxSet()
        self._write = cast("Callable[[Letter], bytes]", lru_cache(_CACHED_MAILS)(write))

    async def start(self, host: str, port: int, *, username: str, password: str) -> int:
        """Listen; returns the port."""
        config = _Config(
            Namespace(passlib_cfg=None, proxy_protocol=None),
            host=host,
            port=port,
            tls_enabled=False,
            demo_data=False,
            demo_user=username,
            demo_password=password,
            hash_context=Cleartext(),
            cpu_subsystem=Subsystem.for_asyncio(),
            invalid_user_sleep=0,
        )
        config.mechanisms = self._provider.mechanisms() if self._provider else None
        login = Login(config)
        login.users_dict[username] = UserMetadata(config, username, password=password)
        config.set_cache[username] = (self._mailboxes, FilterSet())
        self.rebuild()
        serve = IMAPServer(login, config)

        async def connected(reader: StreamReader, writer: StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            self._connections[task] = writer
            try:
                if fault := self._refuses():
                    await turn_away(reader, writer, fault)
                    return
                fragile = cast("StreamWriter", Fragile(writer, self._breaks))
                heard = cast("StreamReader", Heard(reader, self.on_line))
                await serve(heard if self.on_line else reader, fragile, SocketInfoLocal(writer))
            finally:
                del self._connections[task]

        self._server = await asyncio.start_server(connected, host, port)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Stop listening and cut every connection."""
        if self._server is not None:
            self._server.close()
        tasks = list(self._connections)
        self.disconnect()
        for task in tasks:
            with suppress(ConnectionError):
                await task

    def disconnect(self) -> None:
        """Cut every connection."""
        for writer in self._connections.values():
            writer.transport.abort()

    def show(self, index: int, mail: Letter) -> None:
        """Put one mail into the folder; clients hear of it."""
        inbox = self._mailboxes._inbox  # noqa: SLF001 - pymap offers no other way to fill it
        if mail.folder:
            self._put(mail.folder, mail)
        elif isinstance(inbox, _Folder):
            inbox.add(_StoredMail(self._books.uid(index), mail, self._write, self._header))

    def show_sent(self, mail: Letter) -> None:
        """Put one mail into the sent folder, where the provider has one."""
        self._put(SENT_FOLDER, mail)

    def _put(self, name: str, mail: Letter) -> None:
        folder = self._mailboxes._set.get(name)  # noqa: SLF001
        if isinstance(folder, _Folder):
            uid = folder.last_uid + 1
            folder.add(_StoredMail(uid, mail, self._write, self._header))

    def open_sent_folder(self) -> None:
        """Be a provider that keeps what was sent."""
        self._mailboxes._set[SENT_FOLDER] = _Folder(1, 0)  # noqa: SLF001

    def rebuild(self) -> None:
        """The folder anew from the books, under their present UIDVALIDITY."""
        self.disconnect()
        self._mailboxes._inbox = _Folder(self._books.uidvalidity, self._books.uid(0) - 1)  # noqa: SLF001
        self._mailboxes._set[ARCHIVE] = _Folder(self._books.uidvalidity, 0)  # noqa: SLF001
        for index, mail in enumerate(self._books.deliveries):
            self.show(index, mail)


class _Config(Config):
    """pymap's settings, without this machine's name in the greeting."""

    mechanisms: SASLAuth | None = None  # how one may log in; None: by password

    @property
    def tls_auth(self) -> SASLAuth:
        return self.mechanisms or super().tls_auth

    @property
    def greeting(self) -> bytes:
        return b"A mailbox in a box"


class _Folder(MailboxData):
    """pymap's mailbox, read only, with our UIDVALIDITY and our mails."""

    def __init__(self, uidvalidity: int, last_uid: int) -> None:
        super().__init__(_ContentCache(), _ThreadCache())
        self._readonly = True
        self._uid_validity = uidvalidity
        self._max_uid = last_uid

    @property
    def last_uid(self) -> int:
        return self._max_uid

    def add(self, mail: "_StoredMail") -> None:
        self._max_uid = max(self._max_uid, mail.uid)
        self._messages[mail.uid] = mail
        self._mod_sequences.update([mail.uid])
        self._updated.set()


class _StoredMail(Message):
    """A mail that is written out only when somebody reads it."""

    def __init__(
        self,
        uid: int,
        mail: Letter,
        write: Callable[[Letter], bytes],
        header: Callable[[Letter, str], str],
    ) -> None:
        email_id = ObjectId(f"M{uid}".encode())
        super().__init__(uid, mail.arrived, (), email_id=email_id)
        self.mail = mail
        self.write = write
        self.header = header

    async def load_content(self, requirement: Any) -> LoadedMessage:
        return _LoadedMail(self, requirement, None)


class _LoadedMail(LoadedMessage):
    """Answers the common questions from the bytes; parses only for the rare ones."""

    @property
    def _mail(self) -> _StoredMail:
        assert isinstance(self._message, _StoredMail)
        return self._message

    def __bytes__(self) -> bytes:
        return self._mail.write(self._mail.mail)

    @property
    def content(self) -> MessageContent:
        if self._content is None:
            self._content = MessageContent.parse(bytes(self))
        return self._content

    def get_size(self, section: Sequence[int] | None = None) -> int:
        return super().get_size(section) if section else len(bytes(self))

    def get_body(self, section: Sequence[int] | None = None, binary: bool = False) -> Writeable:
        if section or binary:
            return super().get_body(section, binary)
        return Writeable.wrap(bytes(self))

    def get_header(self, name: bytes) -> Sequence[str]:
        value = self._mail.header(self._mail.mail, name.decode("ascii", "replace"))
        return [value] if value else []

    def contains(self, value: bytes) -> bool:
        """As told, and as encoded: whether the mail's own words hold ``value``."""
        return value.lower() in self._mail.mail.told.lower().encode()


def since_epoch(moment: datetime) -> int:
    """Seconds, as a UIDVALIDITY wants them: 32 bits, growing."""
    return int(moment.timestamp()) & 0x7FFFFFFF
