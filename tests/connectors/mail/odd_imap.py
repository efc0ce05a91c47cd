"""A mail server that a test can have answer oddly, on a real line."""

import asyncio
import re
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from connectors.mail.config import ImapConfig, Tls


@dataclass
class Kept:
    """A mail as the server keeps it, with what it says of it."""

    uid: int
    content: bytes
    date: bytes = b' INTERNALDATE "20-Nov-2026 09:00:00 +0000"'
    body: bytes | None = None  # what is said instead of the content
    refused: bytes = b""  # what of it the server cannot hand out
    is_draft: bool = False


@dataclass
class OddImap:
    """Folders by name. ``refuses`` are words that no command may hold."""

    folders: dict[str, list[Kept]] = field(default_factory=dict)
    listed: bytes = b""  # what LIST is answered with
    namespace: bytes = b""  # and NAMESPACE, where the server has it
    refuses: list[bytes] = field(default_factory=list)
    uidvalidity: int = 7
    heard: list[bytes] = field(default_factory=list)

    def config(self, port: int) -> ImapConfig:
        return ImapConfig(
            host="127.0.0.1", port=port, username="u", password="p", tls=Tls.NONE, idle=False
        )

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        writer.write(b"* OK ready\r\n")
        folder = "INBOX"
        while line := await reader.readline():
            while literal := re.search(rb"\{(\d+)\}\r\n$", line):
                if any(word in line for word in self.refuses):
                    break
                writer.write(b"+ go on\r\n")
                line = line[: literal.start()] + await reader.readexactly(int(literal[1]))
                line += await reader.readline()
            self.heard.append(line)
            tag, _, command = line.strip().partition(b" ")
            name = command.split()[0].upper()
            if any(word in command for word in self.refuses) or self._cannot(command, folder):
                writer.write(tag + b" NO not here\r\n")
                continue
            if name == b"EXAMINE":
                asked = command.split(b" ", 1)[1].strip(b'"').decode()
                if asked not in self.folders:
                    writer.write(tag + b" NO no such folder\r\n")
                    continue
                folder = asked
            writer.write(self._told(name, command, self.folders[folder]) + tag + b" OK done\r\n")
        writer.close()

    def _cannot(self, command: bytes, folder: str) -> bool:
        """Whether it is asked for a mail that it cannot hand out."""
        asked = _uids(command) if b" FETCH " in command else set()
        mails = [one for one in self.folders[folder] if one.refused and one.uid in asked]
        return any(one.refused in command for one in mails)

    def _told(self, name: bytes, command: bytes, mails: list[Kept]) -> bytes:
        match name:
            case b"EXAMINE":
                after = max((one.uid for one in mails), default=0) + 1
                state = b"* OK [UIDVALIDITY %d] x\r\n* OK [UIDNEXT %d] x\r\n"
                return state % (self.uidvalidity, after) + b"* %d EXISTS\r\n" % len(mails)
            case b"CAPABILITY":
                return b"* CAPABILITY IMAP4rev1%s\r\n" % (b" NAMESPACE" if self.namespace else b"")
            case b"NAMESPACE":
                return self.namespace
            case b"LIST":
                return self.listed
            case b"UID" if b"SEARCH" in command:
                found = [one for one in mails if _fits(one, command)]
                return b"* SEARCH" + b"".join(b" %d" % one.uid for one in found) + b"\r\n"
            case b"UID":
                return b"".join(_fetched(mails, command))
        return b""


def _fits(mail: Kept, command: bytes) -> bool:
    span = re.search(rb"UID (\d+):(\d+|\*)", command.partition(b"SEARCH")[2])
    if span and not int(span[1]) <= mail.uid <= (10**9 if span[2] == b"*" else int(span[2])):
        return False
    header = re.search(rb'HEADER "?From"? "?([^"]+)"?', command, re.IGNORECASE)
    if header and header[1].strip() not in mail.content.partition(b"\n\n")[0]:
        return False
    return not (mail.is_draft and b"UNDRAFT" in command)


def _fetched(mails: list[Kept], command: bytes) -> list[bytes]:
    uids = _uids(command)
    told = []
    for number, mail in enumerate(mails, start=1):
        if mail.uid not in uids:
            continue
        head = b"* %d FETCH (UID %d" % (number, mail.uid)
        if b"HEADER.FIELDS" in command:
            found = re.search(rb"(?im)^message-id:.*\n", mail.content)
            line = found[0] if found else b""
            told.append(head + mail.date + b" BODY[HEADER.FIELDS (MESSAGE-ID)] " + _literal(line))
        elif b"BODY" in command:
            told.append(head + b" BODY[] " + (mail.body or _literal(mail.content)))
        else:
            told.append(head + b" RFC822.SIZE %d" % len(mail.content) + mail.date)
        told[-1] += b")\r\n"
    return told


def _uids(command: bytes) -> set[int]:
    return {int(uid) for uid in command.split()[2].split(b",")}


def _literal(content: bytes) -> bytes:
    return b"{%d}\r\n" % len(content) + content


@asynccontextmanager
async def serving(server: OddImap) -> AsyncIterator[ImapConfig]:
    """How to log in to ``server``, while it listens."""
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    async with listening:
        yield server.config(listening.sockets[0].getsockname()[1])
